import TensorCore

extension NumPyError: Worded {
  var diagnostic: Diagnostic {
    Diagnostic(.malformed, sentence, at: "\(path), offset \(offset)", next: next)
  }

  private var next: String {
    switch reason {
    case .notNumPy, .unsupportedVersion, .malformedHeader, .invalidShape:
      "write it with numpy.save, one array a file"
    case .truncatedHeader, .wrongByteCount: "copy or write it again"
    case .unsupportedElementType: "convert it with astype"
    }
  }

  private var sentence: String {
    switch reason {
    case .notNumPy: "this is no NumPy array"
    case .unsupportedVersion(let major, let minor): "NumPy format \(major).\(minor) is unknown"
    case .truncatedHeader(let byteCount, let fileByteCount):
      "the header takes \(byteCount.grouped) bytes and the file has \(fileByteCount.grouped)"
    case .malformedHeader(let expected): "the header lacks \(expected)"
    case .unsupportedElementType(let type): "cannot read elements of type '\(type)'"
    case .invalidShape(let shape): "the shape \(shape.byTimes) is impossible"
    case .wrongByteCount(let expected, let found):
      "the elements take \(expected.grouped) bytes and the file has \(found.grouped) for them"
    }
  }
}
