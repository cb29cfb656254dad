import COneDNN

/// Matrix product: destination[…, m, n] = Σ_k source[…, m, k] · weights[…, k, n] + bias[n].
///
/// All ranks are equal, at least 2; batch extents are equal or 1. A transposed matrix is a strided
/// layout. The bias, where `hasBias`, is a plain vector of N.
extension Primitive {
  package static func matrixProduct(
    source: TensorLayout, weights: TensorLayout, hasBias: Bool = false, destination: TensorLayout,
    on engine: ComputeEngine
  ) throws(KernelError) -> Primitive {
    let shapes = [source, weights, destination]
    let rank = destination.shape.count
    guard rank >= 2, source.shape.count == rank, weights.shape.count == rank else {
      throw .primitive(.matrixProduct, shapes: shapes.map(\.shape), .invalid)
    }
    var bias: TensorLayout?
    if hasBias {
      var extents = [Int](repeating: 1, count: rank)
      extents[rank - 1] = destination.shape[rank - 1]
      bias = try TensorLayout(plain: extents)
    }
    return try create(.matrixProduct, shapes) {
      expandc_matrix_product(
        engine.handle, source.handle.pointer, weights.handle.pointer, bias?.handle.pointer,
        destination.handle.pointer, $0)
    }
  }
}
