import Expansion
import NetworkIR
import TensorCore
import TestSupport
import Testing

/// A chain of unpadded convolutions without biases: channels between, and one extent for each.
private struct Chain {
  let channels: [Int]
  let extents: [Int]

  init(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 2...7, using: &generator)
    channels = (0...count).map { _ in Int.random(in: 1...12, using: &generator) }
    extents = (0..<count).map { _ in [1, 1, 2, 3][Int.random(in: 0...3, using: &generator)] }
  }

  func model() throws -> Model {
    var sketch = ModelSketch(input: [1, channels[0], 24, 24])
    var current: Name = "x"
    for (index, extent) in extents.enumerated() {
      let output: Name = index == extents.count - 1 ? "y" : Name("v\(index)")
      sketch.constant(
        Name("w\(index)"), [channels[index + 1], channels[index], extent, extent])
      sketch.node(Name("n\(index)"), "Conv", [current, Name("w\(index)")], [output])
      current = output
    }
    return try sketch.model()
  }

  /// Weights of the one kernel that factors first..<end are: k − 1 adds up along a chain.
  private func weights(_ first: Int, _ end: Int) -> Int {
    let extent = extents[first..<end].reduce(1) { $0 + $1 - 1 }
    return channels[first] * channels[end] * extent * extent
  }

  /// The fewest weights over all 2^(l−1) ways to cut the chain, each tried.
  var fewestWeights: Int {
    (0..<1 << (extents.count - 1)).map { cuts in
      var (start, sum) = (0, 0)
      for end in 1...extents.count where end == extents.count || cuts >> (end - 1) & 1 == 1 {
        sum += weights(start, end)
        start = end
      }
      return sum
    }.min() ?? 0
  }
}

@Suite struct `Segmentation of a chain` {
  @Test(arguments: UInt64(0)..<60)
  func `no way of cutting a random chain has fewer parameters than the one taken`(
    seed: UInt64
  ) throws {
    let chain = Chain(seed: seed)
    let (contracted, _) = try Contractor().contract(chain.model())
    #expect(
      try Statistics(contracted.graph).parameters == chain.fewestWeights,
      "seed \(seed), channels \(chain.channels), extents \(chain.extents)")
  }
}
