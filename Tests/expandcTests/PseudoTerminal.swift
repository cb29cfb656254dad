import Foundation

/// A terminal of a given width that a command can be run on.
final class PseudoTerminal {
  private let control: Int32
  private let path: String

  /// TIOCGPTN and TIOCSPTLCK of Linux, macros that Swift doesn't import.
  private static let numberRequest: UInt = 0x8004_5430
  private static let lockRequest: UInt = 0x4004_5431

  struct Failure: Error {}

  init(columns: UInt16) throws {
    control = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var number: Int32 = 0
    var isLocked: Int32 = 0
    guard control >= 0, ioctl(control, Self.numberRequest, &number) == 0,
      ioctl(control, Self.lockRequest, &isLocked) == 0
    else { throw Failure() }
    path = "/dev/pts/\(number)"
    var size = winsize()
    size.ws_col = columns
    size.ws_row = 50
    guard ioctl(control, UInt(TIOCSWINSZ), &size) == 0 else { throw Failure() }
  }

  deinit { close(control) }

  /// What the command writes on standard output, which is the terminal.
  ///
  /// - Parameter environment: what it finds there besides a terminal that knows colours.
  func output(
    of arguments: [String], environment: [String: String] = [:]
  ) throws -> String {
    try run(arguments) { process, terminal in
      process.standardOutput = terminal
      process.environment = CommandLineTool.environment
        .merging(["TERM": "xterm", "NO_COLOR": ""], uniquingKeysWith: { $1 })
        .merging(environment, uniquingKeysWith: { $1 })
    }
  }

  /// What the command writes on standard error, which is the terminal.
  func errors(of arguments: [String]) throws -> String {
    try run(arguments) { process, terminal in
      process.standardError = terminal
      process.standardOutput = FileHandle.nullDevice
    }
  }

  private func run(
    _ arguments: [String], connect: (Process, FileHandle) -> Void
  ) throws -> String {
    let descriptor = open(path, O_RDWR | O_NOCTTY)
    guard descriptor >= 0 else { throw Failure() }
    let terminal = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
    let process = Process()
    process.executableURL = CommandLineTool.url
    process.arguments = arguments
    process.environment = CommandLineTool.environment
    process.standardInput = FileHandle.nullDevice
    connect(process, terminal)
    try process.run()
    close(descriptor)
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    // Reading fails once no process has the terminal open any more.
    while true {
      let count = read(control, &piece, piece.count)
      guard count > 0 else { break }
      bytes.append(contentsOf: piece.prefix(count))
    }
    process.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self)
  }
}
