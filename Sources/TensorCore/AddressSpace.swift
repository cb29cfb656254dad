import Foundation

/// What a limit on addresses (`ulimit -v`) leaves this process.
///
/// Under such a limit an allocation fails, and most can't be refused one by one: those of the
/// language, and of libraries that write to what they were not given. So those that are large ask
/// for room first, and leave a reserve for all the others.
package enum AddressSpace {
  /// What stays free beside each large allocation: for small ones, and for what oneDNN compiles and
  /// packs in a run. The code of each kernel takes a quarter of a megabyte, however short it is.
  package static let reserve = 32 << 20

  /// Nil where there is none.
  package static var limit: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { return nil }
    return Int(exactly: limit.rlim_cur)
  }

  /// The bytes of addresses in use; nil where the system doesn't say.
  package static var used: Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
      let pages = text.split(separator: " ").first.flatMap({ Int($0) })
    else { return nil }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }

  /// Whether `byteCount` bytes could be allocated now, and the reserve besides.
  package static func hasRoom(for byteCount: Int = 0) -> Bool {
    guard limit != nil else { return true }
    let (total, overflow) = byteCount.addingReportingOverflow(reserve)
    // Addresses without memory behind them: the kernel counts them, and nothing else happens.
    guard !overflow,
      let place = mmap(nil, total, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
      place != MAP_FAILED
    else { return false }
    munmap(place, total)
    return true
  }

  /// Keeps the allocator from reserving addresses that nobody needs; to be called before there is a
  /// second thread.
  ///
  /// GNU's reserves 64 MiB for each thread that allocates.
  package static func economize() {
    typealias Setting = @convention(c) (Int32, Int32) -> Int32
    let arenaMaximum: Int32 = -8
    guard limit != nil, let function = dlsym(nil, "mallopt") else { return }
    _ = unsafeBitCast(function, to: Setting.self)(arenaMaximum, 1)
  }

  /// Gives back what was freed and is still reserved.
  package static func trim() {
    guard let function = dlsym(nil, "malloc_trim") else { return }
    _ = unsafeBitCast(function, to: (@convention(c) (Int) -> Int32).self)(0)
  }
}
