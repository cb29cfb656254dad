/// The rows of one or two diagrams that stand side by side, counted from the top.
///
/// The diagrams' boxes are gathered into cells: boxes that correspond share one, so that they stand
/// on the same height. A cell's height is the number of boxes of the side that has more there, and
/// where v runs into c, for each value v and the cell c of each of its readers,
///
///     start(c) = max over v of start(cell(v)) + height(cell(v)),
///
/// the longest path from the sources (Sugiyama, Tagawa and Toda, 1981, step 1). A source goes down
/// to just above what it feeds.
struct RowAssignment {
  /// The boxes of each side, in the diagram's order.
  typealias Cell = [[Int]]

  /// By side and box; a box of a side that has fewer there than the other takes several rows.
  private(set) var rows: [[ClosedRange<Int>]]
  private(set) var rowCount = 0

  /// - Parameter cells: boxes that correspond; every other box is on its own. Cells that would
  ///   have to stand both above and below each other are taken apart.
  init(_ diagrams: [Diagram], cells: [Cell] = []) {
    rows = diagrams.map { $0.boxes.map { _ in 0...0 } }
    var ordering = CellOrdering(diagrams, cells)
    if !ordering.isComplete {
      let sound = ordering.order.filter { $0 < cells.count }.sorted().map { cells[$0] }
      ordering = CellOrdering(diagrams, sound)
    }
    let starts = ordering.starts
    for (index, cell) in ordering.cells.enumerated() {
      let height = ordering.height(index)
      rowCount = max(rowCount, starts[index] + height)
      for (side, boxes) in cell.enumerated() {
        for (position, box) in boxes.enumerated() {
          let first = starts[index] + position * height / boxes.count
          let next = starts[index] + (position + 1) * height / boxes.count
          rows[side][box] = first...max(first, next - 1)
        }
      }
    }
  }
}

/// Cells in an order in which values run downwards, as far as there is one.
private struct CellOrdering {
  let cells: [RowAssignment.Cell]
  private(set) var order: [Int] = []
  private var successors: [[Int]]
  private var hasPredecessor: [Bool]

  init(_ diagrams: [Diagram], _ given: [RowAssignment.Cell]) {
    var cells = given
    var cellOfBox = diagrams.map { [Int](repeating: -1, count: $0.boxes.count) }
    for (index, cell) in given.enumerated() {
      for (side, boxes) in cell.enumerated() { for box in boxes { cellOfBox[side][box] = index } }
    }
    for side in diagrams.indices {
      for box in cellOfBox[side].indices where cellOfBox[side][box] < 0 {
        cellOfBox[side][box] = cells.count
        cells.append(diagrams.indices.map { $0 == side ? [box] : [] })
      }
    }
    self.cells = cells
    successors = cells.map { _ in [] }
    var missing = cells.map { _ in 0 }
    for (side, diagram) in diagrams.enumerated() {
      for net in diagram.nets {
        let source = cellOfBox[side][net.source]
        for target in net.targets.map({ cellOfBox[side][$0] }) where target != source {
          successors[source].append(target)
          missing[target] += 1
        }
      }
    }
    hasPredecessor = missing.map { $0 > 0 }
    order = cells.indices.filter { missing[$0] == 0 }
    var next = 0
    while next < order.count {
      for successor in successors[order[next]] {
        missing[successor] -= 1
        if missing[successor] == 0 { order.append(successor) }
      }
      next += 1
    }
  }

  var isComplete: Bool { order.count == cells.count }

  func height(_ cell: Int) -> Int { cells[cell].map(\.count).max() ?? 1 }

  /// The first row of each cell.
  var starts: [Int] {
    var starts = [Int](repeating: 0, count: cells.count)
    for cell in order {
      for successor in successors[cell] {
        starts[successor] = max(starts[successor], starts[cell] + height(cell))
      }
    }
    for cell in order.reversed() where !hasPredecessor[cell] {
      if let below = successors[cell].map({ starts[$0] }).min() {
        starts[cell] = below - height(cell)
      }
    }
    return starts
  }
}
