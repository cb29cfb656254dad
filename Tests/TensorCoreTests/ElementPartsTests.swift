import TensorCore
import Testing

@Suite struct `Parts of a tensor's elements` {
  @Test(arguments: [0, 1, 15, 16, 17, 1000, 401_408], [1, 2, 3, 16])
  func `cover each element once, nearly evenly, and share out no cache line`(
    elements: Int, parts: Int
  ) {
    var end = 0
    for part in 0..<parts {
      let range = ElementParts.range(part, of: parts, elements)
      #expect(range.lowerBound == end)
      #expect(range.lowerBound % 16 == 0 || range.isEmpty)
      #expect(range.count <= elements / parts + 16)
      end = range.upperBound
    }
    #expect(end == elements)
  }
}
