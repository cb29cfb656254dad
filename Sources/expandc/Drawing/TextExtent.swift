/// How wide a text is drawn, before the font that will draw it is known.
///
/// The widths are those of a wide sans serif (Verdana, DejaVu Sans), in parts of the font's size: a
/// narrower font leaves some room.
enum TextExtent {
  /// How much wider bold text is.
  static let boldness = 1.12

  static func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
    text.unicodeScalars.reduce(0) { $0 + width($1) } * size * (isBold ? boldness : 1)
  }

  /// The text, its end replaced by “…” where it is wider than `limit`.
  static func fitted(_ text: String, size: Double, limit: Double) -> String {
    guard width(text, size: size) > limit else { return text }
    var room = limit - width("…", size: size)
    var kept = ""
    for character in text {
      room -= width(String(character), size: size)
      guard room >= 0 else { break }
      kept.append(character)
    }
    return kept + "…"
  }

  private static func width(_ scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "'", "|": 0.3
    case " ", ",", ".", ":", ";", "!", "·": 0.33
    case "f", "r", "t", "(", ")", "[", "]", "/", "-": 0.41
    case "m", "w", "M", "W", "@", "%": 0.98
    case "a"..."z", "0"..."9", "_": 0.63
    case "A"..."Z": 0.72
    case "→", "×", "−", "+", "~", "=": 0.84
    default: scalar.value < 0x2E80 ? 0.8 : 1
    }
  }
}
