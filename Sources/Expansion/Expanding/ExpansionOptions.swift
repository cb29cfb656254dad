package import NetworkIR

/// What `expand` is asked to do, one field per flag.
package struct ExpansionOptions: Sendable, Hashable {
  /// The expansion rate r; below 1 a unit is a bottleneck.
  package var rate = 4.0
  package var convolutions = Convolutions.auto
  /// Factors of an expanded Gemm or MatMul, 2 or 3; 0 leaves those nodes alone.
  package var fullyConnectedFactors = 3
  /// Globs on node or weight names: expand only what one of `include` matches (all, where it is
  /// empty) and nothing that one of `exclude` matches.
  package var include: [String] = []
  package var exclude: [String] = []
  package var initialisation = Initialisation.preserve
  package var seed: UInt64 = 0
  package var stem = Stem.expand
  package var strideAt = StridePlacement.middle
  package var intermediateBias = IntermediateBias.auto
  /// Puts a ReLU after each factor but the last: the nonlinear counterpart, of the same parameters,
  /// from which a linear network can be initialised. Its factors can only be random.
  package var isNonlinear = false
  /// Takes initializers that are graph inputs for constant; those that are expanded are no longer
  /// inputs then.
  package var assumesConstantInputs = false

  /// What is asked of each node by itself; where it is not nil, nodes that it does not list stay.
  package var units: [Node.ID: UnitOptions]?

  package init() {}

  /// Which strategy convolutions get; `auto` is CK for square odd kernels above 3, else CL.
  package enum Convolutions: String, Sendable, Hashable, CaseIterable {
    case auto, cl, ck, none
  }

  /// `preserve`: the factors compute what the compact node did. `random`: PyTorch's default.
  package enum Initialisation: String, Sendable, Hashable, CaseIterable {
    case preserve, random
  }

  /// The width of the first factor on the convolution that sees the image: r·m, or m where kept.
  package enum Stem: String, Sendable, Hashable, CaseIterable {
    case expand, keep
  }

  /// Which factor of CL is strided.
  package enum StridePlacement: String, Sendable, Hashable, CaseIterable {
    case middle, last
  }

  /// Whether the factors before the last have a bias; `auto`: exactly if the compact node has one.
  package enum IntermediateBias: String, Sendable, Hashable, CaseIterable {
    case auto, all, none
  }
}
