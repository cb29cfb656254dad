import TensorCore

extension MaxUnpool {
  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let x = try inputs.dimensions(0)
    let indices = try inputs.dimensions(1)
    let elementType = try inputs.type(0).elementType
    if let x, let indices {
      guard x.count == indices.count,
        zip(x, indices).allSatisfy({ $0.unified(with: $1) != nil })
      else { throw .shapes([x, indices]) }
    }
    let smallest = try x.map { x throws(OperatorFailure) in try smallestOutput(x) }
    guard inputs.isPresent(2) else { return [ValueType(elementType, smallest)] }
    guard let given = try inputs.extents(2) else { return [ValueType(elementType, nil)] }
    guard given.count == x?.count ?? given.count, given.allSatisfy({ $0.extent ?? 0 >= 0 }) else {
      throw .contents(input: 2)
    }
    return [ValueType(elementType, given)]
  }

  /// [N, C, spatial…], each spatial extent (x − 1)·stride + kernel − pads.
  func smallestOutput(_ x: [Dimension]) throws(OperatorFailure) -> [Dimension] {
    let kernel = window.kernelShape ?? []
    guard x.count == kernel.count + 2,
      let geometry = window.geometry(kernel: kernel, input: [])
    else { throw .attribute("kernel_shape") }
    var output = Array(x[..<2])
    for (axis, extent) in x.dropFirst(2).enumerated() {
      let padding = geometry.padsBegin[axis] + geometry.padsEnd[axis]
      let steps = try extent.applying(.subtract, .fixed(1))
        .applying(.multiply, .fixed(geometry.strides[axis]))
      let spread = try steps.applying(.add, .fixed(kernel[axis] - padding))
      guard spread.extent ?? 0 >= 0 else { throw .window(x) }
      output.append(spread)
    }
    return output
  }
}
