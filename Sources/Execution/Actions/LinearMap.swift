import Kernels
import TensorCore

/// A map that is linear in its source and in its weights: what units are made of.
///
/// Sources are [N, C, spatial…], or [N, K] of an inner product; weights are as ONNX stores them, or
/// [M, K] of an inner product.
enum LinearMap: Sendable {
  case convolution(WindowGeometry, group: Int)
  case transposedConvolution(WindowGeometry, group: Int)
  case innerProduct

  var name: String {
    switch self {
    case .convolution: "convolution"
    case .transposedConvolution: "transposedConvolution"
    case .innerProduct: "innerProduct"
    }
  }

  /// - Parameter layouts: of source, weights and destination; `any` lets oneDNN choose.
  func forward(
    _ layouts: (TensorLayout, TensorLayout, TensorLayout), hasBias: Bool,
    _ propagation: Propagation, on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    switch self {
    case .convolution(let window, let group):
      try .convolution(
        source: layouts.0, weights: layouts.1, hasBias: hasBias, destination: layouts.2,
        window: window, groups: group, propagation: propagation, on: engine)
    case .transposedConvolution(let window, let group):
      try .transposedConvolution(
        source: layouts.0, weights: layouts.1, hasBias: hasBias, destination: layouts.2,
        window: window, groups: group, propagation: propagation, on: engine)
    case .innerProduct:
      try .innerProduct(
        source: layouts.0, weights: layouts.1, hasBias: hasBias, destination: layouts.2,
        propagation: propagation, on: engine)
    }
  }

  func dataGradient(
    _ layouts: (TensorLayout, TensorLayout, TensorLayout), hint: Primitive,
    on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    switch self {
    case .convolution(let window, let group):
      try .convolutionBackwardData(
        gradientSource: layouts.0, weights: layouts.1, gradientDestination: layouts.2,
        window: window, groups: group, forward: hint, on: engine)
    case .transposedConvolution(let window, let group):
      try .transposedConvolutionBackwardData(
        gradientSource: layouts.0, weights: layouts.1, gradientDestination: layouts.2,
        window: window, groups: group, forward: hint, on: engine)
    case .innerProduct:
      try .innerProductBackwardData(
        gradientSource: layouts.0, weights: layouts.1, gradientDestination: layouts.2,
        forward: hint, on: engine)
    }
  }

  func weightsGradient(
    _ layouts: (TensorLayout, TensorLayout, TensorLayout), hasBias: Bool, hint: Primitive,
    on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    switch self {
    case .convolution(let window, let group):
      try .convolutionBackwardWeights(
        source: layouts.0, gradientWeights: layouts.1, hasBias: hasBias,
        gradientDestination: layouts.2, window: window, groups: group, forward: hint, on: engine)
    case .transposedConvolution(let window, let group):
      try .transposedConvolutionBackwardWeights(
        source: layouts.0, gradientWeights: layouts.1, hasBias: hasBias,
        gradientDestination: layouts.2, window: window, groups: group, forward: hint, on: engine)
    case .innerProduct:
      try .innerProductBackwardWeights(
        source: layouts.0, gradientWeights: layouts.1, hasBias: hasBias,
        gradientDestination: layouts.2, forward: hint, on: engine)
    }
  }
}
