import TensorCore

/// A differentiable function of one element: its value and its slope, and loops over both.
///
/// What the library lacks or computes less exactly than the C library does. The loops run on all
/// cores; a result never depends on how many there are.
package protocol PointwiseFunction: Sendable {
  /// Whether f(0) = 0 with a finite slope, so that the zeros that pad a blocked layout stay zeros.
  var keepsZero: Bool { get }
  func value(at x: Float) -> Float
  /// f′(x); where f has a kink, what PyTorch takes.
  func slope(at x: Float) -> Float

  /// destination = f(source), of `count` elements each.
  func apply(
    _ count: Int, source: UnsafePointer<Float>, destination: UnsafeMutablePointer<Float>)
  /// destination = f′(source) · gradient, of `count` elements each.
  func applyGradient(
    _ count: Int, source: UnsafePointer<Float>, gradient: UnsafePointer<Float>,
    destination: UnsafeMutablePointer<Float>)
}

// Requirements with these bodies, so that each function gets loops that are compiled for it.
extension PointwiseFunction {
  package var keepsZero: Bool { true }

  package func apply(
    _ count: Int, source: UnsafePointer<Float>, destination: UnsafeMutablePointer<Float>
  ) {
    Parallel.perform(
      count, runsOf: pointwiseRun,
      PointwiseValues(function: self, source: source, destination: destination))
  }

  package func applyGradient(
    _ count: Int, source: UnsafePointer<Float>, gradient: UnsafePointer<Float>,
    destination: UnsafeMutablePointer<Float>
  ) {
    Parallel.perform(
      count, runsOf: pointwiseRun,
      PointwiseSlopes(
        function: self, source: source, gradient: gradient, destination: destination))
  }
}

private struct PointwiseValues<Function: PointwiseFunction>: RunWork {
  let function: Function
  let source: UnsafePointer<Float>
  let destination: UnsafeMutablePointer<Float>

  func perform(_ run: Range<Int>) {
    for index in run { destination[index] = function.value(at: source[index]) }
  }
}

private struct PointwiseSlopes<Function: PointwiseFunction>: RunWork {
  let function: Function
  let source, gradient: UnsafePointer<Float>
  let destination: UnsafeMutablePointer<Float>

  func perform(_ run: Range<Int>) {
    for index in run { destination[index] = function.slope(at: source[index]) * gradient[index] }
  }
}

/// Elements that one core takes at a time: enough to be worth waking it.
let pointwiseRun = 1 << 15
