import OrderedCollections

extension Operator {
  /// What a node of that type and attributes does under `opset`.
  package init(_ type: OperatorType, _ attributes: Attributes, opset: Int) {
    let known = type.isStandard ? try? Self.decode(type.name, attributes, opset) : nil
    self = known ?? .opaque(type)
  }

  /// Nil for an operator that isn't known.
  private static func decode(
    _ name: Name, _ a: Attributes, _ opset: Int
  ) throws(AttributeError) -> Operator? {
    if let function = Binary.Function(rawValue: name.description) {
      return .binary(try Binary(function, a, opset: opset))
    }
    if let function = Broadcasting.Function(rawValue: name.description) {
      return .broadcasting(try Broadcasting(function, a, opset: opset))
    }
    if let function = Unary.Function(rawValue: name.description) {
      return .unary(try Unary(function, a))
    }
    if let kind = ClassificationLoss.Kind(rawValue: name.description) {
      return .classificationLoss(try ClassificationLoss(kind, a))
    }
    if let kind = Pool.Kind(rawValue: name.description) { return .pool(try Pool(kind, a)) }
    if Activation.names.contains(name) {
      return .activation(try Activation(name, a, opset: opset))
    }
    switch name {
    case "BatchNormalization":
      return .batchNormalization(try BatchNormalization(a, opset: opset))
    case "Cast": return .cast(try Cast(a))
    case "Concat": return .concat(try Concat(a, opset: opset))
    case "Constant": return .constant(try Constant(a))
    case "ConstantOfShape": return .constantOfShape(try ConstantOfShape(a))
    case "Conv": return .conv(try Conv(a))
    case "ConvTranspose": return .convTranspose(try ConvTranspose(a))
    case "Dropout": return .dropout(try Dropout(a, opset: opset))
    case "DepthToSpace": return .depthToSpace(try DepthToSpace(a))
    case "Equal": return .equal(try Equal(a, opset: opset))
    case "Expand": return .expand(Expand())
    case "Flatten": return .flatten(try Flatten(a))
    case "Gather": return .gather(try Gather(a))
    case "GatherElements": return .gatherElements(try GatherElements(a))
    case "GatherND": return .gatherND(try GatherND(a))
    case "Gemm": return .gemm(try Gemm(a, opset: opset))
    case "GlobalAveragePool": return .globalAveragePool(GlobalAveragePool())
    case "GlobalMaxPool": return .globalPool(GlobalPool(.max))
    case "GlobalLpPool": return .globalPool(try GlobalPool(norm: a))
    case "Identity": return .identity(Identity())
    case "InstanceNormalization":
      return .instanceNormalization(try InstanceNormalization(a))
    case "LRN":
      return .localResponseNormalization(try LocalResponseNormalization(a))
    case "LogSoftmax":
      return .softmax(try Softmax(isLogarithm: true, a, opset: opset))
    case "MatMul": return .matMul(MatMul())
    case "MaxUnpool": return .maxUnpool(try MaxUnpool(a))
    case "Pad": return .pad(try Pad(a, opset: opset))
    case "ReduceMean": return .reduceMean(try ReduceMean(a, opset: opset))
    case "ReduceSum": return .reduceSum(try ReduceSum(a, opset: opset))
    case "Reshape": return .reshape(try Reshape(a, opset: opset))
    case "Resize", "Upsample": return .resize(try Resize(name, a, opset: opset))
    case "Shape": return .shape(try ShapeOf(a))
    case "Size": return .size(SizeOf())
    case "Slice": return .slice(try Slice(a, opset: opset))
    case "Softmax": return .softmax(try Softmax(isLogarithm: false, a, opset: opset))
    case "SpaceToDepth": return .spaceToDepth(try SpaceToDepth(a))
    case "Split": return .split(try Split(a))
    case "Squeeze": return .squeeze(try Squeeze(a))
    case "Tile": return .tile(try Tile(opset: opset))
    case "Transpose": return .transpose(try Transpose(a))
    case "Unsqueeze": return .unsqueeze(try Unsqueeze(a))
    case "Where": return .select(Where())
    default: return nil
    }
  }
}
