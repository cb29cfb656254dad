import Foundation
import NetworkIR
import ONNXFormat
import OrderedCollections
import TensorCore
import TestSupport
import Testing

@Suite final class ExternalDataTests {
  private let folder = NSTemporaryDirectory() + "expandc-\(UUID().uuidString)"
  private let files = FileManager.default

  init() throws {
    try files.createDirectory(atPath: folder + "/model/sub", withIntermediateDirectories: true)
  }

  deinit { try? files.removeItem(atPath: folder) }

  private var path: String { folder + "/model/m.onnx" }

  /// Writes and reads a model of one float of external data, with the given entries.
  private func read(_ entries: [(String, String)], allowsLinkedData: Bool = false) throws -> Model {
    let external = entries.flatMap { Wire.entry(13, $0.0, $0.1) } + Wire.field(14, integer: 1)
    let bytes = Wire.model(Wire.field(5, Wire.tensor("w", .float, [1], after: external)))
    try AtomicFile.write(bytes, to: path)
    return try ONNXFile.read(path, allowsLinkedData: allowsLinkedData)
  }

  private func problem(_ entries: [(String, String)]) throws -> ExternalProblem? {
    do {
      _ = try read(entries)
      return nil
    } catch let ONNXError.initializer(_, _, _, .external(problem)) { return problem }
  }

  @Test func `the fixture with external data comes back byte for byte, both files`() throws {
    let source = Fixture.model("smallnet7-dynamo-external").path
    let copy = folder + "/smallnet7-dynamo-external.onnx"
    try ONNXFile.write(try ONNXFile.read(source), to: copy)
    #expect(try ModelFiles.bytes(copy) == ModelFiles.bytes(source))
    #expect(try ModelFiles.bytes(copy + ".data") == ModelFiles.bytes(source + ".data"))
  }

  @Test func `under another name the same tensors are found in the data file of that name`() throws
  {
    let model = try ONNXFile.read(Fixture.model("smallnet7-dynamo-external").path)
    let copy = folder + "/other.onnx"
    try ONNXFile.write(model, to: copy)
    #expect(
      try files.contentsOfDirectory(atPath: folder).sorted() == [
        "model", "other.onnx", "other.onnx.data",
      ])
    let again = try ONNXFile.read(copy)
    #expect(
      again.graph.initializers.values.map(\.tensor) == model.graph.initializers.values.map(\.tensor)
    )
    let bytes = try ModelFiles.bytes(copy)
    #expect(bytes.count < 20_000, "the tensors stay outside")
  }

  @Test func `serialized, a model has its tensors inside`() throws {
    let model = try ONNXFile.read(Fixture.model("smallnet7-dynamo-external").path)
    let again = try Wire.read(try ONNXFile.serialize(model))
    #expect(
      again.graph.initializers.values.map(\.tensor) == model.graph.initializers.values.map(\.tensor)
    )
  }

  @Test func `a replaced external tensor stays external, and new ones of that size join it`() throws
  {
    try AtomicFile.write([0, 0, 0, 0, 0, 0, 0x80, 0x3f], to: folder + "/model/w.bin")
    var model = try read([("location", "w.bin"), ("offset", "4"), ("length", "4")])
    let w = try #require(model.graph.value(named: "w"))
    #expect(model.graph.initializers[w]?.tensor == Tensor([Float(1)], shape: [1]))
    var patch = GraphPatch()
    patch.replaceInitializer(w, with: Tensor([Float(2)], shape: [1]))
    _ = patch.addInitializer("v", Tensor([Float(3), 4], shape: [2]))
    try model.graph.apply(patch)
    let output = folder + "/out.onnx"
    try ONNXFile.write(model, to: output)
    let data = try ModelFiles.bytes(output + ".data")
    // w, zeros up to the next multiple of 16, v.
    #expect(
      data == [0, 0, 0, 0x40] + [UInt8](repeating: 0, count: 12) + [
        0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40,
      ])
    let again = try ONNXFile.read(output)
    #expect(
      again.graph.initializers.values.map(\.tensor) == model.graph.initializers.values.map(\.tensor)
    )
  }

  @Test func `a folder below is reached`() throws {
    try AtomicFile.write([0, 0, 0x80, 0x3f], to: folder + "/model/sub/w.bin")
    #expect(try problem([("location", "./sub/w.bin")]) == nil)
  }

  @Test(arguments: ["/etc/passwd", "../w.bin", "sub/../../w.bin", "..", ".", "/"])
  func `a path out of the folder is refused`(location: String) throws {
    try AtomicFile.write([0, 0, 0, 0], to: folder + "/w.bin")
    #expect(try problem([("location", location)]) == .outsideFolder(Name(location)))
  }

  @Test func `links are refused unless they are allowed`() throws {
    try AtomicFile.write([0, 0, 0x80, 0x3f], to: folder + "/secret")
    try files.createSymbolicLink(atPath: folder + "/model/soft", withDestinationPath: "../secret")
    try files.createSymbolicLink(atPath: folder + "/model/way", withDestinationPath: "..")
    try files.linkItem(atPath: folder + "/secret", toPath: folder + "/model/hard")
    for location in ["soft", "hard", "way/secret"] {
      #expect(try problem([("location", location)]) == .linked(Name(location)))
      let model = try read([("location", location)], allowsLinkedData: true)
      #expect(model.graph.initializers.values.first?.tensor == Tensor([Float(1)], shape: [1]))
    }
  }

  @Test func `what is no regular file is refused without waiting for it`() throws {
    #expect(mkfifo(folder + "/model/pipe", 0o600) == 0)
    #expect(try problem([("location", "pipe")]) == .notRegular("pipe"))
    #expect(try problem([("location", "sub")]) == .notRegular("sub"))
    #expect(try problem([("location", "none")]) == .unreadable("none", errno: ENOENT))
  }

  @Test func `entries that say something else than where are refused`() throws {
    try AtomicFile.write([0, 0, 0, 0], to: folder + "/model/w")
    #expect(try problem([]) == .missingLocation)
    #expect(try problem([("location", "w"), ("mode", "w")]) == .unknownKey("mode"))
    #expect(try problem([("location", "w"), ("location", "v")]) == .duplicateKey("location"))
    for number in ["-1", "+1", "1e3", "", "9223372036854775808"] {
      #expect(
        try problem([("location", "w"), ("offset", number)])
          == .invalidNumber(key: "offset", value: Name(number)))
    }
    #expect(
      try problem([("location", "w"), ("length", "8")])
        == .lengthMismatch(found: 8, expected: 4))
    for offset in [1, Int.max] {
      #expect(
        try problem([("location", "w"), ("offset", "\(offset)")])
          == .outOfBounds("w", offset: offset, length: 4, fileSize: 4))
    }
  }

  @Test func `a failed write leaves neither of the two files`() throws {
    let model = try ONNXFile.read(Fixture.model("smallnet7-dynamo-external").path)
    try files.createDirectory(atPath: folder + "/sub.onnx.data", withIntermediateDirectories: true)
    #expect(throws: FileError.self) { try ONNXFile.write(model, to: self.folder + "/sub.onnx") }
    #expect(try files.contentsOfDirectory(atPath: folder).sorted() == ["model", "sub.onnx.data"])
  }

  @Test func `data that the model was read from is not overwritten, under whichever name`() throws {
    let source = Fixture.model("smallnet7-dynamo-external").path
    let data = folder + "/smallnet7-dynamo-external.onnx.data"
    try files.copyItem(atPath: source, toPath: folder + "/m.onnx")
    try files.copyItem(atPath: source + ".data", toPath: data)
    try files.createSymbolicLink(
      atPath: folder + "/link.onnx.data", withDestinationPath: "smallnet7-dynamo-external.onnx.data"
    )
    let names = try files.contentsOfDirectory(atPath: folder).sorted()
    let model = try ONNXFile.read(folder + "/m.onnx")
    for (output, overwritten) in [
      ("smallnet7-dynamo-external.onnx", data),
      ("link.onnx", folder + "/link.onnx.data"),
      ("smallnet7-dynamo-external.onnx.data", data),
    ] {
      #expect(throws: ONNXError.wouldOverwriteData(path: overwritten)) {
        try ONNXFile.write(model, to: self.folder + "/" + output)
      }
    }
    #expect(try files.contentsOfDirectory(atPath: folder).sorted() == names)
    #expect(try ModelFiles.bytes(data) == ModelFiles.bytes(source + ".data"))
  }

  @Test func `what is not confirmed takes no file's place, and leaves none behind`() throws {
    struct Refused: Error {}
    let model = try ONNXFile.read(Fixture.model("smallnet7-dynamo-external").path)
    let copy = folder + "/other.onnx"
    for file in [copy, copy + ".data"] { try AtomicFile.write([1, 2, 3], to: file) }
    #expect(throws: Refused.self) {
      try ONNXFile.write(model, to: copy) {
        #expect(try files.contentsOfDirectory(atPath: folder).count == 5, "both are written")
        throw Refused()
      }
    }
    #expect(
      try files.contentsOfDirectory(atPath: folder).sorted() == [
        "model", "other.onnx", "other.onnx.data",
      ])
    for file in [copy, copy + ".data"] { #expect(try ModelFiles.bytes(file) == [1, 2, 3]) }
  }
}
