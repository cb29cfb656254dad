import CMatrixProduct
import TensorCore

/// A kernel applied to a few places of a value, in Double, by its definition:
///
///     y[o, p] = Σ_{i,t} W[o, i, t] · x[i, source(p, t)] + b[o]
///
/// and, beside the numbers, what bounds them, with |W| for W. Each weight is read once for all.
struct ProbeApplication {
  private let geometry: KernelGeometry
  private let step: ProbeRoute.Step
  /// Whether the weights may have been moved by a rounding, and by which.
  private let rounding: FloatingRounding?
  private let input: ProbeValues
  /// For each group, kind and place written: what the taps of all inputs read.
  private let panel: [Double]

  private var inner: Int { geometry.inputsPerGroup * geometry.taps }
  private var columns: Int { input.kinds * step.writes }

  init(
    _ geometry: KernelGeometry, _ step: ProbeRoute.Step, rounding: FloatingRounding?,
    to input: ProbeValues
  ) {
    self.geometry = geometry
    self.step = step
    self.rounding = rounding
    self.input = input
    panel = Self.panel(of: input, geometry, step)
  }

  /// What the kernel writes, given the numbers of a kernel of this geometry.
  func callAsFunction(_ kernel: ConvolutionKernel) -> ProbeValues {
    var sums = [Double](repeating: 0, count: geometry.outputs * columns)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let start = sums.baseAddress else { return }
      kernel.withStoredWeights { weights in
        Parallel.perform(geometry.outputs, runsOf: rowsPerRun) { rows in
          add(weights + rows.lowerBound * inner, rows, to: start)
        }
      }
    }
    return values(sums, bias: kernel.bias)
  }

  private var rowsPerRun: Int { 2 * max(1, (1 << 15) / inner) }

  /// Adds what some outputs are, given their weights, to the sums of all outputs.
  private func add(
    _ weights: StoredWeights, _ rows: Range<Int>, to sums: UnsafeMutablePointer<Double>
  ) {
    panel.withUnsafeBufferPointer { panel in
      guard let panel = panel.baseAddress else { return }
      var row = rows.lowerBound
      while row < rows.upperBound {
        let group = row / geometry.outputsPerGroup
        let end = min(rows.upperBound, (group + 1) * geometry.outputsPerGroup)
        row_products_accumulate(
          end - row, inner, weights.address(of: (row - rows.lowerBound) * inner), weights.element,
          columns, step.writes, panel + group * columns * inner, sums + row * columns)
        row = end
      }
    }
  }

  private func values(_ sums: [Double], bias: [Double]?) -> ProbeValues {
    let kinds = rounding == nil ? 2 : 3
    var result = ProbeValues(channels: geometry.outputs, places: step.writes, kinds: kinds)
    let (u, absolute) = (rounding?.unitRoundoff ?? 0, rounding?.subnormalError ?? 0)
    let relative = u / (1 - u)
    // Before the first kernel nothing has moved yet.
    let last = (input.kinds - 1) * step.writes
    let inputs = rounding == nil ? [] : inputSums()
    for output in 0..<geometry.outputs {
      let own = output * columns
      let b = bias?[output] ?? 0
      for place in 0..<step.writes {
        result[output, .number, place] = sums[own + place] + b
        result[output, .magnitude, place] = sums[own + step.writes + place] + b.magnitude
        guard kinds > 2 else { continue }
        let group = output / geometry.outputsPerGroup
        let moved = sums[own + last + place] * (1 + relative)
        result[output, .moved, place] =
          moved + absolute * inputs[group * step.writes + place]
          + (bias == nil ? 0 : b.magnitude * (1 + relative) + absolute)
      }
    }
    return result
  }

  /// For each group and place: the sum of all that the taps read of the last kind, which each weight
  /// moves by its absolute error.
  private func inputSums() -> [Double] {
    (0..<geometry.group * step.writes).map { index in
      let (group, place) = index.quotientAndRemainder(dividingBy: step.writes)
      let column = group * columns + (input.kinds - 1) * step.writes + place
      return panel[column * inner..<(column + 1) * inner].reduce(0, +)
    }
  }

  private static func panel(
    of input: ProbeValues, _ geometry: KernelGeometry, _ step: ProbeRoute.Step
  ) -> [Double] {
    let taps = geometry.taps
    let inner = geometry.inputsPerGroup * taps
    let columns = input.kinds * step.writes
    return [Double](count: geometry.group * columns * inner) { panel in
      Parallel.perform(geometry.group * columns, runsOf: max(1, (1 << 14) / inner)) { run in
        for column in run {
          let group = column / columns
          let (kind, place) = (column % columns).quotientAndRemainder(dividingBy: step.writes)
          let target = panel.baseAddress.map { $0 + column * inner }
          guard let target else { continue }
          for channel in 0..<geometry.inputsPerGroup {
            let start =
              ((group * geometry.inputsPerGroup + channel) * input.kinds + kind) * step.reads
            for tap in 0..<taps {
              let source = step.sources[tap * step.writes + place]
              (target + channel * taps + tap).initialize(
                to: source.map { input.elements[start + $0] } ?? 0)
            }
          }
        }
      }
    }
  }
}
