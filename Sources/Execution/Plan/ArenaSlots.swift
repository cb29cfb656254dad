/// Places buffers in one arena so that some share memory only with others of their size.
///
/// Threads share out a tensor by its extents: each writes the same part of it in every step. Where a
/// buffer takes the place of another of its size, each core finds the memory that it wrote itself;
/// elsewhere it fetches lines that another core wrote last. Where cores have no cache in common
/// that takes longer than the step's own work: a pooling's gradient twice as long.
package struct ArenaSlots {
  package let offsets: [Int?]
  package let byteCount: Int

  /// - Parameters:
  ///   - lives: as `ArenaPlacement` takes them.
  ///   - haveSlots: the buffers that share memory only with others of their size among these; the
  ///     rest share what these leave.
  package init(
    _ lives: [(byteCount: Int, steps: ClosedRange<Int>)?], haveSlots: (Int) -> Bool
  ) {
    let order = lives.indices.filter { lives[$0] != nil && haveSlots($0) }
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
    let others = lives.indices.filter { slotOfBuffer[$0] == nil }
    let placement = ArenaPlacement(slots + others.map { lives[$0] })
    var offsets = [Int?](repeating: nil, count: lives.count)
    for (index, slot) in slotOfBuffer { offsets[index] = placement.offsets[slot] }
    for (place, index) in others.enumerated() {
      offsets[index] = placement.offsets[slots.count + place]
    }
    self.offsets = offsets
    byteCount = placement.byteCount
  }
}
