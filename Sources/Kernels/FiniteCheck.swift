import TensorCore

/// Whether Floats are NaN or infinite, looked at without allocating.
///
/// x − x is 0 for a finite x, else NaN, and a sum with NaN in it is NaN: one pass without branches,
/// at the rate of memory.
package struct FiniteCheck: PieceWork {
  private typealias Vector = SIMD16<Float>

  private let buffers: UnsafeBufferPointer<UnsafeBufferPointer<Float>>
  /// One for each part of all buffers.
  private let results: UnsafeMutableBufferPointer<Bool>

  /// Whether all elements of all buffers are finite; all cores look.
  package static func areFinite(
    _ buffers: UnsafeBufferPointer<UnsafeBufferPointer<Float>>
  ) -> Bool {
    let parts = ElementParts.count
    return withUnsafeTemporaryAllocation(of: Bool.self, capacity: parts) { results in
      let check = FiniteCheck(buffers: buffers, results: results)
      Parallel.perform(parts, check)
      return results.allSatisfy(\.self)
    }
  }

  /// Looks at one part of each buffer.
  package func perform(_ part: Int) {
    let areFinite = buffers.allSatisfy { elements in
      let range = ElementParts.range(part, of: results.count, elements.count)
      return Self.isFinite(UnsafeBufferPointer(rebasing: elements[range]))
    }
    results.initializeElement(at: part, to: areFinite)
  }

  fileprivate static func isFinite(_ elements: UnsafeBufferPointer<Float>) -> Bool {
    let width = Vector.scalarCount
    let raw = UnsafeRawBufferPointer(elements)
    // Two sums, so that no addition waits for the last one.
    var sums = (Vector.zero, Vector.zero)
    let pairs = elements.count / (2 * width)
    for index in 0..<pairs {
      let offset = index * 2 * MemoryLayout<Vector>.size
      let a = raw.loadUnaligned(fromByteOffset: offset, as: Vector.self)
      let b = raw.loadUnaligned(fromByteOffset: offset + MemoryLayout<Vector>.size, as: Vector.self)
      sums.0 += a - a
      sums.1 += b - b
    }
    var sum = (sums.0 + sums.1).sum()
    for index in pairs * 2 * width..<elements.count { sum += elements[index] - elements[index] }
    return sum == 0
  }
}

extension UnsafeBufferPointer<Float> {
  /// What is worth handing to another core.
  private static var leastForAllCores: Int { 1 << 16 }

  /// Whether no element is NaN or infinite; all cores look where there are many.
  package var isFinite: Bool {
    guard count > Self.leastForAllCores else { return FiniteCheck.isFinite(self) }
    return withUnsafePointer(to: self) {
      FiniteCheck.areFinite(UnsafeBufferPointer<UnsafeBufferPointer<Float>>(start: $0, count: 1))
    }
  }
}

extension UnsafeMutableBufferPointer<Float> {
  /// As that of an immutable buffer.
  package var isFinite: Bool { UnsafeBufferPointer(self).isFinite }
}
