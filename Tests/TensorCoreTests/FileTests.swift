import Foundation
import TensorCore
import Testing

@Suite struct FileTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "expandc-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  private func content(_ path: String) throws -> [UInt8] {
    try MappedFile(path: path).withBytes { Array($0) }
  }

  @Test func `what is committed is what is read, whole and alone in its folder`() throws {
    let path = folder + "/a"
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try AtomicFile.write(bytes, to: path)
    #expect(try content(path) == bytes)
    #expect(try names() == ["a"])
    try FileManager.default.removeItem(atPath: folder)
  }

  @Test func `a file that went to the disk while it was written is whole`() throws {
    let path = folder + "/a"
    let pieces = [5 << 20, 12 << 20, 3, 17 << 20, 1 << 18]
    let file = try AtomicFile(path: path)
    for (index, count) in pieces.enumerated() {
      try file.write([UInt8](repeating: UInt8(index + 1), count: count))
    }
    try file.finishWriting()
    #expect(try names() != ["a"])
    try file.commit()
    let expected = pieces.enumerated().flatMap { [UInt8](repeating: UInt8($0 + 1), count: $1) }
    #expect(try content(path) == expected)
    #expect(try names() == ["a"])
    try FileManager.default.removeItem(atPath: folder)
  }

  @Test func `a file that is dropped before commit leaves the old one`() throws {
    let path = folder + "/a"
    try AtomicFile.write([1, 2, 3], to: path)
    do {
      let file = try AtomicFile(path: path)
      try file.write([UInt8](repeating: 9, count: 1 << 20))
      #expect(try names().count == 2)
    }
    #expect(try content(path) == [1, 2, 3])
    #expect(try names() == ["a"])
    try FileManager.default.removeItem(atPath: folder)
  }

  @Test func `a mapping outlives the name of its file`() throws {
    let path = folder + "/a"
    try AtomicFile.write([1, 2, 3], to: path)
    let old = try MappedFile(path: path)
    let slice = old.storage(1..<3)
    try AtomicFile.write([4], to: path)
    #expect(slice.withBytes { Array($0) } == [2, 3])
    try FileManager.default.removeItem(atPath: folder)
  }

  @Test func `a pipe is read to its end`() throws {
    let pipe = Pipe()
    let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: $0) }
    let writer = Thread {
      try? pipe.fileHandleForWriting.write(contentsOf: Data(bytes))
      try? pipe.fileHandleForWriting.close()
    }
    writer.start()
    let file = try MappedFile(
      descriptor: pipe.fileHandleForReading.fileDescriptor, path: "standard input")
    #expect(file.withBytes { Array($0) } == bytes)
    try FileManager.default.removeItem(atPath: folder)
  }

  @Test func `a missing file and a missing folder are told apart from other failures`() throws {
    #expect(throws: FileError.missing(path: folder + "/b")) { try MappedFile(path: folder + "/b") }
    #expect(throws: FileError.unreadable(path: folder, errno: EISDIR)) {
      try MappedFile(path: folder)
    }
    let path = folder + "/none/c"
    #expect(throws: FileError.cannotCreate(path: path, errno: ENOENT)) {
      try AtomicFile(path: path)
    }
    try FileManager.default.removeItem(atPath: folder)
  }

  @Test func `a full device fails the write`() throws {
    let file = try AtomicFile(path: "/dev/full")
    #expect(throws: FileError.cannotWrite(path: "/dev/full", errno: ENOSPC)) {
      try file.write([1])
      try file.commit()
    }
    try FileManager.default.removeItem(atPath: folder)
  }
}
