import NetworkIR
import TensorCore
import TestSupport
import Testing
import Zoo

@Suite struct ZooNetworkTests {
  @Test func `the names are those of the command line`() {
    let names = ZooRegistry.networks.map { type(of: $0).name }
    #expect(
      names == [
        "smallnet", "mobilenet", "mobilenetv2", "shufflenetv2-0.5", "yolo-lite", "unet", "alexnet",
      ])
  }

  @Test(arguments: ZooVariants.small)
  func `other classes, widths and images give a graph of known operators and shapes`(
    network: any ZooNetwork
  ) throws {
    let graph = try network.model(seed: 0).graph
    #expect(graph.nodes.allSatisfy { if case .opaque = $0.operator { false } else { true } })
    let types = try ShapeInference(graph)
    for node in graph.nodes {
      let output = try #require(node.output(0))
      #expect(types.type(of: output)?.dimensions?.contains(.unknown) == false, "\(node.name)")
    }
    let output = try #require(graph.outputs.first?.value)
    let expected: [Dimension] =
      switch network {
      case is YOLOLite: [.symbolic("batch"), .fixed(5 * (7 + 5)), .fixed(2), .fixed(3)]
      case is UNet: [.symbolic("batch"), .fixed(7), .fixed(32), .fixed(48)]
      default: [.symbolic("batch"), .fixed(7)]
      }
    // Inference must arrive at the declared extents from the input alone.
    let last = try #require(graph.nodes.last?.output(0))
    #expect(last == output)
    #expect(types.type(of: output)?.dimensions == expected)
    #expect(graph[output].declaredType?.dimensions == expected)
  }

  /// Source: *MobileNets*, table 6: the paper's figures, in millions, at 224×224.
  @Test(arguments: [(1.0, 569.0, 4.2), (0.75, 325, 2.6), (0.5, 149, 1.3), (0.25, 41, 0.5)])
  func `narrow MobileNets have the MACs and parameters that its paper prints`(
    width: Double, macs: Double, parameters: Double
  ) throws {
    var network = MobileNet()
    network.width = width
    let statistics = try Statistics(network.model(seed: 0).graph)
    let millions = Double(try #require(statistics.macs.weights)) / 1e6
    #expect((millions - macs).magnitude <= 0.6)
    #expect((Double(statistics.parameters) / 1e6 - parameters).magnitude <= 0.06)
  }

  /// torchvision's AlexNet has 2,469,696 parameters in its convolutions, the last of 256 channels.
  @Test func `AlexNet has the convolutions of the network that it shortens`() throws {
    var network = AlexNet()
    network.lastChannels = 256
    let graph = try network.model(seed: 0).graph
    #expect(try Statistics(graph).parameters == 2_469_696 + 257 * 1000)
    network.lastChannels = 512
    #expect(
      try Statistics(network.model(seed: 0).graph).parameters
        == 2_469_696 + 256 * (256 * 9 + 1) + 513 * 1000)
  }

  @Test func `nodes and parameters are named by their modules`() throws {
    let mobile = try MobileNetV2().model(seed: 0).graph
    let mobileNames = Set(mobile.nodes.map(\.name))
    for name: Name in [
      "/features/features.2/conv/conv.0/conv.0.0/Conv", "/features/features.3/Add",
      "/features/features.0/features.0.2/Clip", "/features/features.18/features.18.0/Conv",
      "/GlobalAveragePool", "/classifier/classifier.1/Gemm",
    ] {
      #expect(mobileNames.contains(name), "\(name)")
    }
    #expect(mobile.value(named: "features.2.conv.1.0.weight") != nil)
    let shuffle = Set(try ShuffleNetV2().model(seed: 0).graph.nodes.map(\.name))
    for name: Name in [
      "/stage2/stage2.0/branch1/branch1.2/Conv", "/stage3/stage3.7/Split",
      "/stage4/stage4.3/Reshape_1", "/ReduceMean",
    ] {
      #expect(shuffle.contains(name), "\(name)")
    }
  }

  /// 64·32·2·2 draws: of their mean squares, σ/√n of u² is bound²·√(4/45)/√8192 = 0.0033·bound²;
  /// six of those never happen.
  @Test(arguments: UInt64(0)..<4)
  func `a transposed convolution is drawn with the fan-in that PyTorch takes`(
    seed: UInt64
  ) throws {
    var network = UNet()
    network.inputShape = [3, 16, 16]
    let graph = try network.model(seed: seed).graph
    let value = try #require(graph.value(named: "up1.0.weight"))
    let weight = try #require(graph.initializer(value)?.tensor)
    #expect(weight.shape == [64, 32, 2, 2])
    // The product of all extents but the first: 32·2·2.
    let bound = 1 / Double(32 * 2 * 2).squareRoot()
    let elements = try #require(weight.floats)
    #expect(elements.allSatisfy { Double($0.magnitude) <= bound * (1 + 0x1p-24) }, "seed \(seed)")
    let meanSquare = elements.reduce(0) { $0 + Double($1) * Double($1) } / Double(elements.count)
    #expect((meanSquare / (bound * bound / 3) - 1).magnitude < 6 * 0.0033 * 3, "seed \(seed)")
  }

  @Test func `a variant that cannot be built is refused with the option at fault`() {
    #expect(throws: ZooError.notMultiple(option: .inputExtent, value: 40, of: 16)) {
      var network = UNet()
      network.inputShape = [3, 32, 40]
      return try network.model(seed: 0)
    }
    #expect(throws: ZooError.inputTooSmall([3, 31, 64])) {
      var network = YOLOLite()
      network.inputShape = [3, 31, 64]
      return try network.model(seed: 0)
    }
    #expect(throws: ZooError.notAmong(option: .lastChannels, value: 64, allowed: [128, 256, 512])) {
      var network = AlexNet()
      network.lastChannels = 64
      return try network.model(seed: 0)
    }
    for width in [0, -1, 9, .infinity] {
      #expect(throws: ZooError.widthOutOfRange(width)) {
        var network = MobileNet()
        network.width = width
        return try network.model(seed: 0)
      }
    }
    #expect(throws: ZooError.outOfRange(option: .inputExtent, value: 0, allowed: 1...4096)) {
      var network = MobileNetV2()
      network.inputShape = [3, 0, 224]
      return try network.model(seed: 0)
    }
    #expect(throws: ZooError.inputRank(expected: 3, actual: 1)) {
      var network = ShuffleNetV2()
      network.inputShape = [784]
      return try network.model(seed: 0)
    }
    #expect(throws: ZooError.tooManyParameters(limit: 1 << 28)) {
      // 32·512·512 features of which each of 64 hidden ones has a weight.
      try SmallNet(inputShape: [3, 4096, 4096]).model(seed: 0)
    }
  }
}
