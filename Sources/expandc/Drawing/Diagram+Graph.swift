import Expansion
import NetworkIR
import OrderedCollections

extension Diagram {
  /// The picture of a graph; shapes that contradict each other are left out of it.
  init(_ graph: Graph, units: [ExpandedUnit]) {
    let describer = NodeDescriber(graph)
    let constants = graph.constantValues
    var boxes: [Box] = []
    var writers: [Value.ID: Int] = [:]
    var readers: [(value: Value.ID, box: Int)] = []
    var boxOfNode: [Node.ID: Int] = [:]
    for input in graph.requiredInputs {
      writers[input] = boxes.count
      boxes.append(describer.input(input))
    }
    for node in graph.nodes {
      let outputs = node.outputs.compactMap(\.self)
      if !outputs.isEmpty, outputs.allSatisfy(constants.contains) { continue }
      let read = (node.inputs.compactMap(\.self) + node.captures).filter { !constants.contains($0) }
      readers += read.map { ($0, boxes.count) }
      for output in outputs { writers[output] = boxes.count }
      boxOfNode[node.id] = boxes.count
      boxes.append(describer.box(node, reading: read.first))
    }
    for port in graph.outputs {
      readers.append((port.value, boxes.count))
      boxes.append(describer.output(port.value))
    }
    var nets: [Net] = []
    var netOfValue: [Value.ID: Int] = [:]
    for (value, box) in readers {
      guard let source = writers[value] else { continue }
      if let net = netOfValue[value] {
        if nets[net].targets.last != box { nets[net].targets.append(box) }
      } else {
        netOfValue[value] = nets.count
        nets.append(Net(source: source, targets: [box]))
      }
    }
    self.boxes = boxes
    self.nets = nets
    self.units = units.map { unit in
      Unit(
        title: unit.notation, compactNode: unit.compactNode.description.printable,
        boxes: unit.nodes.compactMap { boxOfNode[$0] }.sorted())
    }
    hiddenCount = graph.nodes.count - boxOfNode.count
  }
}

extension Graph {
  /// The values that no input of a run reaches: stored constants, and what nodes make of them;
  /// without those that the graph puts out.
  fileprivate var constantValues: Set<Value.ID> {
    var found = Set(initializers.keys).union(opaqueConstants)
    for node in nodes {
      let read = node.inputs.compactMap(\.self) + node.captures
      let isConstant =
        read.isEmpty ? node.type.name == "Constant" : read.allSatisfy(found.contains)
      let written = node.outputs.compactMap(\.self)
      if isConstant, !written.contains(where: isOutput) { found.formUnion(written) }
    }
    return found
  }
}
