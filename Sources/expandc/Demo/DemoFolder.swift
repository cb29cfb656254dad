import Foundation
import TensorCore

/// Where the demo's models go: a folder that the user named, or a temporary one.
struct DemoFolder {
  private let url: URL
  private let isTemporary: Bool

  init(_ named: String?) throws {
    isTemporary = named == nil
    url =
      named.map { URL(fileURLWithPath: $0) }
      ?? FileManager.default.temporaryDirectory
      .appendingPathComponent("expandc-demo-\(UUID().uuidString)")
    guard mkdir(url.path, 0o777) == 0 || (errno == EEXIST && isFolder(url.path)) else {
      throw FileError.cannotCreate(path: url.path, errno: errno)
    }
  }

  func model(_ name: String) -> ModelPath {
    .file(url.appendingPathComponent(name).path)
  }

  func removeIfTemporary() {
    if isTemporary { try? FileManager.default.removeItem(at: url) }
  }
}

private func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}
