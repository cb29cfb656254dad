import Training

extension DataError: Worded {
  var diagnostic: Diagnostic {
    switch self {
    case .unknownScheme(let scheme, let known):
      return Diagnostic(
        .usage, "'\(scheme)' is no kind of data set", at: "--data",
        next: "known are \(known.joined(separator: ", "))")
    case .malformedSpecification(let text, let expected):
      let range =
        expected.hasPrefix("shapes")
        ? ", with 1 to \(ShapesOptions.largestCount.grouped) images each" : ""
      return Diagnostic(.usage, "cannot read '\(text)'", next: "the form is \(expected)\(range)")
    case .wrongFileSize(let path, let expected, let found):
      return Diagnostic(
        .malformed, "\(path) has \(found.grouped) bytes and not \(expected.grouped)",
        next: "fetch it again")
    case .wrongImages(let path, let type, let shape):
      return Diagnostic(
        .malformed, "\(path) holds \(type) of \(shape.byTimes)",
        next: "images are float or uint8 of count×channels×height×width")
    case .wrongLabels(let path, let type, let shape, let imageShape):
      return Diagnostic(
        .malformed,
        "\(path) holds \(type) of \(shape.byTimes), and the images are \(imageShape.byTimes)",
        next: "labels are integers, one for each image")
    case .notFinite(let path, let index):
      return Diagnostic(
        .malformed, "image \(index) has elements that are NaN or infinite", at: path,
        next: "leave it out or correct it")
    case .labelOutOfRange(let path, let index, let label, _) where label < 0:
      return Diagnostic(
        .malformed, "the label \(label) is negative", at: "\(path), image \(index)",
        next: "classes are counted from 0: correct it, or leave the image out")
    case .labelOutOfRange(let path, let index, let label, let count):
      return Diagnostic(
        .malformed, "label \(label) is none of the \(count) classes", at: "\(path), image \(index)",
        next: "give a model of more classes, or correct the label")
    case .outOfMemory(let bytes):
      return Diagnostic(
        .unsupported, "there is no memory for the \(bytes.grouped) bytes of a data set",
        at: "--data", next: "name a smaller one, or raise the limit of `ulimit -v` if there is one")
    }
  }
}
