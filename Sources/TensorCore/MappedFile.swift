import Foundation

/// The bytes of a file, read-only: mapped where the file is regular, read to its end otherwise.
///
/// The bytes stay where they are for as long as the object lives, so tensors may borrow them. The
/// mapping is private to the process, but a program that truncates the file meanwhile takes the
/// bytes away; expandc itself only ever replaces a file by renaming another over it.
package final class MappedFile: Sendable {
  /// The path as it was given, for messages.
  package let path: String
  private let memory: Memory

  private enum Memory: @unchecked Sendable {
    case mapped(UnsafeRawBufferPointer)
    case owned(TensorStorage)
  }

  /// Throws `FileError.missing` or `FileError.unreadable`.
  package convenience init(path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let cause = errno
      throw cause == ENOENT || cause == ENOTDIR
        ? .missing(path: path) : .unreadable(path: path, errno: cause)
    }
    defer { close(descriptor) }
    try self.init(descriptor: descriptor, path: path)
  }

  /// Reads an open file, standard input (0) say, which the caller closes; `path` is for messages.
  package init(descriptor: Int32, path: String) throws(FileError) {
    self.path = path
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(path: path, errno: errno)
    }
    let isRegular = status.st_mode & S_IFMT == S_IFREG
    if isRegular, status.st_size > 0, lseek(descriptor, 0, SEEK_CUR) == 0 {
      let count = Int(status.st_size)
      let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
      guard let address, address != MAP_FAILED else {
        throw .unreadable(path: path, errno: errno)
      }
      memory = .mapped(UnsafeRawBufferPointer(start: address, count: count))
    } else {
      memory = .owned(try Self.readToEnd(descriptor, path: path))
    }
  }

  /// Wraps bytes that are already in memory.
  package init(_ storage: TensorStorage, path: String) {
    self.path = path
    memory = .owned(storage)
  }

  deinit {
    if case .mapped(let bytes) = memory {
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
  }

  package var count: Int {
    switch memory {
    case .mapped(let bytes): bytes.count
    case .owned(let storage): storage.count
    }
  }

  /// Calls `body` with all bytes; the pointer must not outlive the file object.
  package func withBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    defer { withExtendedLifetime(self) {} }
    switch memory {
    case .mapped(let bytes): return try body(bytes)
    case .owned(let storage): return try storage.withBytes(body)
    }
  }

  /// Borrows a range, which must lie within the file.
  package func storage(_ range: Range<Int>) -> TensorStorage {
    withBytes { TensorStorage(borrowing: UnsafeRawBufferPointer(rebasing: $0[range]), from: self) }
  }

  private static func readToEnd(
    _ descriptor: Int32, path: String
  ) throws(FileError) -> TensorStorage {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &piece, piece.count)
      if count > 0 {
        bytes.append(contentsOf: piece.prefix(count))
      } else if count == 0 {
        return TensorStorage(bytes)
      } else if errno != EINTR {
        throw .unreadable(path: path, errno: errno)
      }
    }
  }
}
