import Kernels
import TensorCore
import Testing

@Suite struct `A compute engine` {
  @Test func `plans for its own number of threads, not another engine's`() throws {
    // Threads that outnumber the blocks of 8 or 16 channels, 4 or 1 here, share a block: each adds up
    // a partial gradient of the weights, which lies in the scratchpad.
    func scratchpad(_ engine: ComputeEngine) throws -> Int {
      let (x, y, weights) = ([64, 16, 16, 16], [64, 16, 16, 16], [16, 16, 3, 3])
      let window = WindowGeometry(kernel: [3, 3], padsBegin: [1, 1], padsEnd: [1, 1])
      let forward = try Primitive.convolution(
        source: .any(x), weights: .any(weights), hasBias: true, destination: .any(y),
        window: window, on: engine)
      let backward = try Primitive.convolutionBackwardWeights(
        source: .any(x), gradientWeights: .any(weights), hasBias: true,
        gradientDestination: .any(y), window: window, forward: forward, on: engine)
      return backward.layout(of: .scratchpad)?.byteCount ?? 0
    }
    let usual = try ComputeEngine()
    let (one, eight) = try (ComputeEngine(threads: 1), ComputeEngine(threads: 8))
    #expect(one.threads == 1 && eight.threads == 8 && usual.threads >= 1)
    let few = try scratchpad(one)
    #expect(try scratchpad(eight) > few)
    #expect(try scratchpad(one) == few)
    let asUsual = try ComputeEngine(threads: usual.threads)
    #expect(try scratchpad(usual) == scratchpad(asUsual))
  }
}
