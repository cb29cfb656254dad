import OrderedCollections

/// Y = alpha·A'·B' + beta·C, where ' transposes on request; A' [M, K], B' [K, N], C broadcast to
/// [M, N].
///
/// Source: ONNX Gemm, opsets 1, 6, 7, 9, 11 (C optional), 13.
package struct Gemm: OperatorDefinition {
  package var alpha: Float
  package var beta: Float
  package var transA: Bool
  package var transB: Bool

  package init(alpha: Float = 1, beta: Float = 1, transA: Bool = false, transB: Bool = false) {
    self.alpha = alpha
    self.beta = beta
    self.transA = transA
    self.transB = transB
  }

  init(_ attributes: Attributes, opset: Int) throws(AttributeError) {
    alpha = try attributes.float("alpha") ?? 1
    beta = try attributes.float("beta") ?? 1
    transA = try attributes.flag("transA")
    transB = try attributes.flag("transB")
  }

  package var operatorName: Name { "Gemm" }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = [:]
    attributes["alpha"] = .float(alpha)
    attributes["beta"] = .float(beta)
    if transA { attributes["transA"] = .int(1) }
    if transB { attributes["transB"] = .int(1) }
    if opset < 7 { attributes["broadcast"] = .int(1) }
    return attributes
  }
}
