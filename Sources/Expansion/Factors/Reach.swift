/// How the factors of a CK unit tile a kernel along one axis.
struct Reach {
  /// How many factors have three taps on this axis: the first so many.
  let active: Int
  /// The filters of the first factor that are needed, as the shifts that they are near to.
  let copies: [Int]
  /// The same, then all others that there are.
  let allCopies: [Int]
  /// The shifts by the factors after the second that are needed.
  let blocks: [Int]
  let allBlocks: [Int]

  init(active: Int) {
    self.active = active
    copies =
      switch active {
      case 0: [0]
      case 1: [0, 1, 2]
      default: [0, 2]
      }
    allCopies = active < 2 ? copies : [0, 2, 1]
    // The largest shift; the copies and the free factor tile five taps beside each block.
    let reach = max(0, 2 * (active - 2))
    let steps = (reach + 4) / 5
    let blocks = steps == 0 ? [0] : (0...steps).map { reach * $0 / steps }
    self.blocks = blocks
    allBlocks = blocks + (0...reach).filter { !blocks.contains($0) }
  }

  /// How far filters are turned from shifts, in radians: little enough that the product of the
  /// factors' filters stays near a shift.
  var turn: Double { 0.6 / Double(max(3, active)) }

  /// All combinations over the axes, those of needed entries alone first.
  static func product(_ axes: [(needed: [Int], all: [Int])]) -> [[Int]] {
    func product(_ lists: [[Int]]) -> [[Int]] {
      lists.reduce([[]]) { product, list in product.flatMap { item in list.map { item + [$0] } } }
    }
    let needed = product(axes.map(\.needed))
    let known = Set(needed)
    return needed + product(axes.map(\.all)).filter { !known.contains($0) }
  }
}

/// The channels between two factors of a CK unit: channel c serves channel c mod `bases` of the
/// original in its own way, kind c / `bases`.
struct Channels {
  let bases: Int
  let count: Int
  private let kinds: [[Int]]

  /// - Parameter repeats: fill the whole width, with the same kinds again where they are used up.
  init(bases: Int, kinds: [[Int]], width: Int, repeats: Bool) {
    self.bases = bases
    count = repeats ? width : min(width, bases * kinds.count)
    let used = (count + bases - 1) / bases
    self.kinds = (0..<used).map { kinds[$0 % kinds.count] }
  }

  func base(of channel: Int) -> Int { channel % bases }
  func kind(of channel: Int) -> [Int] { kinds[channel / bases] }

  /// How many channels serve `base`.
  func number(of base: Int) -> Int { count / bases + (base < count % bases ? 1 : 0) }
  func kinds(of base: Int) -> [[Int]] { Array(kinds.prefix(number(of: base))) }

  /// What makes the sum of a base's channels, each of length 1, a vector of length 1.
  func scale(of base: Int) -> Double { 1 / Double(number(of: base)).squareRoot() }
}
