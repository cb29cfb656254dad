import OrderedCollections
import TensorCore

extension Resize {
  /// ⌊extent · scale⌋ along each axis, or the sizes that are given.
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    guard let x = try inputs.dimensions(0) else { return [ValueType(elementType, nil)] }
    let unknown = ValueType(elementType, Array(repeating: .unknown, count: x.count))
    let scalesInput = inputs.opset < 11 ? 1 : 2
    if inputs.isPresent(3), let sizes = try inputs.extents(3), !sizes.isEmpty {
      guard sizes.count == x.count, sizes.allSatisfy({ $0.extent ?? 1 > 0 }) else {
        throw .contents(input: 3)
      }
      let policy = attributes(opset: inputs.opset)["keep_aspect_ratio_policy"]
      guard policy == nil || policy == .string("stretch") else { return [unknown] }
      return [ValueType(elementType, sizes)]
    }
    _ = try inputs.type(scalesInput)
    guard let scales = inputs.constant(scalesInput)?.floats else { return [unknown] }
    guard scales.count == x.count, scales.allSatisfy({ $0 > 0 }) else {
      throw .contents(input: scalesInput)
    }
    var y: [Dimension] = []
    for (extent, scale) in zip(x, scales) {
      if scale == 1 {
        y.append(extent)
      } else if let extent = extent.extent {
        // In Float, as the runtimes do: 0.6 · 5 must give 3.
        guard let scaled = Int(exactly: (Float(extent) * scale).rounded(.down)) else {
          throw .overflow
        }
        y.append(.fixed(scaled))
      } else {
        y.append(.unknown)
      }
    }
    return [ValueType(elementType, y)]
  }
}
