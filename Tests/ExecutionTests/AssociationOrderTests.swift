import Execution
import Expansion
import Testing

@Suite struct `The order of composition in training` {
  /// 1×1 16→128, 7×7 128→256, 1×1 256→32. The first two first take 49 · 256 · 16 · (128 + 32)
  /// multiplications, the last two first 49 · 128 · 32 · (256 + 16): 1.7 times as many.
  private func unit(hasBias: Bool) -> [KernelGeometry] {
    [(16, 128, 1), (128, 256, 7), (256, 32, 1)].map { inputs, outputs, extent in
      KernelGeometry(
        outputs: outputs, inputsPerGroup: inputs, extents: [extent, extent], hasBias: hasBias)
    }
  }

  @Test func `without biases has the fewest multiplications`() {
    let order = AssociationOrder(fastestFor: unit(hasBias: false))
    #expect(order == .pair(.pair(.factor, .factor), .factor))
  }

  /// The bias of the first factor would meet every weight of the 7×7.
  @Test func `with biases leaves the largest factor's weights alone`() {
    let order = AssociationOrder(fastestFor: unit(hasBias: true))
    #expect(order == .pair(.factor, .pair(.factor, .factor)))
  }
}
