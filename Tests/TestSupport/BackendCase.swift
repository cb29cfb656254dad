package import Foundation
package import NetworkIR
import ONNXFormat
import OrderedCollections
package import TensorCore

/// One case of the ONNX backend tests: a model, inputs, and the outputs that it must give.
package struct BackendCase: Sendable {
  package static let folder = URL(fileURLWithPath: "/usr/share/libonnx-testdata/data")
  package static let suites = ["node", "simple", "pytorch-converted", "pytorch-operator"]
  package static let isInstalled = FileManager.default.fileExists(atPath: folder.path)

  package let name: String
  package let url: URL

  /// The cases of a suite, sorted by name.
  package static func cases(_ suite: String) throws -> [BackendCase] {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.appendingPathComponent(suite).path)
    return names.sorted().map {
      BackendCase(name: $0, url: folder.appendingPathComponent(suite).appendingPathComponent($0))
    }
  }

  package func model() throws -> Model {
    try ONNXFile.read(url.appendingPathComponent("model.onnx").path)
  }

  /// Input `index`; nil where there is none, or where it is no dense tensor.
  package func input(_ index: Int) throws -> Tensor? { try tensor("input_\(index).pb") }

  /// Output `index`; nil where there is none, or where it is no dense tensor.
  package func output(_ index: Int) throws -> Tensor? { try tensor("output_\(index).pb") }

  private func tensor(_ file: String) throws -> Tensor? {
    let path = url.appendingPathComponent("test_data_set_0").appendingPathComponent(file)
    guard let bytes = try? [UInt8](Data(contentsOf: path)) else { return nil }
    // A model that holds the tensor as its one initializer: fields 5 of the graph, 7 of the model;
    // a name (field 8) at its end stands for the one that the tensor may lack.
    let graph = Self.field(5, bytes + Self.field(8, Array("tensor".utf8)))
    let opset = Self.field(8, [0x10, 13])
    let model = try? ONNXFile.read(
      MappedFile(TensorStorage([0x08, 7] + Self.field(7, graph) + opset), path: file))
    return model?.graph.initializers.values.first?.tensor
  }

  /// A length-delimited field of the protobuf wire format.
  private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    var length = bytes.count
    var prefix = [number << 3 | 2]
    while length >= 0x80 {
      prefix.append(UInt8(length & 0x7f) | 0x80)
      length >>= 7
    }
    return prefix + [UInt8(length)] + bytes
  }
}
