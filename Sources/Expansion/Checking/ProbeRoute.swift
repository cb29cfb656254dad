import TensorCore

/// Which places each kernel of a chain reads so that some places of the last one's output come out.
///
/// A kernel of many weights then meets a few places, not all of an image.
struct ProbeRoute {
  /// Of one kernel.
  struct Step: Sendable {
    let reads: Int
    let writes: Int
    /// For each tap, then each place written: which of the places read it needs, −1 in the padding.
    let sources: [Int]
  }

  /// In the order of the chain.
  let steps: [Step]
  /// The places of the images that the first kernel reads.
  let inputs: [Int]

  /// Nil where that asks for too many places.
  init?(through passage: ProbePassage, to outputs: [Int]) {
    var steps: [Step] = []
    var places = outputs
    for level in passage.levels.reversed() {
      let geometry = level.geometry
      guard
        let read = Shape.elementCount([geometry.inputs, geometry.taps, places.count]),
        let written = Shape.elementCount([geometry.outputs, places.count]),
        max(read, written) <= ProbeImages.numberLimit
      else { return nil }
      let sources = level.sources(of: places)
      let inputs = Set(sources.compactMap(\.self)).sorted()
      let index = Dictionary(uniqueKeysWithValues: inputs.enumerated().map { ($1, $0) })
      steps.append(
        Step(
          reads: inputs.count, writes: places.count,
          sources: sources.map { $0.flatMap { index[$0] } ?? -1 }))
      places = inputs
    }
    self.steps = steps.reversed()
    inputs = places
  }
  /// The same for a value that is known at `places`, among them all that the first kernel reads.
  func reading(from places: [Int]) -> ProbeRoute {
    guard places != inputs, let first = steps.first else { return self }
    let index = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, $0) })
    let step = Step(
      reads: places.count, writes: first.writes,
      sources: first.sources.map { $0 < 0 ? -1 : index[inputs[$0]] ?? -1 })
    return ProbeRoute(steps: [step] + steps.dropFirst(), inputs: places)
  }

  private init(steps: [Step], inputs: [Int]) {
    self.steps = steps
    self.inputs = inputs
  }
}
