/// How an optimizer moves a parameter against its gradient.
package protocol UpdateRule: Sendable {
  /// The tensors, as large as the parameter, that the rule keeps from step to step; 0 at first.
  var momentCount: Int { get }

  /// Moves `parameter` by one step; all buffers are equally long and lie apart.
  ///
  /// - Parameter index: the steps before this one.
  func step(
    _ index: Int, parameter: UnsafeMutableBufferPointer<Float>,
    gradient: UnsafeBufferPointer<Float>, moments: [UnsafeMutableBufferPointer<Float>])
}

extension StochasticGradientDescent: UpdateRule {
  package var momentCount: Int { momentum == 0 ? 0 : 1 }

  package func step(
    _ index: Int, parameter: UnsafeMutableBufferPointer<Float>,
    gradient: UnsafeBufferPointer<Float>, moments: [UnsafeMutableBufferPointer<Float>]
  ) {
    step(
      parameter: parameter, gradient: gradient, velocity: moments.first ?? parameter,
      isFirst: index == 0)
  }
}
