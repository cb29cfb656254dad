import COnnx
import Foundation
import NetworkIR
import TensorCore

/// The data files beside a model: opened on first use, confined to the model's folder, and mapped.
final class ExternalData: @unchecked Sendable {
  private let folder: String?
  private let allowsLinks: Bool
  private let lock = NSLock()
  private var files: [Name: MappedFile] = [:]
  private var identities: Set<FileIdentity> = []

  /// `folder` is nil for a model that didn't come from a named file. `allowsLinks` accepts symbolic
  /// links and files of several names, which a model from elsewhere could use to reach other files.
  init(folder: String?, allowsLinks: Bool) {
    self.folder = folder
    self.allowsLinks = allowsLinks
  }

  /// The bytes of an external tensor, borrowed from the mapping of its file.
  func storage(
    of message: UnsafePointer<Onnx__TensorProto>, byteCount: Int
  ) throws(TensorProblem) -> TensorStorage {
    do throws(ExternalProblem) {
      let reference = try ExternalReference(message)
      if let length = reference.length, length != byteCount {
        throw .lengthMismatch(found: length, expected: byteCount)
      }
      let file = try file(at: reference.location)
      let (end, overflow) = reference.offset.addingReportingOverflow(byteCount)
      guard !overflow, end <= file.count else {
        throw .outOfBounds(
          reference.location, offset: reference.offset, length: byteCount, fileSize: file.count)
      }
      return file.storage(reference.offset..<end)
    } catch { throw .external(error) }
  }

  /// True where `path` leads to a file that was opened here, under whichever name.
  func contains(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return lock.withLock { identities.contains(FileIdentity(status)) }
  }

  private func file(at location: Name) throws(ExternalProblem) -> MappedFile {
    lock.lock()
    defer { lock.unlock() }
    if let file = files[location] { return file }
    guard let folder else { throw .noFolder }
    let descriptor = try ConfinedPath(location).open(in: folder, allowsLinks: allowsLinks)
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(location, errno: errno) }
    do {
      let file = try MappedFile(descriptor: descriptor, path: "\(folder)/\(location)")
      files[location] = file
      identities.insert(FileIdentity(status))
      return file
    } catch {
      if case .unreadable(_, let cause) = error { throw .unreadable(location, errno: cause) }
      throw .unreadable(location, errno: EIO)
    }
  }
}

/// What tells a file from all others while it exists, however it is reached.
private struct FileIdentity: Hashable {
  let device: dev_t
  let inode: ino_t

  init(_ status: stat) {
    device = status.st_dev
    inode = status.st_ino
  }
}
