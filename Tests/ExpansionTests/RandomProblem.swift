import Expansion
import NetworkIR
import OrderedCollections
import TensorCore

/// A random node with weights and what `expand` is asked to do with it, from a seed alone.
struct RandomProblem: CustomStringConvertible {
  enum Kind: String, Sendable, CaseIterable {
    case convolution = "Conv"
    case transposed = "ConvTranspose"
    case gemm = "Gemm"
    case product = "MatMul"

    var isConvolution: Bool { self == .convolution || self == .transposed }
  }

  let seed: UInt64
  let kind: Kind
  let inputs: Int
  let outputs: Int
  let group: Int
  let hasBias: Bool
  let kernel: [Int]
  let strides: [Int]
  let dilations: [Int]
  let padsBegin: [Int]
  let padsEnd: [Int]
  /// SAME_UPPER, SAME_LOWER or VALID in place of the pads.
  let autoPad: String?
  /// Of a transposed convolution; the shape in place of the pads.
  let outputPadding: [Int]
  let outputShape: [Int]?
  /// Whether the model leaves the image's extents open.
  let hidesExtents: Bool
  /// Of a Gemm.
  let alpha: Float
  let beta: Float
  let transA: Bool
  let transB: Bool
  let inputShape: [Int]
  let options: ExpansionOptions

  /// The most products that a chain may take, so that naive twins stay quick.
  private static let limit = 600_000

  init(seed: UInt64) {
    self.seed = seed
    var generator = SeededGenerator(seed: seed)
    kind = [.gemm, .product, .transposed, .convolution][min(3, generator.integer(in: 0...7))]
    var draft = Draft(kind, cap: 17, using: &generator)
    // What takes too long is drawn again, with fewer channels and taps each time.
    for cap in [17, 13, 10, 8, 6, 5, 4, 3, 2, 1] where draft.cost > Self.limit {
      draft = Draft(kind, cap: cap, using: &generator)
    }
    (inputs, outputs, group) = (draft.inputs, draft.outputs, draft.group)
    (kernel, strides, dilations) = (draft.kernel, draft.strides, draft.dilations)
    (padsBegin, padsEnd, autoPad) = (draft.padsBegin, draft.padsEnd, draft.autoPad)
    (outputPadding, outputShape) = (draft.outputPadding, draft.outputShape)
    (inputShape, options, hasBias) = (draft.inputShape, draft.options, draft.hasBias)
    let isScaled = kind == .gemm && generator.integer(in: 0...2) == 0
    alpha = isScaled ? Float(generator.uniform(in: 0.25..<4)) : 1
    beta = isScaled ? Float(generator.uniform(in: -4 ..< -0.25)) : 1
    hidesExtents = kind.isConvolution && generator.integer(in: 0...2) == 0
    transA = kind == .gemm && Bool.random(using: &generator)
    transB = kind == .gemm && Bool.random(using: &generator)
  }

  var description: String {
    var words = ["seed \(seed):", kind.rawValue]
    switch kind {
    case .convolution, .transposed:
      words += ["\(inputs)→\(outputs)", "group \(group)", "kernel \(kernel)", "strides \(strides)"]
      words += ["dilations \(dilations)", autoPad ?? "pads \(padsBegin) \(padsEnd)"]
      if kind == .transposed { words += ["output padding \(outputPadding)"] }
      if let outputShape { words += ["output shape \(outputShape)"] }
      if hidesExtents { words += ["extents unknown"] }
    case .gemm:
      words += ["\(inputs)→\(outputs)", "alpha \(alpha)", "beta \(beta)"]
      words += ["transA \(transA)", "transB \(transB)"]
    case .product: words += ["\(inputs)→\(outputs)"]
    }
    words += [hasBias ? "with bias" : "without bias", "on \(inputShape);"]
    words += ["--conv \(options.convolutions)", "--fc \(options.fullyConnectedFactors)"]
    words += ["-r \(options.rate)", "--init \(options.initialisation)", "--stem \(options.stem)"]
    words += ["--stride-at \(options.strideAt)"]
    words += ["--intermediate-bias \(options.intermediateBias)"]
    return words.joined(separator: " ")
  }
}
