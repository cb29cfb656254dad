import TensorCore
import Testing
import Training

@Suite struct DataAugmentationTests {
  /// Pads, cuts and mirrors by the definition, pixel by pixel.
  private func twin(
    _ choice: Augmentation.Choice, _ image: [Float], _ shape: [Int], padding: Int, black: [Float]
  ) -> [Float] {
    var padded: [[[Float]]] = []
    for channel in 0..<shape[0] {
      let empty = [Float](repeating: black[channel], count: shape[2] + 2 * padding)
      var plane = [[Float]](repeating: empty, count: shape[1] + 2 * padding)
      for y in 0..<shape[1] {
        for x in 0..<shape[2] {
          plane[y + padding][x + padding] = image[(channel * shape[1] + y) * shape[2] + x]
        }
      }
      padded.append(plane)
    }
    return padded.flatMap { plane in
      (0..<shape[1]).flatMap { y in
        let row = plane[choice.top + y][choice.left..<choice.left + shape[2]]
        return choice.isMirrored ? row.reversed() : Array(row)
      }
    }
  }

  @Test(arguments: UInt64(0)..<24)
  func `crop and flip agree with their definition`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func extent(_ bound: Int) -> Int { 1 + Int(generator.uniform() * Double(bound)) }
    let shape = [extent(3), extent(7), extent(7)]
    let padding = extent(4) - 1
    let image = (0..<shape.reduce(1, *)).map { _ in Float(generator.normal()) }
    let black = (0..<shape[0]).map { _ in Float(generator.normal()) }
    let augmentation = Augmentation(cropPadding: padding, flips: true)
    for index in 0..<20 {
      let choice = augmentation.choice(seed: seed, epoch: 1, index: index)
      var result = [Float](repeating: .nan, count: image.count)
      image.withUnsafeBufferPointer { source in
        result.withUnsafeMutableBufferPointer {
          augmentation.apply(choice, to: source, shape: shape, black: black, into: $0)
        }
      }
      let expected = twin(choice, image, shape, padding: padding, black: black)
      #expect(result == expected, "seed \(seed), index \(index), shape \(shape)")
    }
  }

  @Test func `every window and both mirror images are chosen about equally often`() {
    let augmentation = Augmentation(cropPadding: 1, flips: true)
    let count = 18_000
    var counts: [Augmentation.Choice: Int] = [:]
    for index in 0..<count {
      counts[augmentation.choice(seed: 5, epoch: 2, index: index), default: 0] += 1
    }
    #expect(counts.count == 18)
    // Each of 18 choices is binomial with mean 1000 and deviation √(1000·17/18) = 31: six of them.
    for (choice, times) in counts { #expect(abs(times - 1000) < 186, "\(choice)") }
  }

  @Test func `a choice depends on seed, epoch and index`() {
    let augmentation = Augmentation(cropPadding: 100, flips: true)
    func choices(_ seed: UInt64, _ epoch: Int) -> [Augmentation.Choice] {
      (0..<8).map { augmentation.choice(seed: seed, epoch: epoch, index: $0) }
    }
    #expect(choices(1, 1) == choices(1, 1))
    #expect(choices(1, 1) != choices(1, 2))
    #expect(choices(1, 1) != choices(2, 1))
    #expect(Set(choices(1, 1)).count > 1)
  }

  @Test func `the text form is parsed`() throws {
    #expect(try Augmentation(parsing: "crop:4,flip") == Augmentation(cropPadding: 4, flips: true))
    #expect(try Augmentation(parsing: "flip,crop:2") == Augmentation(cropPadding: 2, flips: true))
    #expect(try Augmentation(parsing: "flip") == Augmentation(cropPadding: nil, flips: true))
    #expect(try Augmentation(parsing: "crop:0") == Augmentation(cropPadding: 0, flips: false))
  }

  @Test(arguments: ["", "crop", "crop:", "crop:-1", "crop:999", "flip,flip", "flop", "flip,"])
  func `other text is refused`(text: String) {
    #expect(throws: DataError.malformedSpecification(text, expected: "crop:4,flip")) {
      try Augmentation(parsing: text)
    }
  }
}
