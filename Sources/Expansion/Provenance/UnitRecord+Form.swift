import NetworkIR

extension UnitRecord {
  /// Whether the nodes are such as a unit replaces, and read what the unit has: a record is a file's
  /// content, so that it may say anything.
  ///
  /// The first node applies the weight, on either side, to the unit's input; a third input is the
  /// bias or the addend. An Add of one of them may follow a MatMul.
  var readsItsOwn: Bool {
    guard let first = nodes.first, nodes.allSatisfy({ $0.outputs.count == 1 }),
      nodes.allSatisfy({ $0.outputs.first??.name != nil })
    else { return false }
    let weight = weight.name.name
    let added = [bias?.name.name, addend?.name].compactMap(\.self)
    let inputs = first.inputs.map { $0?.name }
    guard inputs.count >= 2, let left = inputs[0], let right = inputs[1],
      (left == weight) != (right == weight), !bias.isNamed(left), !bias.isNamed(right)
    else { return false }
    switch first.type.name {
    case "Conv", "ConvTranspose", "Gemm":
      guard nodes.count == 1, inputs.count <= 3 else { return false }
      guard inputs.count == 3, let third = inputs[2] else { return added.isEmpty }
      return added == [third]
    case "MatMul":
      guard inputs.count == 2 else { return false }
      guard nodes.count > 1 else { return added.isEmpty }
      let add = nodes[1]
      guard nodes.count == 2, add.type == OperatorType("Add"), add.inputs.count == 2,
        added.count == 1, let product = first.outputs[0], product.name != added[0]
      else { return false }
      return Set(add.inputs.map { $0?.name }) == [product.name, added[0]]
    default:
      return false
    }
  }
}

extension UnitRecord.Constant? {
  fileprivate func isNamed(_ name: Name) -> Bool { self?.name.name == name }
}
