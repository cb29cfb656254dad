import OrderedCollections

/// Moves blocks of channels into space: [N, C·b², H, W] → [N, C, H·b, W·b].
///
/// Source: ONNX DepthToSpace, opsets 1, 11 (mode), 13.
package struct DepthToSpace: OperatorDefinition {
  package var blockSize: Int
  /// Channels are [C, b, b] (CRD) instead of [b, b, C] (DCR).
  package var isColumnRowDepth: Bool

  init(_ attributes: Attributes) throws(AttributeError) {
    blockSize = try attributes.blockSize()
    switch try attributes.string("mode") ?? "DCR" {
    case "DCR": isColumnRowDepth = false
    case "CRD": isColumnRowDepth = true
    default: throw AttributeError(attribute: "mode", expected: "DCR or CRD")
    }
  }

  package var operatorName: Name { "DepthToSpace" }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = ["blocksize": .int(blockSize)]
    if isColumnRowDepth { attributes["mode"] = .string("CRD") }
    return attributes
  }
}

/// Moves blocks of space into channels: [N, C, H·b, W·b] → [N, b²·C, H, W].
///
/// Source: ONNX SpaceToDepth, opsets 1, 13.
package struct SpaceToDepth: OperatorDefinition {
  package var blockSize: Int

  init(_ attributes: Attributes) throws(AttributeError) {
    blockSize = try attributes.blockSize()
  }

  package var operatorName: Name { "SpaceToDepth" }
  package func attributes(opset: Int) -> Attributes { ["blocksize": .int(blockSize)] }
}

extension OrderedDictionary where Key == Name, Value == AttributeValue {
  /// Small enough that its square can't overflow.
  fileprivate func blockSize() throws(AttributeError) -> Int {
    guard let size = try int("blocksize"), size > 0, size < 1 << 16 else {
      throw AttributeError(attribute: "blocksize", expected: "a positive extent")
    }
    return size
  }
}
