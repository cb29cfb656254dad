import Foundation
import NetworkIR

/// A relative path that can't leave the folder it is opened in.
struct ConfinedPath {
  private let location: Name
  private let components: [[CChar]]

  /// Throws for absolute paths and for `..`, wherever it stands.
  init(_ location: Name) throws(ExternalProblem) {
    self.location = location
    let slash = UInt8(ascii: "/")
    let parts = location.bytes.split(separator: slash).filter { !$0.elementsEqual(".".utf8) }
    guard location.bytes.first != slash, !parts.isEmpty,
      !parts.contains(where: { $0.elementsEqual("..".utf8) })
    else { throw .outsideFolder(location) }
    components = parts.map { $0.map(CChar.init(bitPattern:)) + [0] }
  }

  /// Opens the file for reading, one component after the other, each without following a link; the
  /// caller closes it. Only regular files are opened, and without `allowsLinks` only those of a
  /// single name.
  func open(in folder: String, allowsLinks: Bool) throws(ExternalProblem) -> Int32 {
    var descriptor = Foundation.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(location, errno: errno) }
    for (index, component) in components.enumerated() {
      let kind = index < components.count - 1 ? O_DIRECTORY : O_NONBLOCK
      let links = allowsLinks ? 0 : O_NOFOLLOW
      let next = openat(descriptor, component, O_RDONLY | O_CLOEXEC | kind | links)
      let cause = errno
      var status = stat()
      let isLink =
        next < 0 && fstatat(descriptor, component, &status, AT_SYMLINK_NOFOLLOW) == 0
        && status.st_mode & S_IFMT == S_IFLNK
      close(descriptor)
      guard next >= 0 else {
        throw isLink && !allowsLinks ? .linked(location) : .unreadable(location, errno: cause)
      }
      descriptor = next
    }
    do throws(ExternalProblem) {
      try check(descriptor, allowsLinks: allowsLinks)
    } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }

  private func check(_ descriptor: Int32, allowsLinks: Bool) throws(ExternalProblem) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(location, errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular(location) }
    guard allowsLinks || status.st_nlink == 1 else { throw .linked(location) }
  }
}
