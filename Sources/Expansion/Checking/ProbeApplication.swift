import CMatrixProduct
import TensorCore

/// A kernel, or some groups of it, applied to a few places of a value, in Double, by its definition:
///
///     y[o, p] = Σ_{i,t} W[o, i, t] · x[i, source(p, t)] + b[o]
///
/// and, beside the numbers, what bounds them, with |W| for W. Each weight is read once for all.
struct ProbeApplication: Sendable {
  private let geometry: KernelGeometry
  private let groups: Range<Int>
  private let writes: Int
  /// How many kinds the input has.
  private let kinds: Int
  /// By which the weights may have been moved, if any.
  private let rounding: FloatingRounding?
  /// For each group, kind and place written: what the taps of all inputs read.
  private let panel: [Double]

  /// Weights of each output.
  var rowLength: Int { geometry.inputsPerGroup * geometry.taps }
  private var columns: Int { kinds * writes }
  /// One for each output.
  var rows: Range<Int> {
    groups.lowerBound * geometry.outputsPerGroup..<groups.upperBound * geometry.outputsPerGroup
  }
  /// How many numbers the sums are.
  var sumCount: Int { rows.count * columns }

  /// - Parameter input: of the channels that the groups read.
  init(
    _ geometry: KernelGeometry, groups: Range<Int>, _ step: ProbeRoute.Step,
    rounding: FloatingRounding?, to input: ProbeValues
  ) {
    self.geometry = geometry
    self.groups = groups
    self.rounding = rounding
    writes = step.writes
    kinds = input.kinds
    panel = Self.panel(of: input, geometry, groups: groups.count, step)
  }

  /// What the kernel writes, given the numbers of one of this geometry.
  func callAsFunction(_ kernel: ConvolutionKernel) -> ProbeValues {
    var sums = [Double](repeating: 0, count: sumCount)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let start = sums.baseAddress else { return }
      kernel.withStoredWeights { add($0 + rows.lowerBound * rowLength, rows, to: start) }
    }
    return sums.withUnsafeBufferPointer { values($0, bias: kernel.bias) }
  }

  /// Adds what some outputs are, given their weights, to the sums of all outputs.
  func add(_ weights: StoredWeights, _ some: Range<Int>, to sums: UnsafeMutablePointer<Double>) {
    let length = 2 * max(1, (1 << 15) / rowLength)
    panel.withUnsafeBufferPointer { panel in
      guard let panel = panel.baseAddress else { return }
      Parallel.perform(some.count, runsOf: length) { run in
        var row = some.lowerBound + run.lowerBound
        while row < some.lowerBound + run.upperBound {
          let group = row / geometry.outputsPerGroup
          let end = min(
            some.lowerBound + run.upperBound, (group + 1) * geometry.outputsPerGroup)
          row_products_accumulate(
            end - row, rowLength, weights.address(of: (row - some.lowerBound) * rowLength),
            weights.element, columns, writes,
            panel + (group - groups.lowerBound) * columns * rowLength,
            sums + (row - rows.lowerBound) * columns)
          row = end
        }
      }
    }
  }

  /// What the kernel writes where `sums` are whole.
  func values(_ sums: UnsafeBufferPointer<Double>, bias: [Double]?) -> ProbeValues {
    let kindsWritten = rounding == nil ? 2 : 3
    let (u, absolute) = (rounding?.unitRoundoff ?? 0, rounding?.subnormalError ?? 0)
    let relative = u / (1 - u)
    // Before the first kernel nothing has moved yet.
    let moved = (kinds - 1) * writes
    let inputs = rounding == nil ? [] : inputSums()
    let elements = [Double](count: rows.count * kindsWritten * writes) { target in
      guard var written = target.baseAddress else { return }
      for row in rows {
        let own = (row - rows.lowerBound) * columns
        let b = bias?[row] ?? 0
        for place in 0..<writes {
          (written + place).initialize(to: sums[own + place] + b)
          (written + writes + place).initialize(to: sums[own + writes + place] + b.magnitude)
        }
        if rounding != nil {
          let added = bias == nil ? 0 : b.magnitude * (1 + relative) + absolute
          let group = row / geometry.outputsPerGroup - groups.lowerBound
          for place in 0..<writes {
            (written + 2 * writes + place).initialize(
              to: sums[own + moved + place] * (1 + relative)
                + absolute * inputs[group * writes + place] + added)
          }
        }
        written += kindsWritten * writes
      }
    }
    return ProbeValues(
      channels: rows.count, places: writes, kinds: kindsWritten, elements: elements)
  }

  /// For each group and place: the sum of all that the taps read of the last kind, which each weight
  /// moves by its absolute error.
  private func inputSums() -> [Double] {
    panel.withUnsafeBufferPointer { panel in
      (0..<groups.count * writes).map { index in
        let (group, place) = index.quotientAndRemainder(dividingBy: writes)
        let start = (group * columns + (kinds - 1) * writes + place) * rowLength
        var sum = 0.0
        for index in start..<start + rowLength { sum += panel[index] }
        return sum
      }
    }
  }

  private static func panel(
    of input: ProbeValues, _ geometry: KernelGeometry, groups: Int, _ step: ProbeRoute.Step
  ) -> [Double] {
    let (taps, channels) = (geometry.taps, geometry.inputsPerGroup)
    let columns = input.kinds * step.writes
    return [Double](count: groups * columns * channels * taps) { panel in
      input.elements.withUnsafeBufferPointer { elements in
        step.sources.withUnsafeBufferPointer { sources in
          guard let panel = panel.baseAddress else { return }
          Parallel.perform(groups * columns, runsOf: max(1, (1 << 14) / (channels * taps))) { run in
            var (group, column) = run.lowerBound.quotientAndRemainder(dividingBy: columns)
            for index in run {
              let kind = column / step.writes
              let place = column - kind * step.writes
              var target = panel + index * channels * taps
              for channel in group * channels..<(group + 1) * channels {
                let start = (channel * input.kinds + kind) * step.reads
                for tap in 0..<taps {
                  let source = sources[tap * step.writes + place]
                  target.initialize(to: source < 0 ? 0 : elements[start + source])
                  target += 1
                }
              }
              column += 1
              if column == columns { (group, column) = (group + 1, 0) }
            }
          }
        }
      }
    }
  }
}
