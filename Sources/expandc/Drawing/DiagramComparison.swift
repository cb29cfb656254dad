import Expansion
import NetworkIR

/// Two diagrams, and which of their boxes correspond.
struct DiagramComparison {
  /// A unit, and what the other model has in its place.
  struct Link {
    let unit: Diagram.Unit
    /// By side.
    let boxes: RowAssignment.Cell
  }

  private(set) var diagrams: [Diagram]
  private(set) var links: [Link] = []
  private(set) var cells: [RowAssignment.Cell] = []

  /// Units correspond where they stand for the same node, or the other model has that node; other
  /// nodes where they make values of the same name.
  init(_ models: (Model, Model), _ diff: GraphDiff) throws {
    let graphs = [models.0.graph, models.1.graph]
    let units = [models.0, models.1].map {
      (try? Provenance(of: $0))?.expandedUnits(in: $0.graph) ?? []
    }
    diagrams = try zip(graphs, units).map { try Diagram($0, units: $1) }
    let boxes = diagrams.map(\.boxOfNode)
    var linked: [Set<Int>] = [[], []]

    var partners: [[Name: [Int]]] = [[:], [:]]
    for side in 0..<2 {
      for node in graphs[side].nodes {
        guard let box = boxes[side][node.id] else { continue }
        for output in node.outputs.compactMap(\.self) {
          partners[side][graphs[side][output].name, default: []].append(box)
        }
      }
      for (unit, drawn) in zip(units[side], diagrams[side].units) {
        if let output = unit.compactOutputs.last { partners[side][output] = drawn.boxes }
      }
    }
    for side in [1, 0] {
      for (unit, drawn) in zip(units[side], diagrams[side].units) {
        let others = Set(unit.compactOutputs.flatMap { partners[1 - side][$0] ?? [] }).sorted()
        guard !others.isEmpty, !drawn.boxes.isEmpty,
          linked[side].isDisjoint(with: drawn.boxes), linked[1 - side].isDisjoint(with: others)
        else { continue }
        linked[side].formUnion(drawn.boxes)
        linked[1 - side].formUnion(others)
        links.append(
          Link(unit: drawn, boxes: side == 1 ? [others, drawn.boxes] : [drawn.boxes, others]))
      }
    }
    cells = links.map(\.boxes)

    var paired: [Set<Int>] = linked
    let changed = diff.changedOutputs(graphs)
    for pair in diff.pairs {
      guard let a = boxes[0][pair.first], let b = boxes[1][pair.second] else { continue }
      let isInUnit = linked[0].contains(a) || linked[1].contains(b)
      if !isInUnit { cells.append([[a], [b]]) }
      if !isInUnit, changed.contains(pair.output) {
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
