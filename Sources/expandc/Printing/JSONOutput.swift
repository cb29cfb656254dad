import Foundation

/// JSON for machines: camelCase keys in sorted order, numbers as numbers.
enum JSONOutput {
  /// Stands for null while encoding; no report has such a string.
  private static let notANumber = "not a finite number"

  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // JSON has no such numbers: null, so that a key holds a number or nothing.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: notANumber, negativeInfinity: notANumber, nan: notANumber)
    return String(decoding: try encoder.encode(value), as: UTF8.self)
      .replacingOccurrences(of: "\"\(notANumber)\"", with: "null")
  }
}
