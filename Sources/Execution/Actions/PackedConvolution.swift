import Kernels
import TensorCore

/// A convolution to few channels, or the data gradient of one from few channels, as a convolution
/// whose channels fill a vector; see `PackedColumns`.
struct PackedConvolution {
  let columns: PackedColumns
  let window: WindowGeometry
  private let source: [Int]
  private let destination: [Int]

  /// - Parameters:
  ///   - lanes: how many numbers a vector holds.
  ///   - source: the shape of what is convolved: [N, C, H, W].
  ///   - weights: of `map`, as ONNX stores them.
  ///   - destination: the shape of the result; of the data gradient where `isAdjoint`.
  init?(
    _ map: LinearMap, lanes: Int, source: [Int], weights: [Int], destination: [Int],
    isAdjoint: Bool = false
  ) {
    guard case .convolution(var window, group: 1) = map, window.kernel.count == 2,
      window.strides == [1, 1], window.dilations == [1, 1], window.kernel[1] > 2
    else { return nil }
    let channels = destination[1]
    let count = 2
    guard lanes == count * channels, destination[3] > 0, destination[3] % count == 0 else {
      return nil
    }
    if isAdjoint {
      for axis in 0..<2 {
        window.padsBegin[axis] = window.kernel[axis] - 1 - window.padsBegin[axis]
        window.padsEnd[axis] = window.kernel[axis] - 1 - window.padsEnd[axis]
      }
      guard !(window.padsBegin + window.padsEnd).contains(where: { $0 < 0 }) else { return nil }
    }
    window.kernel[1] += count - 1
    window.strides[1] = count
    columns = PackedColumns(count: count, of: weights, isAdjoint: isAdjoint)
    self.window = window
    self.source = source
    self.destination = [
      destination[0], channels * count, destination[2], destination[3] / count,
    ]
  }

  private var map: LinearMap { .convolution(window, group: 1) }

  /// The primitive, where there is one that writes the columns side by side.
  func forward(
    hasBias: Bool, isRectified: Bool = false, with planner: Planner
  ) throws(ExecutionError) -> Primitive? {
    let layouts = try layouts(planner)
    let made =
      try? isRectified
      ? map.rectified(layouts, hasBias: hasBias, on: planner.engine)
      : map.forward(layouts, hasBias: hasBias, planner.propagation, on: planner.engine)
    guard let made, made.vectorWidth == .bits512 else { return nil }
    return made
  }

  func weightsGradient(
    hasBias: Bool, hint: Primitive, with planner: Planner
  ) throws(ExecutionError) -> Primitive {
    let layouts = try layouts(planner)
    return try planner.kernel { () throws(KernelError) in
      try map.weightsGradient(layouts, hasBias: hasBias, hint: hint, on: planner.engine)
    }
  }

  private func layouts(
    _ planner: Planner
  ) throws(ExecutionError) -> (TensorLayout, TensorLayout, TensorLayout) {
    try planner.kernel { () throws(KernelError) in
      try (
        .any(source), .any(columns.packedShape), TensorLayout(blocks: destination[1], destination)
      )
    }
  }
}

extension Planner {
  /// The packed form of a convolution that `plain` would compute with half of each vector; nil
  /// where it fills them, or there is none.
  func packed(
    _ map: LinearMap, source: TensorID, weights: TensorID, destination: TensorID,
    insteadOf plain: Primitive, isAdjoint: Bool = false
  ) -> PackedConvolution? {
    guard plain.vectorWidth == .bits512 else { return nil }
    return PackedConvolution(
      map, lanes: 16, source: shape(source), weights: shape(weights),
      destination: shape(destination), isAdjoint: isAdjoint)
  }

  /// Emits the packed form, where there is a primitive for it.
  func emit(
    _ packed: PackedConvolution, source: TensorID, weights: TensorID, bias: TensorID? = nil,
    destination: TensorID, isRectified: Bool = false
  ) throws(ExecutionError) -> Bool {
    guard
      let primitive = try packed.forward(
        hasBias: bias != nil, isRectified: isRectified, with: self)
    else { return false }
    let columns = packed.columns
    var inputs = [
      try argument(.source, source, of: primitive),
      (
        .weights,
        try made(
          "packedColumns", from: weights, shape: columns.packedShape,
          as: primitive.layout(of: .weights)!
        ) { columns.pack($0, into: $1) }
      ),
    ]
    if let bias {
      let shape = [columns.packedShape[0]]
      let packed = try made("packedColumns", from: bias, shape: shape, as: plain(shape)) {
        columns.packBias($0, into: $1)
      }
      inputs.append((.bias, packed))
    }
    try emit(
      primitive, as: columns.isAdjoint ? .convolutionBackwardData : nil, inputs: inputs,
      outputs: [(.destination, write(destination, as: unpacked(destination)))])
    return true
  }

  /// Emits the gradients by weights and bias of a convolution that was planned in its packed form.
  func emitWeightsGradient(
    _ packed: PackedConvolution, source: TensorID, gradient: TensorID, hint: Primitive,
    weights: TensorID, bias: TensorID?
  ) throws(ExecutionError) {
    let primitive = try packed.weightsGradient(hasBias: bias != nil, hint: hint, with: self)
    let columns = packed.columns
    let layout = primitive.layout(of: .gradientWeights)!
    let packedWeights = room(layout)
    var outputs: [Argument] = [(.gradientWeights, packedWeights)]
    let biasLayout = try plain([columns.packedShape[0]])
    if bias != nil { outputs.append((.gradientBias, room(biasLayout))) }
    try emit(
      primitive,
      inputs: [
        argument(.source, source, of: primitive),
        (.gradientDestination, read(gradient, as: unpacked(gradient))),
      ],
      outputs: outputs)
    try make(weights, "packedColumns", from: packedWeights, in: layout) {
      columns.unpack($0, into: $1)
    }
    if let bias {
      try make(bias, "packedColumns", from: outputs[1].1, in: biasLayout) {
        columns.unpackBias($0, into: $1)
      }
    }
  }

  /// The layout of a tensor whose columns are packed: its channels side by side, as they lie.
  private func unpacked(_ id: TensorID) throws(ExecutionError) -> TensorLayout {
    try kernel { () throws(KernelError) in try TensorLayout(channelsLast: shape(id)) }.inBlocks
  }
}
