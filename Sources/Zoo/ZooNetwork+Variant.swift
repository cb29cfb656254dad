/// What the variants of all networks have in common.
extension ZooNetwork {
  /// A builder whose image has `inputShape`; throws where an option is out of its range.
  func builder(seed: UInt64) throws(ZooError) -> NetworkBuilder {
    guard width.isFinite, ZooError.widths.contains(width) else { throw .widthOutOfRange(width) }
    guard inputShape.count == 3 else {
      throw .inputRank(expected: 3, actual: inputShape.count)
    }
    let bounded =
      [(ZooError.Option.classes, classes, 1...100_000)]
      + inputShape.map { (ZooError.Option.inputExtent, $0, 1...4096) }
    for (option, value, allowed) in bounded where !allowed.contains(value) {
      throw .outOfRange(option: option, value: value, allowed: allowed)
    }
    return NetworkBuilder(shape: inputShape, seed: seed)
  }

  /// `channels` times `width`, rounded to the nearest multiple of `divisor`.
  ///
  /// At least one multiple, and one more where rounding would lose over a tenth. Source: the rule
  /// of MobileNetV2's released code, there with multiples of 8.
  func scaled(_ channels: Int, multipleOf divisor: Int = 1) -> Int {
    let exact = width * Double(channels)
    let multiples = max(1, Int((exact / Double(divisor)).rounded()))
    let rounded = multiples * divisor
    return Double(rounded) < 0.9 * exact ? rounded + divisor : rounded
  }
}
