import Kernels

/// The mean softmax cross-entropy of a batch, and its gradient by the logits.
///
/// Inputs: logits [N, C]; labels [N], Int32 in the bits of the elements. Outputs: the mean loss and
/// the number of right answers, two Doubles in four elements; the gradient [N, C].
struct CrossEntropyLoss: Action {
  var name: String { "softmaxCrossEntropy" }

  func plan(
    _ node: Computation.Node, at index: Int, with planner: Planner
  ) throws(ExecutionError) {
    let shape = planner.shape(node.inputs[0])
    let (rows, classes) = (shape[0], shape[1])
    planner.emit(
      native: name,
      reads: [try planner.readPlain(node.inputs[0]), try planner.readPlain(node.inputs[1])],
      writes: [try planner.writePlain(node.outputs[0]), try planner.writePlain(node.outputs[1])]
    ) { pointers in
      let logits = pointers.floats(0)
      let labels = pointers[1].assumingMemoryBound(to: Int32.self)
      let result = pointers[2].assumingMemoryBound(to: Double.self)
      let gradient = pointers.floats(3)
      // Labels were checked when the data was read.
      guard
        let batch = try? Kernels.SoftmaxCrossEntropy(
          logits: logits, labels: labels, rows: rows, classes: classes, gradient: gradient)
      else {
        result[0] = .nan
        return
      }
      result[0] = batch.lossSum / Double(rows)
      result[1] = Double(batch.correct)
    }
  }
}
