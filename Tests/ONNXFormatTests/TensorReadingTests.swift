import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import Testing

@Suite struct TensorReadingTests {
  /// The only initializer of a graph that has nothing else.
  private func tensor(_ message: [UInt8]) throws(ONNXError) -> Tensor? {
    try Wire.read(Wire.model(Wire.field(5, message))).graph.initializers.values.first?.tensor
  }

  private func problem(_ message: [UInt8]) -> TensorProblem? {
    do {
      _ = try tensor(message)
      return nil
    } catch {
      guard case .initializer("x.onnx", "w", 0, let problem) = error else { return nil }
      return problem
    }
  }

  private func packed(_ integers: [Int]) -> [UInt8] {
    integers.flatMap { Wire.varint(UInt64(bitPattern: Int64($0))) }
  }

  @Test func `raw data is read as it is`() throws {
    let raw: [UInt8] = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]
    let message = Wire.tensor("w", .float, [2, 1], after: Wire.field(9, raw))
    let tensor = try #require(try tensor(message))
    #expect(tensor.shape == [2, 1])
    #expect(tensor.elements(as: Float.self) == [1, -2])
  }

  @Test func `float data is read`() throws {
    let data: [UInt8] = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]
    let message = Wire.tensor("w", .float, [2], before: Wire.field(4, data))
    #expect(try tensor(message)?.elements(as: Float.self) == [1, -2])
  }

  @Test func `double data is read`() throws {
    let data: [UInt8] = [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]
    let message = Wire.tensor("w", .double, [1], after: Wire.field(10, data))
    #expect(try tensor(message)?.elements(as: Double.self) == [1])
  }

  @Test func `integers of every width are read from the fields that hold them`() throws {
    func read(_ type: ElementType, _ field: UInt64, _ values: [Int]) throws -> [Int]? {
      let data = Wire.field(field, packed(values))
      let isBeforeName = field < 8
      return try tensor(
        Wire.tensor(
          "w", type, [values.count], before: isBeforeName ? data : [],
          after: isBeforeName ? [] : data))?.integers
    }
    #expect(try read(.int8, 5, [-128, 127]) == [-128, 127])
    #expect(try read(.uint8, 5, [0, 255]) == [0, 255])
    #expect(try read(.bool, 5, [0, 1]) == [0, 1])
    #expect(try read(.int16, 5, [-32768, 32767]) == [-32768, 32767])
    #expect(try read(.uint16, 5, [0, 65535]) == [0, 65535])
    #expect(try read(.int32, 5, [-5, 1 << 30]) == [-5, 1 << 30])
    #expect(try read(.int64, 7, [-5, 1 << 60]) == [-5, 1 << 60])
    #expect(try read(.uint32, 11, [0, 1 << 31]) == [0, 1 << 31])
    #expect(try read(.uint64, 11, [0, 1 << 62]) == [0, 1 << 62])
  }

  @Test func `half precision is read from the low bits of integers`() throws {
    let message = Wire.tensor("w", .float16, [2], before: Wire.field(5, packed([0x3c00, 0xc000])))
    #expect(try tensor(message)?.doubles == [1, -2])
    let brain = Wire.tensor("w", .bfloat16, [1], before: Wire.field(5, packed([0x3f80])))
    #expect(try tensor(brain)?.doubles == [1])
  }

  @Test func `a scalar and an empty tensor are read`() throws {
    let scalar = Wire.tensor("w", .int64, [], before: Wire.field(7, packed([7])))
    #expect(try tensor(scalar)?.integers == [7])
    let empty = Wire.tensor("w", .float, [3, 0], after: Wire.field(9, []))
    #expect(try tensor(empty)?.shape == [3, 0])
  }

  @Test(arguments: [7, 9]) func `raw data one byte short or long is refused`(count: Int) {
    let raw = [UInt8](repeating: 0, count: count)
    let message = Wire.tensor("w", .float, [2], after: Wire.field(9, raw))
    #expect(problem(message) == .byteCount(found: count, expected: 8))
  }

  @Test func `another number of elements than the extents ask for is refused`() {
    let data = Wire.field(4, [UInt8](repeating: 0, count: 12))
    #expect(
      problem(Wire.tensor("w", .float, [2], before: data))
        == .elementCount(field: "float_data", found: 3, expected: 2))
  }

  @Test func `an element that its type can't hold is refused`() {
    let message = Wire.tensor("w", .uint8, [2], before: Wire.field(5, packed([0, 256])))
    #expect(problem(message) == .elementOutOfRange(field: "int32_data", index: 1))
  }

  @Test func `extents below zero or beyond counting are refused`() {
    #expect(problem(Wire.tensor("w", .float, [2, -1])) == .negativeExtent(-1))
    #expect(problem(Wire.tensor("w", .float, [1 << 62])) == .tooLarge([1 << 62]))
    let beside = [0, 1 << 62, 1 << 62]
    #expect(problem(Wire.tensor("w", .float, beside)) == .tooLarge(beside))
  }

  @Test func `strings and unknown types define a value without a tensor`() throws {
    let strings = Wire.field(1, integer: 1) + Wire.field(2, integer: 8) + Wire.field(6, "a")
    let unknown = Wire.field(2, integer: 99) + Wire.field(8, "u")
    let graph =
      Wire.node("Identity", ["s"], ["t"]) + Wire.field(5, strings + Wire.field(8, "s"))
      + Wire.field(5, unknown)
    let bytes = Wire.model(graph)
    let model = try Wire.read(bytes)
    #expect(model.graph.initializers.isEmpty)
    #expect(model.graph.opaqueConstants.count == 2)
    #expect(try ONNXFile.reassemble(model) == bytes)
  }
}
