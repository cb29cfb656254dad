import Foundation
package import NetworkIR
package import TensorCore

/// Reading and writing of ONNX files.
///
/// A model keeps the document that it was read from; what no pass touched is written back byte for
/// byte, and a model that nothing touched as the very bytes that were read.
package enum ONNXFile {
  /// Reads a model; `-` is standard input. Throws `FileError` or `ONNXError`.
  ///
  /// External data must lie in the model's folder or below, in regular files reached through no
  /// symbolic link and of one name only, unless `allowsLinkedData`.
  package static func read(_ path: String, allowsLinkedData: Bool = false) throws -> Model {
    if path == "-" {
      return try read(MappedFile(descriptor: STDIN_FILENO, path: path))
    }
    let folder = (path as NSString).deletingLastPathComponent
    return try read(
      MappedFile(path: path), folder: folder.isEmpty ? "." : folder,
      allowsLinkedData: allowsLinkedData)
  }

  /// Reads a model from bytes; without `folder` it can have no external data.
  package static func read(
    _ file: MappedFile, folder: String? = nil, allowsLinkedData: Bool = false
  ) throws(ONNXError) -> Model {
    try ModelReader(ONNXDocument(file, folder: folder, allowsLinkedData: allowsLinkedData)).read()
  }

  /// Writes a model, whole or not at all; `-` is standard output, which takes external data inside.
  ///
  /// External data goes to one new file beside the output, named after it with `.data`, which takes
  /// its place just before the model does. Throws `FileError` or `ONNXError`.
  package static func write(_ model: Model, to path: String) throws {
    if path == "-" {
      let output = AtomicFile(descriptor: STDOUT_FILENO, path: path)
      try output.write(serialize(model))
      return try output.commit()
    }
    let name = (path as NSString).lastPathComponent + ".data"
    try withExtendedLifetime(model) {
      let assembly = try ModelAssembly(model, dataLocation: Name(name))
      let output = try AtomicFile(path: path)
      try output.write(assembly.bytes(isReassembled: false))
      if let payload = assembly.payload {
        let data = try AtomicFile(path: path + ".data")
        try payload.write(to: data)
        try data.commit()
      }
      try output.commit()
    }
  }

  /// The bytes of a model with all tensors inside.
  package static func serialize(_ model: Model) throws(ONNXError) -> [UInt8] {
    defer { withExtendedLifetime(model) {} }
    return try ModelAssembly(model, dataLocation: nil).bytes(isReassembled: false)
  }

  /// What `serialize` gives, but put together anew even where nothing differs from the document:
  /// the same bytes for files in canonical form.
  package static func reassemble(_ model: Model) throws(ONNXError) -> [UInt8] {
    defer { withExtendedLifetime(model) {} }
    return try ModelAssembly(model, dataLocation: nil).bytes(isReassembled: true)
  }
}
