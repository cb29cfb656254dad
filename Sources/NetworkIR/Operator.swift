import OrderedCollections

/// What a node does: one of the operators that passes and executors understand, or `.opaque`.
///
/// A node whose attributes don't decode is `.opaque` too: it can be carried through every rewrite,
/// and only who needs to know what it does will refuse it.
package enum Operator: Hashable, Sendable {
  case activation(Activation)
  case batchNormalization(BatchNormalization)
  case binary(Binary)
  case broadcasting(Broadcasting)
  case cast(Cast)
  case classificationLoss(ClassificationLoss)
  case concat(Concat)
  case constant(Constant)
  case constantOfShape(ConstantOfShape)
  case conv(Conv)
  case convTranspose(ConvTranspose)
  case dropout(Dropout)
  case depthToSpace(DepthToSpace)
  case equal(Equal)
  case expand(Expand)
  case flatten(Flatten)
  case gather(Gather)
  case gatherElements(GatherElements)
  case gatherND(GatherND)
  case gemm(Gemm)
  case globalAveragePool(GlobalAveragePool)
  case globalPool(GlobalPool)
  case identity(Identity)
  case instanceNormalization(InstanceNormalization)
  case localResponseNormalization(LocalResponseNormalization)
  case matMul(MatMul)
  case maxUnpool(MaxUnpool)
  case pad(Pad)
  case pool(Pool)
  case reduceMean(ReduceMean)
  case reduceSum(ReduceSum)
  case reshape(Reshape)
  case resize(Resize)
  case shape(ShapeOf)
  case size(SizeOf)
  case slice(Slice)
  case softmax(Softmax)
  case spaceToDepth(SpaceToDepth)
  case split(Split)
  case select(Where)
  case squeeze(Squeeze)
  case tile(Tile)
  case transpose(Transpose)
  case unary(Unary)
  case unsqueeze(Unsqueeze)
  case opaque(OperatorType)

  /// The case's value under the interface that all operators share; nil for `.opaque`.
  package var definition: (any OperatorDefinition)? {
    switch self {
    case .activation(let definition): definition
    case .batchNormalization(let definition): definition
    case .binary(let definition): definition
    case .broadcasting(let definition): definition
    case .cast(let definition): definition
    case .classificationLoss(let definition): definition
    case .concat(let definition): definition
    case .constant(let definition): definition
    case .constantOfShape(let definition): definition
    case .conv(let definition): definition
    case .convTranspose(let definition): definition
    case .dropout(let definition): definition
    case .depthToSpace(let definition): definition
    case .equal(let definition): definition
    case .expand(let definition): definition
    case .flatten(let definition): definition
    case .gather(let definition): definition
    case .gatherElements(let definition): definition
    case .gatherND(let definition): definition
    case .gemm(let definition): definition
    case .globalAveragePool(let definition): definition
    case .globalPool(let definition): definition
    case .identity(let definition): definition
    case .instanceNormalization(let definition): definition
    case .localResponseNormalization(let definition): definition
    case .matMul(let definition): definition
    case .maxUnpool(let definition): definition
    case .pad(let definition): definition
    case .pool(let definition): definition
    case .reduceMean(let definition): definition
    case .reduceSum(let definition): definition
    case .reshape(let definition): definition
    case .resize(let definition): definition
    case .select(let definition): definition
    case .shape(let definition): definition
    case .size(let definition): definition
    case .slice(let definition): definition
    case .softmax(let definition): definition
    case .spaceToDepth(let definition): definition
    case .split(let definition): definition
    case .squeeze(let definition): definition
    case .tile(let definition): definition
    case .transpose(let definition): definition
    case .unary(let definition): definition
    case .unsqueeze(let definition): definition
    case .opaque: nil
    }
  }

  package var type: OperatorType {
    if case .opaque(let type) = self { return type }
    return OperatorType(definition!.operatorName)
  }

  package func attributes(opset: Int) -> Attributes {
    definition?.attributes(opset: opset) ?? [:]
  }
}

/// What every operator's struct offers.
package protocol OperatorDefinition: Hashable, Sendable {
  /// The operator's name in ONNX's own domain.
  var operatorName: Name { get }

  /// The attributes that a new node of this operator is written with.
  func attributes(opset: Int) -> Attributes

  /// The types of the outputs, as much of them as the inputs' types and contents tell.
  func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType]
}
