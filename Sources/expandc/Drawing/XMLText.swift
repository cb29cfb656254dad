extension String {
  /// The text as character data or an attribute's value in XML 1.0: markup escaped, and what XML
  /// doesn't allow replaced.
  var xml: String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      default:
        // XML 1.0, section 2.2: no control characters but these three, and no U+FFFE and U+FFFF.
        let isAllowed =
          scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
          || scalar == "\t" || scalar == "\n" || scalar == "\r"
        text.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
      }
    }
    return text
  }
}
