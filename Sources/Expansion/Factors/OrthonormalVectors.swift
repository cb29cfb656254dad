import TensorCore

/// Random orthonormal vectors, uniform over all such frames.
enum OrthonormalVectors {
  /// `count` orthonormal vectors of `length` numbers, one after the other; requires
  /// count ≤ length.
  ///
  /// Householder's QR of a Gaussian matrix: vector j of Q is H_1…H_j e_j, where H_j maps the
  /// Gaussian column j, itself reflected by H_1…H_{j−1}, to a multiple of e_j. The sign of R's
  /// diagonal goes to Q, without which the frame would not be uniform (F. Mezzadri, 2007).
  static func random(
    count: Int, length: Int, using generator: inout SeededGenerator
  ) -> [Double] {
    var reflectors = (0..<count * length).map { _ in generator.normal() }
    var vectors = [Double](repeating: 0, count: count * length)
    reflectors.withUnsafeMutableBufferPointer { reflectors in
      vectors.withUnsafeMutableBufferPointer { vectors in
        guard let r = reflectors.baseAddress, let q = vectors.baseAddress else { return }
        for j in 0..<count {
          let column = r + j * length
          for k in 0..<j { reflect(column + k, by: r + k * length + k, count: length - k) }
          let sign = makeReflector(column + j, count: length - j)
          for k in 0..<j { column[k] = 0 }
          let vector = q + j * length
          vector[j] = sign
          for k in (0...j).reversed() {
            reflect(vector + k, by: r + k * length + k, count: length - k)
          }
        }
      }
    }
    return vectors
  }

  /// Turns x into the u, of length √2, for which x − u(u·x) = ∓|x| e_0, and returns that sign.
  private static func makeReflector(_ x: UnsafeMutablePointer<Double>, count: Int) -> Double {
    let norm = dot(x, x, count: count).squareRoot()
    let sign: Double = x[0] < 0 ? 1 : -1
    x[0] -= sign * norm
    let length = dot(x, x, count: count).squareRoot()
    guard length > 0 else { return sign }
    let scale = 2.0.squareRoot() / length
    for i in 0..<count { x[i] *= scale }
    return sign
  }

  /// x −= u (u·x).
  private static func reflect(
    _ x: UnsafeMutablePointer<Double>, by u: UnsafePointer<Double>, count: Int
  ) {
    let amount = dot(u, x, count: count)
    for i in 0..<count { x[i] -= amount * u[i] }
  }

  private static func dot(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int
  ) -> Double {
    var sums = SIMD8<Double>()
    var i = 0
    while i + 8 <= count {
      let x = UnsafeRawPointer(a + i).loadUnaligned(as: SIMD8<Double>.self)
      let y = UnsafeRawPointer(b + i).loadUnaligned(as: SIMD8<Double>.self)
      sums += x * y
      i += 8
    }
    var sum = sums.sum()
    while i < count {
      sum += a[i] * b[i]
      i += 1
    }
    return sum
  }
}
