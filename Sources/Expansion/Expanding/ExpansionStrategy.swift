/// How one node becomes several.
package enum ExpansionStrategy: String, Sendable, Hashable, CaseIterable, Codable {
  /// 1×1, k×k, 1×1.
  case cl = "CL"
  /// A chain of 3×3 convolutions.
  case ck = "CK"
  /// A chain of matrices.
  case fc = "FC"
}

extension ExpansionStrategy? {
  /// A unit in the notation of the tables: `CK 3→12→32→8`, or its channels alone.
  func notation(_ channels: [Int]) -> String {
    [self?.rawValue, channels.map(String.init).joined(separator: "→")]
      .compactMap(\.self).joined(separator: " ")
  }
}
