import Foundation
import TensorCore

/// Normalisation of each channel by the squares of its neighbours, on plain [batch, channels, inner].
///
///     s = bias + α/size · Σ x²  over the channels c − ⌊(size−1)/2⌋ … c + ⌈(size−1)/2⌉
///     y = x · s^(−β)
///
/// Source: ONNX LRN, opset 1.
package struct LocalResponse: Sendable {
  let (alpha, beta, bias): (Float, Float, Float)
  let size: Int
  let (batch, channels, inner): (Int, Int, Int)

  /// Requires a size of at least 1 and a shape of at least two axes.
  package init(size: Int, alpha: Float, beta: Float, bias: Float, shape: [Int]) {
    (self.alpha, self.beta, self.bias) = (alpha, beta, bias)
    self.size = size
    (batch, channels, inner) = (shape[0], shape[1], shape[2...].reduce(1, *))
  }

  /// Writes y, and s for the gradient.
  package func forward(
    source: UnsafePointer<Float>, destination: UnsafeMutablePointer<Float>,
    scale: UnsafeMutablePointer<Float>
  ) {
    forEachChannel { channel, start in
      for i in start..<start + inner { scale[i] = 0 }
      for other in neighbours(of: channel, below: (size - 1) / 2, above: size / 2) {
        let offset = (other - channel) * inner
        for i in start..<start + inner { scale[i] += source[offset + i] * source[offset + i] }
      }
      for i in start..<start + inner {
        scale[i] = bias + alpha / Float(size) * scale[i]
        destination[i] = source[i] * pow(scale[i], -beta)
      }
    }
  }

  /// ∂/∂x = g·s^(−β) − 2αβ/size · x · Σ r, with r = g·x·s^(−β−1) of the channels in whose window x is.
  ///
  /// `ratio` is memory for r, as large as the source.
  package func backward(
    source: UnsafePointer<Float>, scale: UnsafePointer<Float>, gradient: UnsafePointer<Float>,
    gradientSource: UnsafeMutablePointer<Float>, ratio: UnsafeMutablePointer<Float>
  ) {
    forEachChannel { _, start in
      for i in start..<start + inner {
        gradientSource[i] = gradient[i] * pow(scale[i], -beta)
        ratio[i] = gradientSource[i] * source[i] / scale[i]
      }
    }
    let factor = 2 * alpha * beta / Float(size)
    forEachChannel { channel, start in
      for other in neighbours(of: channel, below: size / 2, above: (size - 1) / 2) {
        let offset = (other - channel) * inner
        for i in start..<start + inner {
          gradientSource[i] -= factor * source[i] * ratio[offset + i]
        }
      }
    }
  }

  private func neighbours(of channel: Int, below: Int, above: Int) -> Range<Int> {
    max(0, channel - min(below, channel))..<channel + 1 + min(above, channels - 1 - channel)
  }

  /// Calls `body` with each channel and where its elements start.
  private func forEachChannel(_ body: (_ channel: Int, _ start: Int) -> Void) {
    Parallel.perform(batch * channels, runsOf: max(1, pointwiseRun / max(1, inner))) { run in
      for index in run { body(index % channels, index * inner) }
    }
  }
}
