import NetworkIR

/// What a picture of a graph shows: boxes, the values that run between them, and the units.
///
/// Boxes stand in an order in which values run from earlier to later ones. Constants are no boxes,
/// nor are the nodes that only compute constants.
struct Diagram {
  struct Box {
    enum Kind {
      case input, output
      /// A node that reads parameters, or one that doesn't.
      case weighted, plain
    }

    let kind: Kind
    /// Nil for an input or output of the graph.
    let node: Node.ID?
    /// The operator and its kernel, or the name of an input or output.
    let title: String
    /// Channels in → out, stride and the like.
    let detail: String
    /// Trainable elements; empty where there are none.
    let parameters: String
    /// The shape that the box gives, where it differs from what it reads.
    let shape: String?
    /// The name of the node and of what it writes, in full.
    let note: String
    var sign: DiffSign?
  }

  /// A value: the box that writes it and those that read it, each once.
  struct Net {
    let source: Int
    var targets: [Int]
  }

  /// Boxes that together replaced one node.
  struct Unit {
    /// The strategy and the channels.
    let title: String
    let compactNode: String
    let boxes: [Int]
  }

  var boxes: [Box]
  var nets: [Net]
  var units: [Unit]
  /// Nodes that make constants only, which are not drawn.
  let hiddenCount: Int
}
