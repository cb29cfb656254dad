import Kernels
import TensorCore
import TestSupport
import Testing

@Suite struct `Tensor layouts` {
  @Test func `know their shape, strides and bytes`() throws {
    let plain = try TensorLayout(plain: [2, 3, 4])
    #expect(plain.isPlain && !plain.isAny)
    #expect(plain.shape == [2, 3, 4] && plain.strides == [12, 4, 1] && plain.byteCount == 96)
    let column = try TensorLayout(shape: [3, 4], strides: [1, 3])
    #expect(!column.isPlain && column.strides == [1, 3] && column.byteCount == 48)
    #expect(try column.permuted([1, 0]) == TensorLayout(plain: [4, 3]))
    #expect(try plain.permuted([2, 0, 1]).shape == [4, 2, 3])
    #expect(try plain.permuted([2, 0, 1]).strides == [1, 12, 4])
    let any = try TensorLayout.any([5, 6])
    #expect(any.isAny && !any.isPlain && any.byteCount == 0 && any.strides == nil)
    let scalar = try TensorLayout(plain: [])
    #expect(scalar.shape == [1] && scalar.byteCount == 4)
  }

  @Test func `of one block of all channels and of channels side by side are the same bytes`() throws
  {
    for width in [8, 16] {
      let shape = [2, width, 3, 5]
      let last = try TensorLayout(channelsLast: shape)
      let blocks = try TensorLayout(blocks: width, shape)
      #expect(last != blocks && last.hasSameBytes(as: blocks) && blocks.hasSameBytes(as: last))
      #expect(last.inBlocks == blocks && last.byteCount == blocks.byteCount)
      let plain = try TensorLayout(plain: shape)
      #expect(!plain.hasSameBytes(as: blocks) && plain.inBlocks == plain)
      let half = try TensorLayout(channelsLast: [2, width / 2, 3, 5])
      #expect(try !half.hasSameBytes(as: TensorLayout(blocks: width, [2, width / 2, 3, 5])))
      let twice = try TensorLayout(channelsLast: [2, 2 * width, 3, 5])
      #expect(try !twice.hasSameBytes(as: TensorLayout(blocks: width, [2, 2 * width, 3, 5])))
    }
    let any = try TensorLayout.any([2, 8, 3, 5])
    #expect(try !any.hasSameBytes(as: TensorLayout(blocks: 8, [2, 8, 3, 5])))
    #expect(throws: KernelError.self) { try TensorLayout(blocks: 4, [2, 4, 3, 5]) }
    #expect(throws: KernelError.self) { try TensorLayout(blocks: 8, [2, 8]) }
  }

  @Test func `reshape where the bytes allow it`() throws {
    let plain = try TensorLayout(plain: [4, 6])
    #expect(try plain.reshaped([2, 2, 6]) == TensorLayout(plain: [2, 2, 6]))
    #expect(plain.reshaped([5, 5]) == nil)
    let column = try TensorLayout(shape: [4, 6], strides: [1, 4])
    #expect(column.reshaped([24]) == nil)
    #expect(column.reshaped([2, 2, 6])?.strides == [2, 1, 4])
  }

  @Test(arguments: [[-1, 2], [1 << 40, 1 << 40], [Int](repeating: 1, count: 13)])
  func `refuse a shape that cannot be laid out`(shape: [Int]) throws {
    #expect(throws: KernelError.layout(shape: shape, .invalid)) {
      _ = try TensorLayout(plain: shape)
    }
  }

  @Test func `view a box of a larger tensor`() throws {
    let engine = try ComputeEngine(threads: 1)
    let parent = try TensorLayout(plain: [3, 5])
    let box = try parent.submemory(offset: [1, 2], extents: [2, 3])
    // From the parent's first byte to the box's last element, at [2, 4].
    #expect(box.byteCount == 60)
    var source = (0..<15).map { Float($0) }
    var copy = [Float](repeating: -1, count: 6)
    try run(
      .reorder(from: box, to: TensorLayout(plain: [2, 3]), on: engine), &source, &copy, engine)
    #expect(copy == [7, 8, 9, 12, 13, 14])
    #expect(throws: KernelError.self) { try parent.submemory(offset: [2, 2], extents: [2, 3]) }
    #expect(throws: KernelError.self) { try parent.submemory(offset: [2], extents: [2]) }
  }

  @Test func `reorder with a scale, and add to what is there`() throws {
    let engine = try ComputeEngine(threads: 1)
    let plain = try TensorLayout(plain: [2, 3])
    let column = try TensorLayout(shape: [2, 3], strides: [1, 2])
    var source: [Float] = [1, 2, 3, 4, 5, 6]
    var destination: [Float] = [10, 20, 30, 40, 50, 60]
    try run(.reorder(from: plain, to: column, scale: 2, on: engine), &source, &destination, engine)
    #expect(destination == [2, 8, 4, 10, 6, 12])
    try run(
      .reorder(from: plain, to: column, accumulating: true, on: engine), &source, &destination,
      engine)
    #expect(destination == [3, 12, 6, 15, 9, 18])
  }

  @Test func `are blocked where a convolution prefers it, and come back`() throws {
    let engine = try ComputeEngine(threads: 1)
    let convolution = try Primitive.convolution(
      source: .any([2, 32, 9, 9]), weights: .any([48, 32, 3, 3]), hasBias: false,
      destination: .any([2, 48, 7, 7]), window: WindowGeometry(kernel: [3, 3]), on: engine)
    let blocked = try #require(convolution.layout(of: .source))
    #expect(!convolution.implementationName.hasPrefix("ref"))
    let plain = try TensorLayout(plain: [2, 32, 9, 9])
    var source = (0..<2 * 32 * 81).map { Float($0) }
    var there = [Float](repeating: -1, count: blocked.byteCount / 4)
    var back = [Float](repeating: -1, count: source.count)
    try run(.reorder(from: plain, to: blocked, on: engine), &source, &there, engine)
    try run(.reorder(from: blocked, to: plain, on: engine), &there, &back, engine)
    #expect(back == source)
  }

  private func run(
    _ reorder: Primitive, _ source: inout [Float], _ destination: inout [Float],
    _ engine: ComputeEngine
  ) throws {
    try source.withUnsafeMutableBytes { from in
      try destination.withUnsafeMutableBytes { to in
        var pointers: [(ArgumentRole, UnsafeMutableRawPointer)] = [
          (.source, from.baseAddress!), (.destination, to.baseAddress!),
        ]
        let scratchpad = UnsafeMutableRawPointer.allocate(
          byteCount: reorder.layout(of: .scratchpad)?.byteCount ?? 64, alignment: 64)
        defer { scratchpad.deallocate() }
        if reorder.layout(of: .scratchpad) != nil { pointers.append((.scratchpad, scratchpad)) }
        try reorder.bind(pointers, engine).execute()
      }
    }
  }
}

@Suite struct `Binding a primitive` {
  @Test func `names the argument that is missing, or one too many`() throws {
    let engine = try ComputeEngine(threads: 1)
    let layout = try TensorLayout(plain: [4])
    let relu = try Primitive.elementwise(.relu(slope: 0), source: layout, on: engine)
    var floats = [Float](repeating: 1, count: 4)
    floats.withUnsafeMutableBytes { bytes in
      let pointer = bytes.baseAddress!
      #expect(throws: KernelError.missingArgument(.elementwise, .destination)) {
        _ = try relu.bind([(.source, pointer)], engine)
      }
      #expect(throws: KernelError.unknownArgument(.elementwise, .mean)) {
        _ = try relu.bind(
          [(.source, pointer), (.destination, pointer), (.mean, pointer)], engine)
      }
    }
  }
}
