import Foundation
package import NetworkIR
import OrderedCollections

/// The units of an expanded model, recorded in its metadata so that contraction can restore what
/// they replaced: JSON under `expandc.units`, in the order in which they were made.
package struct Provenance: Sendable, Hashable {
  package static let key: Name = "expandc.units"
  /// On the nodes of a unit, from IR version 10: whose unit, and which factor of how many.
  package static let unitKey: Name = "expandc.unit"
  package static let factorKey: Name = "expandc.factor"
  package static let toolVersion = "0.1.0"
  static let formatVersion = 1

  var units: [UnitRecord]

  private struct Document: Codable {
    var version: Int
    var tool: String
    var units: [UnitRecord]
  }

  private struct Version: Codable {
    var version: Int
  }

  /// The units that a model records; none where it has no provenance.
  package init(of model: Model) throws(ContractionError) {
    guard let text = model.metadata[Self.key] else {
      units = []
      return
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let data = Data(text.bytes)
    guard let version = try? decoder.decode(Version.self, from: data).version else {
      throw .provenanceUnreadable
    }
    guard version == Self.formatVersion else { throw .provenanceVersionUnknown(version) }
    guard let document = try? decoder.decode(Document.self, from: data) else {
      throw .provenanceUnreadable
    }
    units = document.units
  }

  /// Records the units in `model`, or takes the record away where there are none.
  func write(to model: inout Model) throws {
    guard !units.isEmpty else {
      model.metadata[Self.key] = nil
      return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let document = Document(
      version: Self.formatVersion, tool: "expandc \(Self.toolVersion)", units: units)
    model.metadata[Self.key] = Name(bytes: try encoder.encode(document))
  }
}
