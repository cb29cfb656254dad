/// Why a file is no model that can be read here.
package enum ONNXError: Error, Hashable, Sendable {
  /// The bytes are no message of the format, which shows at `offset`.
  case malformed(file: String, offset: Int, fault: WireFault)
}
