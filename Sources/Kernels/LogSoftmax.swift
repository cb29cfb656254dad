import Foundation
import TensorCore

/// The logarithm of the softmax: destination = x − ln Σ eˣ along one axis, computed in Double.
///
/// The library's own errs in the sixth decimal, as its vector logarithm does. Tensors are plain
/// [outer, count, inner], the axis being the middle one.
package struct LogSoftmax: Equatable, Sendable {
  package var outer: Int
  package var count: Int
  package var inner: Int

  /// Along `axis` of `shape`; throws where it has no such axis.
  package init(shape: [Int], axis: Int) throws(KernelError) {
    guard shape.indices.contains(axis) else {
      throw .primitive(.softmax, shapes: [shape], .invalid)
    }
    outer = shape.prefix(axis).reduce(1, *)
    count = shape[axis]
    inner = shape.dropFirst(axis + 1).reduce(1, *)
  }

  /// Source and destination may be the same memory.
  package func forward(
    source: UnsafePointer<Float>, destination: UnsafeMutablePointer<Float>
  ) {
    Parallel.perform(
      lineCount, runsOf: runLength,
      Values(softmax: self, source: source, destination: destination))
  }

  /// gradientSource = g − e^destination · Σ g, with the gradient g of the destination.
  package func backward(
    destination: UnsafePointer<Float>, gradientDestination: UnsafePointer<Float>,
    gradientSource: UnsafeMutablePointer<Float>
  ) {
    Parallel.perform(
      lineCount, runsOf: runLength,
      Gradients(
        softmax: self, destination: destination, gradientDestination: gradientDestination,
        gradientSource: gradientSource))
  }

  private var lineCount: Int { outer * inner }

  /// Lines that one core takes at a time.
  private var runLength: Int { max(1, pointwiseRun / 8 / max(1, count)) }

  /// Where a line along the axis starts; its elements are `inner` apart.
  private func start(ofLine line: Int) -> Int { line / inner * count * inner + line % inner }

  private struct Values: RunWork {
    let softmax: LogSoftmax
    let source: UnsafePointer<Float>
    let destination: UnsafeMutablePointer<Float>

    func perform(_ lines: Range<Int>) {
      let (count, inner) = (softmax.count, softmax.inner)
      for line in lines {
        let start = softmax.start(ofLine: line)
        var greatest = -Double.infinity
        for index in 0..<count { greatest = max(greatest, Double(source[start + index * inner])) }
        var sum = 0.0
        for index in 0..<count { sum += exp(Double(source[start + index * inner]) - greatest) }
        let offset = greatest + log(sum)
        for index in 0..<count {
          let position = start + index * inner
          destination[position] = Float(Double(source[position]) - offset)
        }
      }
    }
  }

  private struct Gradients: RunWork {
    let softmax: LogSoftmax
    let destination, gradientDestination: UnsafePointer<Float>
    let gradientSource: UnsafeMutablePointer<Float>

    func perform(_ lines: Range<Int>) {
      let (count, inner) = (softmax.count, softmax.inner)
      for line in lines {
        let start = softmax.start(ofLine: line)
        var sum = 0.0
        for index in 0..<count { sum += Double(gradientDestination[start + index * inner]) }
        for index in 0..<count {
          let position = start + index * inner
          let share = exp(Double(destination[position])) * sum
          gradientSource[position] = Float(Double(gradientDestination[position]) - share)
        }
      }
    }
  }
}
