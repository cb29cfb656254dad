import Kernels
import NetworkIR
import TensorCore

extension Lowering {
  mutating func lower(_ conv: Conv, _ node: Node, _ index: Int) throws(ExecutionError) {
    let inputs = try convolutionInputs(node)
    let (source, weights) = (computation.shape(inputs[0]), computation.shape(inputs[1]))
    guard (3...5).contains(source.count), source.count == weights.count,
      let window = conv.window.geometry(
        kernel: Array(weights.dropFirst(2)), input: source.dropFirst(2).map { $0 })
    else { throw unsupported(node, index, "on a tensor of rank \(source.count)") }
    add(
      Weighted(map: .convolution(window, group: conv.group)), inputs, for: node,
      shape: try outputShape(node))
  }

  mutating func lower(_ conv: ConvTranspose, _ node: Node, _ index: Int) throws(ExecutionError) {
    let inputs = try convolutionInputs(node)
    let (source, weights) = (computation.shape(inputs[0]), computation.shape(inputs[1]))
    let output = try outputShape(node)
    guard (3...5).contains(source.count), source.count == weights.count,
      var window = conv.window.geometry(
        kernel: Array(weights.dropFirst(2)), input: source.dropFirst(2).map { $0 })
    else { throw unsupported(node, index, "on a tensor of rank \(source.count)") }
    let outputPadding = conv.outputPadding ?? Array(repeating: 0, count: window.rank)
    guard outputPadding.count == window.rank else {
      throw unsupported(node, index, "with output_padding of other axes")
    }
    let isDerived = conv.outputShape != nil || ![.notset, .valid].contains(conv.window.autoPad)
    for axis in 0..<window.rank {
      let excess =
        (source[2 + axis] - 1) * window.strides[axis] + window.reach(axis) - output[2 + axis]
      if isDerived {
        // The odd rest goes to the end in SAME_UPPER, to the begin otherwise.
        let total = max(0, excess + outputPadding[axis])
        window.padsBegin[axis] =
          conv.window.autoPad == .sameUpper ? total / 2 : total - total / 2
      }
      // Output padding is padding that the end lacks: what is left follows from the extents.
      window.padsEnd[axis] = excess - window.padsBegin[axis]
    }
    add(
      Weighted(map: .transposedConvolution(window, group: conv.group)), inputs, for: node,
      shape: output)
  }

  private mutating func convolutionInputs(
    _ node: Node
  ) throws(ExecutionError) -> [Computation.TensorID] {
    var inputs = [try input(node, 0), try input(node, 1)]
    if let bias = node.input(2) { inputs.append(try tensor(bias)) }
    return inputs
  }
}
