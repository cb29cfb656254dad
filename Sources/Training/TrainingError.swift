package import Execution
package import NetworkIR

/// Why a network can't be trained or evaluated on a data set.
package enum TrainingError: Error, Hashable, Sendable {
  /// The data has labels that the network has no output for.
  case classes(network: Int, data: Int)
  case emptyData
  /// The loss of a step, counted from 1, is NaN or infinite; `output` is the first in the network
  /// that is, and `tensor` a weight that was before the step.
  case lossNotFinite(epoch: Int, step: Int, output: NotFiniteOutput?, tensor: Name?)
  /// A weight or running statistic is NaN or infinite after an epoch, though no loss was: a
  /// rectifier can hide NaN from the loss.
  case weightsNotFinite(epoch: Int, tensor: Name)
}
