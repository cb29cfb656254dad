import Foundation
import TestSupport

/// The model files that the tests of this folder read.
enum ModelFiles {
  /// The models of the repository's `Fixtures/`, sorted by path.
  static let fixtures = models(under: Fixture.folder.path)

  /// Where Debian's libonnx-testdata puts the models of ONNX's own backend tests.
  static let backendFolder = "/usr/share/libonnx-testdata"
  static let backendIsInstalled = FileManager.default.fileExists(atPath: backendFolder)
  static let backend = models(under: backendFolder)

  private static func models(under folder: String) -> [String] {
    guard let walk = FileManager.default.enumerator(atPath: folder) else { return [] }
    return walk.compactMap { ($0 as? String).map { "\(folder)/\($0)" } }
      .filter { $0.hasSuffix(".onnx") }.sorted()
  }

  /// The whole content of a file, read without the code under test.
  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }
}
