import Foundation
import TensorCore

/// How much memory this process may still take.
package enum AvailableMemory {
  /// The least of what the machine has left, what its control groups leave it, and what its own
  /// limit on addresses does; nil where none of them is known.
  ///
  /// What other processes keep in memory only because nobody needed the room counts as available.
  package static var byteCount: Int? {
    [machine, controlGroup, addressSpace].compactMap(\.self).min()
  }

  /// `MemAvailable`. Source: proc_meminfo(5).
  private static var machine: Int? {
    guard let text = contents(of: "/proc/meminfo") else { return nil }
    return number(of: "MemAvailable:", in: text).map { $0 * 1024 }
  }

  /// Where a version of control groups says what it allows.
  private struct ControlGroupFiles {
    /// How the process's group is marked in `/proc/self/cgroup`.
    let mark: String
    let root: String
    let limit: String
    let used: String
    let statistics = "memory.stat"
    /// What of the used memory holds files, and is given back when the group needs the room.
    let files: String
  }

  private static let controlGroups = [
    ControlGroupFiles(
      mark: "0::/", root: "/sys/fs/cgroup", limit: "memory.max", used: "memory.current",
      files: "file"),
    ControlGroupFiles(
      mark: "memory:/", root: "/sys/fs/cgroup/memory", limit: "memory.limit_in_bytes",
      used: "memory.usage_in_bytes", files: "total_cache"),
  ]

  /// The tightest of the process's group and those around it. Source: Linux, admin-guide/cgroup-v2,
  /// cgroup-v1/memory.
  private static var controlGroup: Int? {
    guard let groups = contents(of: "/proc/self/cgroup") else { return nil }
    var least: Int?
    for files in controlGroups {
      for line in groups.split(separator: "\n") {
        guard let mark = line.range(of: files.mark) else { continue }
        var parts = line[mark.upperBound...].split(separator: "/")
        repeat {
          let left = left(in: ([files.root[...]] + parts).joined(separator: "/"), files)
          least = [least, left].compactMap(\.self).min()
        } while parts.popLast() != nil
      }
    }
    return least
  }

  private static func left(in folder: String, _ files: ControlGroupFiles) -> Int? {
    guard let limit = contents(of: "\(folder)/\(files.limit)").flatMap(whole),
      let used = contents(of: "\(folder)/\(files.used)").flatMap(whole)
    else { return nil }
    let cached = contents(of: "\(folder)/\(files.statistics)")
      .flatMap { number(of: files.files + " ", in: $0) }
    return left(limit: limit, used: used, cached: cached ?? 0)
  }

  /// The system counts what is used, and what of it is cached, at different moments: either may be
  /// the larger one, and a group without a limit has the largest number for one.
  package static func left(limit: Int, used: Int, cached: Int) -> Int {
    max(0, limit - used + min(cached, used))
  }

  /// `ulimit -v`.
  private static var addressSpace: Int? {
    guard let limit = AddressSpace.limit, let used = AddressSpace.used else { return nil }
    return max(0, limit - used)
  }

  private static func contents(of path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }

  private static func whole(_ text: String) -> Int? {
    Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// The number that follows `key` at the start of a line.
  private static func number(of key: String, in text: String) -> Int? {
    for line in text.split(separator: "\n") where line.hasPrefix(key) {
      return line.dropFirst(key.count).split(separator: " ").first.flatMap { Int($0) }
    }
    return nil
  }
}
