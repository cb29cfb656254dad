import CFourierTransform

/// Twiddles and slots of transforms over two axes; see `CFourierTransform.h`.
final class FourierPlan: @unchecked Sendable {
  let pointer: OpaquePointer

  /// Nil where a length can't be transformed.
  init?(rows: Int, columns: Int) {
    guard let plan = fourier_plan_create(Int32(rows), Int32(columns)) else { return nil }
    pointer = plan
  }

  deinit { fourier_plan_destroy(pointer) }

  /// How many pairs of a frequency and its negative there are.
  var slotCount: Int { Int(fourier_slot_count(pointer)) }

  static let lengths = (1...Int(FOURIER_LONGEST)).filter { fourier_is_length(Int32($0)) }
}
