import NetworkIR

/// Finds the names that a misspelt one may have meant.
enum ClosestNames {
  private static let limit = 3
  /// Longer names are compared up to here, so that a hostile file cannot make this slow.
  private static let longest = 128

  /// The names that come closest to `word`, a name or a pattern, the closest first, each once.
  static func of(_ word: String, among names: [Name]) -> [Name] {
    let needle = word.utf8.filter { !Array("*?[]".utf8).contains($0) }.prefix(longest)
    var seen: Set<Name> = []
    let ranked = names.filter { seen.insert($0).inserted }.enumerated().map { position, name in
      let distance = distance(from: Array(needle), to: Array(name.bytes.prefix(longest)))
      return (key: (distance, name.bytes.count, position), name: name)
    }
    return ranked.sorted { $0.key < $1.key }.prefix(limit).map(\.name)
  }

  /// The fewest insertions, deletions and replacements that make `word` of some part of `name`.
  ///
  ///     D[i, j] = min(D[i−1, j−1] + [wᵢ ≠ nⱼ], D[i−1, j] + 1, D[i, j−1] + 1)    D[0, j] = 0
  ///
  /// Source: Sellers, The theory and computation of evolutionary distances, 1980.
  private static func distance(from word: [UInt8], to name: [UInt8]) -> Int {
    var row = [Int](repeating: 0, count: name.count + 1)
    for (i, letter) in word.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in name.enumerated() {
        let replaced = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, min(diagonal, row[j]) + 1)
      }
    }
    return row.min() ?? word.count
  }
}

extension [Name] {
  /// What to look at where `word` is none of these: the closest of them.
  func remedy(for word: String) -> String? {
    let closest = ClosestNames.of(word, among: self)
    return closest.isEmpty ? nil : "the closest names are \(closest.quotedList)"
  }
}
