import Execution
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// Tensors of other types than Float, tensors without elements, and indices that a run is given.
@Suite struct `Runs of every element type` {
  private func run(
    _ type: Name, _ attributes: Attributes = [:], given: [Tensor], opset: Int = 13
  ) throws -> [Tensor] {
    let single = try SingleNodeGraph(
      type, attributes, given.map { .input(ValueType($0.elementType, shape: $0.shape)) },
      opset: opset)
    return try Session(single.graph, threads: 1).inference()(exact: given)
  }

  @Test func `integers stay exact where no Float holds them`() throws {
    let large = (Int64(1) << 62) + 1
    let a = Tensor([large, -large], shape: [2])
    let b = Tensor([Int64(2)], shape: [])
    #expect(try run("Sub", given: [a, b]) == [Tensor([large - 2, -large - 2], shape: [2])])
    #expect(try run("Max", given: [a, b]) == [Tensor([large, 2], shape: [2])])
    #expect(
      try run(
        "Add", given: [Tensor([1, 0x1p-52] as [Double], shape: [2]), Tensor([1.0], shape: [1])])
        == [Tensor([2, 1 + 0x1p-52] as [Double], shape: [2])])
  }

  @Test(arguments: ElementType.allCases)
  func `Identity gives back the bits of every type of whole bytes`(type: ElementType) throws {
    guard let width = type.bitWidth, width >= 8 else { return }
    // No exponent of ones: oneDNN may quieten a NaN of Floats.
    let bytes = (0..<(6 * width / 8)).map { UInt8($0) }
    let tensor = Tensor(elementType: type, shape: [2, 3], storage: TensorStorage(bytes))
    #expect(try run("Identity", given: [tensor]) == [tensor])
  }

  @Test func `PRelu of another type is refused before a run`() throws {
    let single = try SingleNodeGraph(
      "PRelu", [:], [.input(ValueType(.double, shape: [2])), .input(ValueType(.double, shape: []))])
    #expect {
      _ = try Session(single.graph, threads: 1).inference()
    } throws: {
      if case .unsupportedElementType? = $0 as? ExecutionError { true } else { false }
    }
  }

  @Test func `what no element of the type can be stops the run`() throws {
    let (one, zero) = (Tensor([Int64(1)], shape: [1]), Tensor([Int64(0)], shape: [1]))
    #expect {
      _ = try run("Div", given: [one, zero])
    } throws: { error in
      guard
        case ExecutionError.evaluation("node", 0, _, .divisionByZero)? = error as? ExecutionError
      else { return false }
      return true
    }
    #expect(throws: ExecutionError.self) {
      _ = try run("Cast", ["to": .int(6)], given: [Tensor([Float.nan], shape: [1])])
    }
  }

  /// What onnxruntime 1.32 gives, but for the least one divided by −1, where its division of 32 and
  /// 64 bits traps and that of 8 gives the least one.
  @Test func `integers that leave their type wrap around`() throws {
    func check<Element: FixedWidthInteger & BitwiseCopyable>(
      _ type: ElementType, _: Element.Type
    ) throws {
      func tensor(_ elements: Element...) -> Tensor {
        Tensor(type, elements, [elements.count])
      }
      let (least, most) = (Element.min, Element.max)
      #expect(try run("Add", given: [tensor(most, 1), tensor(1, 2)]) == [tensor(least, 3)])
      #expect(try run("Sub", given: [tensor(least, 3), tensor(1, 2)]) == [tensor(most, 1)])
      #expect(
        try run("Mul", given: [tensor(most, most), tensor(2, most)])
          == [tensor(most &* 2, 1)])
      guard Element.isSigned else { return }
      let minusOne = Element(exactly: -1) ?? 0
      #expect(try run("Div", given: [tensor(least, 7), tensor(minusOne, 2)]) == [tensor(least, 3)])
      #expect(try run("Neg", given: [tensor(least, 5)]) == [tensor(least, 5 &* minusOne)])
    }
    try check(.int8, Int8.self)
    try check(.uint8, UInt8.self)
    try check(.int16, Int16.self)
    try check(.uint16, UInt16.self)
    try check(.int32, Int32.self)
    try check(.uint32, UInt32.self)
    try check(.int64, Int64.self)
    try check(.uint64, UInt64.self)
  }

  /// ONNX's own example: 200 of 16 bits is −56 of 8.
  @Test func `Cast of integers leaves out the upper bits`() throws {
    let (int8, int64, uint64) = (3, 7, 13)
    func cast(_ tensor: Tensor, to type: Int) throws -> [Tensor] {
      try run("Cast", ["to": .int(Int64(type))], given: [tensor])
    }
    #expect(
      try cast(Tensor(.int16, [200, -200] as [Int16], [2]), to: int8)
        == [Tensor(.int8, [-56, 56] as [Int8], [2])])
    let wide = Tensor(.uint64, [UInt64.max, 1 << 63] as [UInt64], [2])
    #expect(try cast(wide, to: int64) == [Tensor([-1, .min] as [Int64], shape: [2])])
    #expect(try cast(wide, to: int8) == [Tensor(.int8, [-1, 0] as [Int8], [2])])
    #expect(
      try cast(Tensor([-1, .min] as [Int64], shape: [2]), to: uint64) == [wide])
  }

  @Test func `Pow truncates what integers can't hold and refuses what they can't reach`() throws {
    func power(_ a: [Int64], _ b: [Int64]) throws -> [Tensor] {
      try run(
        "Pow", given: [Tensor(a, shape: [a.count]), Tensor(b, shape: [b.count])], opset: 15)
    }
    #expect(
      try power([3, -1, -1, 2, 0, 0, 1], [39, .max, -2, -1, 0, 5, .min])
        == [Tensor([4_052_555_153_018_976_267, -1, 1, 0, 1, 0, 1] as [Int64], shape: [7])])
    #expect(throws: ExecutionError.self) { try power([2], [63]) }
    let narrow = try [46_341, 2].map { try Tensor([Int64($0)], shape: [1]).cast(to: .int32) }
    #expect(throws: ExecutionError.self) { try run("Pow", given: narrow, opset: 15) }
    #expect(throws: ExecutionError.self) { try power([0], [-1]) }
  }

  @Test func `Gather takes what the run's indices say, and names those outside`() throws {
    let x = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    for type in [ElementType.int32, .int64] {
      let taken = try #require(try? Tensor([2, -3] as [Int64], shape: [2]).cast(to: type))
      #expect(
        try run("Gather", ["axis": .int(1)], given: [x, taken])
          == [Tensor([3, 1, 6, 4] as [Float], shape: [2, 2])])
    }
    #expect {
      _ = try run("Gather", given: [x, Tensor([Int64(2)], shape: [1])])
    } throws: { error in
      guard
        case ExecutionError.evaluation("node", 0, _, .index(2, extent: 2))? =
          error as? ExecutionError
      else { return false }
      return true
    }
  }

  @Test func `tensors without elements pass through`() throws {
    let empty = Tensor([] as [Float], shape: [0, 3])
    let row = Tensor([1, 2, 3] as [Float], shape: [1, 3])
    #expect(try run("Concat", ["axis": .int(0)], given: [empty, row]) == [row])
    #expect(try run("Add", given: [empty, row]) == [empty])
    #expect(try run("Transpose", given: [empty]) == [Tensor([] as [Float], shape: [3, 0])])
  }

  /// scores [2, 3] of Floats after labels [2] of integers: the order of the graph's inputs, whatever
  /// the nodes read first.
  @Test func `inputs of several types keep the graph's order`() throws {
    var builder = GraphBuilder(name: "order", opset: 13)
    builder.addInput("k", type: ValueType(.int64, shape: [2]))
    builder.addInput("x", type: ValueType(.float, shape: [2]))
    builder.addInput("c", type: ValueType(.bool, shape: [2]))
    for (name, type, inputs) in [
      ("where", "Where", ["c", "x", "x"]), ("cast", "Cast", ["k"]),
      ("add", "Add", ["where", "cast"]),
      ("shape", "Shape", ["x"]), ("size", "Size", ["x"]), ("total", "Add", ["shape", "size"]),
      ("count", "Cast", ["total"]), ("sum", "Add", ["add", "count"]),
    ] as [(Name, Name, [Name])] {
      builder.addNode(
        name: name, type: OperatorType(type), attributes: type == "Cast" ? ["to": .int(1)] : [:],
        inputs: inputs, outputs: [name])
    }
    builder.addOutput("sum", type: nil)
    let session = try Session(try builder.build(), threads: 1)
    let run = try session.inference()
    #expect(run.inputs.map { session.graph[$0].name } == ["k", "x", "c"])
    // k + x, and the extent and the count of x, 2 each.
    let expected = Tensor([15.5, 24.25] as [Float], shape: [2])
    #expect(try run([[10, 20], [1.5, 0.25], [1, 0]]) == [expected])
    let exact = [
      Tensor([10, 20] as [Int64], shape: [2]), Tensor([1.5, 0.25] as [Float], shape: [2]),
      Tensor(.bool, [1, 0] as [UInt8], [2]),
    ]
    #expect(try run(exact: exact) == [expected])
    #expect(throws: ExecutionError.self) { _ = try run(exact: exact.reversed()) }
  }
}
