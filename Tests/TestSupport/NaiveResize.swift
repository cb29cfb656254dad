import Foundation

/// ONNX's Resize of any axes from its definition, in Double, all axes at once.
package struct NaiveResize: Sendable {
  package var mode: String
  package var coordinates = "half_pixel"
  package var nearestMode = "round_prefer_floor"
  package var cubicCoefficient = -0.75
  package var excludesOutside = false
  package var isAntialiased = false
  package var extrapolationValue = 0.0
  /// Begin and end of the part of each axis that tf_crop_and_resize takes.
  package var regions: [(Double, Double)]?

  package init(mode: String) {
    self.mode = mode
  }

  /// The source resized to `extents` by `scales`; with `usingMagnitudes`, every weight's magnitude
  /// in its place.
  package func forward(
    _ source: NaiveTensor, to extents: [Int], scales: [Double], usingMagnitudes: Bool = false
  ) -> NaiveTensor {
    var result = NaiveTensor(zeros: extents)
    let weights = extents.indices.map { axis in
      (0..<extents[axis]).map {
        self.weights($0, axis, source.shape[axis], extents[axis], scales[axis])
      }
    }
    for index in result.indices {
      let taps = index.enumerated().map { weights[$0.offset][$0.element] }
      if taps.contains(where: \.isEmpty) {
        result[index] = usingMagnitudes ? extrapolationValue.magnitude : extrapolationValue
        continue
      }
      for choice in NaiveTensor.indices(of: taps.map(\.count)) {
        let chosen = zip(taps, choice).map { $0[$1] }
        let weight = chosen.reduce(1) { $0 * $1.weight }
        result[index] +=
          (usingMagnitudes ? weight.magnitude : weight) * source[chosen.map(\.position)]
      }
    }
    return result
  }

  /// What output y of an axis is the sum of; nothing outside of what tf_crop_and_resize takes.
  private func weights(
    _ y: Int, _ axis: Int, _ old: Int, _ new: Int, _ scale: Double
  ) -> [(position: Int, weight: Double)] {
    // Axes that keep their extent are no matter of interpolation.
    if old == new, scale == 1, regions == nil { return [(y, 1)] }
    let x = coordinate(Double(y), axis, Double(old), new, scale)
    if regions != nil, x < 0 || x > Double(old - 1) { return [] }
    let last = old - 1
    func inside(_ position: Int) -> Int { max(0, min(last, position)) }
    let (low, high) = (Int(floor(x)), Int(ceil(x)))
    if mode == "nearest" {
      let half = x - floor(x)
      switch nearestMode {
      case "floor": return [(inside(low), 1)]
      case "ceil": return [(inside(high), 1)]
      case "round_prefer_floor": return [(inside(half <= 0.5 ? low : high), 1)]
      default: return [(inside(half < 0.5 ? low : high), 1)]
      }
    }
    let stretch = isAntialiased && scale < 1 ? 1 / scale : 1
    let reach = Int((mode == "linear" ? 1 : 2) * stretch) + 2
    var taps: [(position: Int, weight: Double)] = []
    for position in low - reach...low + reach {
      let weight = kernel(abs(Double(position) - x) / stretch)
      if weight != 0, !excludesOutside || (0...last).contains(position) {
        taps.append((inside(position), weight))
      }
    }
    guard excludesOutside || isAntialiased else { return taps }
    let sum = taps.reduce(0) { $0 + $1.weight }
    return taps.map { ($0.position, $0.weight / sum) }
  }

  private func kernel(_ t: Double) -> Double {
    if mode == "linear" { return t < 1 ? 1 - t : 0 }
    let a = cubicCoefficient
    if t <= 1 { return (a + 2) * t * t * t - (a + 3) * t * t + 1 }
    return t < 2 ? a * t * t * t - 5 * a * t * t + 8 * a * t - 4 * a : 0
  }

  private func coordinate(
    _ y: Double, _ axis: Int, _ old: Double, _ new: Int, _ scale: Double
  ) -> Double {
    let resized = scale * old
    switch coordinates {
    case "asymmetric": return y / scale
    case "align_corners": return resized == 1 ? 0 : y * (old - 1) / (resized - 1)
    case "pytorch_half_pixel" where resized == 1: return -0.5
    case "tf_half_pixel_for_nn": return (y + 0.5) / scale
    case "half_pixel_symmetric":
      let center = old / 2
      return center * (1 - Double(new) / resized) + (y + 0.5) / scale - 0.5
    case "tf_crop_and_resize":
      let (begin, end) = regions?[axis] ?? (0, 1)
      guard resized != 1 else { return begin * (old - 1) + (end - begin) * (old - 1) / 2 }
      return begin * (old - 1) + y * ((end - begin) * (old - 1)) / (resized - 1)
    default: return (y + 0.5) / scale - 0.5
    }
  }
}
