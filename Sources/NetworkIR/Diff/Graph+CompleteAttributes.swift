import OrderedCollections
import TensorCore

extension Graph {
  /// A node's attributes with the defaults that its operator gives to those left out.
  ///
  /// Defaults that depend on a rank nobody states stay left out.
  func completeAttributes(of node: Node) -> Attributes {
    guard node.type.isStandard else { return node.attributes }
    var attributes = node.attributes
    for (name, value) in Self.defaults(node.type.name, opset: opset)
    where attributes[name] == nil {
      attributes[name] = value
    }
    if let window = windowDefaults(node) {
      for (name, value) in window where attributes[name] == nil { attributes[name] = value }
    }
    // The empty padding mode means the default one.
    if attributes["auto_pad"] == .string("") { attributes["auto_pad"] = .string("NOTSET") }
    return attributes
  }

  /// Strides, dilations and pads of Conv, ConvTranspose and the poolings.
  private func windowDefaults(_ node: Node) -> Attributes? {
    let isConvolution: Bool
    switch node.type.name {
    case "Conv", "ConvTranspose": isConvolution = true
    case "MaxPool", "AveragePool": isConvolution = false
    default: return nil
    }
    var kernel = try? node.attributes.ints("kernel_shape")
    if kernel == nil, isConvolution, let weight = node.input(1),
      let shape = try? constant(weight, assumingConstantInputs: true).tensor.shape
    {
      kernel = Array(shape.dropFirst(2))
    }
    guard let kernel else { return ["auto_pad": .string("NOTSET")] }
    let ones = AttributeValue.ints(Array(repeating: 1, count: kernel.count))
    var defaults: Attributes = [
      "auto_pad": .string("NOTSET"), "kernel_shape": .ints(kernel), "strides": ones,
    ]
    if isConvolution || opset >= (node.type.name == "MaxPool" ? 10 : 19) {
      defaults["dilations"] = ones
    }
    // Where another mode makes the padding, `pads` says nothing.
    if (try? node.attributes.string("auto_pad")) ?? "NOTSET" == "NOTSET" {
      defaults["pads"] = .ints(Array(repeating: 0, count: 2 * kernel.count))
    }
    if node.type.name == "ConvTranspose", node.attributes["output_shape"] == nil {
      defaults["output_padding"] = .ints(Array(repeating: 0, count: kernel.count))
    }
    return defaults
  }

  /// Source: the operators' definitions, opset 6 on.
  private static func defaults(_ type: Name, opset: Int) -> Attributes {
    switch type {
    case "AveragePool": return ["ceil_mode": .int(0 as Int), "count_include_pad": .int(0 as Int)]
    case "BatchNormalization":
      var defaults: Attributes = ["epsilon": .float(1e-5), "momentum": .float(0.9)]
      if opset < 7 { defaults["is_test"] = .int(0 as Int) }
      if opset < 9 { defaults["spatial"] = .int(1 as Int) }
      if opset >= 14 { defaults["training_mode"] = .int(0 as Int) }
      return defaults
    case "Clip" where opset < 11:
      let largest = Float.greatestFiniteMagnitude
      return ["max": .float(largest), "min": .float(-largest)]
    case "ConstantOfShape": return ["value": .tensor(Tensor([0 as Float], shape: [1]))]
    case "Conv", "ConvTranspose": return ["group": .int(1 as Int)]
    case "Dropout" where opset < 12: return ["ratio": .float(0.5)]
    case "Elu": return ["alpha": .float(1)]
    case "Flatten": return ["axis": .int(1 as Int)]
    case "Gather", "Split": return ["axis": .int(0 as Int)]
    case "Gemm":
      return [
        "alpha": .float(1), "beta": .float(1), "transA": .int(0 as Int), "transB": .int(0 as Int),
      ]
    case "HardSigmoid": return ["alpha": .float(0.2), "beta": .float(0.5)]
    case "InstanceNormalization": return ["epsilon": .float(1e-5)]
    case "LRN": return ["alpha": .float(1e-4), "beta": .float(0.75), "bias": .float(1)]
    case "LeakyRelu": return ["alpha": .float(0.01)]
    case "MaxPool": return ["ceil_mode": .int(0 as Int), "storage_order": .int(0 as Int)]
    case "ReduceMean":
      let defaults: Attributes = ["keepdims": .int(1 as Int)]
      return opset < 18
        ? defaults : defaults.merging(["noop_with_empty_axes": .int(0 as Int)]) { $1 }
    case "Reshape" where opset >= 14: return ["allowzero": .int(0 as Int)]
    case "Resize":
      return [
        "antialias": .int(0 as Int),
        "coordinate_transformation_mode": .string(opset < 11 ? "asymmetric" : "half_pixel"),
        "cubic_coeff_a": .float(-0.75), "exclude_outside": .int(0 as Int),
        "extrapolation_value": .float(0), "keep_aspect_ratio_policy": .string("stretch"),
        "mode": .string("nearest"),
        "nearest_mode": .string(opset < 11 ? "floor" : "round_prefer_floor"),
      ]
    case "Shape" where opset >= 15: return ["start": .int(0 as Int)]
    case "NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss":
      return ["reduction": .string("mean")]
    case "ReduceSum":
      let defaults: Attributes = ["keepdims": .int(1 as Int)]
      return opset < 13
        ? defaults : defaults.merging(["noop_with_empty_axes": .int(0 as Int)]) { $1 }
    case "LogSoftmax", "Softmax": return ["axis": .int(opset < 13 ? 1 : -1 as Int)]
    default: return [:]
    }
  }
}
