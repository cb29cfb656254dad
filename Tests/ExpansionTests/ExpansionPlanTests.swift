import Expansion
import Testing

@Suite struct ExpansionPlanTests {
  /// Parameters that the paper and its released code have for each SmallNet, strategy and rate;
  /// BN's γ and β counted, the first convolution as `stem` says.
  static let published: [Published] = [
    Published(kernel: 7, convolutions: 4, hidden: 256, parameters: 150_346),
    Published(kernel: 7, convolutions: 4, hidden: 256, fc: true, rate: 2, parameters: 339_402),
    Published(kernel: 7, convolutions: 4, hidden: 256, fc: true, rate: 4, parameters: 675_914),
    Published(kernel: 7, convolutions: 4, hidden: 256, fc: true, rate: 8, parameters: 1_742_154),
    Published(kernel: 7, convolutions: 4, hidden: 256, strategy: .cl, rate: 2, parameters: 562_954),
    Published(
      kernel: 7, convolutions: 4, hidden: 256, strategy: .cl, rate: 8, parameters: 8_578_066),
    Published(kernel: 7, convolutions: 4, hidden: 256, strategy: .ck, rate: 2, parameters: 237_722),
    Published(
      kernel: 7, convolutions: 4, hidden: 256, strategy: .ck, rate: 8, parameters: 2_070_098),
    Published(kernel: 9, convolutions: 4, hidden: 256, strategy: .ck, rate: 2, parameters: 433_802),
    Published(
      kernel: 9, convolutions: 4, hidden: 256, strategy: .ck, rate: 8, parameters: 5_204_498),
    Published(kernel: 5, convolutions: 4, hidden: 256, strategy: .ck, rate: 4, parameters: 164_034),
    Published(kernel: 3, convolutions: 4, hidden: 256, strategy: .cl, rate: 4, parameters: 435_874),
    Published(kernel: 7, hidden: 512, strategy: .ck, rate: 0.25, stem: .keep, parameters: 37_912),
    Published(kernel: 7, hidden: 512, strategy: .ck, rate: 0.5, stem: .keep, parameters: 42_810),
    Published(kernel: 7, hidden: 512, strategy: .ck, rate: 0.75, stem: .keep, parameters: 48_428),
    Published(kernel: 7, hidden: 512, strategy: .ck, rate: 1, stem: .keep, parameters: 54_766),
    Published(kernel: 7, hidden: 512, strategy: .ck, rate: 2, stem: .keep, parameters: 87_318),
    Published(kernel: 7, hidden: 512, strategy: .ck, rate: 4, stem: .keep, parameters: 186_982),
    Published(
      kernel: 7, hidden: 512, classes: 100, strategy: .ck, rate: 4, stem: .keep,
      parameters: 192_832),
    Published(
      kernel: 7, hidden: 512, strategy: .ck, fc: true, rate: 4, stem: .keep, parameters: 1_745_766),
    Published(kernel: 7, hidden: 512, strategy: .cl, rate: 4, stem: .keep, parameters: 547_102),
    Published(
      kernel: 7, hidden: 512, strategy: .cl, fc: true, rate: 4, stem: .keep, parameters: 2_105_886),
    Published(kernel: 7, hidden: 512, fc: true, rate: 4, parameters: 1_624_970),
    Published(kernel: 3, hidden: 128, strategy: .cl, rate: 4, stem: .keep, parameters: 109_086),
    Published(
      kernel: 3, hidden: 128, strategy: .cl, fc: true, rate: 4, stem: .keep, parameters: 314_654),
  ]

  @Test(arguments: published)
  func `a SmallNet's parameters are the published ones`(network: Published) throws {
    #expect(try network.counted() == network.parameters)
  }

  @Test func `padding goes to the first factor, stride and dilation where the strategy says`()
    throws
  {
    let original = KernelGeometry(
      outputs: 6, inputsPerGroup: 4, extents: [7, 5], strides: [2, 3], dilations: [2, 1],
      padsBegin: [1, 2], padsEnd: [3, 0], hasBias: true)
    var options = ExpansionOptions()
    options.rate = 1.5
    let ck = try ExpansionPlan(.ck, for: original, options: options)
    #expect(ck.channels == [4, 6, 9, 6])
    #expect(ck.factors.map(\.extents) == [[3, 3], [3, 3], [3, 1]])
    #expect(ck.factors.map(\.dilations) == [[2, 1], [2, 1], [2, 1]])
    #expect(ck.factors.map(\.strides) == [[1, 1], [1, 1], [2, 3]])
    #expect(ck.factors.map(\.padsBegin) == [[1, 2], [0, 0], [0, 0]])
    #expect(ck.factors.map(\.padsEnd) == [[3, 0], [0, 0], [0, 0]])
    let cl = try ExpansionPlan(.cl, for: original, options: options)
    #expect(cl.factors.map(\.strides) == [[1, 1], [2, 3], [1, 1]])
    options.strideAt = .last
    let last = try ExpansionPlan(.cl, for: original, options: options)
    #expect(last.factors.map(\.strides) == [[1, 1], [1, 1], [2, 3]])
    for plan in [ck, cl, last] {
      #expect(try KernelComposition.geometry(of: plan.factors) == original)
    }
  }

  @Test func `a depthwise kernel keeps its group and widens inside each`() throws {
    let original = KernelGeometry(
      outputs: 8, inputsPerGroup: 1, group: 8, extents: [3, 3], padsBegin: [1, 1], padsEnd: [1, 1])
    let plan = try ExpansionPlan(.cl, for: original, options: ExpansionOptions())
    #expect(plan.factors.map(\.group) == [8, 8, 8])
    // r + k²r² + r weights per channel.
    #expect(plan.parameterCount == 8 * (4 + 9 * 16 + 4))
  }

  @Test func `inner factors have a bias as the option says`() throws {
    var original = KernelGeometry(outputs: 2, inputsPerGroup: 2, extents: [3, 3])
    var options = ExpansionOptions()
    func biases() throws -> [Bool] {
      try ExpansionPlan(.cl, for: original, options: options).factors.map(\.hasBias)
    }
    #expect(try biases() == [false, false, false])
    options.intermediateBias = .all
    #expect(try biases() == [true, true, false])
    original.hasBias = true
    options.intermediateBias = .none
    #expect(try biases() == [false, false, true])
  }

  @Test func `what a strategy cannot do is refused with the reason`() {
    func refusal(
      _ strategy: ExpansionStrategy, _ extents: [Int], group: Int = 1, rate: Double = 4
    ) -> ExpansionRefusal? {
      var options = ExpansionOptions()
      options.rate = rate
      let original = KernelGeometry(outputs: 4, inputsPerGroup: 4, group: group, extents: extents)
      do {
        _ = try ExpansionPlan(strategy, for: original, options: options)
        return nil
      } catch {
        return error
      }
    }
    #expect(refusal(.cl, [1, 1]) == .kernelIsPointwise)
    #expect(refusal(.ck, [3, 3]) == .kernelHasNoThreeByThreeChain(extents: [3, 3]))
    #expect(refusal(.ck, [6, 7]) == .kernelHasNoThreeByThreeChain(extents: [6, 7]))
    #expect(refusal(.ck, [5, 5], group: 2) == .groupedKernelTakesCL(group: 2))
    #expect(refusal(.cl, [3, 3], rate: 0) == .rateOutOfRange(0))
    #expect(refusal(.cl, [3, 3], rate: .infinity) == .rateOutOfRange(.infinity))
    #expect(refusal(.fc, [], rate: 1e300) == .factorTooLarge(factor: 0, weights: 4e300))
    #expect(refusal(.fc, [], rate: 1e6) == .factorTooLarge(factor: 1, weights: 16e12))
  }
}

/// A SmallNet of the paper: convolutions of 3-8-16-32(-64) with BN, a hidden Gemm of 64.
struct Published: Sendable {
  var kernel: Int
  var convolutions = 3
  var hidden: Int
  var classes = 10
  var strategy: ExpansionStrategy?
  var fc = false
  var rate = 4.0
  var stem = ExpansionOptions.Stem.expand
  var parameters: Int

  func counted() throws -> Int {
    var options = ExpansionOptions()
    options.rate = rate
    options.stem = stem
    var total = 0
    for index in 0..<convolutions {
      let outputs = 8 << index
      let geometry = KernelGeometry(
        outputs: outputs, inputsPerGroup: index == 0 ? 3 : outputs / 2, extents: [kernel, kernel],
        hasBias: true)
      total += 2 * outputs
      total += try parameters(of: geometry, strategy, options, seesImage: index == 0)
    }
    let matrix = KernelGeometry(outputs: 64, inputsPerGroup: hidden, hasBias: true)
    total += try parameters(of: matrix, fc ? .fc : nil, options, seesImage: false)
    return total + 65 * classes
  }

  private func parameters(
    of original: KernelGeometry, _ strategy: ExpansionStrategy?, _ options: ExpansionOptions,
    seesImage: Bool
  ) throws -> Int {
    guard let strategy else { return original.parameterCount }
    return try ExpansionPlan(strategy, for: original, options: options, seesImage: seesImage)
      .parameterCount
  }
}
