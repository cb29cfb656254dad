import Foundation

/// What the command tells the shell. Thrown by itself it ends the command without a word.
///
/// Source: `sysexits.h` for 64 and up; 0 and 1 as `diff` uses them.
enum ExitStatus: Int32, Error {
  case done = 0
  /// A check said no: models differ, an output is out of tolerance.
  case checkFailed = 1
  case usage = 64
  /// The file or the data is malformed.
  case malformed = 65
  case missingInput = 66
  /// Valid, but not supported here.
  case unsupported = 69
  case cannotCreate = 73
  case cannotWrite = 74

  func exit() -> Never {
    Foundation.exit(rawValue)
  }
}
