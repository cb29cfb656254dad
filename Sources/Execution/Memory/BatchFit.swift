import TensorCore

/// Whether a batch's memory is there, and if not, the largest batch whose is.
package struct BatchFit {
  /// The images of a data set: those left at its end are a smaller batch, whose run takes memory
  /// too. Nil where there is only ever the one batch.
  package let images: Int?
  /// The bytes that runs of these batch sizes need together; where it throws for want of memory,
  /// that counts as too much.
  package let planned: (_ batchSizes: [Int]) throws -> Int
  /// Gives back the runs that were made.
  package let discard: () -> Void

  package init(
    images: Int? = nil, planned: @escaping ([Int]) throws -> Int,
    discard: @escaping () -> Void = {}
  ) {
    self.images = images
    self.planned = planned
    self.discard = discard
  }

  /// What stays free where addresses are limited and a smaller batch is sought: its runs may take 25
  /// MB more than its plans say.
  private static let inaccuracy = 40 << 20

  /// Makes the runs of `batchSize`, and throws `ExecutionError.batchTooLarge` where they need more
  /// than is available, or can't be made.
  ///
  /// Memory that was reserved and not written to yet costs nothing, so runs are made first and
  /// counted then. A 32nd of what is available stays free, for all that a run takes beside its
  /// plans; addresses, which cost as soon as they are reserved, are looked for once all runs are
  /// there.
  ///
  /// - Parameters:
  ///   - available: nil where nobody knows, and then everything that can be made fits.
  ///   - later: the bytes, of those that the runs need, that are taken only once they are under way.
  ///   - hasRoom: whether so many bytes can be had now, and the reserve besides.
  ///   - made: makes the runs, and returns the bytes that they need.
  package func check(
    _ batchSize: Int, available: Int? = AvailableMemory.byteCount, later: () -> Int = { 0 },
    hasRoom: (Int) -> Bool = AddressSpace.hasRoom, made: () throws -> Int
  ) throws {
    var limit = available.map { $0 - $0 / 32 } ?? .max
    var byteCount: Int?
    do {
      let made = try made()
      if made <= limit, hasRoom(later()) { return }
      byteCount = made
    } catch let error as ExecutionError where error.isOutOfMemory {}
    discard()
    if AddressSpace.limit != nil, let available {
      limit = min(limit, available - AddressSpace.reserve - Self.inaccuracy)
    }
    let planned = try bytes(sizes(batchSize))
    let needed = planned < .max ? max(planned, byteCount ?? 0) : byteCount
    // Whatever was counted, this batch does not fit.
    let known = max(0, min(limit, (needed ?? .max) - 1))
    throw ExecutionError.batchTooLarge(
      batchSize: batchSize, bytes: needed, available: max(0, limit),
      largest: try largest(below: batchSize, limit: known))
  }

  /// The largest batch below `upper` whose runs need at most `limit` bytes; nil where there is none.
  ///
  /// Without a rest, memory grows with the batch, but where an arena outgrows the caches and becomes
  /// denser (`ExecutionPlan`), at some 64 MiB. With one it doesn't: of 600 images batches of 300
  /// leave none, and batches of 299 leave 2. So the largest batch by itself comes first, and from
  /// it down the first whose rest fits beside it; two batches take no less than one of both.
  package func largest(below upper: Int, limit: Int) throws -> Int? {
    guard let images else { return try largestAlone(below: upper, limit: limit) }
    guard let alone = try largestAlone(below: images + 1, limit: limit) else { return nil }
    return try (1...max(1, min(alone, upper - 1))).reversed().first { batch in
      try batch + images % batch <= alone && bytes(sizes(batch)) <= limit
    }
  }

  /// As `largest`, for a batch that leaves no rest.
  ///
  /// Memory is nearly linear in the batch, so the place where a line through both ends of the
  /// bracket meets the limit is tried, and the bracket's middle where that hardly narrowed it. The
  /// answer was planned and fits, and the next larger batch was planned and doesn't.
  private func largestAlone(below upper: Int, limit: Int) throws -> Int? {
    var low = (batch: 1, bytes: try bytes([1]))
    guard upper > 1, low.bytes <= limit else { return nil }
    var high = (batch: upper, bytes: try bytes([upper]))
    var bisects = false
    while high.batch - low.batch > 1 {
      let width = high.batch - low.batch
      let share = Double(limit - low.bytes) / Double(max(1, high.bytes - low.bytes))
      let middle = bisects ? width / 2 : Int(Double(width) * min(1, share))
      let batch = min(max(low.batch + middle, low.batch + 1), high.batch - 1)
      let found = (batch: batch, bytes: try bytes([batch]))
      if found.bytes <= limit { low = found } else { high = found }
      bisects = !bisects && high.batch - low.batch > width / 2
    }
    return low.batch
  }

  /// The batch sizes that a run through all images takes.
  private func sizes(_ batchSize: Int) -> [Int] {
    let rest = (images ?? 0) % batchSize
    return rest > 0 ? [batchSize, rest] : [batchSize]
  }

  private func bytes(_ sizes: [Int]) throws -> Int {
    do { return try planned(sizes) } catch let error as ExecutionError where error.isOutOfMemory {
      return .max
    }
  }
}
