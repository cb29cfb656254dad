import NetworkIR
import TensorCore

extension NetworkBuilder {
  /// A convolution of square kernels: weight [`outputs`, channels/group, k, k].
  mutating func convolution(
    _ x: Feature, _ outputs: Int, _ window: WindowGeometry, group: Int = 1, hasBias: Bool = false,
    module: String
  ) throws(ZooError) -> Feature {
    let parameters = try addWeightAndBias(
      [outputs, x.channels / group] + window.kernel, biasCount: hasBias ? outputs : nil,
      of: module)
    let conv = Conv(window: Window(window), group: group)
    return add(
      .conv(conv), [x.name] + parameters, shape: [outputs] + (try extents(of: x, under: window)),
      module: module)
  }

  /// A transposed convolution with bias, whose kernel and stride are both `factor`: weight
  /// [channels, `outputs`, `factor`, `factor`]; each place becomes `factor`² places.
  mutating func upsampling(
    _ x: Feature, _ outputs: Int, by factor: Int, module: String
  ) throws(ZooError) -> Feature {
    let parameters = try addWeightAndBias(
      [x.channels, outputs, factor, factor], biasCount: outputs, of: module)
    let window = WindowGeometry.square(factor, stride: factor)
    return add(
      .convTranspose(ConvTranspose(window: Window(window))), [x.name] + parameters,
      shape: [outputs] + x.extents.map { $0 * factor }, module: module)
  }

  /// Batch normalization as it starts: scale 1, shift 0, running mean 0 and variance 1.
  mutating func batchNormalization(_ x: Feature, module: String) -> Feature {
    let starts: [(suffix: String, element: Float)] = [
      ("weight", 1), ("bias", 0), ("running_mean", 0), ("running_var", 1),
    ]
    let parameters = starts.map { suffix, element in
      let elements = [Float](repeating: element, count: x.channels)
      return addParameter(suffix, Tensor(elements, shape: [x.channels]), of: module)
    }
    return add(
      .batchNormalization(BatchNormalization()), [x.name] + parameters, shape: x.shape,
      module: module)
  }

  /// A fully connected node over the flat `x`: weight [`outputs`, features].
  mutating func linear(
    _ x: Feature, _ outputs: Int, module: String
  ) throws(ZooError) -> Feature {
    let parameters = try addWeightAndBias(
      [outputs, x.elementCount], biasCount: outputs, of: module)
    return add(
      .gemm(Gemm(transB: true)), [x.name] + parameters, shape: [outputs], module: module)
  }

  mutating func maxPool(
    _ x: Feature, _ window: WindowGeometry, module: String = ""
  ) throws(ZooError) -> Feature {
    add(
      .pool(Pool(.max, window: Window(window))), [x.name],
      shape: [x.channels] + (try extents(of: x, under: window)), module: module)
  }

  private func extents(
    of x: Feature, under window: WindowGeometry
  ) throws(ZooError) -> [Int] {
    guard let extents = window.outputExtents(x.extents) else {
      throw .inputTooSmall(input.shape)
    }
    return extents
  }
}

extension WindowGeometry {
  /// The same on both spatial axes.
  static func square(_ kernel: Int, stride: Int = 1, padding: Int = 0) -> WindowGeometry {
    WindowGeometry(
      kernel: [kernel, kernel], strides: [stride, stride], padsBegin: [padding, padding],
      padsEnd: [padding, padding])
  }
}
