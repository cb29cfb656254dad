import Zoo

extension ZooError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .notAmong(let option, let value, let allowed):
      let list = allowed.map(String.init).joined(separator: ", ")
      return Diagnostic(
        .usage, "\(option.flag) \(value) is no variant of this network", next: "choose from \(list)"
      )
    case .outOfRange(let option, let value, let allowed):
      return Diagnostic(
        .usage, "\(option.flag) \(value) is out of range",
        next: "give \(allowed.lowerBound) to \(allowed.upperBound)")
    case .widthOutOfRange(let width):
      return Diagnostic(
        .usage, "--width \(width) is out of range",
        next: "give \(ZooError.widths.lowerBound) to \(ZooError.widths.upperBound)")
    case .inputRank(let expected, let actual):
      return Diagnostic(
        .usage, "the input has \(actual) extents where the network takes \(expected)")
    case .inputTooSmall(let shape):
      return Diagnostic(
        .usage, "the convolutions and poolings leave nothing of an input of \(shape.byTimes)",
        next: "give a larger image with --size")
    case .notMultiple(let option, let value, let factor):
      return Diagnostic(
        .usage, "\(option.flag) \(value) is no multiple of \(factor)",
        next: "give multiples of \(factor), which the network can halve and double again")
    case .tooManyParameters(let limit):
      return Diagnostic(
        .usage, "the network would have more than \(limit.grouped) parameters",
        next: "give a smaller --width, --size or --classes")
    case .invalidGraph(let error):
      return error.diagnostic
    }
  }
}

extension ZooError.Option {
  fileprivate var flag: String {
    switch self {
    case .kernel: "--kernel"
    case .convolutions: "--convs"
    case .classes: "--classes"
    case .inputExtent: "--size"
    case .lastChannels: "--last-channels"
    }
  }
}
