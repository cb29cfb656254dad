import NetworkIR
import OrderedCollections
import TensorCore
import TestSupport
import Testing

/// Padding, tiling and gathering change no element; gradients add up over the copies.
@Suite struct `Gradients of padding and gathering` {
  /// numpy.pad's modes; pads may be negative, and reach further than the input is long.
  @Test(arguments: UInt64(0)..<40)
  func `Pad in every mode`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let mode = ["constant", "reflect", "edge", "wrap"][Int(seed % 4)]
    let shape = generator.picks(Int(seed / 4 % 4) + 1, 1...4)
    let begins = shape.map { _ in generator.pick(-1...3) }
    let ends = zip(shape, begins).map { generator.pick(max(-1, 1 - $0 - $1)...3) }
    // The entry that stands `position` places from the first: 0 1 2 3 2 1 0 1 … where reflected.
    func entry(_ position: Int, _ extent: Int) -> Int? {
      var (place, direction) = (0, 1)
      for _ in 0..<position.magnitude {
        switch mode {
        case "reflect":
          if !(0..<extent).contains(place + direction) { direction = -direction }
          place = (0..<extent).contains(place + direction) ? place + direction : place
        case "edge": place = position < 0 ? 0 : min(place + 1, extent - 1)
        case "wrap": place = (place + (position < 0 ? extent - 1 : 1)) % extent
        default: place += position < 0 ? -1 : 1
        }
      }
      return (0..<extent).contains(place) ? place : nil
    }
    let value = generator.pick(0...1) == 0 ? 0 : Double(Float(generator.uniform(in: -1..<1)))
    func padded(_ x: NaiveTensor, _ value: Double) -> NaiveTensor {
      var y = NaiveTensor(zeros: shape.indices.map { shape[$0] + begins[$0] + ends[$0] })
      for index in y.indices {
        let place = shape.indices.map { entry(index[$0] - begins[$0], shape[$0]) }
        y[index] = place.contains(nil) ? value : x[place.compactMap { $0 }]
      }
      return y
    }
    let isOld = seed % 5 == 0
    var attributes: Attributes = ["mode": .string(mode)]
    var operands: [GradientProblem.Operand] = [.parameter(generator.tensor(shape))]
    if isOld {
      attributes["pads"] = .ints(begins + ends)
      attributes["value"] = .float(Float(value))
    } else {
      operands += [.integers(begins + ends), .floats([Float(value)], shape: [])]
    }
    try GradientProblem(
      "Pad", attributes, operands, opset: isOld ? 9 : 19,
      terms: shape.indices.reduce(1) { $0 * (shape[$1] + begins[$1] + ends[$1]) },
      magnitude: { padded($0[0], value.magnitude) }, twin: { padded($0[0], value) }
    ).expectAgreement(seed: seed)
  }

  @Test func `Pad of some axes`() throws {
    let x = NaiveTensor([2, 1, 2], [1, 2, 3, 4])
    try GradientProblem(
      "Pad", [:], [.parameter(x), .integers([1, 0]), .none, .integers([-1])], opset: 18, terms: 1,
      twin: { inputs in
        let e = inputs[0].elements
        return NaiveTensor([2, 1, 3], [0, e[0], e[1], 0, e[2], e[3]])
      }
    ).expectAgreement(seed: 0)
  }

  @Test(arguments: UInt64(0)..<12)
  func `Tile, Gather, GatherElements and GatherND`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = generator.picks(Int(seed % 3) + 1, 1...4)
    let x = generator.tensor(shape)
    func agree(
      _ type: Name, _ attributes: Attributes = [:], _ indices: Tensor, copies: Int,
      twin: @escaping (NaiveTensor) -> NaiveTensor
    ) throws {
      var builder = GraphBuilder(name: "indexing", opset: 13)
      builder.addParameter("x", x)
      builder.addInitializer("indices", Initializer(indices))
      builder.addNode(
        name: "node", type: OperatorType(type), attributes: attributes, inputs: ["x", "indices"],
        outputs: ["y"])
      builder.addOutput("y", type: nil)
      try GradientProblem(try builder.build(), [("x", x)], terms: copies) { twin($0[0]) }
        .expectAgreement(seed: seed)
    }
    func spelled(_ index: Int, _ extent: Int) -> Int64 {
      Int64(generator.pick(0...1) == 0 ? index : index - extent)
    }
    let repeats = generator.picks(shape.count, 1...3)
    try agree(
      "Tile", [:], Tensor(repeats.map(Int64.init), shape: [shape.count]),
      copies: repeats.reduce(1, *)
    ) { x in
      NaiveRearrangement.take(
        zip(shape, repeats).map { extent, count in (0..<extent * count).map { $0 % extent } },
        of: x)
    }
    let axis = generator.pick(0...shape.count - 1)
    let extents = generator.picks(generator.pick(0...2), 1...3)
    let taken = generator.picks(extents.reduce(1, *), 0...shape[axis] - 1)
    try agree(
      "Gather", ["axis": .int(axis - shape.count)],
      Tensor(taken.map { spelled($0, shape[axis]) }, shape: extents), copies: taken.count
    ) { x in
      var all = shape.map { Array(0..<$0) }
      all[axis] = taken
      return NaiveTensor(
        shape[..<axis] + extents + shape[(axis + 1)...],
        NaiveRearrangement.take(all, of: x).elements)
    }
    let places = shape.map { generator.pick(1...$0) }
    let elements = generator.picks(places.reduce(1, *), 0...shape[axis] - 1)
    try agree(
      "GatherElements", ["axis": .int(axis)],
      Tensor(elements.map { spelled($0, shape[axis]) }, shape: places), copies: elements.count
    ) { x in
      var y = NaiveTensor(zeros: places)
      for (number, index) in y.indices.enumerated() {
        var place = index
        place[axis] = elements[number]
        y.elements[number] = x[place]
      }
      return y
    }
    // Rows of indices for each entry of the batch axis, if there is one.
    let batchRank = shape.count > 1 ? generator.pick(0...1) : 0
    let depth = generator.pick(1...shape.count - batchRank)
    let rows = Array(shape[..<batchRank]) + [generator.pick(1...3)]
    let named = NaiveTensor.indices(of: rows).map { row in
      (0..<depth).map { generator.pick(0...shape[batchRank + $0] - 1) }
    }
    try agree(
      "GatherND", ["batch_dims": .int(batchRank)],
      Tensor(
        named.flatMap { row in
          row.enumerated().map { spelled($0.element, shape[batchRank + $0.offset]) }
        }, shape: rows + [depth]), copies: named.count
    ) { x in
      let slices = zip(NaiveTensor.indices(of: rows), named).flatMap { row, index in
        Array(x.elements[x.range(row.prefix(batchRank) + index)])
      }
      return NaiveTensor(rows + shape[(batchRank + depth)...], slices)
    }
  }

  @Test(arguments: UInt64(0)..<6)
  func `DepthToSpace and SpaceToDepth`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let b = Int(seed % 3) + 1
    let (n, c, h, w) = (2, generator.pick(1...2), generator.pick(1...3), generator.pick(1...3))
    let isColumnRowDepth = seed % 2 == 0
    try GradientProblem(
      "DepthToSpace",
      ["blocksize": .int(b), "mode": .string(isColumnRowDepth ? "CRD" : "DCR")],
      [.parameter(generator.tensor([n, c * b * b, h, w]))], terms: 0,
      twin: { inputs in
        var y = NaiveTensor(zeros: [n, c, h * b, w * b])
        for i in y.indices {
          let (row, column) = (i[2] % b, i[3] % b)
          let channel =
            isColumnRowDepth ? (i[1] * b + row) * b + column : (row * b + column) * c + i[1]
          y[i] = inputs[0][[i[0], channel, i[2] / b, i[3] / b]]
        }
        return y
      }
    ).expectAgreement(seed: seed)
    try GradientProblem(
      "SpaceToDepth", ["blocksize": .int(b)],
      [.parameter(generator.tensor([n, c, h * b, w * b]))], terms: 0,
      twin: { inputs in
        var y = NaiveTensor(zeros: [n, c * b * b, h, w])
        for i in y.indices {
          let (place, channel) = (i[1] / c, i[1] % c)
          y[i] = inputs[0][[i[0], channel, i[2] * b + place / b, i[3] * b + place % b]]
        }
        return y
      }
    ).expectAgreement(seed: seed)
  }
}
