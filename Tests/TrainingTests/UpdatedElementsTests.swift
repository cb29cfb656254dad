import TensorCore
import Testing
import Training

@Suite struct `Parts of what an update rule moves` {
  private func stepped(_ parts: Int, by rule: some UpdateRule, count: Int) -> [[Float]] {
    var generator = SeededGenerator(seed: 5)
    var parameter = (0..<count).map { _ in Float(generator.normal()) }
    let gradient = (0..<count).map { _ in Float(generator.normal()) }
    var moments = (0..<rule.momentCount * count).map { _ in Float(generator.uniform()) }
    parameter.withUnsafeMutableBufferPointer { parameter in
      gradient.withUnsafeBufferPointer { gradient in
        moments.withUnsafeMutableBufferPointer { moments in
          let elements = UpdatedElements(
            count: count, parameter: parameter.baseAddress!, gradient: gradient.baseAddress!,
            moments: moments.baseAddress!, distance: count)
          for part in 0..<parts {
            rule.step(2, elements.part(ElementParts.range(part, of: parts, count)))
          }
        }
      }
    }
    return [parameter, moments]
  }

  /// 1,000 elements: no part of theirs has as many as another.
  @Test(arguments: [2, 3, 16])
  func `move as the whole does, whatever a rule keeps`(parts: Int) {
    func check(_ rule: some UpdateRule) {
      #expect(stepped(parts, by: rule, count: 1000) == stepped(1, by: rule, count: 1000), "\(rule)")
    }
    check(StochasticGradientDescent(learningRate: 0.1))
    check(StochasticGradientDescent(learningRate: 0.1, momentum: 0.9))
    check(Adagrad(weightDecay: 0.1))
    check(Adam(weightDecay: 0.1))
  }
}
