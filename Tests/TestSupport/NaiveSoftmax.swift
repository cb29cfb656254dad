import Foundation

/// Softmax along an axis, and its logarithm, from the definition, in Double.
package enum NaiveSoftmax {
  package static func forward(_ source: NaiveTensor, axis: Int) -> NaiveTensor {
    NaiveTensor(source.shape, logarithm(source, axis: axis).elements.map { exp($0) })
  }

  package static func logarithm(_ source: NaiveTensor, axis: Int) -> NaiveTensor {
    var destination = source
    for index in source.indices {
      let sum = (0..<source.shape[axis]).reduce(0.0) { sum, position in
        var place = index
        place[axis] = position
        return sum + exp(source[place])
      }
      destination[index] = source[index] - log(sum)
    }
    return destination
  }
}
