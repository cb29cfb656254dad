import TensorCore

/// A sparse matrix that acts along one axis of a tensor: y[…, i, …] = Σⱼ w[i, j] · x[…, j, …].
///
/// Resizing, padding, gathering and averaging are products of such matrices, one for each axis, and
/// so are their gradients, by the transposed ones.
package struct AxisMap: Sendable, Hashable {
  package struct Term: Sendable, Hashable {
    package let source: Int
    package let weight: Float

    package init(_ source: Int, weight: Float = 1) {
      self.source = source
      self.weight = weight
    }
  }

  package let sourceExtent: Int
  /// Terms starts[i] ..< starts[i + 1] are those of row i.
  private let starts: [Int]
  private let terms: [Term]
  /// What an element of a row without terms is.
  private let fill: Float

  /// Requires that every term's source lies in 0 ..< sourceExtent.
  package init(sourceExtent: Int, rows: [[Term]], fill: Float = 0) {
    self.sourceExtent = sourceExtent
    self.fill = fill
    terms = Array(rows.joined())
    starts = rows.reduce(into: [0]) { $0.append($0.last! + $1.count) }
  }

  /// Entry i of the result is entry `positions[i]` of the source.
  package init(taking positions: [Int], of sourceExtent: Int) {
    self.init(sourceExtent: sourceExtent, rows: positions.map { [Term($0)] })
  }

  package var extent: Int { starts.count - 1 }

  package var isIdentity: Bool {
    extent == sourceExtent && terms == (0..<extent).map { Term($0) }
  }

  /// The adjoint of the linear part.
  package var transposed: AxisMap {
    var rows = [[Term]](repeating: [], count: sourceExtent)
    for row in 0..<extent {
      for term in terms[starts[row]..<starts[row + 1]] {
        rows[term.source].append(Term(row, weight: term.weight))
      }
    }
    return AxisMap(sourceExtent: extent, rows: rows)
  }

  /// Writes the product with `source`, [outer, sourceExtent, inner], to `destination`,
  /// [outer, extent, inner].
  package func apply(
    _ source: UnsafePointer<Float>, to destination: UnsafeMutablePointer<Float>, outer: Int,
    inner: Int
  ) {
    let (count, work) = (outer * extent, outer * inner * max(terms.count, extent))
    guard work > 1 << 16 else {
      return apply(rows: 0..<count, source, to: destination, inner: inner)
    }
    let length = max(1, count / max(1, work >> 15))
    Parallel.perform(
      count, runsOf: length,
      Rows(map: self, source: source, destination: destination, inner: inner))
  }

  private struct Rows: RunWork {
    let map: AxisMap
    let source: UnsafePointer<Float>
    let destination: UnsafeMutablePointer<Float>
    let inner: Int

    func perform(_ rows: Range<Int>) {
      map.apply(rows: rows, source, to: destination, inner: inner)
    }
  }

  private func apply(
    rows: Range<Int>, _ source: UnsafePointer<Float>,
    to destination: UnsafeMutablePointer<Float>, inner: Int
  ) {
    terms.withUnsafeBufferPointer { terms in
      starts.withUnsafeBufferPointer { starts in
        for row in rows {
          let (block, index) = row.quotientAndRemainder(dividingBy: extent)
          let base = source + block * sourceExtent * inner
          let result = destination + row * inner
          let range = starts[index]..<starts[index + 1]
          guard let first = range.first else {
            result.update(repeating: fill, count: inner)
            continue
          }
          Self.write(terms[first], base, result, inner)
          for position in range.dropFirst() {
            let weight = terms[position].weight
            let from = base + terms[position].source * inner
            for k in 0..<inner { result[k] += weight * from[k] }
          }
        }
      }
    }
  }

  private static func write(
    _ term: Term, _ base: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>,
    _ inner: Int
  ) {
    let from = base + term.source * inner
    if term.weight == 1 { return result.update(from: from, count: inner) }
    for k in 0..<inner { result[k] = term.weight * from[k] }
  }
}
