/// Places buffers in one arena so that large ones share memory only with others of their size.
///
/// Threads share out a tensor by its extents: each writes the same part of it in every step. Where a
/// buffer takes the place of another of its size, each core finds the memory that it wrote itself;
/// elsewhere it fetches lines that another core wrote last. Where cores have no cache in common
/// that takes longer than the step's own work: a pooling's gradient twice as long.
package struct ArenaSlots {
  /// Buffers from here on have slots, in bytes. Smaller ones stay in the cache of one core from use
  /// to use, and share whatever memory is free.
  package static let leastSize = 512 << 10

  package let offsets: [Int?]
  package let byteCount: Int

  /// - Parameter lives: as `ArenaPlacement` takes them.
  package init(_ lives: [(byteCount: Int, steps: ClosedRange<Int>)?]) {
    let order = lives.indices.filter { (lives[$0]?.byteCount ?? 0) >= Self.leastSize }
      .sorted { (lives[$0]!.steps.lowerBound, $0) < (lives[$1]!.steps.lowerBound, $1) }
    let always = 0...(lives.lazy.compactMap { $0?.steps.upperBound }.max() ?? 0)
    var slots: [(byteCount: Int, steps: ClosedRange<Int>)?] = []
    var lastUses: [Int] = []
    var slotsOfSize: [Int: [Int]] = [:]
    var slotOfBuffer: [Int: Int] = [:]
    for index in order {
      let (byteCount, steps) = lives[index]!
      if let slot = slotsOfSize[byteCount]?.first(where: { lastUses[$0] < steps.lowerBound }) {
        lastUses[slot] = steps.upperBound
        slotOfBuffer[index] = slot
      } else {
        slotsOfSize[byteCount, default: []].append(slots.count)
        slotOfBuffer[index] = slots.count
        slots.append((byteCount, always))
        lastUses.append(steps.upperBound)
      }
    }
    let small = lives.indices.filter { slotOfBuffer[$0] == nil }
    let placement = ArenaPlacement(slots + small.map { lives[$0] })
    var offsets = [Int?](repeating: nil, count: lives.count)
    for (index, slot) in slotOfBuffer { offsets[index] = placement.offsets[slot] }
    for (place, index) in small.enumerated() {
      offsets[index] = placement.offsets[slots.count + place]
    }
    self.offsets = offsets
    byteCount = placement.byteCount
  }
}
