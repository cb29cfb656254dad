/// The inner loop of composition: a product of small dense matrices of Doubles.
enum MatrixProduct {
  /// C += A·B, with A of rows × inner, B of inner × columns and C of rows × columns, all row-major
  /// and apart in memory.
  ///
  /// Four rows of B meet one of C at a time, so that C is loaded and stored a quarter as often.
  static func accumulate(
    rows: Int, inner: Int, columns: Int,
    left a: UnsafePointer<Double>, right b: UnsafePointer<Double>,
    into c: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<rows {
      let row = c + i * columns
      let factors = a + i * inner
      var k = 0
      while k + 4 <= inner {
        let (a0, a1, a2, a3) = (factors[k], factors[k + 1], factors[k + 2], factors[k + 3])
        let b0 = b + k * columns
        let b1 = b0 + columns
        let b2 = b1 + columns
        let b3 = b2 + columns
        for j in 0..<columns {
          row[j] += (a0 * b0[j] + a1 * b1[j]) + (a2 * b2[j] + a3 * b3[j])
        }
        k += 4
      }
      while k < inner {
        let factor = factors[k]
        let b0 = b + k * columns
        for j in 0..<columns { row[j] += factor * b0[j] }
        k += 1
      }
    }
  }
}
