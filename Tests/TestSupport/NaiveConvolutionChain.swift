/// Convolutions of any rank run one after the other in Double, straight from Conv's definition.
package enum NaiveConvolutionChain {
  package struct Layer: Sendable {
    package var outputs: Int
    package var inputsPerGroup: Int
    package var group: Int
    package var extents: [Int]
    package var strides: [Int]
    package var dilations: [Int]
    package var padsBegin: [Int]
    package var padsEnd: [Int]
    package var weights: [Double]
    package var bias: [Double]?

    package init(
      outputs: Int, inputsPerGroup: Int, group: Int, extents: [Int], strides: [Int],
      dilations: [Int], padsBegin: [Int], padsEnd: [Int], weights: [Double], bias: [Double]?
    ) {
      self.outputs = outputs
      self.inputsPerGroup = inputsPerGroup
      self.group = group
      self.extents = extents
      self.strides = strides
      self.dilations = dilations
      self.padsBegin = padsBegin
      self.padsEnd = padsEnd
      self.weights = weights
      self.bias = bias
    }
  }

  /// One image of channels × spatial extents; row-major.
  package struct Image: Sendable {
    package var channels: Int
    package var extents: [Int]
    package var elements: [Double]

    package init(channels: Int, extents: [Int], elements: [Double]) {
      self.channels = channels
      self.extents = extents
      self.elements = elements
    }
  }

  package static func run(_ layers: [Layer], on image: Image) -> Image {
    layers.reduce(image) { convolve($0, $1) }
  }

  private static func convolve(_ x: Image, _ layer: Layer) -> Image {
    let outExtents = x.extents.indices.map { axis in
      let reach = layer.dilations[axis] * (layer.extents[axis] - 1) + 1
      let room = x.extents[axis] + layer.padsBegin[axis] + layer.padsEnd[axis] - reach
      return room < 0 ? 0 : room / layer.strides[axis] + 1
    }
    let positions = points(outExtents)
    let taps = points(layer.extents)
    var elements: [Double] = []
    for o in 0..<layer.outputs {
      let group = o / (layer.outputs / layer.group)
      for position in positions {
        var sum = layer.bias?[o] ?? 0
        for i in 0..<layer.inputsPerGroup {
          for (tap, offset) in taps.enumerated() {
            let source = position.indices.map { axis in
              position[axis] * layer.strides[axis] - layer.padsBegin[axis]
                + offset[axis] * layer.dilations[axis]
            }
            let channel = group * layer.inputsPerGroup + i
            sum +=
              value(x, channel, source)
              * layer.weights[(o * layer.inputsPerGroup + i) * taps.count + tap]
          }
        }
        elements.append(sum)
      }
    }
    return Image(channels: layer.outputs, extents: outExtents, elements: elements)
  }

  private static func value(_ x: Image, _ channel: Int, _ position: [Int]) -> Double {
    var index = channel
    for (coordinate, extent) in zip(position, x.extents) {
      guard (0..<extent).contains(coordinate) else { return 0 }
      index = index * extent + coordinate
    }
    return x.elements[index]
  }

  private static func points(_ extents: [Int]) -> [[Int]] {
    extents.reduce([[]]) { points, extent in
      points.flatMap { point in (0..<extent).map { point + [$0] } }
    }
  }
}
