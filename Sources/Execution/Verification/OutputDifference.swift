import Foundation

/// How far two results of the same shape are apart.
struct OutputDifference {
  /// The largest |a − b| of each channel; infinite where one is no number and the other is not the
  /// same.
  private(set) var absolutes: [Double]
  /// The largest |a| or |b|.
  private(set) var magnitude = 0.0
  private let pairs: [(Float, Float)]

  /// Requires as many elements in `a` as in `b`.
  init(_ a: [Float], _ b: [Float], _ channels: OutputChannels) {
    pairs = Array(zip(a, b))
    absolutes = [Double](repeating: 0, count: channels.count)
    for (index, (x, y)) in pairs.enumerated() where x.bitPattern != y.bitPattern {
      let difference = (Double(x) - Double(y)).magnitude
      let channel = channels[index]
      absolutes[channel] = max(absolutes[channel], difference.isNaN ? .infinity : difference)
    }
    for (x, y) in pairs {
      magnitude = max(magnitude, Double(x.magnitude), Double(y.magnitude))
    }
  }

  /// The largest |a − b| of all.
  var absolute: Double { absolutes.max() ?? 0 }

  /// In parts of the largest element.
  var relative: Double { absolute == 0 ? 0 : absolute / magnitude }

  /// The largest |a − b| / max(|a|, |b|), and the largest number of Floats between a and b, of the
  /// elements above `floor`: what is smaller has no digit that the rounding leaves certain.
  func elementwise(above floor: Double) -> (relative: Double, ulp: Int) {
    pairs.reduce(into: (0.0, 0)) { worst, pair in
      let (x, y) = pair
      let larger = Double(max(x.magnitude, y.magnitude))
      guard x.bitPattern != y.bitPattern, !(larger <= floor) else { return }
      let relative = (Double(x) - Double(y)).magnitude / larger
      worst.0 = max(worst.0, relative.isNaN ? .infinity : relative)
      worst.1 = max(worst.1, abs(x.ordinal - y.ordinal))
    }
  }

  /// The share of rows along axis 1 (of a shape of rank 1: its one row) whose largest elements stand
  /// at the same place.
  static func argmaxAgreement(_ a: [Float], _ b: [Float], shape: [Int]) -> Double {
    let axis = shape.count > 1 ? 1 : 0
    let classes = shape.isEmpty ? 1 : shape[axis]
    let inner = shape.dropFirst(axis + 1).reduce(1, *)
    guard classes > 0, inner > 0, a.count >= classes * inner else { return 1 }
    func argmax(_ elements: [Float], from start: Int) -> Int {
      (0..<classes).reduce(0) { best, position in
        elements[start + position * inner] > elements[start + best * inner] ? position : best
      }
    }
    let rows = a.count / classes
    let agreeing = (0..<rows).count { row in
      let start = row / inner * classes * inner + row % inner
      return argmax(a, from: start) == argmax(b, from: start)
    }
    return Double(agreeing) / Double(rows)
  }
}

extension Float {
  /// Consecutive Floats have consecutive ordinals; that of both zeros is 0.
  fileprivate var ordinal: Int {
    let bits = Int(Int32(bitPattern: bitPattern))
    return bits < 0 ? Int(Int32.min) - bits : bits
  }
}
