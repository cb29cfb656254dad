import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite struct `Gradients of matrix products` {
  /// C broadcasts to the product: what the third input of Gemm may be.
  enum Addend: String, CaseIterable { case missing, row, column, one, vector, full }

  @Test(arguments: Addend.allCases, UInt64(0)..<8)
  func `Gemm with every attribute`(addend: Addend, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (m, k, n) = (generator.pick(1...5), generator.pick(1...6), generator.pick(1...5))
    let (transA, transB) = (seed & 1 != 0, seed & 2 != 0)
    let (alpha, beta): (Float, Float) = seed & 4 != 0 ? (0.75, -1.5) : (1, 1)
    let c: NaiveTensor? =
      switch addend {
      case .missing: nil
      case .row: generator.tensor([1, n])
      case .column: generator.tensor([m, 1])
      case .one: generator.tensor([1])
      case .vector: generator.tensor([n])
      case .full: generator.tensor([m, n])
      }
    let tensors = [
      generator.tensor(transA ? [k, m] : [m, k]), generator.tensor(transB ? [n, k] : [k, n]),
    ]
    func gemm(_ inputs: [NaiveTensor], _ alpha: Float, _ beta: Float) -> NaiveTensor {
      let a = transA ? NaiveProduct.transpose(inputs[0]) : inputs[0]
      let b = transB ? NaiveProduct.transpose(inputs[1]) : inputs[1]
      let product = NaiveProduct.forward(a, b).map { Double(alpha) * $0 }
      guard inputs.count > 2 else { return product }
      return NaiveArithmetic.forward(product, inputs[2]) { $0 + Double(beta) * $1 }
    }
    try GradientProblem(
      "Gemm",
      [
        "alpha": .float(alpha), "beta": .float(beta), "transA": .int(transA ? 1 : 0),
        "transB": .int(transB ? 1 : 0),
      ], (tensors + [c].compactMap(\.self)).map { .parameter($0) },
      // A product, a scaling and an addition; the addend's gradient sums over m and n in turn.
      terms: max(k, m, n, m + n) + 2,
      magnitude: { gemm($0, alpha.magnitude, beta.magnitude) }, twin: { gemm($0, alpha, beta) }
    ).expectAgreement(seed: seed)
  }

  /// A scalar is a number that the exporter wrote out, which nobody trains.
  @Test(arguments: UInt64(0)..<4)
  func `Gemm plus a scalar that is no parameter`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (m, k, n) = (generator.pick(1...5), generator.pick(1...6), generator.pick(1...5))
    let tensors = [generator.tensor([m, k]), generator.tensor([k, n])]
    try GradientProblem(
      "Gemm", ["beta": .float(0.5)],
      tensors.map { .parameter($0) } + [.floats([3], shape: [])], terms: max(k, m, n) + 2,
      twin: { NaiveProduct.forward($0[0], $0[1]).map { $0 + 1.5 } }
    ).expectAgreement(seed: seed)
  }

  @Test(arguments: UInt64(0)..<12)
  func `MatMul of matrices, and of more axes by a matrix`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let outer = generator.picks(Int(seed % 3), 1...3)
    let (m, k, n) = (generator.pick(1...5), generator.pick(1...6), generator.pick(1...5))
    let tensors = [generator.tensor(outer + [m, k]), generator.tensor([k, n])]
    let rows = outer.reduce(m, *)
    try GradientProblem(
      "MatMul", [:], tensors.map { .parameter($0) }, terms: max(k, n, rows),
      twin: { inputs in
        let product = NaiveProduct.forward(
          NaiveTensor([rows, k], inputs[0].elements), inputs[1])
        return NaiveTensor(outer + [m, n], product.elements)
      }
    ).expectAgreement(seed: seed)
  }

  /// numpy's matmul: vectors as rows and columns, leading axes broadcast.
  @Test(arguments: UInt64(0)..<24)
  func `MatMul of any ranks, its batches broadcast`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (m, k, n) = (generator.pick(1...4), generator.pick(1...5), generator.pick(1...4))
    let batch = generator.picks(Int(seed % 4), 1...3)
    func leading(_ drop: Int) -> [Int] {
      batch.dropFirst(drop).map { generator.pick(0...2) == 0 ? 1 : $0 }
    }
    let isRow = seed % 5 == 1
    let isColumn = seed % 5 == 2
    let shapeA = isRow ? [k] : leading(seed % 3 == 0 ? 1 : 0) + [m, k]
    let shapeB = isColumn ? [k] : leading(seed % 3 == 1 ? 1 : 0) + [k, n]
    let (fullA, fullB) = (isRow ? [1, k] : shapeA, isColumn ? [k, 1] : shapeB)
    func twin(_ inputs: [NaiveTensor]) -> NaiveTensor {
      let (a, b) = (
        NaiveTensor(fullA, inputs[0].elements), NaiveTensor(fullB, inputs[1].elements)
      )
      let rank = max(fullA.count, fullB.count) - 2
      func extents(_ shape: [Int]) -> [Int] {
        Array(repeating: 1, count: rank + 2 - shape.count) + shape.dropLast(2)
      }
      let outer = zip(extents(fullA), extents(fullB)).map { max($0, $1) }
      let (rows, columns) = (fullA[fullA.count - 2], fullB[fullB.count - 1])
      var y = NaiveTensor(zeros: outer + [rows, columns])
      func place(_ index: [Int], _ shape: [Int]) -> [Int] {
        zip(index.suffix(shape.count - 2), shape).map { $1 == 1 ? 0 : $0 }
      }
      for index in y.indices {
        let batch = Array(index.dropLast(2))
        y[index] = (0..<k).reduce(0) { sum, inner in
          sum + a[place(batch, fullA) + [index[rank], inner]]
            * b[place(batch, fullB) + [inner, index[rank + 1]]]
        }
      }
      return NaiveTensor(
        outer + (isRow ? [] : [rows]) + (isColumn ? [] : [columns]), y.elements)
    }
    try GradientProblem(
      "MatMul", [:],
      [shapeA, shapeB].map { .parameter(generator.tensor($0)) },
      // A gradient sums over k, m or n, and then over the batches that were broadcast.
      terms: max(k, m, n) + batch.reduce(1, *), twin: twin
    ).expectAgreement(seed: seed)
  }
}
