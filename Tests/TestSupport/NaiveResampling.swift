/// Resizing at half-pixel coordinates from ONNX's definition of `Resize`, in Double.
package enum NaiveResampling {
  package enum Function: CaseIterable, Sendable { case nearest, linear }

  /// Every spatial axis to its extent of `spatial`, one axis after the other.
  package static func forward(
    _ source: NaiveTensor, to spatial: [Int], _ function: Function
  ) -> NaiveTensor {
    spatial.enumerated().reduce(source) { resized, next in
      along(next.offset + 2, of: resized, to: next.element, function)
    }
  }

  private static func along(
    _ axis: Int, of source: NaiveTensor, to extent: Int, _ function: Function
  ) -> NaiveTensor {
    let old = source.shape[axis]
    var shape = source.shape
    shape[axis] = extent
    var result = NaiveTensor(zeros: shape)
    for index in result.indices {
      func element(_ position: Int) -> Double {
        var place = index
        place[axis] = min(max(position, 0), old - 1)
        return source[place]
      }
      let x = (Double(index[axis]) + 0.5) * Double(old) / Double(extent) - 0.5
      switch function {
      case .nearest: result[index] = element(Int(x.rounded()))
      case .linear:
        let low = x.rounded(.down)
        result[index] = (1 - (x - low)) * element(Int(low)) + (x - low) * element(Int(low) + 1)
      }
    }
    return result
  }
}
