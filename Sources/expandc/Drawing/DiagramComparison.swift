import NetworkIR

/// Two diagrams, and which of their boxes correspond.
struct DiagramComparison {
  /// A unit, and what the other model has in its place.
  struct Link {
    let unit: Diagram.Unit
    let isUnitInBoth: Bool
    /// By side.
    let boxes: RowAssignment.Cell
  }

  private(set) var diagrams: [Diagram]
  private(set) var links: [Link] = []
  private(set) var cells: [RowAssignment.Cell] = []

  /// Units correspond where they stand for the same node, or the other model has that node; other
  /// nodes where they make values of the same name.
  init(_ models: (Model, Model), _ diff: GraphDiff) {
    let graphs = [models.0.graph, models.1.graph]
    let counterparts = UnitCounterpart.all(models.0, models.1)
    diagrams = [DiffOperand.first, .second].enumerated().map { side, operand in
      let units = counterparts.filter { $0.side == operand }.map(\.unit)
      return Diagram(graphs[side], units: units)
    }
    let boxes = diagrams.map(\.boxOfNode)
    var linked: [Set<Int>] = [[], []]
    var next = [0, 0]
    for counterpart in counterparts {
      let side = counterpart.side == .first ? 0 : 1
      let drawn = diagrams[side].units[next[side]]
      next[side] += 1
      let others = counterpart.others.compactMap { boxes[1 - side][$0] }.sorted()
      guard !others.isEmpty, !drawn.boxes.isEmpty else { continue }
      linked[side].formUnion(drawn.boxes)
      linked[1 - side].formUnion(others)
      links.append(
        Link(
          unit: drawn, isUnitInBoth: counterpart.isUnitInBoth,
          boxes: side == 1 ? [others, drawn.boxes] : [drawn.boxes, others]))
    }
    cells = links.map(\.boxes)

    // What stands for something else differs from it, of course.
    let replaced = (0..<2).map { side in
      Set(links.filter { !$0.isUnitInBoth }.flatMap { $0.boxes[side] })
    }
    var paired = linked
    let changed = diff.changedOutputs(graphs)
    for pair in diff.pairs {
      guard let a = boxes[0][pair.first], let b = boxes[1][pair.second] else { continue }
      let isLinked = linked[0].contains(a) || linked[1].contains(b)
      if !isLinked { cells.append([[a], [b]]) }
      if !replaced[0].contains(a), !replaced[1].contains(b), changed.contains(pair.output) {
        for (side, box) in [a, b].enumerated() { diagrams[side].boxes[box].sign = .changed }
      }
      paired[0].insert(a)
      paired[1].insert(b)
    }
    pairPorts(&paired)
    for (side, sign) in [DiffSign.onlyInFirst, .onlyInSecond].enumerated() {
      for box in diagrams[side].boxes.indices where !paired[side].contains(box) {
        diagrams[side].boxes[box].sign = sign
      }
    }
  }

  /// Inputs and outputs of the graphs correspond where they have the same name.
  private mutating func pairPorts(_ paired: inout [Set<Int>]) {
    var known: [String: Int] = [:]
    for (index, box) in diagrams[1].boxes.enumerated() where box.node == nil {
      known[box.note] = index
    }
    for (index, box) in diagrams[0].boxes.enumerated() where box.node == nil {
      guard let other = known.removeValue(forKey: box.note) else { continue }
      cells.append([[index], [other]])
      paired[0].insert(index)
      paired[1].insert(other)
    }
  }
}

extension Diagram {
  var boxOfNode: [Node.ID: Int] {
    boxes.enumerated().reduce(into: [:]) { boxes, entry in
      if let node = entry.element.node { boxes[node] = entry.offset }
    }
  }
}

extension GraphDiff {
  /// The values whose nodes differ in themselves or in a constant that they read.
  fileprivate func changedOutputs(_ graphs: [Graph]) -> Set<Name> {
    var outputs = Set(structure.compactMap(\.output))
    let weights = Set(weights.map(\.name))
    for pair in pairs {
      let read = graphs[0][pair.first].inputs.compactMap { $0.map { graphs[0][$0].name } }
      if !weights.isDisjoint(with: read) { outputs.insert(pair.output) }
    }
    return outputs
  }
}
