import Foundation
import TensorCore
import TestSupport
import Testing

@Suite struct NumPyFileTests {
  private func fixture(_ name: String) throws -> Tensor {
    try NumPyFile.read(Fixture.array(name).path)
  }

  @Test(arguments: [
    ("f4", ElementType.float, [2, 3]), ("f4-fortran", .float, [2, 3, 4]),
    ("f8-big", .double, [3, 2]), ("f4-big-fortran", .float, [2, 3]), ("f2", .float16, [5]),
    ("version2", .float, [2, 3]), ("version3", .float, [2, 3]),
  ])
  func `floating arrays that numpy wrote are read in row-major order`(
    name: String, type: ElementType, shape: [Int]
  ) throws {
    let tensor = try fixture(name)
    #expect(tensor.elementType == type)
    #expect(tensor.shape == shape)
    let count = shape.reduce(1, *)
    #expect(tensor.doubles == (0..<count).map { Double($0) / 2 - 1 })
  }

  @Test(arguments: [
    ("i1", ElementType.int8), ("i2", .int16), ("i4-big", .int32), ("i8", .int64), ("u1", .uint8),
    ("u2-big", .uint16), ("u4", .uint32), ("u8-big", .uint64),
  ])
  func `integer arrays that numpy wrote are read`(name: String, type: ElementType) throws {
    let tensor = try fixture(name)
    #expect(tensor.elementType == type)
    #expect(tensor.shape == [2, 2])
    let (step, first) = (name.hasSuffix("1") ? 25 : 300, name.hasPrefix("u") ? 0 : -40)
    #expect(tensor.integers == (0..<4).map { $0 * step + first })
  }

  @Test func `bool, scalar and empty arrays that numpy wrote are read`() throws {
    let bool = try fixture("bool")
    #expect(bool.elementType == .bool)
    #expect(bool.integers == [1, 0, 1])
    let scalar = try fixture("scalar")
    #expect(scalar.shape == [])
    #expect(scalar.floats == [2.5])
    let empty = try fixture("empty")
    #expect(empty.shape == [0, 3])
    #expect(empty.elementCount == 0)
  }

  @Test(arguments: [("record", "record"), ("text", "<U2")])
  func `types without a counterpart are refused by name`(name: String, type: String) throws {
    let error = try #require(throws: NumPyError.self) { try fixture(name) }
    #expect(error.reason == .unsupportedElementType(type))
    #expect(error.path == Fixture.array(name).path)
  }

  @Test(arguments: [
    "f4", "f2", "f8-big", "f4-fortran", "bool", "i1", "i8", "u8-big", "scalar", "empty",
  ])
  func `what is written is read back`(name: String) throws {
    let folder = try TemporaryFolder()
    let tensor = try fixture(name)
    try NumPyFile.write(tensor, to: folder.path("copy.npy"))
    #expect(try NumPyFile.read(folder.path("copy.npy")) == tensor)
  }

  @Test(arguments: ["f4", "f2", "bool", "i1", "i8", "u4", "scalar", "empty"])
  func `numpy's own bytes come back where it wrote little-endian rows`(name: String) throws {
    let folder = try TemporaryFolder()
    try NumPyFile.write(try fixture(name), to: folder.path("copy.npy"))
    let copy = try Data(contentsOf: URL(fileURLWithPath: folder.path("copy.npy")))
    #expect(copy == (try Data(contentsOf: Fixture.array(name))))
  }

  @Test func `a header too long for version 1 is written as version 2`() throws {
    let folder = try TemporaryFolder()
    let shape = [Int](repeating: 1, count: 30_000)
    let path = folder.path("deep.npy")
    try NumPyFile.write(Tensor([Float(3)], shape: shape), to: path)
    let tensor = try NumPyFile.read(path)
    #expect(tensor.shape == shape)
    #expect(tensor.floats == [3])
  }

  @Test func `a type that numpy lacks is not written`() throws {
    let folder = try TemporaryFolder()
    let tensor = Tensor(.bfloat16, [UInt16(0)], [1])
    let error = try #require(throws: NumPyError.self) {
      try NumPyFile.write(tensor, to: folder.path("x.npy"))
    }
    #expect(error.reason == .unsupportedElementType("bfloat16"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("x.npy")))
  }

  @Test func `a missing file is a file error`() {
    #expect(throws: FileError.missing(path: "/nowhere/x.npy")) {
      try NumPyFile.read("/nowhere/x.npy")
    }
  }
}
