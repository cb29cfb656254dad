import TensorCore

/// A kernel applied to probes, in Double, by its definition:
///
///     y[o, p] = Σ_{i,t} W[o, i, t] · x[i, source(p, t)] + b[o]
///
/// with the places that `ProbeAxis` gives.
struct ProbeApplication {
  /// What each number of the kernel becomes before it is used.
  enum Weights {
    case plain
    /// |w|·(1 + relative) + absolute.
    case magnitudes(relative: Double, absolute: Double)
  }

  private let kernel: ConvolutionKernel
  private let outputs: [Int]
  /// For each tap, then each output position: the position read, or −1 in the padding.
  private let sources: [[Int]]

  /// Nil where the kernel doesn't fit the images, or would make too large ones.
  init?(_ kernel: ConvolutionKernel, to images: ProbeTensor) {
    let geometry = kernel.geometry
    guard geometry.inputs == images.channels, geometry.rank == images.extents.count else {
      return nil
    }
    var axes: [ProbeAxis] = []
    for axis in geometry.extents.indices {
      guard let probe = ProbeAxis(geometry, axis, input: images.extents[axis]) else { return nil }
      axes.append(probe)
    }
    outputs = axes.map(\.output)
    guard let positions = Shape.elementCount(outputs + [images.images]),
      let columns = Shape.elementCount([geometry.inputsPerGroup, geometry.taps, positions]),
      let results = Shape.elementCount([geometry.outputs, positions]),
      max(columns, results) <= ProbeTensor.elementLimit
    else { return nil }
    self.kernel = kernel
    sources = Self.sources(axes, strides: Shape.strides(images.extents))
  }

  func callAsFunction(_ images: ProbeTensor, _ weights: Weights = .plain) -> ProbeTensor {
    let geometry = kernel.geometry
    let columns = outputs.reduce(images.images, *)
    let inner = geometry.inputsPerGroup * geometry.taps
    let rows = geometry.outputsPerGroup
    var result = [Double](repeating: 0, count: geometry.outputs * columns)
    for group in 0..<geometry.group {
      let read = self.columns(of: images, group: group)
      result.withUnsafeMutableBufferPointer { result in
        guard let c = result.baseAddress else { return }
        kernel.withStoredWeights { stored in
          Parallel.perform(rows, runsOf: 8) { run in
            let first = group * rows + run.lowerBound
            let own = stored.doubles(first * inner..<(first + run.count) * inner)
            multiply(
              weights.applied(to: own[...]), read, rows: run.count, columns: columns,
              into: c + first * columns)
          }
        }
      }
    }
    if let bias = kernel.bias {
      for (row, number) in weights.applied(to: bias[...]).enumerated() {
        for column in row * columns..<(row + 1) * columns { result[column] += number }
      }
    }
    return ProbeTensor(
      channels: geometry.outputs, extents: outputs, images: images.images, elements: result)
  }

  private func multiply(
    _ weights: ArraySlice<Double>, _ read: [Double], rows: Int, columns: Int,
    into result: UnsafeMutablePointer<Double>
  ) {
    weights.withUnsafeBufferPointer { weights in
      read.withUnsafeBufferPointer { read in
        guard let a = weights.baseAddress, let b = read.baseAddress else { return }
        MatrixProduct.accumulate(
          rows: rows, inner: weights.count / rows, columns: columns, left: a, right: b,
          into: result)
      }
    }
  }

  /// What the taps of one group read: a row for each input and tap, a column for each output.
  private func columns(of images: ProbeTensor, group: Int) -> [Double] {
    let geometry = kernel.geometry
    let plane = images.elements.count / images.channels
    var columns: [Double] = []
    columns.reserveCapacity(
      geometry.inputsPerGroup * sources.count * outputs.reduce(images.images, *))
    for channel in 0..<geometry.inputsPerGroup {
      let start = (group * geometry.inputsPerGroup + channel) * plane
      for positions in sources {
        for position in positions {
          for image in 0..<images.images {
            columns.append(
              position < 0 ? 0 : images.elements[start + position * images.images + image])
          }
        }
      }
    }
    return columns
  }

  private static func sources(_ axes: [ProbeAxis], strides: [Int]) -> [[Int]] {
    var table = [[0]]
    for (axis, stride) in zip(axes, strides) {
      table = table.flatMap { known in
        (0..<axis.taps).map { tap in
          known.flatMap { base in
            (0..<axis.output).map { output in
              guard base >= 0, let place = axis.source(of: output, tap) else { return -1 }
              return base + place * stride
            }
          }
        }
      }
    }
    return table
  }
}

extension ProbeApplication.Weights {
  fileprivate func applied(to numbers: ArraySlice<Double>) -> ArraySlice<Double> {
    switch self {
    case .plain: numbers
    case .magnitudes(let relative, let absolute):
      numbers.map { $0.magnitude * (1 + relative) + absolute }[...]
    }
  }
}
