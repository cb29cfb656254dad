import Expansion
import Kernels
import NetworkIR

/// The composition of a kernel A and the kernel B after it, as products of matrices, per group.
///
/// After a kernel of any extent, a 1×1 is one product over channels and taps together:
///
///     W[o, (i t)] = Σ_p B[o, p] · A[p, (i t)]
///
/// Otherwise every tap of B meets every tap of A, in one product of tap-major matrices, and what
/// lands on one tap is added up:
///
///     G[(o v), (t i)] = Σ_p B[(o v), p] · A[p, (t i)]        W[o, τ, i] = Σ_{τ(v, t) = τ} G
///
/// A transposed convolution T, whose weights are [I, O/group, taps…], beside a 1×1:
///
///     T after A    W[i, (o t)] = Σ_p Aᵀ[i, p] · T[p, (o t)]
///     B after T    W[(i t), q] = Σ_o T[(i t), o] · Bᵀ[o, q]
///
/// A bias is a kernel of one input whose taps all land on one,
///
///     b[o] = Σ_v Σ_p B[(o v), p] · b_A[p] + b_B[o]
///
/// or the column of one more input of A, where that takes less.
struct KernelPair {
  private let a: KernelTensor
  private let b: KernelTensor
  private let geometry: KernelGeometry
  private let origin: Name

  /// Nil where the two do not compose. May append to `computation`.
  init?(_ a: KernelTensor, then b: KernelTensor, origin: Name, in computation: inout Computation) {
    let composed = try? KernelComposition.geometry(of: a.geometry, then: b.geometry, factor: 1)
    guard let geometry = composed else { return nil }
    // Nothing with a bias comes before a transposed convolution, which would have its column as an
    // output: see `ChainSegmentation.obstacle`.
    self.a =
      AssociationOrder.joinsBias(a.geometry, then: b.geometry)
      ? a.joined(
        b.geometry.taps > 1 ? .inputMajor : .tapMajor, origin: origin, in: &computation) : a
    self.b = b.split(origin: origin, in: &computation)
    self.geometry = geometry
    self.origin = origin
  }

  private var group: Int { geometry.group }
  private var inputsPerGroup: Int { geometry.inputsPerGroup + (a.hasBiasColumn ? 1 : 0) }

  /// Appends what composes the two.
  func compose(in computation: inout Computation) -> KernelTensor {
    let bias = composeBias(in: &computation)
    var composed = composeWeights(bias: bias, in: &computation)
    composed.hasBiasColumn = a.hasBiasColumn
    return composed
  }

  private func composeWeights(
    bias: Computation.TensorID?, in computation: inout Computation
  ) -> KernelTensor {
    let shapes = (computation.shape(a.weights), computation.shape(b.weights))
    if b.geometry.isTransposed {
      let order = b.order
      let product = append(
        .rows(of: shapes.0, .plain, group: group).transposed, a.weights,
        .rows(of: shapes.1, order, group: group), b.weights, order, in: &computation)
      return KernelTensor(geometry: geometry, weights: product, bias: bias, order: order)
    }
    if a.geometry.isTransposed {
      let product = append(
        .tapRows(of: shapes.0, group: group), a.weights,
        .rows(of: shapes.1, .plain, group: group).transposed, b.weights, .tapMajor,
        in: &computation)
      return KernelTensor(geometry: geometry, weights: product, bias: bias, order: .tapMajor)
    }
    if b.geometry.taps == 1 {
      let product = append(
        .rows(of: shapes.1, .plain, group: group), b.weights,
        .rows(of: shapes.0, a.order, group: group), a.weights, a.order, in: &computation)
      return KernelTensor(geometry: geometry, weights: product, bias: bias, order: a.order)
    }
    let left = MatrixOperand.tapRows(of: shapes.1, group: group)
    let right = MatrixOperand.rows(of: shapes.0, a.order, group: group)
    if a.geometry.taps == 1 {
      let product = append(left, b.weights, right, a.weights, .tapMajor, in: &computation)
      return KernelTensor(geometry: geometry, weights: product, bias: bias, order: .tapMajor)
    }
    let sum = appendSum(left, right, in: &computation)
    return KernelTensor(geometry: geometry, weights: sum, bias: bias, order: .tapMajor)
  }

  /// The composed kernel as one product of the two.
  private func append(
    _ left: MatrixOperand, _ first: Computation.TensorID, _ right: MatrixOperand,
    _ second: Computation.TensorID, _ order: KernelOrder,
    in computation: inout Computation
  ) -> Computation.TensorID {
    let shape = weightShape
    let product =
      left.extents[1] * group == shape[0]
      ? MatrixOperand.rows(of: shape, order, group: group)
      : MatrixOperand.tapRows(of: shape, group: group)
    return computation.add(
      KernelProduct(left: left, right: right, product: product), [first, second],
      shapes: [shape], origin: origin)[0]
  }

  /// The composed kernel of two that both have several taps.
  private func appendSum(
    _ left: MatrixOperand, _ right: MatrixOperand, in computation: inout Computation
  ) -> Computation.TensorID {
    let targets = KernelComposition.tapTargets(a.geometry, b.geometry, composed: geometry)
    let width = inputsPerGroup
    let shape = [geometry.outputs, targets.count, width]
    // Its rows are (o, v) to the product, and o to the sum.
    let pairs = MatrixOperand.rows(
      of: [geometry.outputs * b.geometry.taps, a.geometry.taps * width], .plain, group: group)
    let product = computation.add(
      KernelProduct(left: left, right: right, product: pairs.reshaped(shape)),
      [b.weights, a.weights], shapes: [shape], origin: origin)[0]
    return appendSum(
      of: product, shape, weightShape, targets: targets, count: geometry.taps, in: &computation)
  }

  private func appendSum(
    of product: Computation.TensorID, _ from: [Int], _ to: [Int], targets: [Int], count: Int,
    in computation: inout Computation
  ) -> Computation.TensorID {
    let taps = TapTargets(
      rows: geometry.outputs, targets: targets, count: count,
      width: from.reduce(1, *) / (geometry.outputs * targets.count))
    return computation.add(
      TapSum(
        taps: taps, product: .rows(of: from, .plain, group: 1),
        sum: .rows(of: to, .tapMajor, group: 1)),
      [product], shapes: [to], origin: origin)[0]
  }

  private var weightShape: [Int] {
    geometry.isTransposed
      ? [geometry.inputs, geometry.outputsPerGroup] + geometry.extents
      : [geometry.outputs, inputsPerGroup] + geometry.extents
  }

  private func composeBias(in computation: inout Computation) -> Computation.TensorID? {
    guard let first = a.bias else { return b.bias }
    let outputs = geometry.outputs
    let taps = b.geometry.taps
    let shape = computation.shape(b.weights)
    let left =
      taps == 1
      ? MatrixOperand.rows(of: shape, .plain, group: group)
      : MatrixOperand.tapRows(of: shape, group: group)
    let column = MatrixOperand.column(of: a.geometry.outputs, group: group)
    var sum = computation.add(
      KernelProduct(left: left, right: column, product: .column(of: outputs * taps, group: group)),
      [b.weights, first], shapes: [[outputs * taps]], origin: origin)[0]
    if taps > 1 {
      sum = appendSum(
        of: sum, [outputs * taps], [outputs], targets: Array(repeating: 0, count: taps), count: 1,
        in: &computation)
    }
    guard let second = b.bias else { return sum }
    return computation.add(
      Arithmetic(function: .add), [sum, second], shapes: [[outputs]], origin: origin)[0]
  }
}
