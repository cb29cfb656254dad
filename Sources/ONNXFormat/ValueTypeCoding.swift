import COnnx
import NetworkIR
import TensorCore

extension ValueType {
  /// What a type message says; nil where it says nothing.
  init?(_ message: UnsafePointer<Onnx__TypeProto>?) {
    guard let message, message.pointee.value_case != ONNX__TYPE_PROTO__VALUE__NOT_SET else {
      return nil
    }
    guard message.pointee.value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE,
      let tensor = message.pointee.tensor_type
    else {
      self = .notATensor
      return
    }
    let dimensions = tensor.pointee.shape.map { shape in
      Messages.list(shape.pointee.dim, shape.pointee.n_dim).map { Dimension($0.pointee) }
    }
    self.init(ElementType(rawValue: tensor.pointee.elem_type) ?? .undefined, dimensions)
  }

  /// A type message; nil for what is no tensor, or has no known element type.
  func message(in arena: MessageArena) -> UnsafeMutablePointer<Onnx__TypeProto>? {
    guard isTensor, elementType != .undefined else { return nil }
    let tensor = arena.make(onnx__type_proto__tensor__init)
    tensor.pointee.has_elem_type = 1
    tensor.pointee.elem_type = elementType.rawValue
    if let dimensions {
      let shape = arena.make(onnx__tensor_shape_proto__init)
      shape.pointee.n_dim = dimensions.count
      shape.pointee.dim = arena.list(dimensions.map { $0.message(in: arena) })
      tensor.pointee.shape = shape
    }
    let type = arena.make(onnx__type_proto__init)
    type.pointee.value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE
    type.pointee.tensor_type = tensor
    return type
  }
}

extension Dimension {
  fileprivate init(_ message: Onnx__TensorShapeProto__Dimension) {
    switch message.value_case {
    case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE where message.dim_value >= 0:
      self = .fixed(Int(message.dim_value))
    case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM
    where !Name(message.dim_param).isEmpty:
      self = .symbolic(Name(message.dim_param))
    default: self = .unknown
    }
  }

  fileprivate func message(
    in arena: MessageArena
  ) -> UnsafeMutablePointer<Onnx__TensorShapeProto__Dimension> {
    let message = arena.make(onnx__tensor_shape_proto__dimension__init)
    switch self {
    case .fixed(let extent):
      message.pointee.value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE
      message.pointee.dim_value = Int64(extent)
    case .symbolic(let name):
      message.pointee.value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM
      message.pointee.dim_param = arena.string(name)
    case .unknown: break
    }
    return message
  }
}
