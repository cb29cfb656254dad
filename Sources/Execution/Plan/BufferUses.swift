/// The first and the last step that touches each buffer; nil for a buffer that none does.
struct BufferUses {
  var first: [Int?]
  var last: [Int?]

  init(of steps: [PlannedStep], bufferCount: Int) {
    first = Array(repeating: nil, count: bufferCount)
    last = first
    for (index, step) in steps.enumerated() {
      for buffer in step.touched {
        first[buffer.index] = first[buffer.index] ?? index
        last[buffer.index] = index
      }
    }
  }
}
