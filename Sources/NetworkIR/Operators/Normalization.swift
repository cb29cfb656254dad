import OrderedCollections

/// Normalisation of each channel of each image by its own statistics: X [N, C, spatial…], scale,
/// B [C].
///
/// Source: ONNX InstanceNormalization, opsets 6, 22.
package struct InstanceNormalization: OperatorDefinition {
  package var epsilon: Float

  init(_ attributes: Attributes) throws(AttributeError) {
    epsilon = try attributes.float("epsilon") ?? 1e-5
  }

  package var operatorName: Name { "InstanceNormalization" }

  package func attributes(opset: Int) -> Attributes { ["epsilon": .float(epsilon)] }
}

/// Normalisation of each element by the squares of its neighbours in other channels.
///
/// Source: ONNX LRN, opsets 1, 13.
package struct LocalResponseNormalization: OperatorDefinition {
  package var size: Int
  package var alpha: Float
  package var beta: Float
  package var bias: Float

  init(_ attributes: Attributes) throws(AttributeError) {
    guard let size = try attributes.int("size"), size > 0 else {
      throw AttributeError(attribute: "size", expected: "a positive integer")
    }
    self.size = size
    alpha = try attributes.float("alpha") ?? 1e-4
    beta = try attributes.float("beta") ?? 0.75
    bias = try attributes.float("bias") ?? 1
  }

  package var operatorName: Name { "LRN" }

  package func attributes(opset: Int) -> Attributes {
    ["alpha": .float(alpha), "beta": .float(beta), "bias": .float(bias), "size": .int(size)]
  }
}

/// Zeros at random places in training, and nothing outside: data, ratio, training_mode.
///
/// Source: ONNX Dropout, opsets 6, 7, 10 (the mask is bool), 12 (ratio and training_mode are
/// inputs), 13.
package struct Dropout: OperatorDefinition {
  /// Nil where it is an input.
  package var ratio: Float?
  package var seed: Int?

  init(_ attributes: Attributes, opset: Int) throws(AttributeError) {
    ratio = opset < 12 ? try attributes.float("ratio") ?? 0.5 : nil
    seed = try attributes.int("seed")
  }

  package var operatorName: Name { "Dropout" }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = [:]
    if let ratio { attributes["ratio"] = .float(ratio) }
    if let seed { attributes["seed"] = .int(seed) }
    return attributes
  }
}
