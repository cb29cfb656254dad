import Foundation

/// The built `expandc`, run as its users run it.
enum CommandLineTool {
  struct Result: Sendable {
    let status: Int32
    /// Standard output, as it is and as text.
    let bytes: Data
    let output: String
    let errors: String

    func json() throws -> [String: Any] {
      let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
      return value as? [String: Any] ?? [:]
    }
  }

  /// Beside the test bundle, whose path the test runner is given or is.
  static let url: URL = {
    let candidates = [Bundle.main.bundleURL, URL(fileURLWithPath: CommandLine.arguments[0])]
      .flatMap { [$0, $0.deletingLastPathComponent()] }
    let tools = candidates.map { $0.appendingPathComponent("expandc") }
    return tools.first {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: $0.path, isDirectory: &isFolder)
        && !isFolder.boolValue
    } ?? tools[0]
  }()

  /// Tests run side by side, and threads that wait for work must not take it from others.
  static let environment = ProcessInfo.processInfo.environment.merging(
    ["OMP_WAIT_POLICY": "passive"], uniquingKeysWith: { $1 })

  static func run(
    _ arguments: String..., input: Data? = nil, in folder: URL? = nil
  ) throws -> Result {
    try run(arguments, input: input, in: folder)
  }

  /// - Parameters:
  ///   - fileLimit: the KiB that a file may grow to, as by the shell's `ulimit -f`.
  ///   - memoryLimit: the KiB of addresses that the process may use, as by `ulimit -v`.
  ///   - redirections: the shell's, as 2>&-.
  static func run(
    _ arguments: [String], input: Data? = nil, in folder: URL? = nil, fileLimit: Int? = nil,
    memoryLimit: Int? = nil, redirections: String = ""
  ) throws -> Result {
    let scratch = try ScratchFolder()
    let outputFile = scratch.url.appendingPathComponent("output")
    let errorFile = scratch.url.appendingPathComponent("errors")
    let inputFile = scratch.url.appendingPathComponent("input")
    for file in [outputFile, errorFile] { try Data().write(to: file) }
    try (input ?? Data()).write(to: inputFile)
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    let limits =
      [fileLimit.map { "ulimit -f \($0); " }, memoryLimit.map { "ulimit -v \($0); " }]
      .compactMap(\.self).joined()
    if !limits.isEmpty || !redirections.isEmpty {
      process.executableURL = URL(filePath: "/bin/bash")
      process.arguments =
        ["-c", limits + "exec \"$0\" \"$@\" \(redirections)", url.path] + arguments
    }
    process.environment = environment
    process.currentDirectoryURL = folder ?? scratch.url
    process.standardInput = try FileHandle(forReadingFrom: inputFile)
    process.standardOutput = try FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: errorFile)
    try process.run()
    process.waitUntilExit()
    let bytes = try Data(contentsOf: outputFile)
    return Result(
      status: process.terminationReason == .exit ? process.terminationStatus : -1,
      bytes: bytes, output: String(decoding: bytes, as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errorFile), as: UTF8.self))
  }
}

/// A folder that goes with the test.
final class ScratchFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("expandc-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}
