package import NetworkIR
import OrderedCollections
import TensorCore

/// A chain of nodes on 3×32×32 images, weights all zero: for tests that look at shapes alone.
package struct ChainGraph {
  private var builder = GraphBuilder(name: "chain", opset: 17)
  private var current: Name = "x"
  private var channels = 3
  private var count = 0
  private var namesFunctions = false

  package init() {
    builder.addInput(
      "x", type: ValueType(.float, [.symbolic("batch"), .fixed(3), .fixed(32), .fixed(32)]))
  }

  /// The paper's SmallNet: blocks of convolution, normalisation, rectifier and pooling, then two
  /// fully connected nodes. The release calls rectifiers and poolings of the one with three
  /// convolutions as functions, which an export's names show.
  package static func smallNet(
    kernel: Int, padding: Int, channels: [Int], features: Int, classes: Int
  ) throws -> Graph {
    var chain = ChainGraph()
    chain.namesFunctions = channels.count == 3
    for channels in channels {
      chain.addConvolution(channels, kernel: kernel, padding: padding)
      chain.addBatchNormalization()
      chain.add(.activation(.relu))
      chain.add(
        .pool(Pool(.max, window: Window(WindowGeometry(kernel: [2, 2], strides: [2, 2])))))
    }
    chain.add(.flatten(Flatten()))
    chain.channels = features
    chain.addLinear(64)
    chain.add(.activation(.relu))
    chain.addLinear(classes)
    return try chain.build()
  }

  /// The SmallNet that the table of complexities calls `net`: “SmallNet4 k7”, or “SmallNet k3 pad0
  /// C100 (A.2)” with kernel, padding and classes; nil for other names.
  package static func smallNet(named net: String) throws -> Graph? {
    func number(_ mark: Character) -> Int? {
      net.split(separator: " ").first { $0.first == mark && Int($0.dropFirst()) != nil }
        .flatMap { Int($0.dropFirst()) }
    }
    guard net.hasPrefix("SmallNet"), let kernel = number("k") else { return nil }
    let isUnpadded = net.contains("pad0")
    let channels = net.hasPrefix("SmallNet4") ? [8, 16, 32, 64] : [8, 16, 32]
    // 32 → 30 → 15 → 13 → 6 → 4 → 2 without padding, else halved by each block.
    let extent = isUnpadded ? 2 : 32 >> channels.count
    return try smallNet(
      kernel: kernel, padding: isUnpadded ? 0 : kernel / 2, channels: channels,
      features: channels[channels.count - 1] * extent * extent, classes: number("C") ?? 10)
  }

  package mutating func addConvolution(_ outputs: Int, kernel: Int, padding: Int) {
    let pads = [padding, padding]
    let geometry = WindowGeometry(kernel: [kernel, kernel], padsBegin: pads, padsEnd: pads)
    add(
      .conv(Conv(window: Window(geometry))),
      weights: [[outputs, channels, kernel, kernel], [outputs]])
    channels = outputs
  }

  package mutating func addBatchNormalization() {
    add(
      .batchNormalization(BatchNormalization()),
      weights: Array(repeating: [channels], count: 4))
  }

  package mutating func addLinear(_ outputs: Int) {
    add(.gemm(Gemm(transB: true)), weights: [[outputs, channels], [outputs]])
    channels = outputs
  }

  package mutating func add(_ operator: Operator, weights shapes: [[Int]] = []) {
    let weights = shapes.enumerated().map { index, shape in
      let name = Name("w\(count).\(index)")
      let elements = [Float](repeating: 0, count: shape.reduce(1, *))
      builder.addInitializer(name, Initializer(Tensor(elements, shape: shape)))
      return name
    }
    let output = Name("y\(count)")
    let isWeightless = weights.isEmpty && namesFunctions
    builder.addNode(
      name: Name(isWeightless ? "/\(`operator`.type)_\(count)" : "n\(count)"), `operator`,
      inputs: [current] + weights, outputs: [output])
    current = output
    count += 1
  }

  package func build() throws -> Graph {
    var builder = builder
    builder.addOutput(current, type: nil)
    return try builder.build()
  }
}
