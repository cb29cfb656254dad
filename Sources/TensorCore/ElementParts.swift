/// How cores share out the Floats of a tensor that they read or write in each step.
///
/// Always the same way, one run of elements for each, so that a core meets what it wrote last time: that
/// lies in its own caches, which may be far from the other cores'. What is computed of an element must
/// not depend on the others.
package enum ElementParts {
  /// As many as there are threads.
  package static var count: Int { ParallelRegion.threads ?? 1 }

  private static let elementsPerCacheLine = 16

  /// The elements of one of `parts` of `elementCount`, nearly as many as in the others; no cache line
  /// is shared out.
  package static func range(_ part: Int, of parts: Int, _ elementCount: Int) -> Range<Int> {
    let lines = (elementCount + elementsPerCacheLine - 1) / elementsPerCacheLine
    func start(_ part: Int) -> Int {
      min(elementCount, lines * part / parts * elementsPerCacheLine)
    }
    return start(part)..<start(part + 1)
  }
}
