import Foundation
import TensorCore
import TestSupport
import Testing

/// Headers as others write them, and broken ones.
@Suite struct NumPyHeaderTests {
  /// A version 1.0 file with `header` as it stands and `elementBytes` zeros behind it.
  private func read(_ header: String, elementBytes: Int) throws -> Tensor {
    let length = UInt16(header.utf8.count)
    let bytes =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)]
      + Array(header.utf8) + [UInt8](repeating: 0, count: elementBytes)
    return try NumPyFile.read(MappedFile(TensorStorage(bytes), path: "x.npy"))
  }

  @Test(arguments: [
    "{'descr':'<f4','fortran_order':False,'shape':(3,2)}",
    "{ \"shape\" : ( 3L , 2L , ) ,\n\"fortran_order\": False, 'descr': '<f4' , }   \n",
    "{'fortran_order': True, 'shape': (3, 2), 'descr': '=f4'}\t",
  ])
  func `any spelling of the dictionary is understood`(header: String) throws {
    let tensor = try read(header, elementBytes: 24)
    #expect(tensor.shape == [3, 2])
    #expect(tensor.elementType == .float)
  }

  @Test(arguments: [
    "", "{", "}", "{}", "{'descr'", "{'descr: 1}", "{'descr': '<f4'}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), 'more': True}",
    "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3, 2)}",
    "{'descr': '<f4', 'fortran_order': 0, 'shape': (3, 2)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': 6}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3 2)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2)} x",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2)",
    "{'descr': '<f4' 'fortran_order': False, 'shape': (3, 2)}",
  ])
  func `a malformed dictionary is refused with its place`(header: String) throws {
    let error = try #require(throws: NumPyError.self) { try read(header, elementBytes: 24) }
    guard case .malformedHeader = error.reason else {
      Issue.record("\(error.reason)")
      return
    }
    #expect((10...10 + header.utf8.count).contains(error.offset))
  }

  @Test(arguments: [
    ("(-1, 2)", [-1, 2]), ("(4611686018427387904, 4)", [1 << 62, 4]),
    ("(2305843009213693952,)", [1 << 61]), ("(0, 4611686018427387904, 4)", [0, 1 << 62, 4]),
  ])
  func `extents that can't be counted are refused`(text: String, shape: [Int]) throws {
    let error = try #require(throws: NumPyError.self) {
      try read("{'descr': '<f8', 'fortran_order': True, 'shape': \(text)}", elementBytes: 0)
    }
    #expect(error.reason == .invalidShape(shape))
  }

  @Test(arguments: [0, 23, 25])
  func `a wrong number of element bytes is refused with both numbers`(count: Int) throws {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2)}"
    let error = try #require(throws: NumPyError.self) { try read(header, elementBytes: count) }
    #expect(error.reason == .wrongByteCount(expected: 24, found: count))
    #expect(error.offset == 10 + header.utf8.count)
  }

  @Test func `every prefix of a file is refused`() throws {
    let whole = [UInt8](try Data(contentsOf: Fixture.array("f4")))
    for count in whole.indices {
      #expect(throws: NumPyError.self, "first \(count) bytes") {
        try NumPyFile.read(MappedFile(TensorStorage(whole.prefix(count)), path: "x.npy"))
      }
    }
  }

  @Test func `a flipped bit anywhere gives a tensor or an error`() throws {
    let whole = [UInt8](try Data(contentsOf: Fixture.array("f4-fortran")))
    for (index, bit) in whole.indices.flatMap({ index in (0..<8).map { (index, $0) } }) {
      var bytes = whole
      bytes[index] ^= 1 << bit
      let file = MappedFile(TensorStorage(bytes), path: "x.npy")
      guard let tensor = try? NumPyFile.read(file) else { continue }
      #expect(tensor.storage.count <= 96, "bit \(bit) of byte \(index)")
    }
  }

  @Test func `an unknown version is refused`() throws {
    let bytes = [0x93] + Array("NUMPY".utf8) + [4, 0, 0, 0, 0, 0]
    let error = try #require(throws: NumPyError.self) {
      try NumPyFile.read(MappedFile(TensorStorage(bytes), path: "x.npy"))
    }
    #expect(error.reason == .unsupportedVersion(major: 4, minor: 0))
    #expect(error.offset == 6)
  }
}
