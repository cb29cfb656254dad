import Foundation

/// The Python that some tests compare with: the one that EXPANDC_PYTHON names, or `python3`.
package enum PythonInterpreter {
  /// Whether it has onnxruntime.
  package static let hasOnnxRuntime = (try? run("import onnxruntime, numpy", []).status) == 0

  /// Whether it has ONNX's own checker.
  package static let hasOnnx = (try? run("import onnx", []).status) == 0

  /// Runs `script`; `sys.argv[1:]` are the arguments.
  package static func run(
    _ script: String, _ arguments: [String]
  ) throws -> (status: Int32, errors: String) {
    let process = Process()
    let interpreter = ProcessInfo.processInfo.environment["EXPANDC_PYTHON"] ?? "python3"
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [interpreter, "-c", script] + arguments
    let errors = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: said, as: UTF8.self))
  }
}
