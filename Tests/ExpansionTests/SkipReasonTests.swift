import Expansion
import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct SkipReasonTests {
  /// Three convolutions in a row, the second shaped by the test, and what `expand` says of it.
  private func reason(
    _ change: (inout ExpansionOptions) -> Void = { _ in },
    attributes: Attributes = [:], opset: Int = 17, type: Name = "Conv",
    weight: Name = "w", extent: Int? = 9,
    define: (inout ModelSketch) -> Void = { $0.constant("w", [4, 4, 3, 3]) }
  ) throws -> SkipReason? {
    var sketch = ModelSketch(opset: opset, input: [1, 3, extent, extent])
    sketch.constant("first", [4, 3, 3, 3])
    sketch.node("before", "Conv", ["x", "first"], ["p"])
    define(&sketch)
    sketch.node("node", type, ["p", weight], ["q"], attributes)
    sketch.node("after", "Relu", ["q"], ["y"])
    let model = try sketch.model()
    let (_, report) = try Expander(options(change)).expand(model)
    let row = try #require(report.rows.first { $0.node == "node" })
    guard case .skipped(let reason) = row.result else { return nil }
    return reason
  }

  @Test func `every node that stays as it is has its own reason`() throws {
    #expect(try reason() == nil)
    #expect(try reason { $0.convolutions = .none } == .turnedOff)
    #expect(try reason { $0.exclude = ["n?de"] } == .excluded(pattern: "n?de"))
    #expect(try reason { $0.include = ["fir*"] } == .notIncluded)
    #expect(try reason { $0.include = ["w"] } == nil)
    #expect(
      try reason({ _ in }, define: { $0.constant("w", [4, 4, 1, 1]) })
        == .notExpandable(.kernelIsPointwise))
    #expect(
      try reason({
        $0.convolutions = .ck
        $0.initialisation = .random
      }) == .notExpandable(.kernelHasNoThreeByThreeChain(extents: [3, 3])))
    #expect(try reason(type: "ConvTranspose") == nil)
    #expect(
      try reason(type: "ConvTranspose", define: { $0.constant("w", [4, 4, 1, 1]) })
        == .notExpandable(.kernelIsPointwise))
    #expect(
      try reason({ $0.convolutions = .ck }, type: "ConvTranspose")
        == .notExpandable(.transposedKernelTakesCL))
    #expect(
      try reason(attributes: ["output_padding": .ints([0, -1])], type: "ConvTranspose")
        == .windowUnusable)
    #expect(
      try reason(attributes: ["group": .int(3)], type: "ConvTranspose")
        == .unexpectedShape(.weight, [4, 4, 3, 3]))
    #expect(
      try reason(define: { $0.builder.addInput("w", type: nil) })
        == .notConstant(.weight, "w", .input("w")))
    #expect(
      try reason(define: { sketch in
        sketch.constant("w", [4, 4, 3, 3])
        sketch.builder.addInput("w", type: nil)
      }) == .overridable(.weight, "w"))
    #expect(
      try reason(define: { sketch in
        sketch.constant("w", [4, 4, 3, 3])
        sketch.builder.addOutput("w", type: nil)
      }) == .isGraphOutput(.weight, "w"))
    #expect(
      try reason(define: { sketch in
        sketch.constant("w", [4, 4, 3, 3])
        sketch.node("other", "Conv", ["p", "w"], ["unread"])
      }) == .shared(.weight, "w", with: ["other"]))
    #expect(
      try reason(define: { $0.constant("w", [4]) }) == .unexpectedShape(.weight, [4]))
    #expect(
      try reason(attributes: ["kernel_shape": .ints([5, 5])]) == .windowUnusable)
    #expect(
      try reason(attributes: ["pads": .ints([-1, 0, 0, 0])]) == .windowUnusable)
    #expect(try reason(attributes: ["group": .string("two")]) == .attributesUnreadable)
    #expect(
      try reason(attributes: ["auto_pad": .string("SAME_UPPER"), "strides": .ints([2, 2])])
        == nil)
    #expect(
      try reason(
        attributes: ["auto_pad": .string("SAME_LOWER"), "strides": .ints([2, 2])], extent: nil)
        == nil)
    #expect(
      try reason(
        {
          $0.convolutions = .ck
          $0.initialisation = .random
        }, attributes: ["auto_pad": .string("SAME_LOWER"), "strides": .ints([2, 2])], extent: nil,
        define: { $0.constant("w", [4, 4, 5, 5]) })
        == .notExpandable(.samePaddingTakesCL))
    #expect(
      try reason(attributes: ["auto_pad": .string("SAME_UPPER")]) == nil)
    #expect(
      try reason(define: { sketch in
        sketch.builder.addInitializer(
          "w", Initializer(Tensor([Int64](repeating: 1, count: 144), shape: [4, 4, 3, 3])))
      }) == .notExpandable(.weightsNotFloating))
    #expect(
      try reason(define: { sketch in
        sketch.builder.addInitializer(
          "w", Initializer(Tensor([Float](repeating: .nan, count: 144), shape: [4, 4, 3, 3])))
      }) == .notExpandable(.weightsNotFinite))
  }

  @Test func `the matrix that makes the logits stays, and only that one`() throws {
    var sketch = ModelSketch(input: [2, 6])
    sketch.constant("a", [5, 6])
    sketch.constant("b", [3, 5])
    sketch.node("hidden", "Gemm", ["x", "a"], ["p"], ["transB": .int(1)])
    sketch.node("relu", "Relu", ["p"], ["q"])
    sketch.node("head", "Gemm", ["q", "b"], ["r"], ["transB": .int(1)])
    sketch.node("softmax", "Softmax", ["r"], ["y"])
    let (_, report) = try Expander(ExpansionOptions()).expand(sketch.model())
    #expect(report.unitCount == 1)
    #expect(report.rows[1].result == .skipped(.makesLogits))
  }

  @Test func `what only other flags can mend is an error`() throws {
    func failure(_ change: (inout ExpansionOptions) -> Void) throws -> ExpansionError? {
      var sketch = ModelSketch(input: [1, 4, 9, 9])
      sketch.constant("w", [4, 4, 5, 5])
      sketch.node("node", "Conv", ["x", "w"], ["y"])
      let model = try sketch.model()
      do {
        _ = try Expander(options(change)).expand(model)
        return nil
      } catch {
        guard case .impossible(let node, let index, .preserveNeedsWidth(var narrow)) = error else {
          return error
        }
        // What the factors of least squares miss is not what this test is about, but told.
        if case .misses(let residual) = narrow.search {
          #expect(residual > LeastSquaresFactors.exactness && residual <= 1)
        } else {
          Issue.record("\(String(describing: narrow.search))")
        }
        narrow.search = nil
        return .impossible(node: node, index: index, .preserveNeedsWidth(narrow))
      }
    }
    func narrow(
      _ strategy: ExpansionStrategy, _ available: Int, _ needed: Int, rate: Double,
      isKeptStem: Bool = false
    ) -> ExpansionError {
      .impossible(
        node: "node", index: 0,
        .preserveNeedsWidth(
          NarrowUnit(
            strategy: strategy, factor: 0, available: available, needed: needed,
            sufficientRate: rate, isKeptStem: isKeptStem)))
    }
    let ck = try failure {
      $0.convolutions = .ck
      $0.rate = 1
    }
    #expect(ck == narrow(.ck, 4, 16, rate: 4))
    let stem = try failure {
      $0.convolutions = .ck
      $0.stem = .keep
    }
    #expect(stem == narrow(.ck, 4, 16, rate: 4, isKeptStem: true))
    #expect(try failure { $0.rate = 0.5 } == narrow(.cl, 2, 4, rate: 1))
    #expect(try failure { $0.rate = -1 } == .rateOutOfRange(-1))
    #expect(try failure { $0.fullyConnectedFactors = 4 } == .factorCountOutOfRange(4))
    #expect(try failure { _ in } == nil)
  }

  @Test func `auto takes CL where CK is too narrow to keep the function, and says so`() throws {
    var sketch = ModelSketch(input: [1, 4, 9, 9])
    sketch.constant("w", [4, 4, 5, 5])
    sketch.node("node", "Conv", ["x", "w"], ["y"])
    let model = try sketch.model()
    func unit(rate: Double) throws -> ExpansionReport.Unit? {
      let (_, report) = try Expander(options { $0.rate = rate }).expand(model)
      guard case .expanded(let unit) = report.rows.first?.result else { return nil }
      return unit
    }
    let narrow = try #require(try unit(rate: 2))
    #expect(narrow.strategy == .cl && narrow.narrowCK?.sufficientRate == 4)
    let wide = try #require(try unit(rate: 4))
    #expect(wide.strategy == .ck && wide.narrowCK == nil)
    #expect(try #require(wide.condition) < 1.01)
  }
}
