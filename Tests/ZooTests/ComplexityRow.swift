import Expansion
import Foundation
import TestSupport
import Testing
import Zoo

/// A row of `Fixtures/complexity.json`: what a network must show under a strategy.
struct ComplexityRow: Decodable, Sendable, CustomTestStringConvertible {
  let table: String
  let net: String
  let strategy: String
  /// Nil for the compact network.
  let rate: Double?
  let params: Int
  /// MACs by weights, and by the paper's counter.
  let mac: Int
  let pt: Int
  let note: String

  private enum CodingKeys: String, CodingKey {
    case table, net, strategy, params, mac, pt, note
    case rate = "r"
  }

  init(from decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: CodingKeys.self)
    table = try row.decode(String.self, forKey: .table)
    net = try row.decode(String.self, forKey: .net)
    strategy = try row.decode(String.self, forKey: .strategy)
    rate = try? row.decode(Double.self, forKey: .rate)
    params = try row.decode(Int.self, forKey: .params)
    mac = try row.decode(Int.self, forKey: .mac)
    pt = try row.decode(Int.self, forKey: .pt)
    note = try row.decode(String.self, forKey: .note)
  }

  static let all: [ComplexityRow] = {
    guard let data = try? Data(contentsOf: Fixture.complexity) else { return [] }
    return (try? JSONDecoder().decode([ComplexityRow].self, from: data)) ?? []
  }()

  var testDescription: String {
    "\(net), \(strategy)\(rate.map { " r=\($0)" } ?? "")\(note.isEmpty ? "" : ", \(note)")"
  }

  /// The network that the row is about, in its variant.
  var network: any ZooNetwork {
    switch net.split(separator: " ").first {
    case "MobileNet": MobileNet()
    case "MobileNetV2": MobileNetV2()
    case "ShuffleNetV2": ShuffleNetV2()
    case "YOLO-LITE": YOLOLite()
    case "U-Net": UNet()
    default:
      SmallNet(
        kernel: number(after: " k") ?? 0, convolutions: net.hasPrefix("SmallNet4") ? 4 : 3,
        classes: number(after: " C") ?? 10)
    }
  }

  /// True where no flags give the row: its k×k factors have r·c groups, one for each of their
  /// channels, so that the unit is no convolution of c groups expanded by CL.
  var groupsWithinFactors: Bool { note.hasPrefix("inferred A") }

  /// The number that follows `mark` in the network's name.
  private func number(after mark: String) -> Int? {
    net.range(of: mark).flatMap { Int(net[$0.upperBound...].prefix { $0.isNumber }) }
  }
}

extension ComplexityRow {
  /// What `expand` is asked for, run by run: flags that hold for some nodes only take a run of
  /// their own.
  var runs: [ExpansionOptions] {
    guard let rate else { return [] }
    var options = ExpansionOptions()
    options.rate = rate
    options.initialisation = .random
    options.convolutions =
      strategy.hasPrefix("CL") ? .cl : strategy.hasPrefix("CK") ? .ck : .none
    options.fullyConnectedFactors = strategy.hasSuffix("FC") ? 3 : 0
    // Rows of the SmallNets that say nothing keep the stem, as the release does.
    let keepsStem = net.hasPrefix("SmallNet") && !note.contains("stem p=3r")
    options.stem = keepsStem ? .keep : .expand
    options.strideAt = note.contains("on last") || note.contains("strides last") ? .last : .middle
    switch net.split(separator: " ").first {
    case "MobileNetV2":
      // The stem and, of the depthwise convolutions, those of stride 2, or of blocks without a sum.
      let blocks = note.contains("non-residual") ? [1, 2, 4, 7, 11, 14, 17] : [2, 4, 7, 14]
      options.include =
        ["features.0.0.weight"]
        + blocks.map { "features.\($0).conv.\($0 == 1 ? 0 : 1).0.weight" }
    case "ShuffleNetV2": return shuffleNetRuns(options)
    case "YOLO-LITE": options.exclude = ["features.20.weight"]
    case "U-Net": options.include = ["down*"]
    default: break
    }
    return [options]
  }

  private func shuffleNetRuns(_ options: ExpansionOptions) -> [ExpansionOptions] {
    var stem = options
    var depthwise = options
    stem.include = ["conv1.*"]
    depthwise.include = ["stage*"]
    if note.contains("dw stride mid") { depthwise.strideAt = .middle }
    if note.contains("dw with r=2") { depthwise.rate = 2 }
    return [stem, depthwise]
  }
}
