package import Foundation

/// The files under `Fixtures/`, found from the place of this source file; see `Fixtures/README.md`.
package enum Fixture {
  package static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures")

  /// The exported models, each with an input and an output.
  package static let names = [
    "depthwise-eval-dynamo", "depthwise-train", "expanded-ck-r2-dynamo",
    "expanded-ck-r2-fc-r1-train", "expanded-cl-r2-train", "shuffle-train", "smallnet3-train",
    "smallnet5-train", "smallnet7-dynamo", "smallnet7-dynamo-external", "smallnet7-eval",
    "smallnet7-train", "unet-tiny-train", "yolo-lite-tiny-train",
  ]

  /// The short trainings, each a folder.
  package static let parityNames = ["ck-k5-r2-fc", "cl-k3-r2", "compact-k3", "depthwise"]

  package static func model(_ name: String) -> URL { file("models", "\(name).onnx") }

  /// What the model `name` is given, as `.npy`.
  package static func input(_ name: String) -> URL { file("models", "\(name).input.npy") }

  /// What PyTorch computed from `input(name)`, as `.npy`.
  package static func output(_ name: String) -> URL { file("models", "\(name).output.npy") }

  /// A file of the short training `name`: `x.npy`, `y.npy`, `losses.npy`, `final-logits.npy`,
  /// `initial.onnx`, `final.onnx` or `recipe.json`.
  package static func parity(_ name: String, _ fileName: String) -> URL {
    file("parity", name, fileName)
  }

  /// An array that numpy wrote.
  package static func array(_ name: String) -> URL { file("npy", "\(name).npy") }

  /// The cases of ONNX's backend tests that do not run.
  package static let backendManifest = file("backend-manifest.txt")

  /// Parameters and MACs of the paper's networks under each strategy.
  package static let complexity = file("complexity.json")

  private static func file(_ components: String...) -> URL {
    components.reduce(folder) { $0.appendingPathComponent($1) }
  }
}
