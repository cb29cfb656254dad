import TensorCore

/// A differentiable function of two elements, and loops over tensors that broadcast.
package protocol PairFunction: Sendable {
  /// Whether f(0, 0) = 0 with finite slopes, so that the zeros that pad a blocked layout stay zeros.
  var keepsZero: Bool { get }
  func value(_ a: Float, _ b: Float) -> Float
  /// ∂f/∂a and ∂f/∂b
  func slopes(_ a: Float, _ b: Float) -> (a: Float, b: Float)

  /// destination = f(a, b)
  func apply(
    _ walk: BroadcastWalk, a: UnsafePointer<Float>, b: UnsafePointer<Float>,
    destination: UnsafeMutablePointer<Float>)
  /// destination = ∂f/∂a · gradient, or ∂f/∂b · gradient, before the sum over what was repeated.
  func applyGradient(
    by operand: PairOperand, _ walk: BroadcastWalk, a: UnsafePointer<Float>,
    b: UnsafePointer<Float>, gradient: UnsafePointer<Float>,
    destination: UnsafeMutablePointer<Float>)
}

package enum PairOperand: Sendable {
  case a, b
}

// Requirements with these bodies, so that each function gets loops that are compiled for it.
extension PairFunction {
  package func apply(
    _ walk: BroadcastWalk, a: UnsafePointer<Float>, b: UnsafePointer<Float>,
    destination: UnsafeMutablePointer<Float>
  ) {
    Parallel.perform(
      walk.count, runsOf: pointwiseRun,
      PairValues(function: self, walk: walk, a: a, b: b, destination: destination))
  }

  package func applyGradient(
    by operand: PairOperand, _ walk: BroadcastWalk, a: UnsafePointer<Float>,
    b: UnsafePointer<Float>, gradient: UnsafePointer<Float>,
    destination: UnsafeMutablePointer<Float>
  ) {
    Parallel.perform(
      walk.count, runsOf: pointwiseRun,
      PairSlopes(
        function: self, operand: operand, walk: walk, a: a, b: b, gradient: gradient,
        destination: destination))
  }
}

private struct PairValues<Function: PairFunction>: RunWork {
  let function: Function
  let walk: BroadcastWalk
  let a, b: UnsafePointer<Float>
  let destination: UnsafeMutablePointer<Float>

  func perform(_ run: Range<Int>) {
    walk.forEachRow(of: run) { row in
      for i in 0..<row.count {
        destination[row.position + i] = function.value(
          a[row.a.start + i * row.a.step], b[row.b.start + i * row.b.step])
      }
    }
  }
}

private struct PairSlopes<Function: PairFunction>: RunWork {
  let function: Function
  let operand: PairOperand
  let walk: BroadcastWalk
  let a, b, gradient: UnsafePointer<Float>
  let destination: UnsafeMutablePointer<Float>

  func perform(_ run: Range<Int>) {
    walk.forEachRow(of: run) { row in
      for i in 0..<row.count {
        let slopes = function.slopes(
          a[row.a.start + i * row.a.step], b[row.b.start + i * row.b.step])
        destination[row.position + i] =
          (operand == .a ? slopes.a : slopes.b) * gradient[row.position + i]
      }
    }
  }
}
