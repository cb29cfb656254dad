import TensorCore

/// How far the elements of one tensor are from those of another of its type and shape.
///
/// NaN equals NaN here; a NaN against a number is an infinite distance.
package struct WeightChange: Hashable, Sendable {
  /// Elements that differ.
  package private(set) var count = 0
  /// The largest |b − a|; nil for types that hold no real numbers.
  package private(set) var maximum: Double?
  /// ‖b − a‖ / ‖a‖, infinite where a is 0; nil for types that hold no real numbers.
  package private(set) var relativeNorm: Double?
  /// The largest |a|, against which `maximum` is to be seen; nil for types that hold no real
  /// numbers.
  package private(set) var largest: Double?

  /// Nil where no element differs.
  init?(from a: Tensor, to b: Tensor) {
    guard a.storage != b.storage else { return nil }
    switch a.elementType {
    case .float: measure(a, b, as: Float.self)
    case .double: measure(a, b, as: Double.self)
    default:
      if let x = a.doubles, let y = b.doubles {
        measure(Tensor(x, shape: a.shape), Tensor(y, shape: b.shape), as: Double.self)
        // Integers beyond 2^53 may differ where their Doubles don't.
        if let x = a.integers, let y = b.integers { count = zip(x, y).count { $0 != $1 } }
      } else {
        count = a.storage.withBytes { x in b.storage.withBytes { y in zip(x, y).count { $0 != $1 } }
        }
      }
    }
    if count == 0 { return nil }
  }

  private mutating func measure<Element: BinaryFloatingPoint & BitwiseCopyable>(
    _ a: Tensor, _ b: Tensor, as: Element.Type
  ) {
    var (maximum, largest, norm, reference) = (0.0, 0.0, 0.0, 0.0)
    a.storage.withBytes { x in
      b.storage.withBytes { y in
        for offset in stride(from: 0, to: x.count, by: MemoryLayout<Element>.size) {
          let from = Double(x.loadUnaligned(fromByteOffset: offset, as: Element.self))
          let to = Double(y.loadUnaligned(fromByteOffset: offset, as: Element.self))
          if from.isFinite {
            largest = max(largest, from.magnitude)
            reference += from * from
          }
          guard from != to, !(from.isNaN && to.isNaN) else { continue }
          count += 1
          let distance = (to - from).magnitude
          maximum = max(maximum, distance.isNaN ? .infinity : distance)
          norm += distance.isNaN ? .infinity : distance * distance
        }
      }
    }
    self.maximum = maximum
    self.largest = largest
    relativeNorm = norm == 0 ? 0 : (norm / reference).squareRoot()
  }
}
