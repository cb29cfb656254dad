import Foundation

/// The cross entropy of a batch's softmax, and how many rows were classified right.
package struct SoftmaxCrossEntropy: Equatable, Sendable {
  /// Σ over rows of −ln softmax(row)[label]; divide by the rows for the mean.
  package var lossSum: Double
  /// Rows whose greatest logit (of equal ones, the first) is the label's.
  package var correct: Int

  /// Computes in Double, and writes the gradient of the mean loss, (softmax − onehot) / rows.
  ///
  /// `logits` and `gradient` are plain [rows, classes] and may be the same memory. Throws
  /// `KernelError.label` where a label is not in 0 ..< classes; the gradient is then unfinished.
  package init(
    logits: UnsafePointer<Float>, labels: UnsafePointer<Int32>, rows: Int, classes: Int,
    gradient: UnsafeMutablePointer<Float>?
  ) throws(KernelError) {
    lossSum = 0
    correct = 0
    let scale = 1 / Double(rows)
    for row in 0..<rows {
      let values = logits + row * classes
      let label = Int(labels[row])
      guard (0..<classes).contains(label) else {
        throw .label(row: row, label: label, classes: classes)
      }
      var best = 0
      for index in 1..<max(classes, 1) where values[index] > values[best] { best = index }
      let greatest = Double(values[best])
      var sum = 0.0
      for index in 0..<classes { sum += exp(Double(values[index]) - greatest) }
      let loss = log(sum) + greatest - Double(values[label])
      lossSum += loss
      if best == label && !loss.isNaN { correct += 1 }
      guard let gradient else { continue }
      let gradients = gradient + row * classes
      for index in 0..<classes {
        let probability = exp(Double(values[index]) - greatest) / sum
        gradients[index] = Float((probability - (index == label ? 1 : 0)) * scale)
      }
    }
  }
}
