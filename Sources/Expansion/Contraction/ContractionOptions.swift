/// How a model is contracted.
package struct ContractionOptions: Sendable, Hashable {
  /// Whether batch normalizations in inference mode that follow a kernel go into it.
  package var absorbsBatchNormalization = false
  /// Whether weights that are graph inputs too are taken for constant; they are inputs no longer.
  package var assumesConstantInputs = false
  /// Whether each unit is tried on small images, see `UnitCheck`.
  package var checksUnits = true

  package init() {}
}
