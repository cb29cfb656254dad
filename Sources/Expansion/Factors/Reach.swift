/// How the factors of a CK unit tile a kernel along one axis, with one of them free.
///
/// Shifts are counted in taps. Factors of 3 before the free one make copies of each input at shifts
/// 0 … C, those after it move blocks of each output by 0 … G, and the free factor itself serves F
/// taps, 3 or, where the axis is used up before it, 1. Copies and blocks tile the C + F + G taps of
/// the kernel where one kind stands at equal steps of at most F, so that it tiles its own reach
/// without a gap, and the other kind at equal steps of at most what that covers.
struct Reach {
  /// Which kind stands at the small steps.
  enum Tiling: CaseIterable {
    case byCopies, byBlocks
  }

  /// How many factors have three taps on this axis: the first so many.
  let active: Int
  /// How many of those come before the free factor, and how many after it.
  let before: Int
  let after: Int
  /// The copies that are needed, as the shifts that their filters are near to.
  let copies: [Int]
  /// The same, then all others that there are.
  let allCopies: [Int]
  /// The shifts by the factors after the free one that are needed.
  let blocks: [Int]
  let allBlocks: [Int]

  /// Nil where that takes more than three copies: the first factor has no more filters.
  init?(active: Int, free: Int, tiling: Tiling) {
    self.active = active
    before = min(free, active)
    after = max(0, active - 1 - free)
    let (copied, moved) = (2 * before, 2 * after)
    let own = free < active ? 3 : 1
    let blocks: [Int]
    switch tiling {
    case .byCopies:
      copies = Self.shifts(upTo: copied, step: own)
      blocks = Self.shifts(upTo: moved, step: copied + own)
    case .byBlocks:
      copies = Self.shifts(upTo: copied, step: moved + own)
      blocks = Self.shifts(upTo: moved, step: own)
    }
    guard copies.count <= 3 else { return nil }
    // Those that differ in the first factor.
    allCopies = copies + Set([0, copied / 2, copied]).subtracting(copies).sorted()
    self.blocks = blocks
    allBlocks = blocks + (0...moved).filter { !blocks.contains($0) }
  }

  /// From 0 to `reach` in equal steps of at most `step`, as far as they can be whole.
  private static func shifts(upTo reach: Int, step: Int) -> [Int] {
    let steps = (reach + step - 1) / step
    return steps == 0 ? [0] : (0...steps).map { reach * $0 / steps }
  }

  /// How far filters are turned from shifts, in radians: little enough that the product of the
  /// factors' filters stays near a shift.
  var turn: Double { 0.6 / Double(max(3, active)) }

  /// What factor `place` of so many adds to a shift that they share as evenly as whole steps can; 0
  /// for other factors.
  static func share(of shift: Int, _ place: Int, of places: Int) -> Int {
    guard (0..<places).contains(place) else { return 0 }
    return shift * (place + 1) / places - shift * place / places
  }

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
