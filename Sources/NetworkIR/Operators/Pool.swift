import OrderedCollections

/// Max, average or Lᵖ pooling: X [N, C, spatial…].
///
/// Source: ONNX MaxPool, opsets 1, 8, 10, 11, 12, 22; AveragePool, opsets 1, 7, 10, 11, 19, 22;
/// LpPool, opsets 1, 2, 11, 18, 22.
package struct Pool: OperatorDefinition {
  package enum Kind: String, CaseIterable, Sendable {
    case max = "MaxPool"
    case average = "AveragePool"
    case norm = "LpPool"
  }

  package var kind: Kind
  package var window: Window
  package var ceilMode: Bool
  /// Average only: whether padding counts among what is averaged.
  package var countIncludePad: Bool
  /// Max only: the order of the indices in the second output.
  package var storageOrder: Int
  /// LpPool only: y = (Σ |x|ᵖ)^(1/p).
  package var exponent: Float

  package init(_ kind: Kind, window: Window) {
    self.kind = kind
    self.window = window
    ceilMode = false
    countIncludePad = false
    storageOrder = 0
    exponent = 2
  }

  init(_ kind: Kind, _ attributes: Attributes) throws(AttributeError) {
    self.kind = kind
    window = try Window(attributes)
    guard window.kernelShape != nil else {
      throw AttributeError(attribute: "kernel_shape", expected: "the window's extents")
    }
    ceilMode = try attributes.flag("ceil_mode")
    countIncludePad = try attributes.flag("count_include_pad")
    storageOrder = try attributes.int("storage_order") ?? 0
    exponent = kind == .norm ? try attributes.normExponent() : 2
  }

  package var operatorName: Name { Name(kind.rawValue) }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = [:]
    window.write(to: &attributes)
    if opset < (kind == .max ? 10 : kind == .average ? 19 : 18) { attributes["dilations"] = nil }
    if ceilMode { attributes["ceil_mode"] = .int(1) }
    if countIncludePad { attributes["count_include_pad"] = .int(1) }
    if storageOrder != 0 { attributes["storage_order"] = .int(storageOrder) }
    if kind == .norm, exponent != 2 { attributes["p"] = .normExponent(exponent, opset: opset) }
    attributes.sort { $0.key < $1.key }
    return attributes
  }
}
