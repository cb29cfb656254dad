import NetworkIR
import OrderedCollections
import TensorCore

/// Nodes without parameters.
extension NetworkBuilder {
  mutating func activation(
    _ x: Feature, _ function: Activation, module: String = ""
  ) -> Feature {
    add(.activation(function), [x.name], shape: x.shape, module: module)
  }

  /// ReLU6, which exporters write as Clip with two constants.
  mutating func relu6(_ x: Feature, module: String) -> Feature {
    let bounds = [Float(0), 6].map { addConstant(Tensor([$0], shape: []), module: module) }
    return add(
      .activation(.clip(minimum: nil, maximum: nil)), [x.name] + bounds, shape: x.shape,
      module: module)
  }

  mutating func flatten(_ x: Feature) -> Feature {
    add(.flatten(Flatten()), [x.name], shape: [x.elementCount], module: "")
  }

  mutating func globalAveragePool(_ x: Feature, module: String = "") -> Feature {
    add(
      .globalAveragePool(GlobalAveragePool()), [x.name],
      shape: [x.channels] + x.extents.map { _ in 1 }, module: module)
  }

  /// The mean over the image: what `x.mean([2, 3])` becomes.
  mutating func spatialMean(_ x: Feature) -> Feature {
    let name = add(
      OperatorType("ReduceMean"), ["axes": .ints([2, 3]), "keepdims": .int(0)], [x.name], module: ""
    )[0]
    return Feature(name: name, shape: [x.channels])
  }

  /// The sum of two values of one shape.
  mutating func sum(_ a: Feature, _ b: Feature, module: String) -> Feature {
    add(.binary(Binary(.add)), [a.name, b.name], shape: a.shape, module: module)
  }

  /// The channels of `a`, then those of `b`.
  mutating func concatenation(_ a: Feature, _ b: Feature, module: String = "") -> Feature {
    add(
      .concat(Concat(axis: 1)), [a.name, b.name], shape: [a.channels + b.channels] + a.extents,
      module: module)
  }

  /// The two halves of the channels, whose number is even.
  mutating func halves(_ x: Feature, module: String) -> (Feature, Feature) {
    let half = x.channels / 2
    let parts = addConstant(Tensor([Int64(half), Int64(half)], shape: [2]), module: module)
    let names = add(
      OperatorType("Split"), ["axis": .int(1)], [x.name, parts], module: module, outputCount: 2)
    let shape = [half] + x.extents
    return (Feature(name: names[0], shape: shape), Feature(name: names[1], shape: shape))
  }

  /// Deals the channels out by turns to the two halves: channel 2·j + i was channel i·c/2 + j.
  mutating func channelShuffle(_ x: Feature, module: String) -> Feature {
    let half = x.channels / 2
    // The batch, extent 0 here, is copied.
    let paired = reshape(x.name, [0, 2, half] + x.extents, module: module)
    let turned = add(
      OperatorType("Transpose"), ["perm": .ints([0, 2, 1, 3, 4])], [paired], module: module)[0]
    return Feature(
      name: reshape(turned, [0, x.channels] + x.extents, module: module), shape: x.shape)
  }

  private mutating func reshape(_ x: Name, _ shape: [Int], module: String) -> Name {
    let extents = addConstant(Tensor(shape.map(Int64.init), shape: [shape.count]), module: module)
    return add(OperatorType("Reshape"), [:], [x, extents], module: module)[0]
  }
}
