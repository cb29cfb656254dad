import Execution
import Foundation
import NetworkIR
import ONNXFormat

/// The model as of the last epoch that ended, in a file beside the output while that isn't written.
///
/// Each takes the place of the one before, whole or not at all, so that whatever ends a training
/// leaves the last. It holds weights and running statistics, all finite; it can be trained on.
final class TrainingCheckpoint {
  private let model: Model
  private let interval: Int
  /// Nil where none is made.
  private let path: ModelPath?
  private var lastEpoch: Int?
  private var files: [String] = []

  /// - Parameters:
  ///   - inputs: what is read: the model's file, and those of the data.
  ///   - output: what the file is named after; nothing can lie beside a stream, pipe or device.
  /// - Throws: what `ModelPath.checkOutput` does, and `ONNXError.wouldOverwriteData`.
  init(
    of model: Model, reading inputs: [ModelPath], besides output: ModelPath, every interval: Int
  ) throws {
    self.model = model
    self.interval = interval
    guard interval > 0, output.isRegularFile, case .file(let name) = output.derived("checkpoint")
    else {
      path = nil
      return
    }
    try ModelPath.checkOutput(name, of: inputs, subject: "checkpoint")
    try ONNXFile.checkDestination(name, of: model)
    path = .file(name)
  }

  /// Writes the model with the session's weights, where it is time to.
  ///
  /// A disk that is full for a while must not end hours of training: the last checkpoint stays then,
  /// with a warning.
  func end(epoch: Int, _ session: Session) throws {
    guard let path, epoch % interval == 0 else { return }
    var checkpoint = model
    checkpoint.graph = try session.trainedGraph()
    do {
      files = try path.write(checkpoint)
      lastEpoch = epoch
    } catch {
      guard let diagnostic = Diagnostic(error) else { throw error }
      Console.warn("no checkpoint of epoch \(epoch): \(diagnostic.sentence)")
    }
  }

  /// Runs `body`; its error says where the last checkpoint is.
  func keeping<R>(_ body: () throws -> R) throws -> R {
    do { return try body() } catch {
      guard let path, let lastEpoch, var diagnostic = Diagnostic(error) else { throw error }
      diagnostic.next = [diagnostic.next, "the model as of epoch \(lastEpoch) is in \(path)"]
        .compactMap(\.self).joined(separator: "; ")
      throw diagnostic
    }
  }

  /// Removes what was written: another file holds it now.
  func remove() {
    for file in files { unlink(file) }
    files = []
    lastEpoch = nil
  }
}
