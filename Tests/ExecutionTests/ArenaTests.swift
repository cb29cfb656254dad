import Execution
import TensorCore
import TestSupport
import Testing

private typealias Life = (byteCount: Int, steps: ClosedRange<Int>)

@Suite struct `The arena` {
  private struct Placed {
    let bytes: Range<Int>
    let steps: ClosedRange<Int>
  }

  /// - Parameter sizes: how many sizes there are, where buffers of one size are to follow each other;
  ///   else each has a size of its own.
  private func randomLives(_ seed: UInt64, sizes count: Int? = nil) -> [Life?] {
    var generator = SeededGenerator(seed: seed)
    let lives = generator.pick(1...60)
    let last = generator.pick(0...40)
    let sizes = (0..<(count ?? lives)).map { _ in generator.pick(0...5000) }
    return (0..<lives).map { index in
      if generator.pick(0...9) == 0 { return nil }
      let (a, b) = (generator.pick(0...last), generator.pick(0...last))
      let size = count == nil ? index : generator.pick(0...sizes.count - 1)
      return (sizes[size], min(a, b)...max(a, b))
    }
  }

  /// Expects that every life has a place within `byteCount`, and that none meets another.
  private func check(
    _ lives: [Life?], _ offsets: [Int?], within byteCount: Int, _ seed: UInt64
  ) -> [Placed] {
    var placed: [Placed] = []
    for (life, offset) in zip(lives, offsets) {
      #expect((life == nil) == (offset == nil), "seed \(seed)")
      guard let life, let offset else { continue }
      #expect(offset >= 0 && offset % ArenaPlacement.alignment == 0, "seed \(seed)")
      #expect(offset + life.byteCount <= byteCount, "seed \(seed)")
      placed.append(Placed(bytes: offset..<offset + life.byteCount, steps: life.steps))
    }
    for (i, a) in placed.enumerated() {
      for b in placed[..<i] where a.steps.overlaps(b.steps) {
        #expect(!a.bytes.overlaps(b.bytes), "seed \(seed): \(a) and \(b)")
      }
    }
    // No more than everything side by side.
    let alignment = ArenaPlacement.alignment
    let total = placed.reduce(0) { $0 + ($1.bytes.count + alignment - 1) / alignment * alignment }
    #expect(byteCount <= total, "seed \(seed)")
    return placed
  }

  @Test(arguments: UInt64(0)..<64)
  func `never lets buffers overlap that are alive at the same time`(seed: UInt64) {
    let lives = randomLives(seed)
    let placement = ArenaPlacement(lives)
    _ = check(lives, placement.offsets, within: placement.byteCount, seed)
  }

  @Test(arguments: UInt64(0)..<64)
  func `lets a buffer with a slot share memory only with others of its size`(seed: UInt64) {
    let lives = randomLives(seed, sizes: 1 + Int(seed % 12))
    let slots = ArenaSlots(lives) { lives[$0]!.byteCount > 2500 }
    let placed = check(lives, slots.offsets, within: slots.byteCount, seed)
    for (i, a) in placed.enumerated() {
      for b in placed[..<i] where a.bytes.overlaps(b.bytes) {
        let largest = max(a.bytes.count, b.bytes.count)
        #expect(a.bytes == b.bytes || largest <= 2500, "seed \(seed)")
      }
    }
  }

  @Test func `lets buffers that follow each other share their memory`() {
    let placement = ArenaPlacement([(1024, 0...1), (640, 2...3), (512, 4...4)])
    #expect(placement.byteCount == 1024)
    #expect(placement.offsets == [0, 0, 0])
  }

  @Test func `gives buffers of one size that follow each other one slot`() {
    let slots = ArenaSlots([(64, 0...1), (128, 2...3), (64, 2...4), (64, 4...5)]) { _ in true }
    #expect(slots.byteCount == 256)
    #expect(slots.offsets[0] == slots.offsets[2])
    #expect(slots.offsets[3] != slots.offsets[0])
  }
}
