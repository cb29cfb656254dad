import Kernels
import TensorCore
import TestSupport
import Testing

@Suite struct `Finite checks` {
  /// Lengths around the width of a vector and the length of a core's run.
  @Test(arguments: [0, 1, 31, 32, 33, 100, 1 << 16, 1 << 16 + 1, 300_001])
  func `find NaN and infinity wherever they are, and nothing else`(count: Int) {
    var elements = [Float](repeating: 1, count: count)
    for (index, element) in [
      Float.greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, -0,
    ].enumerated() where index < count {
      elements[index] = element
    }
    #expect(isFinite(elements))
    let places = Set([0, 1, 15, 16, 31, 32, count / 2, 1 << 16 - 1, 1 << 16, count - 2, count - 1])
    for place in places where elements.indices.contains(place) {
      for element in [Float.nan, .infinity, -.infinity, .signalingNaN] {
        let old = elements[place]
        elements[place] = element
        #expect(!isFinite(elements), "\(element) at \(place)")
        elements[place] = old
      }
    }
  }

  /// The sum of the two infinities' differences must not cancel.
  @Test func `see several at once`() {
    #expect(!isFinite([.infinity, -.infinity, 1, 2]))
  }

  private func isFinite(_ elements: [Float]) -> Bool {
    elements.withUnsafeBufferPointer(\.isFinite)
  }
}
