import Kernels
import TensorCore
import Testing

@Suite struct `A compute engine` {
  @Test func `plans for its own number of threads, not another engine's`() throws {
    // The gradient of weights adds up one partial result per thread, so its scratchpad grows.
    func scratchpad(_ engine: ComputeEngine) throws -> Int {
      let (x, y, weights) = ([64, 32, 16, 16], [64, 64, 16, 16], [64, 32, 3, 3])
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
    let (one, four) = try (ComputeEngine(threads: 1), ComputeEngine(threads: 4))
    #expect(one.threads == 1 && four.threads == 4 && usual.threads >= 1)
    let few = try scratchpad(one)
    #expect(try scratchpad(four) > few)
    #expect(try scratchpad(one) == few)
    let asUsual = try ComputeEngine(threads: usual.threads)
    #expect(try scratchpad(usual) == scratchpad(asUsual))
  }
}
