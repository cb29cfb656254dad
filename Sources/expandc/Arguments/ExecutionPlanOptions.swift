import ArgumentParser
import Execution
import Kernels
import NetworkIR

/// Which execution plan is shown.
struct ExecutionPlanOptions: ParsableArguments {
  enum Purpose: String, EnumerableFlag {
    case training, inference

    static func help(for value: Purpose) -> ArgumentHelp? {
      value == .training ? "Of a training step." : "Of inference."
    }
  }

  @Flag(
    name: .customLong("plan"),
    help: "Show the plan of a run: its steps, what runs them, layouts and memory.")
  var isWanted = false

  @Flag var purpose = Purpose.training

  @Option(
    help: ArgumentHelp("Images a run; 128 for training, 1 for inference.", valueName: "n"))
  var batchSize: Int?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "The extents of an input that leaves some open; its batch is --batch-size.",
      valueName: "name=1,3,224,224"))
  var inputShape: [NamedShape] = []

  @Option(help: ArgumentHelp("How factors are trained, as train has it.", valueName: "mode"))
  var mode = ModeArgument.auto

  @OptionGroup var compute: ThreadsOption

  func validate() throws {
    if let batchSize, !(1...1 << 20).contains(batchSize) {
      throw ValidationError("--batch-size takes 1 to 1048576")
    }
    let isGiven =
      batchSize != nil || !inputShape.isEmpty || compute.threads != nil || mode != .auto
    if !isWanted, isGiven || purpose == .inference {
      throw ValidationError(
        "--batch-size, --input-shape, --mode, --threads and --inference need --plan")
    }
  }

  /// The plan of one run of `graph`.
  func report(_ graph: Graph, file: String) throws -> ExecutionPlanReport {
    let batch = batchSize ?? (purpose == .training ? 128 : 1)
    let session = try Session(graph, threads: compute.threads)
    return ExecutionPlanReport(
      try plan(session, of: graph, batch: batch), file: file, purpose: purpose, batchSize: batch,
      threads: try ComputeEngine(threads: compute.threads).threads)
  }

  private func plan(
    _ session: Session, of graph: Graph, batch: Int
  ) throws -> ExecutionPlan {
    switch purpose {
    case .training:
      let image = try BenchSetting.imageShape(of: graph, given: inputShape)
      let fit = BatchFit {
        let run = try session.classificationByteCount(
          batchSize: $0[0], imageShape: image, isTraining: true, mode: mode.mode)
        return run + session.store.byteCount
      }
      return try refusing(batch, fit) {
        try session.classification(
          batchSize: batch, imageShape: image, isTraining: true, mode: mode.mode
        ).executor.plan
      }
    case .inference:
      let inputShapes = try shapes(of: graph, batch: batch)
      func made() throws -> ExecutionPlan {
        try session.inference(inputShapes: inputShapes).executor.plan
      }
      // Where every batch is the file's or --input-shape's, another one is no help.
      guard batch > 1, try shapes(of: graph, batch: 1) != inputShapes else { return try made() }
      let fit = BatchFit {
        let run = try session.inferenceByteCount(inputShapes: shapes(of: graph, batch: $0[0]))
        return run + session.store.byteCount
      }
      return try refusing(batch, fit, made)
    }
  }

  /// Where the memory of a plan can't even be reserved, throws with the largest batch that is there.
  ///
  /// What can be reserved is shown, even beyond what is available: the run may be another machine's.
  private func refusing(
    _ batch: Int, _ fit: BatchFit, _ made: () throws -> ExecutionPlan
  ) throws -> ExecutionPlan {
    // Asked before a plan is made: one that fails gives back what it took, but not at once.
    let available = AvailableMemory.byteCount
    do {
      return try made()
    } catch let error as ExecutionError where error.isOutOfMemory {
      try fit.check(batch, available: available) { throw error }
      throw error
    }
  }

  /// The extents of each input: as given, or as declared with an open first one bound to `batch`.
  private func shapes(of graph: Graph, batch: Int) throws -> [Value.ID: [Int]] {
    var shapes: [Value.ID: [Int]] = [:]
    for input in graph.requiredInputs {
      let name = graph[input].name
      let given = inputShape.last { $0.name == name }?.shape
      let declared = graph[input].declaredType?.dimensions
      let extents = (declared ?? []).enumerated().compactMap {
        $0.element.extent ?? ($0.offset == 0 ? batch : nil)
      }
      guard let shape = given ?? (extents.count == declared?.count ? extents : nil) else {
        throw InputError.open(name, declared, suggested: graph.suggestedShape(of: input))
      }
      shapes[input] = shape
    }
    return shapes
  }
}
