/// How an optimizer moves a parameter against its gradient.
///
/// Each element moves by itself, so a rule works on any part of a parameter, in any order of its
/// elements; the padding of a blocked layout stays 0.
package protocol UpdateRule: Sendable {
  /// The tensors, as large as the parameter, that the rule keeps from step to step; 0 at first.
  var momentCount: Int { get }

  /// Moves the elements by one step.
  ///
  /// - Parameter index: the steps before this one.
  func step(_ index: Int, _ elements: UpdatedElements)
}

/// Elements of a parameter, and as many of its gradient and of each of its moments; all lie apart.
package struct UpdatedElements {
  package let count: Int
  package let parameter: UnsafeMutablePointer<Float>
  package let gradient: UnsafePointer<Float>
  private let moments: UnsafeMutablePointer<Float>
  private let distance: Int

  /// - Parameters:
  ///   - moments: those of the first kind; not read where the rule has none.
  ///   - distance: how many elements the kinds of moments are apart.
  package init(
    count: Int, parameter: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    moments: UnsafeMutablePointer<Float>, distance: Int
  ) {
    self.count = count
    self.parameter = parameter
    self.gradient = gradient
    self.moments = moments
    self.distance = distance
  }

  /// The elements' moments of that kind.
  func moment(_ kind: Int) -> UnsafeMutablePointer<Float> { moments + kind * distance }

  /// Those of `range`, and what belongs to them.
  package func part(_ range: Range<Int>) -> UpdatedElements {
    let start = range.lowerBound
    return UpdatedElements(
      count: range.count, parameter: parameter + start, gradient: gradient + start,
      moments: moments + start, distance: distance)
  }
}
