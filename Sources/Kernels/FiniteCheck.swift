import TensorCore

extension UnsafeBufferPointer<Float> {
  /// Whether no element is NaN or infinite; on all cores where there are many, without allocating.
  ///
  /// x − x is 0 for a finite x, else NaN, and a sum with NaN in it is NaN: one pass without branches,
  /// at the rate of memory.
  package var isFinite: Bool {
    guard count > FiniteCheck.shortestRun else { return FiniteCheck.isFinite(self) }
    let runs = Swift.min(FiniteCheck.mostRuns, (count - 1) / FiniteCheck.shortestRun + 1)
    return withUnsafeTemporaryAllocation(of: Bool.self, capacity: runs) { results in
      let check = FiniteCheck(
        elements: self, runLength: (count + runs - 1) / runs, results: results)
      withUnsafePointer(to: check) {
        Parallel.perform(runs, on: $0) { run, check in
          check?.assumingMemoryBound(to: FiniteCheck.self).pointee.look(atRun: run)
        }
      }
      return results.allSatisfy(\.self)
    }
  }
}

extension UnsafeMutableBufferPointer<Float> {
  /// As that of an immutable buffer.
  package var isFinite: Bool { UnsafeBufferPointer(self).isFinite }
}

/// A check of one buffer in runs, each with a result of its own.
private struct FiniteCheck {
  /// What is worth handing to another core.
  static let shortestRun = 1 << 16
  /// Results of so many runs have room on the stack.
  static let mostRuns = 256

  private typealias Vector = SIMD16<Float>

  let elements: UnsafeBufferPointer<Float>
  let runLength: Int
  let results: UnsafeMutableBufferPointer<Bool>

  func look(atRun run: Int) {
    let start = Swift.min(run * runLength, elements.count)
    let end = Swift.min(start + runLength, elements.count)
    let isFinite = Self.isFinite(UnsafeBufferPointer(rebasing: elements[start..<end]))
    results.initializeElement(at: run, to: isFinite)
  }

  static func isFinite(_ elements: UnsafeBufferPointer<Float>) -> Bool {
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
