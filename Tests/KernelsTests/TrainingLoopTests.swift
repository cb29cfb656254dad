import Foundation
import Kernels
import TensorCore
import TestSupport
import Testing

@Suite struct `Softmax cross entropy` {
  @Test(arguments: UInt64(0)..<8)
  func `agrees with its definition and central differences`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let rows = Int.random(in: 1...6, using: &generator)
    let classes = Int.random(in: 1...9, using: &generator)
    let x = NaiveTensor(random: [rows, classes], in: -6..<6, using: &generator)
    let labels = (0..<rows).map { _ in Int32.random(in: 0..<Int32(classes), using: &generator) }
    func loss(_ x: NaiveTensor) -> Double {
      let logarithms = NaiveSoftmax.logarithm(x, axis: 1)
      return labels.enumerated().reduce(0) { $0 - logarithms[[$1.offset, Int($1.element)]] }
    }
    var gradient = [Float](repeating: .nan, count: rows * classes)
    let result = try SoftmaxCrossEntropy(
      logits: x.floats, labels: labels, rows: rows, classes: classes, gradient: &gradient)
    // Sums of at most 54 values below 20 in Double.
    #expect((result.lossSum - loss(x)).magnitude < 54 * 54 * 20 * 0x1p-53, "seed \(seed)")
    let right = (0..<rows).count { row in
      let line = x.elements[row * classes..<(row + 1) * classes]
      return line.max() == x[[row, Int(labels[row])]]
    }
    #expect(result.correct == right, "seed \(seed)")
    let all = Array(x.elements.indices)
    let slopes = x.gradient(step: 1e-4, at: all) { loss($0) / Double(rows) }
    // The result's rounding, and h²/6 times third derivatives of the loss, which are below 1.
    expectClose(
      NaiveTensor(slopes.shape, gradient.map { Double($0) }), slopes,
      within: NaiveTensor(slopes.shape, all.map { _ in 0x1p-24 + 1e-8 / 6 }), "seed \(seed)")
  }

  @Test func `refuses a label that names no class`() {
    let logits: [Float] = [1, 2, 3, 4]
    #expect(throws: KernelError.label(row: 1, label: 2, classes: 2)) {
      try SoftmaxCrossEntropy(logits: logits, labels: [0, 2], rows: 2, classes: 2, gradient: nil)
    }
  }

  @Test func `counts no row as right that is not a number`() throws {
    let logits: [Float] = [.nan, 1, 0, 1]
    let result = try SoftmaxCrossEntropy(
      logits: logits, labels: [0, 1], rows: 2, classes: 2, gradient: nil)
    #expect(result.correct == 1 && result.lossSum.isNaN)
  }
}

@Suite struct `Running statistics` {
  @Test func `move by one minus the momentum, with the unbiased variance where asked`() {
    var running: [Float] = [1, 2]
    let batch: [Float] = [5, 10]
    running.withUnsafeMutableBufferPointer { running in
      batch.withUnsafeBufferPointer { batch in
        RunningStatistics.update(running, with: batch, momentum: 0.75)
        RunningStatistics.update(
          running, with: batch, momentum: 0.75,
          correction: RunningStatistics.unbiasedCorrection(count: 5))
      }
    }
    // 0.75·1 + 0.25·5 = 2, then 0.75·2 + 0.25·5·5/4 = 3.0625, all exact in binary; ditto from 2.
    #expect(running == [3.0625, 6.125])
    #expect(RunningStatistics.unbiasedCorrection(count: 1) == 1)
  }
}
