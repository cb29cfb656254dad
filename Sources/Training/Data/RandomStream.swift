/// Which stream of the seed serves what, so that no two uses draw the same numbers.
enum RandomStream {
  static func order(epoch: Int) -> UInt64 { 2 &* UInt64(truncatingIfNeeded: epoch) }
  static func augmentation(epoch: Int) -> UInt64 { order(epoch: epoch) &+ 1 }
}
