import Kernels
import TensorCore
import TestSupport
import Testing

@Suite struct `Arithmetic kernels` {
  @Test(arguments: UInt64(0)..<24)
  func `combine two tensors, repeating the second where its extent is 1`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let cases: [(BinaryFunction, (Double, Double) -> Double)] = [
      (.add, { $0 + $1 }), (.subtract, { $0 - $1 }), (.multiply, { $0 * $1 }),
      (.divide, { $0 / $1 }), (.minimum, { min($0, $1) }), (.maximum, { max($0, $1) }),
    ]
    let (function, definition) = cases[Int(seed % 6)]
    let shape = (0..<pick(1...4)).map { _ in pick(1...9) }
    let kept = shape.map { pick(0...1) == 0 ? 1 : $0 }
    let a = NaiveTensor(random: shape, using: &generator)
    let b = NaiveTensor(random: kept, in: 0.5..<2, using: &generator)
    var expected = a
    for index in a.indices {
      expected[index] = definition(a[index], b[zip(index, kept).map { $1 == 1 ? 0 : $0 }])
    }
    let bench = try Workbench()
    // Leading axes of extent 1 may be left out, as in ONNX.
    let lead = kept.prefix { $0 == 1 }.count
    let short = Array(kept.dropFirst(min(lead, kept.count - 1)))
    let primitive = try Primitive.binary(
      function, source: TensorLayout(plain: shape), source1: TensorLayout(plain: short),
      destination: .any(shape), on: bench.engine)
    let y = try bench.run(
      primitive, [(.source, a), (.source1, NaiveTensor(short, b.elements))],
      outputs: [(.destination, shape)])
    // One rounding; a division may be a product with a reciprocal, which is two more.
    expectClose(
      y[0], expected, within: expected.roundingBound(terms: 1),
      "seed \(seed): \(function), \(shape) and \(short)")
  }

  @Test(arguments: UInt64(0)..<8)
  func `add up scaled tensors`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...5, using: &generator)
    let shape = [2, 3, 5]
    let scales = (0..<count).map { _ in Float(generator.uniform(in: -2..<2)) }
    let terms = (0..<count).map { _ in NaiveTensor(random: shape, using: &generator) }
    let bench = try Workbench()
    let layout = try TensorLayout(plain: shape)
    let primitive = try Primitive.sum(
      terms.map { _ in layout }, scales: scales, destination: layout, on: bench.engine)
    let y = try bench.run(
      primitive, terms.enumerated().map { (.multiple($0.offset), $0.element) },
      outputs: [(.destination, shape)])
    var expected = NaiveTensor(zeros: shape)
    var size = expected
    for (scale, term) in zip(scales, terms) {
      for index in term.elements.indices {
        expected.elements[index] += Double(scale) * term.elements[index]
        size.elements[index] += (Double(scale) * term.elements[index]).magnitude
      }
    }
    expectClose(y[0], expected, within: size.roundingBound(terms: count), "seed \(seed)")
  }

  @Test(arguments: UInt64(0)..<12)
  func `join tensors along an axis`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let axis = pick(0...3)
    let base = (0..<4).map { _ in pick(1...5) }
    let parts = (0..<pick(1...4)).map { _ in
      var shape = base
      shape[axis] = pick(1...18)
      return NaiveTensor(random: shape, using: &generator)
    }
    var shape = base
    shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    var expected = NaiveTensor(zeros: shape)
    var start = 0
    for part in parts {
      for index in part.indices {
        var place = index
        place[axis] += start
        expected[place] = part[index]
      }
      start += part.shape[axis]
    }
    let bench = try Workbench()
    let primitive = try Primitive.concatenation(
      parts.map { try TensorLayout(plain: $0.shape) }, axis: axis, destination: .any(shape),
      on: bench.engine)
    let y = try bench.run(
      primitive, parts.enumerated().map { (.multiple($0.offset), $0.element) },
      outputs: [(.destination, shape)])
    #expect(y[0] == expected, "seed \(seed): \(parts.map(\.shape)) along \(axis)")
  }

  @Test(arguments: UInt64(0)..<16)
  func `reduce axes`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    let cases: [(ReductionFunction, ([Double]) -> Double)] = [
      (.sum, { $0.reduce(0, +) }), (.mean, { $0.reduce(0, +) / Double($0.count) }),
      (.maximum, { $0.max() ?? .nan }), (.minimum, { $0.min() ?? .nan }),
    ]
    let (function, definition) = cases[Int(seed % 4)]
    let shape = (0..<pick(1...4)).map { _ in pick(2...7) }
    var kept = shape.map { pick(0...1) == 0 ? 1 : $0 }
    kept[pick(0...(kept.count - 1))] = 1
    let x = NaiveTensor(random: shape, using: &generator)
    var gathered = [[Double]](repeating: [], count: kept.reduce(1, *))
    let places = NaiveTensor(kept, (0..<gathered.count).map { Double($0) })
    for index in x.indices {
      gathered[Int(places[zip(index, kept).map { $1 == 1 ? 0 : $0 }])].append(x[index])
    }
    let bench = try Workbench()
    let primitive = try Primitive.reduction(
      function, source: TensorLayout(plain: shape), destination: .any(kept), on: bench.engine)
    let y = try bench.run(primitive, [(.source, x)], outputs: [(.destination, kept)])
    let size = NaiveTensor(kept, gathered.map { definition($0.map(\.magnitude)) })
    let terms = gathered[0].count
    expectClose(
      y[0], NaiveTensor(kept, gathered.map(definition)),
      within: size.roundingBound(terms: terms), "seed \(seed): \(function), \(shape) to \(kept)")
  }
}
