extension String {
  /// The text with control characters replaced: a name in a file must not command the terminal, nor
  /// break a table's rows.
  var printable: String {
    guard unicodeScalars.contains(where: \.isControl) else { return self }
    var scalars = String.UnicodeScalarView()
    for scalar in unicodeScalars { scalars.append(scalar.isControl ? "\u{FFFD}" : scalar) }
    return String(scalars)
  }

  /// The text in at most `width` characters, its end replaced by “…” where it is longer, or what
  /// stands after its first third.
  func truncated(to width: Int, inTheMiddle: Bool = false) -> String {
    guard count > width else { return self }
    let kept = max(0, width - 1)
    let tail = inTheMiddle ? kept - kept / 3 : 0
    return prefix(kept - tail) + "…" + suffix(tail)
  }

  func padded(to width: Int, rightAligned: Bool = false) -> String {
    let padding = String(repeating: " ", count: max(0, width - count))
    return rightAligned ? padding + self : self + padding
  }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .format: true
    default: false
    }
  }
}

extension Int {
  /// With commas between thousands: 66,186.
  var grouped: String {
    var digits = String(magnitude)
    var groups: [Substring] = []
    while digits.count > 3 {
      groups.insert(digits.suffix(3), at: 0)
      digits.removeLast(3)
    }
    let text = ([digits[...]] + groups).joined(separator: ",")
    return self < 0 ? "-" + text : text
  }
}

extension Int? {
  /// As `grouped`, or a question mark for what is not known.
  var groupedOrUnknown: String { map(\.grouped) ?? "?" }
}

extension [Int] {
  /// Extents as 3×32×32.
  var byTimes: String { map(String.init).joined(separator: "×") }
}
