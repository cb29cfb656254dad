import Execution
import TensorCore

/// Whether there is memory for a data set, asked before any is taken.
enum DataMemory {
  /// Throws `DataError.outOfMemory` where `byteCount` bytes can't be had.
  static func check(_ byteCount: Int) throws(DataError) {
    let available = AvailableMemory.byteCount ?? .max
    guard byteCount <= available, AddressSpace.hasRoom(for: byteCount) else {
      throw .outOfMemory(bytes: byteCount)
    }
  }
}
