import Execution
import Foundation
import Kernels
import NetworkIR
import ONNXFormat
import TensorCore
import TestSupport
import Testing

@Suite struct BatchFitTests {
  /// Memory as it grows: something for the weights, and for each image, in whole blocks of 16.
  private struct Model {
    let constant: Int
    let perImage: Int

    init(_ generator: inout SeededGenerator) {
      constant = Int(generator.uniform(in: 0..<5_000))
      perImage = Int(generator.uniform(in: 1..<300))
    }

    func bytes(_ batches: [Int]) -> Int {
      batches.reduce(0) { $0 + constant + ($1 * perImage + 15) / 16 * 16 }
    }
  }

  @Test(arguments: UInt64(0)..<200)
  func `the largest batch is what trying each one finds`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let model = Model(&generator)
    let images = Int(generator.uniform(in: 2..<400))
    let limit = Int(generator.uniform() * Double(model.bytes([images]) * 5 / 4))
    for count in [nil, images] {
      let fit = BatchFit(images: count, planned: model.bytes)
      let expected = (1..<images).last { batch in
        let rest = (count ?? 0) % batch
        return model.bytes(rest > 0 ? [batch, rest] : [batch]) <= limit
      }
      #expect(try fit.largest(below: images, limit: limit) == expected, "seed \(seed)")
    }
  }

  @Test func `a line through the ends finds the batch in few plans`() throws {
    var plans = 0
    let fit = BatchFit { sizes in
      plans += 1
      return 1_000_000 + 274_321 * sizes[0]
    }
    let largest = try fit.largest(below: 1 << 20, limit: 20 << 30)
    #expect(largest == ((20 << 30) - 1_000_000) / 274_321)
    // Both ends of the bracket, the line's answer, and the one next to it.
    #expect(plans <= 6)
  }

  @Test func `what memory can't hold at all counts as too much`() throws {
    let fit = BatchFit { sizes in
      if sizes[0] > 64 { throw ExecutionError.outOfMemory(bytes: .max) }
      return 100 * sizes[0]
    }
    #expect(try fit.largest(below: 1 << 20, limit: 1 << 40) == 64)
    #expect(try fit.largest(below: 1 << 20, limit: 99) == nil)
  }

  @Test func `a batch that doesn't fit is refused with the largest that does`() throws {
    let graph = try ONNXFile.read(Fixture.model("smallnet3-train").path).graph
    let session = try Session(graph, threads: 1)
    func planned(_ batch: Int) throws -> Int {
      try session.classificationByteCount(
        batchSize: batch, imageShape: [3, 32, 32], isTraining: true)
    }
    // Room for 20 images and a third of one more, and the 32nd that stays free.
    let (fits, exceeds) = (try planned(20), try planned(21))
    let room = fits + (exceeds - fits) / 3
    let available = room * 32 / 31 + 1
    let fit = BatchFit { try planned($0[0]) }
    do {
      try fit.check(64, available: available) {
        try session.classification(batchSize: 64, imageShape: [3, 32, 32], isTraining: true)
          .executor.plan.arenaByteCount
      }
      Issue.record("64 images fit where 21 don't")
    } catch ExecutionError.batchTooLarge(let batch, let bytes, _, let largest) {
      #expect(batch == 64)
      let expected = try planned(64)
      #expect(bytes == expected)
      #expect(largest == 20)
    }
    try fit.check(20, available: available) { fits }
  }

  @Test(arguments: [
    ExecutionError.outOfMemory(bytes: 5),
    .kernel(.primitive(.convolution, shapes: [], .outOfMemory)), .kernel(.engine(.outOfMemory)),
    .kernel(.execution(.reorder, .outOfMemory)), .kernel(.layout(shape: [1], .outOfMemory)),
  ])
  func `runs that can't be made are refused, though what was counted fits`(
    error: ExecutionError
  ) throws {
    let fit = BatchFit { 10 * $0[0] }
    do {
      try fit.check(64, available: 1 << 40) { throw error }
      Issue.record("64 images fit where their runs can't be made")
    } catch ExecutionError.batchTooLarge(let batch, let bytes, let available, let largest) {
      #expect(batch == 64 && bytes == 640 && available == 31 << 35 && largest == 63)
    }
  }

  @Test func `a batch that nobody can plan is refused without its bytes`() throws {
    let fit = BatchFit { sizes in
      if sizes[0] > 8 { throw ExecutionError.kernel(.engine(.outOfMemory)) }
      return 10 * sizes[0]
    }
    do {
      try fit.check(64, available: 3200) { throw ExecutionError.outOfMemory(bytes: .max) }
      Issue.record("64 images fit where 9 don't")
    } catch ExecutionError.batchTooLarge(_, let bytes, let available, let largest) {
      #expect(bytes == nil && available == 3100 && largest == 8)
    }
  }

  @Test
  func `runs that leave no room are given back before a smaller batch is sought`()
    throws
  {
    var (events, asked): ([String], [Int]) = ([], [])
    let fit = BatchFit(
      planned: {
        events.append("plan")
        return 10 * $0[0]
      }, discard: { events.append("discard") })
    func check(roomFor room: Int) throws {
      try fit.check(
        64, available: 1 << 40, later: { 77 },
        hasRoom: {
          asked.append($0)
          return $0 <= room
        }
      ) {
        events.append("make")
        return 640
      }
    }
    try check(roomFor: 77)
    #expect(events == ["make"] && asked == [77])
    do {
      try check(roomFor: 76)
      Issue.record("64 images fit where what they need later doesn't")
    } catch ExecutionError.batchTooLarge(_, _, _, let largest) {
      #expect(largest == 63)
    }
    #expect(events.prefix(4) == ["make", "make", "discard", "plan"])
    #expect(events.filter { $0 == "discard" }.count == 1)
  }

  @Test func `what has nothing to do with memory is thrown as it is`() throws {
    let fit = BatchFit { 10 * $0[0] }
    do {
      try fit.check(64) { throw ExecutionError.noTrainableParameters }
      Issue.record("an error was lost")
    } catch ExecutionError.noTrainableParameters {}
  }

  @Test func `some memory is available, and no more than the machine has`() throws {
    let available = try #require(AvailableMemory.byteCount)
    #expect(available > 0)
  }

  /// Counters of a control group are read one after the other, while it goes on.
  @Test(arguments: [
    (limit: 100, used: 60, cached: 20, left: 60), (100, 120, 0, 0), (100, 120, 30, 10),
    (100, 10, 30, 100), (Int.max - 4095, 10, 30, Int.max - 4095), (Int.max, 0, Int.max, Int.max),
  ])
  func `a control group leaves its limit at most, whatever it says that it uses`(
    group: (limit: Int, used: Int, cached: Int, left: Int)
  ) {
    let left = AvailableMemory.left(
      limit: group.limit, used: group.used, cached: group.cached)
    #expect(left == group.left)
  }
}
