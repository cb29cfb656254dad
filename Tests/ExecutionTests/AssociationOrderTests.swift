import Execution
import Expansion
import Testing

@Suite struct `The order of composition in training` {
  private func unit(
    _ factors: [(inputs: Int, outputs: Int, extents: [Int])], hasBias: Bool
  ) -> [KernelGeometry] {
    factors.map {
      KernelGeometry(
        outputs: $0.outputs, inputsPerGroup: $0.inputs, extents: $0.extents, hasBias: hasBias)
    }
  }

  private let firstTwoFirst = AssociationOrder.pair(.pair(.factor, .factor), .factor)
  private let lastTwoFirst = AssociationOrder.pair(.factor, .pair(.factor, .factor))

  /// The first two first take 49 · 256 · 16 · (128 + 32) multiplications, the last two first
  /// 49 · 128 · 32 · (256 + 16): 1.7 times as many. The bias of the 1×1 is one more input.
  @Test(arguments: [false, true])
  func `after a 1×1 has the fewest multiplications`(hasBias: Bool) {
    let factors = [(16, 128, [1, 1]), (128, 256, [7, 7]), (256, 32, [1, 1])]
    #expect(AssociationOrder(fastestFor: unit(factors, hasBias: hasBias)) == firstTwoFirst)
  }

  /// The first two first take half the multiplications, but the bias of the first factor would meet
  /// every weight of the 7×7.
  @Test func `with a bias before several taps leaves the largest factor's weights alone`() {
    let factors = [(5, 128, [1, 3]), (128, 256, [7, 7]), (256, 32, [1, 1])]
    #expect(AssociationOrder(fastestFor: unit(factors, hasBias: false)) == firstTwoFirst)
    #expect(AssociationOrder(fastestFor: unit(factors, hasBias: true)) == lastTwoFirst)
  }
}
