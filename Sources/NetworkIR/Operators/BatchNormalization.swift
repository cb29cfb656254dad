import OrderedCollections

/// Normalisation over batch and space: X [N, C, spatial…], scale, B, mean, variance [C]; or, before
/// opset 9, over the batch alone, all four [C, spatial…].
///
/// Source: ONNX BatchNormalization, opsets 1, 6, 7, 9, 14 (training_mode), 15.
package struct BatchNormalization: OperatorDefinition {
  package var epsilon: Float
  /// The share of the old running statistics that an update keeps.
  package var momentum: Float
  /// True where the node normalises with the batch's own statistics.
  package var trainingMode: Bool
  /// False where each place of a channel has statistics of its own.
  package var isSpatial = true

  package init(epsilon: Float = 1e-5, momentum: Float = 0.9) {
    self.epsilon = epsilon
    self.momentum = momentum
    trainingMode = false
  }

  init(_ attributes: Attributes, opset: Int) throws(AttributeError) {
    epsilon = try attributes.float("epsilon") ?? 1e-5
    momentum = try attributes.float("momentum") ?? 0.9
    // Opset 6 said is_test; from 7 to 13 only the number of outputs could ask for training.
    trainingMode =
      opset < 7
      ? try !attributes.flag("is_test") : try attributes.flag("training_mode")
    isSpatial = opset < 9 ? try attributes.flag("spatial", default: true) : true
  }

  package var operatorName: Name { "BatchNormalization" }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = ["epsilon": .float(epsilon), "momentum": .float(momentum)]
    if opset < 7, !trainingMode { attributes["is_test"] = .int(1) }
    if !isSpatial { attributes["spatial"] = .int(0 as Int) }
    if trainingMode { attributes["training_mode"] = .int(1) }
    return attributes
  }
}
