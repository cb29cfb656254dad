/// What a network is lowered for.
enum RunMode: Sendable {
  /// What the file says, node by node.
  case inference
  /// What training is judged by: batch normalisation by the running statistics, even where an
  /// exporter left the node in training mode.
  case evaluation
  /// Batch normalisation by the batch's statistics, which move the running ones.
  case training
}
