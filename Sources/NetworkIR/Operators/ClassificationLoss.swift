import OrderedCollections

/// The cross entropy of scores or of log-probabilities [N, C, d…] with labels [N, d…], and the
/// weights [C] of classes.
///
/// Source: ONNX SoftmaxCrossEntropyLoss (which can give the log-probabilities too) and
/// NegativeLogLikelihoodLoss, opsets 12, 13.
package struct ClassificationLoss: OperatorDefinition {
  package enum Kind: String, CaseIterable, Sendable {
    case softmaxCrossEntropy = "SoftmaxCrossEntropyLoss"
    case negativeLogLikelihood = "NegativeLogLikelihoodLoss"
  }

  package enum Reduction: String, Sendable {
    case none, sum, mean
  }

  package var kind: Kind
  package var reduction: Reduction
  /// The label that counts for nothing; nil where all count.
  package var ignoredLabel: Int?

  init(_ kind: Kind, _ attributes: Attributes) throws(AttributeError) {
    self.kind = kind
    guard let reduction = Reduction(rawValue: try attributes.string("reduction") ?? "mean") else {
      throw AttributeError(attribute: "reduction", expected: "none, sum or mean")
    }
    self.reduction = reduction
    ignoredLabel = try attributes.int("ignore_index")
  }

  package var operatorName: Name { Name(kind.rawValue) }

  package func attributes(opset: Int) -> Attributes {
    var attributes: Attributes = ["reduction": .string(reduction.rawValue)]
    if let ignoredLabel { attributes["ignore_index"] = .int(ignoredLabel) }
    return attributes
  }
}
