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
    return try read(
      MappedFile(path: path), folder: split(path).folder, allowsLinkedData: allowsLinkedData)
  }

  /// Reads a model from bytes; without `folder` it can have no external data.
  package static func read(
    _ file: MappedFile, folder: String? = nil, allowsLinkedData: Bool = false
  ) throws(ONNXError) -> Model {
    try ModelReader(ONNXDocument(file, folder: folder, allowsLinkedData: allowsLinkedData)).read()
  }

  /// Writes a model; `-` is standard output, which takes external data inside.
  ///
  /// The model file is whole or as it was before. External data goes to one new file beside it,
  /// named after it with `.data`. Then there are two renames, the data's first: a failure between
  /// them leaves new data beside what the model file was before.
  ///
  /// Throws `FileError` or `ONNXError`; `wouldOverwriteData` before anything is written.
  ///
  /// - Parameter confirm: is called when all bytes are written and no file has taken its place yet;
  ///   none does where it throws. What can't be replaced, standard output or a pipe, has the bytes.
  /// - Returns: the paths of the files that were written.
  @discardableResult
  package static func write(
    _ model: Model, to path: String, confirming confirm: () throws -> Void = {}
  ) throws -> [String] {
    let isStandardOutput = path == "-"
    let name = split(path).name + ".data"
    return try withExtendedLifetime(model) {
      let assembly = try ModelAssembly(model, dataLocation: isStandardOutput ? nil : Name(name))
      try checkDestination(path, of: model)
      let output =
        try isStandardOutput
        ? AtomicFile(descriptor: STDOUT_FILENO, path: path) : AtomicFile(path: path)
      try assembly.write { (bytes) throws(FileError) in try output.write(bytes) }
      let data = try assembly.payload.map { payload in
        let data = try AtomicFile(path: path + ".data")
        try payload.write(to: data)
        try data.finishWriting()
        return data
      }
      try output.finishWriting()
      try confirm()
      try data?.commit()
      try output.commit()
      return assembly.payload == nil ? [path] : [path, path + ".data"]
    }
  }

  /// Throws `ONNXError.wouldOverwriteData` where the model at `path`, or its data file, would take
  /// the place of a file that `model` has external data in: the file it was read from needs that.
  package static func checkDestination(_ path: String, of model: Model) throws(ONNXError) {
    guard path != "-", let document = model.source as? ONNXDocument else { return }
    for file in [path, path + ".data"] where document.externalData.contains(file) {
      throw .wouldOverwriteData(path: file)
    }
  }

  /// The bytes of a model with all tensors inside. Throws `ONNXError`.
  package static func serialize(_ model: Model) throws -> [UInt8] {
    try bytes(model, isReassembled: false)
  }

  /// What `serialize` gives, but put together anew even where nothing differs from the document:
  /// the same bytes for files in canonical form.
  package static func reassemble(_ model: Model) throws -> [UInt8] {
    try bytes(model, isReassembled: true)
  }

  /// The folder of a path and the name in it; Foundation's way traps on names of one character.
  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let folder = String(path[..<slash])
    return (folder.isEmpty ? "/" : folder, String(path[path.utf8.index(after: slash)...]))
  }

  private static func bytes(_ model: Model, isReassembled: Bool) throws -> [UInt8] {
    var result: [UInt8] = []
    try withExtendedLifetime(model) {
      try ModelAssembly(model, dataLocation: nil).write(isReassembled: isReassembled) {
        (bytes) throws(FileError) in result.append(contentsOf: bytes)
      }
    }
    return result
  }
}
