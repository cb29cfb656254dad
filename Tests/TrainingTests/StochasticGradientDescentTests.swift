import TensorCore
import TestSupport
import Testing
import Training

@Suite struct `Stochastic gradient descent` {
  @Test(arguments: [
    StochasticGradientDescent(learningRate: 0.1),
    StochasticGradientDescent(learningRate: 0.1, weightDecay: 0.01),
    StochasticGradientDescent(learningRate: 0.1, momentum: 0.9),
    StochasticGradientDescent(learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01),
  ])
  func `follows the equations for three steps`(rule: StochasticGradientDescent) {
    let seed: UInt64 = 11
    var generator = SeededGenerator(seed: seed)
    let count = 37
    let start = NaiveTensor(random: [count], using: &generator)
    var (parameter, velocity) = (start.floats, [Float](repeating: 0, count: count))
    var (p, v) = (start.elements, [Double](repeating: 0, count: count))
    let (rate, momentum) = (Double(rule.learningRate), Double(rule.momentum))
    for step in 0..<3 {
      let gradient = NaiveTensor(random: [count], using: &generator).floats
      for index in 0..<count {
        let g = Double(gradient[index]) + Double(rule.weightDecay) * p[index]
        v[index] = momentum * v[index] + g
        let direction = rule.nesterov ? g + momentum * v[index] : v[index]
        p[index] -= rate * direction
      }
      parameter.withUnsafeMutableBufferPointer { parameter in
        velocity.withUnsafeMutableBufferPointer { velocity in
          gradient.withUnsafeBufferPointer { gradient in
            rule.step(
              step,
              UpdatedElements(
                count: count, parameter: parameter.baseAddress!, gradient: gradient.baseAddress!,
                moments: velocity.baseAddress!, distance: count))
          }
        }
      }
    }
    // Per step at most 8 roundings of values below 8.
    let difference = Closeness.maximumDifference(parameter.map(Double.init), p)
    #expect(difference <= 3 * 8 * 8 * 0x1p-24, "seed \(seed): \(rule)")
  }
}
