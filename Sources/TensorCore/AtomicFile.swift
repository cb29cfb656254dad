import Foundation

/// A file being written that takes its place only when it is whole.
///
/// The bytes go to a temporary file in the folder of the destination; `commit()` syncs it and
/// renames it over the destination. Dropped before that, or after an error, the temporary file is
/// removed and the destination is as it was. A destination that is a link is followed; one that is
/// no regular file (a pipe, a device) can't be replaced by renaming and is written directly.
package final class AtomicFile {
  /// The destination as it was given, for messages.
  package let path: String
  private let descriptor: Int32
  private let ownsDescriptor: Bool
  private var placement: Placement
  private var buffer: [UInt8] = []
  private static let bufferSize = 1 << 18
  private var writeback: Writeback

  private enum Placement {
    case direct
    case pending(temporary: String, destination: String)
    case done
  }

  /// Throws `FileError.cannotCreate`, and `FileError.protected` where the file there is read-only.
  package init(path: String) throws(FileError) {
    self.path = path
    var status = stat()
    let exists = stat(path, &status) == 0
    // Renaming asks the folder alone, and people mark a file read-only to keep it: root's too.
    if exists, status.st_mode & S_IFMT == S_IFREG {
      guard status.st_mode & 0o222 != 0 else { throw .protected(path: path) }
    }
    if exists, status.st_mode & S_IFMT != S_IFREG {
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
      placement = .direct
    } else {
      let destination = exists ? Self.resolved(path) : path
      let suffix = String(UInt64.random(in: .min ... .max), radix: 16)
      let temporary = "\(destination).tmp-\(suffix)"
      descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      placement = .pending(temporary: temporary, destination: destination)
    }
    ownsDescriptor = true
    writeback = Writeback(descriptor)
    guard descriptor >= 0 else {
      let cause = errno
      placement = .done
      throw .cannotCreate(path: path, errno: cause)
    }
    if exists, case .pending = placement { fchmod(descriptor, status.st_mode & 0o777) }
  }

  /// Writes to an open file, standard output (1) say, which the caller closes.
  package init(descriptor: Int32, path: String) {
    self.path = path
    self.descriptor = descriptor
    ownsDescriptor = false
    placement = .direct
    writeback = Writeback(descriptor)
  }

  deinit {
    if ownsDescriptor, descriptor >= 0 { close(descriptor) }
    if case .pending(let temporary, _) = placement { unlink(temporary) }
  }

  /// Appends `bytes`; throws `FileError.cannotWrite`.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    if buffer.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count > Self.bufferSize {
      try writeThrough(bytes)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  package func write(_ bytes: [UInt8]) throws(FileError) {
    try bytes.withUnsafeBufferPointer { (elements) throws(FileError) in
      try write(UnsafeRawBufferPointer(elements))
    }
  }

  /// Hands over all bytes that were written, which are on their way to the disk then while the
  /// caller does something else before `commit()`.
  package func finishWriting() throws(FileError) {
    try flush()
    if case .pending = placement { writeback.startRest() }
  }

  /// Puts the whole file in its place; nothing may be written after it.
  package func commit() throws(FileError) {
    try flush()
    guard case .pending(let temporary, let destination) = placement else { return }
    guard fsync(descriptor) == 0, rename(temporary, destination) == 0 else {
      throw .cannotWrite(path: path, errno: errno)
    }
    placement = .done
  }

  private func flush() throws(FileError) {
    try buffer.withUnsafeBufferPointer { (elements) throws(FileError) in
      try writeThrough(UnsafeRawBufferPointer(elements))
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeThrough(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest)
      #if canImport(Glibc)
        let count = Glibc.write(descriptor, piece.baseAddress, piece.count)
      #else
        let count = Darwin.write(descriptor, piece.baseAddress, piece.count)
      #endif
      if count >= 0 {
        rest = rest.dropFirst(count)
        if case .pending = placement { writeback.add(count) }
      } else if errno != EINTR {
        throw .cannotWrite(path: path, errno: errno)
      }
    }
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}

extension AtomicFile {
  /// Writes `bytes` to `path`, whole or not at all.
  package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
  }
}
