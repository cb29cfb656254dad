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
    Parallel.perform(
      planes, runsOf: runLength,
      Values(response: self, source: source, destination: destination, scale: scale))
  }

  /// ∂/∂x = g·s^(−β) − 2αβ/size · x · Σ r, with r = g·x·s^(−β−1) of the channels in whose window x is.
  ///
  /// `ratio` is memory for r, as large as the source.
  package func backward(
    source: UnsafePointer<Float>, scale: UnsafePointer<Float>, gradient: UnsafePointer<Float>,
    gradientSource: UnsafeMutablePointer<Float>, ratio: UnsafeMutablePointer<Float>
  ) {
    Parallel.perform(
      planes, runsOf: runLength,
      Ratios(
        response: self, source: source, scale: scale, gradient: gradient,
        gradientSource: gradientSource, ratio: ratio))
    Parallel.perform(
      planes, runsOf: runLength,
      Gradients(response: self, source: source, ratio: ratio, gradientSource: gradientSource))
  }

  /// Channels of all images, each of `inner` elements.
  private var planes: Int { batch * channels }

  /// Those that one core takes at a time.
  private var runLength: Int { max(1, pointwiseRun / max(1, inner)) }

  private func elements(_ plane: Int) -> Range<Int> { plane * inner..<(plane + 1) * inner }

  private func neighbours(of channel: Int, below: Int, above: Int) -> Range<Int> {
    max(0, channel - min(below, channel))..<channel + 1 + min(above, channels - 1 - channel)
  }

  private struct Values: RunWork {
    let response: LocalResponse
    let source: UnsafePointer<Float>
    let destination, scale: UnsafeMutablePointer<Float>

    func perform(_ planes: Range<Int>) {
      let (size, factor) = (response.size, response.alpha / Float(response.size))
      for plane in planes {
        let (channel, elements) = (plane % response.channels, response.elements(plane))
        for i in elements { scale[i] = 0 }
        for other in response.neighbours(of: channel, below: (size - 1) / 2, above: size / 2) {
          let offset = (other - channel) * response.inner
          for i in elements { scale[i] += source[offset + i] * source[offset + i] }
        }
        for i in elements {
          scale[i] = response.bias + factor * scale[i]
          destination[i] = source[i] * pow(scale[i], -response.beta)
        }
      }
    }
  }

  private struct Ratios: RunWork {
    let response: LocalResponse
    let source, scale, gradient: UnsafePointer<Float>
    let gradientSource, ratio: UnsafeMutablePointer<Float>

    func perform(_ planes: Range<Int>) {
      for plane in planes {
        for i in response.elements(plane) {
          gradientSource[i] = gradient[i] * pow(scale[i], -response.beta)
          ratio[i] = gradientSource[i] * source[i] / scale[i]
        }
      }
    }
  }

  private struct Gradients: RunWork {
    let response: LocalResponse
    let source: UnsafePointer<Float>
    let ratio, gradientSource: UnsafeMutablePointer<Float>

    func perform(_ planes: Range<Int>) {
      let size = response.size
      let factor = 2 * response.alpha * response.beta / Float(size)
      for plane in planes {
        let (channel, elements) = (plane % response.channels, response.elements(plane))
        for other in response.neighbours(of: channel, below: size / 2, above: (size - 1) / 2) {
          let offset = (other - channel) * response.inner
          for i in elements { gradientSource[i] -= factor * source[i] * ratio[offset + i] }
        }
      }
    }
  }
}
