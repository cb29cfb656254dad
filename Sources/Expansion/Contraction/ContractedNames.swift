import NetworkIR

/// What the node that factors are contracted to is called.
///
/// Where the factors' names are equal up to one component that counts them from 0, as PyTorch names
/// the modules of a sequence and `expand` names factors, the name is theirs without that component:
/// `features.0.0.weight`, `features.0.1.weight`, … give `features.0.weight`, and
/// `conv1.weight.expand.0`, … give `conv1.weight`. Otherwise it is the name of the factor with the
/// largest kernel, the last of those.
struct ContractedNames {
  /// - Parameters:
  ///   - names: one for each factor; nil where it has no such name.
  ///   - principal: the factor with the largest kernel.
  static func name(_ names: [Name?], principal: Int) -> Name? {
    let all = names.compactMap(\.self)
    if all.count == names.count, all.count > 1, let common = counted(all) { return common }
    return names[principal] ?? all.last
  }

  /// The names without the component that counts them; nil where none does, or nothing stands
  /// before it.
  private static func counted(_ names: [Name]) -> Name? {
    let split = names.map(components)
    guard let first = split.first, split.allSatisfy({ $0.count == first.count }) else {
      return nil
    }
    let varying = first.indices.filter { place in split.contains { $0[place] != first[place] } }
    guard varying.count == 1, let place = varying.first, place > 1, !first[place - 2].isEmpty,
      split.enumerated().allSatisfy({ $1[place] == Array("\($0)".utf8) })
    else { return nil }
    var kept = first
    let isOurs = place > 3 && first[place - 2] == Array("expand".utf8)
    kept.removeSubrange((isOurs ? place - 3 : place - 1)...place)
    return Name(bytes: kept.joined())
  }

  /// The name at its dots and slashes, which are components of their own.
  private static func components(_ name: Name) -> [[UInt8]] {
    var components: [[UInt8]] = [[]]
    for byte in name.bytes {
      if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/") {
        components += [[byte], []]
      } else {
        components[components.count - 1].append(byte)
      }
    }
    return components
  }
}
