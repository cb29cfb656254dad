import Kernels
import NetworkIR
import TensorCore

extension Lowering {
  mutating func lower(_ pool: Pool, _ node: Node, _ index: Int) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let output = try outputShape(node)
    guard shape.count >= 3, let kernel = pool.window.kernelShape,
      var window = pool.window.geometry(kernel: kernel, input: shape.dropFirst(2).map { $0 }),
      output.count == shape.count
    else { throw unsupported(node, index, "on a tensor of rank \(shape.count)") }
    let declared = window
    // ceil_mode lets the last window reach past the padding: pad as far as it reaches.
    var reachesPastPadding = false
    for axis in 0..<window.rank {
      let reached = (output[2 + axis] - 1) * window.strides[axis] + window.reach(axis)
      let padded = shape[2 + axis] + window.padsBegin[axis] + window.padsEnd[axis]
      reachesPastPadding = reachesPastPadding || reached > padded
      window.padsEnd[axis] = reached - shape[2 + axis] - window.padsBegin[axis]
    }
    if pool.kind == .max {
      return try addMaxPooling(
        source, window, isColumnMajor: pool.storageOrder == 1, for: node, index, shape: output)
    }
    let isNorm = pool.kind == .norm
    let powers = isNorm ? raised(source, to: pool.exponent, isMagnitude: true, node) : source
    let includesPadding = isNorm || pool.countIncludePad
    var mean: Computation.TensorID
    let isWithinReach = (0..<window.rank).allSatisfy {
      window.padsBegin[$0] < window.reach($0) && window.padsEnd[$0] < window.reach($0)
    }
    if (3...5).contains(shape.count), isWithinReach, !(includesPadding && reachesPastPadding) {
      mean =
        computation.add(
          Pooling(function: .average(includesPadding: includesPadding), window: window),
          [powers], shapes: [output], origin: node.name)[0]
    } else {
      mean = powers
      for axis in 0..<window.rank {
        try checkMapped(max(shape[2 + axis], window.kernel[axis]))
        let map = AxisMap(
          averaging: declared, along: axis, extent: shape[2 + axis], to: output[2 + axis],
          includesPadding: includesPadding && !isNorm, isSum: isNorm)
        mean = mapped(mean, axis: 2 + axis, by: map, node)
      }
      if isNorm { return root(mean, of: pool.exponent, node) }
    }
    guard isNorm else { return set(node.output(0), to: mean) }
    let count = Float(window.kernel.reduce(1, *))
    root(scaled(mean, by: count, node), of: pool.exponent, node)
  }

  /// Training keeps where each maximum was: a second output, whose bytes the primitive decides. In
  /// inference the network may ask where.
  private mutating func addMaxPooling(
    _ source: Computation.TensorID, _ window: WindowGeometry, isColumnMajor: Bool, for node: Node,
    _ index: Int, shape: [Int]
  ) throws(ExecutionError) {
    let extents = computation.shape(source)
    if mode == .inference, let indices = node.output(1) {
      for extent in window.kernel { try checkMapped(extent) }
      guard extents.reduce(1, *) < 1 << 24 else {
        throw unsupported(node, index, "with indices of 2²⁴ elements or more")
      }
      let outputs = computation.add(
        MaximumPositions(window: window, isColumnMajor: isColumnMajor), [source],
        shapes: [shape, shape], origin: node.name)
      set(node.output(0), to: outputs[0])
      return set(indices, to: outputs[1])
    }
    guard extents.count <= 5 else {
      throw unsupported(node, index, "on a tensor of rank \(extents.count)")
    }
    let outputs = computation.add(
      Pooling(function: .maximum, window: window), [source],
      shapes: mode == .training ? [shape, shape] : [shape], origin: node.name)
    set(node.output(0), to: outputs[0])
  }

  /// GlobalMaxPool and GlobalLpPool: one window over all of space.
  mutating func lower(_ pool: GlobalPool, _ node: Node, _ index: Int) throws(ExecutionError) {
    let source = try input(node, 0)
    let shape = computation.shape(source)
    let output = try outputShape(node)
    // Rank 3 whatever the number of spatial axes: one axis of all their elements.
    let spatial = shape.dropFirst(2).reduce(1, *)
    let flat = reshaped(source, [shape[0], shape[1], spatial], node)
    let reduced = [shape[0], shape[1], 1]
    let window = WindowGeometry(kernel: [spatial])
    switch pool.function {
    case .max:
      let outputs = computation.add(
        Pooling(function: .maximum, window: window), [flat],
        shapes: mode == .training ? [reduced, reduced] : [reduced], origin: node.name)
      set(node.output(0), to: reshaped(outputs[0], output, node))
    case .norm(let exponent):
      let powers = raised(flat, to: exponent, isMagnitude: true, node)
      let mean = computation.add(
        Pooling(function: .average(includesPadding: false), window: window), [powers],
        shapes: [reduced], origin: node.name)[0]
      let sum = scaled(mean, by: Float(spatial), node)
      root(reshaped(sum, output, node), of: exponent, node)
    }
  }

  /// |x|ᵖ, or xᵖ of an x that is not negative.
  private mutating func raised(
    _ tensor: Computation.TensorID, to exponent: Float, isMagnitude: Bool, _ node: Node
  ) -> Computation.TensorID {
    var functions: [ElementwiseFunction] = []
    if isMagnitude, exponent != 2 { functions.append(.absolute) }
    if exponent != 1 { functions.append(.power(scale: 1, exponent: exponent)) }
    return functions.reduce(tensor) { result, function in
      computation.add(
        Elementwise(function: function), [result], shapes: [computation.shape(tensor)],
        origin: node.name)[0]
    }
  }

  /// Sets the node's output to the root of a sum of powers.
  private mutating func root(
    _ sum: Computation.TensorID, of exponent: Float, _ node: Node
  ) {
    set(node.output(0), to: raised(sum, to: 1 / exponent, isMagnitude: false, node))
  }
}
