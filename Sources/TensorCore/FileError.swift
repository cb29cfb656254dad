/// Why a file could not be read or written; `errno` is the system's number for the cause.
package enum FileError: Error, Hashable, Sendable {
  /// There is no file at `path`.
  case missing(path: String)

  /// The file at `path` exists, and reading it failed.
  case unreadable(path: String, errno: Int32)

  /// No file can be made at `path`: the folder is missing, read-only or not a folder.
  case cannotCreate(path: String, errno: Int32)

  /// The file at `path` may not be written to, so it is not replaced either.
  case protected(path: String)

  /// The file at `path` was begun and could not be completed; what was there before is unchanged.
  case cannotWrite(path: String, errno: Int32)

  package var path: String {
    switch self {
    case .missing(let path), .unreadable(let path, _), .cannotCreate(let path, _),
      .protected(let path), .cannotWrite(let path, _):
      path
    }
  }
}
