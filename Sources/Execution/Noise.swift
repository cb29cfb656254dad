/// Where the random numbers of a session's runs come from: a seed, an epoch and a step.
///
/// Each training run takes the next step, so that with one seed the numbers are the same from
/// training to training, and from an epoch on whatever ran before it.
package final class Noise: @unchecked Sendable {
  private var seed: UInt64 = 0
  private var epoch: UInt64 = 0
  private var step: UInt64 = 0

  init() {}

  /// Begins the numbers of an epoch; not during a run.
  package func begin(epoch: Int, seed: UInt64) {
    self.seed = seed
    self.epoch = UInt64(truncatingIfNeeded: epoch)
    step = 0
  }

  /// Takes the next step; the steps of a run are one after the other.
  func advance() { step &+= 1 }

  /// Lets the next run draw what the last one drew.
  package func repeatStep() { step &-= 1 }

  /// What numbers number `stream` of this step draws from.
  func key(stream: UInt64, seed own: UInt64?) -> UInt64 {
    var key = own ?? seed
    Self.mix(epoch, into: &key)
    Self.mix(step, into: &key)
    Self.mix(stream, into: &key)
    return key
  }

  private static func mix(_ part: UInt64, into key: inout UInt64) {
    // An odd factor and a rotation keep different parts apart; the draws mix the bits.
    let mixed = (key ^ part) &* 0xd134_2543_de82_ef95
    key = (mixed << 29 | mixed >> 35) &+ 0x9e37_79b9_7f4a_7c15
  }
}
