import Execution
import NetworkIR

extension Trainer {
  /// What of a step is NaN or infinite: looked at after each, at some 0.3% of its time.
  func notFinite(_ loss: Double, of run: ClassificationRun) -> NotFiniteStep.Quantity? {
    guard loss.isFinite else { return .loss }
    return run.firstNotFiniteGradient().map { .gradient(session.graph[$0].name) }
  }

  /// Runs the step again, with the weights as they were for it, to see where it began.
  func diagnosis(
    of quantity: NotFiniteStep.Quantity, epoch: Int, step: Int, _ run: ClassificationRun
  ) throws -> NotFiniteStep {
    let weight = session.store.firstNotFinite(among: run.parameters)
    session.noise.repeatStep()
    return NotFiniteStep(
      epoch: epoch, step: step, quantity: quantity, output: try run.firstNotFiniteOutput(),
      weight: weight.map { session.graph[$0].name })
  }
}
