/// Bytes that are made in runs, each on its own, on all cores.
package struct MadeBytes: Sendable {
  /// Makes all bytes of a run, given its number; its memory starts with any content.
  package typealias Fill = @Sendable (Int, UnsafeMutableRawBufferPointer) -> Void

  let count: Int
  private let runs: [Range<Int>]
  private let prepare: @Sendable () -> Fill

  /// Bytes as many as the last of `runs` ends at, which follow each other from 0.
  ///
  /// `prepare` does, once for each reader, what every run needs; what it gives must make the same
  /// bytes each time.
  package init(runs: [Range<Int>], prepare: @escaping @Sendable () -> Fill) {
    count = runs.last?.upperBound ?? 0
    self.runs = runs
    self.prepare = prepare
  }

  /// Sees the bytes of a run, and which ones of all they are, on the core that has just made them.
  package typealias Watch = @Sendable (Range<Int>, UnsafeRawBufferPointer) -> Void

  /// The same bytes. `watch` is asked once for each reader who is to see the runs that are made for
  /// it, before the first one, and may name nobody.
  func watched(by watch: @escaping @Sendable () -> Watch?) -> MadeBytes {
    MadeBytes(runs: runs) { [self] in
      let fill = prepare()
      guard let watch = watch() else { return fill }
      return { run, bytes in
        fill(run, bytes)
        watch(runs[run], UnsafeRawBufferPointer(bytes))
      }
    }
  }

  /// Makes all bytes at the start of `memory`.
  func fill(_ memory: UnsafeMutableRawBufferPointer) {
    make(runs.indices, by: prepare(), in: memory)
  }

  func withAll<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    try SpareMemory.withBytes(count) { (room) throws(E) in
      fill(room)
      return try body(UnsafeRawBufferPointer(room))
    }
  }

  /// Calls `body` with pieces of about `pieceSize` bytes in order, on one core at a time, while
  /// other cores make the next ones.
  func forEachPiece<E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> Void) throws(E) {
    let pieces = pieces()
    guard pieces.count > 1 else { return try withAll(body) }
    let fill = prepare()
    let largest = pieces.map { byteRange(of: $0).count }.max() ?? 0
    let room = min(Self.roomForPieces, pieces.count, max(2, Self.mostBytesOfPieces / largest))
    let memory = Allocation.spare(count: largest * room)
    defer { memory.spare() }
    let line = PieceLine(count: pieces.count, room: room)
    var failure: E?
    Parallel.perform(Self.largestCoreCount) { _ in
      while let job = line.next() {
        switch job {
        case .make(let index):
          let piece = pieces[index]
          let place = UnsafeMutableRawBufferPointer(
            rebasing: memory.memory[(index % room * largest)...])
          for run in piece { make(run, of: piece, by: fill, in: place) }
        case .read(let index):
          let start = index % room * largest
          let bytes = memory.memory[start..<start + byteRange(of: pieces[index]).count]
          do throws(E) {
            try body(UnsafeRawBufferPointer(rebasing: bytes))
          } catch {
            failure = error
            line.stop()
          }
        }
        line.finish(job)
      }
    }
    if let failure { throw failure }
  }

  private static let pieceSize = 1 << 19
  private static let roomForPieces = 8
  /// Two pieces have room even so: one that is made, and one that is read.
  private static let mostBytesOfPieces = 8 << 20
  /// More cores have nothing to do: memory has room for no more pieces.
  private static let largestCoreCount = roomForPieces

  /// Which runs each piece has.
  private func pieces() -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var start = 0
    for run in runs.indices where runs[run].upperBound - runs[start].lowerBound >= Self.pieceSize {
      pieces.append(start..<run + 1)
      start = run + 1
      if start == runs.count { break }
    }
    if start < runs.count { pieces.append(start..<runs.count) }
    return pieces
  }

  private func byteRange(of piece: Range<Int>) -> Range<Int> {
    guard let last = piece.last else { return 0..<0 }
    return runs[piece.lowerBound].lowerBound..<runs[last].upperBound
  }

  /// Makes a run of `piece`, whose first one lies at the start of `memory`.
  private func make(
    _ run: Int, of piece: Range<Int>, by fill: Fill, in memory: UnsafeMutableRawBufferPointer
  ) {
    let start = byteRange(of: piece).lowerBound
    let place = runs[run].lowerBound - start..<runs[run].upperBound - start
    fill(run, UnsafeMutableRawBufferPointer(rebasing: memory[place]))
  }

  private func make(
    _ piece: Range<Int>, by fill: Fill, in memory: UnsafeMutableRawBufferPointer
  ) {
    Parallel.perform(piece.count) {
      make(piece.lowerBound + $0, of: piece, by: fill, in: memory)
    }
  }
}
