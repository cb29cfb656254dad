/// How much of the built-in set of shapes to make, and from which seed.
package struct ShapesOptions: Sendable, Hashable {
  package let trainCount: Int
  package let testCount: Int
  package let seed: UInt64

  package static let largestCount = 1_000_000

  package init(trainCount: Int = 8000, testCount: Int = 2000, seed: UInt64 = 0) {
    self.trainCount = trainCount
    self.testCount = testCount
    self.seed = seed
  }

  /// Parses `train=N,test=N,seed=N`, each at most once, in any order; empty text gives the defaults.
  /// Nil where it has another form or a count outside 1…1,000,000.
  package init?(parsing text: String) {
    var fields: [Substring: UInt64] = [:]
    for part in text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2, ["train", "test", "seed"].contains(sides[0]),
        let number = UInt64(sides[1]), fields.updateValue(number, forKey: sides[0]) == nil
      else { return nil }
    }
    let (train, test) = (fields["train"] ?? 8000, fields["test"] ?? 2000)
    let counts = 1...UInt64(Self.largestCount)
    guard counts.contains(train), counts.contains(test) else { return nil }
    self.init(trainCount: Int(train), testCount: Int(test), seed: fields["seed"] ?? 0)
  }
}
