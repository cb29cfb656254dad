import TensorCore

/// Where a command draws: a file, or standard output where that is “-”.
struct PictureFile: Hashable {
  let path: String

  /// Throws where the file, which `flag` gives, would overwrite one of the inputs, or can't be made.
  func check(inputs: [ModelPath], flag: String) throws {
    if path != "-" { try ModelPath.checkOutput(path, of: inputs, flag: flag) }
  }

  /// Writes the whole picture or nothing.
  func write(_ text: String) throws {
    guard path != "-" else {
      let output = AtomicFile(descriptor: 1, path: "-")
      try output.write(Array(text.utf8))
      return try output.commit()
    }
    try AtomicFile.write(Array(text.utf8), to: path)
  }
}
