/// The channels between two factors of a CK unit that serve one of the original's each: channel c
/// serves channel c mod `bases` in its own way, kind c / `bases`.
struct Channels {
  let bases: Int
  let count: Int
  private let kinds: [[Int]]

  /// - Parameter repeats: fill the whole width, with the same kinds again where they are used up.
  init(bases: Int, kinds: [[Int]], width: Int, repeats: Bool) {
    self.bases = bases
    count = repeats ? width : min(width, bases * kinds.count)
    self.kinds = kinds
  }

  /// How many kinds there are before they repeat.
  var kindCount: Int { kinds.count }

  func base(of channel: Int) -> Int { channel % bases }

  /// Of any channel, where kinds repeat.
  func kind(of channel: Int) -> [Int] { kinds[channel / bases % kinds.count] }

  /// How many channels serve `base`.
  func number(of base: Int) -> Int { count / bases + (base < count % bases ? 1 : 0) }

  func kinds(of base: Int) -> [[Int]] {
    (0..<number(of: base)).map { kind(of: base + $0 * bases) }
  }

  /// What makes the sum of a base's channels, each of length 1, a vector of length 1.
  func scale(of base: Int) -> Double { 1 / Double(number(of: base)).squareRoot() }
}
