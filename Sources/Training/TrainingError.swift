package import NetworkIR

/// Why a network can't be trained or evaluated on a data set.
package enum TrainingError: Error, Hashable, Sendable {
  /// The data has labels that the network has no output for.
  case classes(network: Int, data: Int)
  case emptyData
  /// The loss of a step, or its gradient, is NaN or infinite.
  case stepNotFinite(NotFiniteStep)
  /// A weight or running statistic is NaN or infinite after an epoch's last step, though no loss or
  /// gradient was: that step's move was too large.
  case weightsNotFinite(epoch: Int, step: Int, tensor: Name)
}
