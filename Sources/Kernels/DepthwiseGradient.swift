package import TensorCore

/// The gradients by weights and bias of a depthwise convolution on few positions.
///
///     ∂w[c, τ] = Σ x[n, c, s·p + d·τ − pad]·g[n, c, p]        ∂b[c] = Σ g[n, c, p]
///
/// over all images n and positions p of the output; padding counts as 0. Sums over the images first,
/// then over positions.
package struct DepthwiseGradient: Sendable {
  private typealias Vector = SIMD16<Float>

  /// Positions of source and output that meet at a tap.
  private struct Meeting {
    let tap, source, output: Int
  }

  /// In the order of taps.
  private let meetings: [Meeting]
  private let taps, images, blocks, outputPositions: Int

  /// Of [N, C, spatial…]; nil where the channels don't fill blocks, or there are no elements.
  package init?(_ window: WindowGeometry, source: [Int], output: [Int]) {
    guard source.count == window.rank + 2, output.count == source.count,
      source[1] == output[1], source[1] % ChannelBlocks.width == 0,
      !(source + output).contains(0)
    else { return nil }
    var meetings = [Meeting(tap: 0, source: 0, output: 0)]
    for axis in 0..<window.rank {
      let (positions, places) = (source[2 + axis], output[2 + axis])
      meetings = meetings.flatMap { outer in
        (0..<window.kernel[axis]).flatMap { tap in
          (0..<places).compactMap { place in
            let position =
              place * window.strides[axis] + tap * window.dilations[axis] - window.padsBegin[axis]
            guard (0..<positions).contains(position) else { return nil }
            return Meeting(
              tap: outer.tap * window.kernel[axis] + tap,
              source: outer.source * positions + position, output: outer.output * places + place)
          }
        }
      }
    }
    self.meetings = meetings.sorted { ($0.tap, $0.output) < ($1.tap, $1.output) }
    taps = window.kernel.reduce(1, *)
    images = source[0]
    blocks = source[1] / ChannelBlocks.width
    outputPositions = output.dropFirst(2).reduce(1, *)
  }

  /// Writes ∂w as [C, 1, taps…], and ∂b where there is one.
  package func write(
    source: UnsafePointer<Float>, in sourceBlocks: ChannelBlocks,
    gradient: UnsafePointer<Float>, in gradientBlocks: ChannelBlocks,
    weights: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>?
  ) {
    Parallel.perform(
      blocks,
      Blocks(
        loop: self, source: source, sourceBlocks: sourceBlocks, gradient: gradient,
        gradientBlocks: gradientBlocks, weights: weights, bias: bias))
  }

  private struct Blocks: PieceWork {
    let loop: DepthwiseGradient
    let source: UnsafePointer<Float>
    let sourceBlocks: ChannelBlocks
    let gradient: UnsafePointer<Float>
    let gradientBlocks: ChannelBlocks
    let weights: UnsafeMutablePointer<Float>
    let bias: UnsafeMutablePointer<Float>?

    func perform(_ block: Int) {
      let x = source + block * sourceBlocks.blockStride
      let g = gradient + block * gradientBlocks.blockStride
      let channel = block * ChannelBlocks.width
      let (meetings, taps) = (loop.meetings, loop.taps)
      var next = 0
      for tap in 0..<taps {
        var sum = Vector.zero
        while next < meetings.count, meetings[next].tap == tap {
          let meeting = meetings[next]
          var (a, b) = (
            x + meeting.source * sourceBlocks.positionStride,
            g + meeting.output * gradientBlocks.positionStride
          )
          var products = Vector.zero
          for _ in 0..<loop.images {
            products += vector(a) * vector(b)
            a += sourceBlocks.imageStride
            b += gradientBlocks.imageStride
          }
          sum += products
          next += 1
        }
        for lane in sum.indices { weights[(channel + lane) * taps + tap] = sum[lane] }
      }
      guard let bias else { return }
      var sum = Vector.zero
      for position in 0..<loop.outputPositions {
        var b = g + position * gradientBlocks.positionStride
        var values = Vector.zero
        for _ in 0..<loop.images {
          values += vector(b)
          b += gradientBlocks.imageStride
        }
        sum += values
      }
      for lane in sum.indices { bias[channel + lane] = sum[lane] }
    }

    private func vector(_ start: UnsafePointer<Float>) -> Vector {
      UnsafeRawPointer(start).loadUnaligned(as: Vector.self)
    }
  }
}
