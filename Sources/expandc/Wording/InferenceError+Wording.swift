import NetworkIR

extension InferenceError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .node(let id, let name, let type, let inputs, let failure):
      Diagnostic(
        .malformed, "\(type) cannot take its inputs: \(failure.sentence(inputs: inputs))",
        at: place(of: name, id.index),
        next: "see all shapes with expandc inspect, and correct the node or what it reads")
    case .contradiction(let value, let producer, let inferred, let declared):
      Diagnostic(
        .malformed,
        "'\(value)' is declared as \(declared.sentence) and comes out as \(inferred.sentence)",
        at: producer.flatMap { $0.isEmpty ? nil : "node '\($0)'" },
        next: "correct what the file declares, or leave it out")
    case .givenShape(let input, let given, let declared):
      Diagnostic(
        .malformed, "the input '\(input)' is given \(given.byTimes) and takes \(declared.byTimes)",
        next: "give it \(declared.byTimes)")
    case .notAnInput(let name):
      Diagnostic(.usage, "'\(name)' is no input of the model")
    }
  }
}

extension OperatorFailure {
  var sentence: String { sentence(inputs: []) }

  /// - Parameter inputs: the names of the node's inputs, as far as they are known.
  func sentence(inputs: [Name]) -> String {
    func input(_ index: Int) -> String {
      guard inputs.indices.contains(index), !inputs[index].isEmpty else { return "input \(index)" }
      return "input \(index), '\(inputs[index])',"
    }
    return switch self {
    case .missingInput(let index): "input \(index) is missing"
    case .notATensor(let index): "\(input(index)) is no tensor"
    case .rank(let index, let found, let expected):
      "\(input(index)) has \(found) axes, not \(expected.words)"
    case .extent(let index, let axis, let found, let expected):
      "axis \(axis) of \(input(index)) has extent \(found), not \(expected)"
    case .shapes(let shapes):
      "shapes " + shapes.map(\.byTimes).joined(separator: " and ") + " do not go together"
    case .elementTypes(let types):
      "element types " + types.map { "\($0)" }.joined(separator: " and ") + " do not go together"
    case .axis(let axis, let rank): "there is no axis \(axis) among \(rank)"
    case .repeatedAxis(let axis): "axis \(axis) is named twice"
    case .index(let index, let extent): "index \(index) is outside of \(extent)"
    case .contents(let index): "what \(input(index)) holds cannot be used"
    case .attribute(let name): "the attribute '\(name)' does not fit"
    case .groups(let group, let channels): "\(channels) channels are not \(group) groups"
    case .window(let extents): "the window is larger than its input of \(extents.byTimes)"
    case .outputCount(let count): "it has \(count) outputs"
    case .overflow: "a number is too large"
    case .divisionByZero: "it divides by zero"
    case .tooLarge(let shape): "a result of \(shape.byTimes) is too large"
    case .notEvaluated: "it can't be evaluated before a run"
    }
  }
}

extension ClosedRange<Int> {
  fileprivate var words: String {
    lowerBound == upperBound ? "\(lowerBound)" : "\(lowerBound) to \(upperBound)"
  }
}
