import Kernels
import TensorCore
import TestSupport
import Testing

@Suite struct `Where maxima are` {
  /// The elements at the positions are the maxima, which are those of the pooling's definition.
  @Test(arguments: UInt64(0)..<12)
  func `positions of maxima, row by row and column by column`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func picks(_ count: Int, _ range: ClosedRange<Int>) -> [Int] {
      (0..<count).map { _ in Int.random(in: range, using: &generator) }
    }
    let rank = Int(seed % 3) + 1
    let kernel = picks(rank, 1...3)
    let naive = NaivePooling(
      function: .maximum, kernel: kernel, strides: picks(rank, 1...2),
      dilations: picks(rank, 1...2), padsBegin: kernel.map { $0 / 2 },
      padsEnd: kernel.map { $0 / 2 })
    let spatial = picks(rank, 5...7)
    let x = NaiveTensor(random: [2, 3] + spatial, using: &generator)
    let expected = naive.forward(x)
    let isColumnMajor = seed % 2 == 1
    let window = WindowGeometry(
      kernel: kernel, strides: naive.strides, dilations: naive.dilations,
      padsBegin: naive.padsBegin, padsEnd: naive.padsEnd)
    let search = MaximumSearch(
      window, shape: x.shape, output: Array(expected.shape.dropFirst(2)),
      isColumnMajor: isColumnMajor)
    var values = [Float](repeating: 0, count: expected.elements.count)
    var indices = values
    search.run(x.floats, values: &values, indices: &indices)
    #expect(values.map(Double.init) == expected.elements, "seed \(seed): \(naive)")
    let size = spatial.reduce(1, *)
    let found = indices.map { index -> Double in
      let (plane, place) = Int(index).quotientAndRemainder(dividingBy: size)
      guard isColumnMajor else { return x.elements[Int(index)] }
      var (position, rest) = ([Int](), place)
      for extent in spatial {
        position.append(rest % extent)
        rest /= extent
      }
      return x[[plane / 3, plane % 3] + position]
    }
    #expect(found == expected.elements, "seed \(seed): \(naive)")
  }
}
