import Kernels
import NetworkIR

extension AxisMap {
  /// Resizing along one axis: output y is interpolated at a coordinate x of the input.
  ///
  /// Source: ONNX Resize, opset 19. Between the integers around x the weights are k((j − x)·s), k
  /// the hat of linear or the spline of cubic interpolation, s = min(scale, 1) with antialias and 1
  /// without.
  ///
  /// - Parameter region: begin and end of the input's part that tf_crop_and_resize takes.
  /// - Returns: nil for coordinates or a rounding that ONNX doesn't have.
  init?(
    _ resize: Resize, extent: Int, to scaling: Resize.AxisScaling, region: (Double, Double)
  ) {
    let resizing = AxisResizing(resize, extent: extent, scaling: scaling, region: region)
    var rows: [[Term]] = []
    for output in 0..<scaling.extent {
      guard let x = resizing.coordinate(Double(output)) else { return nil }
      if resize.coordinates == "tf_crop_and_resize", !(x >= 0 && x <= Double(extent - 1)) {
        rows.append([])
      } else {
        guard let terms = resizing.terms(at: x) else { return nil }
        rows.append(terms)
      }
    }
    self.init(sourceExtent: extent, rows: rows, fill: resize.extrapolationValue)
  }
}

private struct AxisResizing {
  let resize: Resize
  let extent: Int
  let scaling: Resize.AxisScaling
  let region: (Double, Double)

  init(
    _ resize: Resize, extent: Int, scaling: Resize.AxisScaling, region: (Double, Double)
  ) {
    self.resize = resize
    self.extent = extent
    self.scaling = scaling
    self.region = region
  }

  /// Where output y lies in the input; nil for a mode that ONNX doesn't have.
  func coordinate(_ y: Double) -> Double? {
    let (scale, input) = (scaling.scale, Double(extent))
    // Not rounded, as ONNX has it: the extent that the scale asks for.
    let output = scale * input
    let halfPixel = (y + 0.5) / scale - 0.5
    switch resize.coordinates {
    case "half_pixel": return halfPixel
    case "pytorch_half_pixel": return output == 1 ? -0.5 : halfPixel
    case "half_pixel_symmetric":
      return input / 2 * (1 - Double(scaling.extent) / output) + halfPixel
    case "asymmetric": return y / scale
    case "tf_half_pixel_for_nn": return (y + 0.5) / scale
    case "align_corners": return output == 1 ? 0 : y * (input - 1) / (output - 1)
    case "tf_crop_and_resize":
      let size = (region.1 - region.0) * (input - 1)
      return region.0 * (input - 1) + (output == 1 ? size / 2 : y * size / (output - 1))
    default: return nil
    }
  }

  /// What an output at coordinate x is the sum of.
  func terms(at x: Double) -> [AxisMap.Term]? {
    guard x.magnitude < 0x1p52 else { return nil }
    switch resize.mode {
    case .nearest:
      let rounded: Double
      switch resize.nearestMode {
      case "round_prefer_floor": rounded = (x - 0.5).rounded(.up)
      case "round_prefer_ceil": rounded = (x + 0.5).rounded(.down)
      case "floor": rounded = x.rounded(.down)
      case "ceil": rounded = x.rounded(.up)
      default: return nil
      }
      return [AxisMap.Term(clamped(Int(rounded)))]
    case .linear: return terms(at: x, reach: 1) { max(0, 1 - $0) }
    case .cubic:
      let a = Double(resize.cubicCoefficient)
      return terms(at: x, reach: 2) { t in
        t <= 1
          ? ((a + 2) * t - (a + 3)) * t * t + 1
          : t < 2 ? ((a * t - 5 * a) * t + 8 * a) * t - 4 * a : 0
      }
    }
  }

  /// - Parameters:
  ///   - reach: up to which distance `kernel` isn't 0.
  ///   - kernel: the weight at a distance that is not negative.
  private func terms(
    at x: Double, reach: Double, _ kernel: (Double) -> Double
  ) -> [AxisMap.Term] {
    let narrowing = resize.isAntialiased ? min(scaling.scale, 1) : 1
    var weights: [(position: Int, weight: Double)] = []
    var total = 0.0
    let first = Int((x - reach / narrowing).rounded(.up))
    for position in first...max(first, Int((x + reach / narrowing).rounded(.down))) {
      let weight = kernel((Double(position) - x).magnitude * narrowing)
      let isOutside = position < 0 || position >= extent
      if weight == 0 || isOutside && resize.excludesOutside { continue }
      total += weight
      // Outside of the input stands its nearest element.
      if let last = weights.last, last.position == clamped(position) {
        weights[weights.count - 1].weight += weight
      } else {
        weights.append((clamped(position), weight))
      }
    }
    let isNormalized = resize.isAntialiased || resize.excludesOutside
    return weights.map {
      AxisMap.Term($0.position, weight: Float(isNormalized ? $0.weight / total : $0.weight))
    }
  }

  private func clamped(_ position: Int) -> Int { min(max(position, 0), extent - 1) }
}
