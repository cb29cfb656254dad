import Kernels
import TensorCore

/// Convolutions that are computed as products of spectra; see `FourierConvolution`.
extension Planner {
  /// The Fourier form of a convolution in training, where it is the faster one.
  ///
  /// Not in inference: there errors are held to what sums over taps can lose.
  func fourier(
    _ map: LinearMap, source: TensorID, destination: TensorID
  ) -> FourierConvolution? {
    guard propagation == .training, case .convolution(let window, group: 1) = map,
      let form = FourierConvolution(
        window, source: shape(source), outputs: shape(destination)[1]),
      form.isWorthwhile
    else { return nil }
    return form
  }

  /// The same of its data gradient, where there is one.
  func fourierAdjoint(
    _ map: LinearMap, source: TensorID, destination: TensorID
  ) -> FourierConvolution? {
    guard case .convolution(let window, group: 1) = map else { return nil }
    return FourierConvolution(
      adjointOf: window, source: shape(source), outputs: shape(destination)[1])
  }

  /// Emits the steps of a convolution, or of a data gradient.
  func emit(
    _ form: FourierConvolution, source: TensorID, weights: TensorID, bias: TensorID? = nil,
    destination: TensorID
  ) throws(ExecutionError) {
    let spectra = try transformed(form.sourceSpectra, readBlocks(source)) {
      form.transformSource($0, to: $1)
    }
    let matrices = try transformed(form.matrices, readPlain(weights)) {
      form.transformWeights($0, to: $1)
    }
    let result = try product(
      form.sourceSpectra, spectra, form.matrices, matrices, to: form.resultSpectra)
    var reads = [result]
    if let bias { reads.append(try readPlain(bias)) }
    let target = write(destination, as: try blocks(destination))
    let hasBias = bias != nil
    emit(native: PlannedStep.inverseTransform, reads: reads, writes: [target]) { pointers in
      form.restoreResult(
        pointers.floats(0), bias: hasBias ? UnsafePointer(pointers.floats(1)) : nil,
        to: pointers.floats(hasBias ? 2 : 1))
    }
  }

  /// Emits the gradients by weights and bias.
  func emitWeightsGradient(
    _ form: FourierConvolution, source: TensorID, gradient: TensorID, weights: TensorID,
    bias: TensorID?
  ) throws(ExecutionError) {
    let spectra = try transformed(form.sourceSpectra, readBlocks(source)) {
      form.transformSource($0, to: $1)
    }
    let gradients = try transformed(form.resultSpectra, readBlocks(gradient)) {
      form.transformResult($0, to: $1)
    }
    let matrices = try product(
      form.sourceSpectra, isTransposed: true, spectra, form.resultSpectra, gradients,
      to: form.matrices)
    let target = try writePlain(weights)
    emit(native: PlannedStep.inverseTransform, reads: [matrices], writes: [target]) {
      form.restoreWeights(
        $0[0].assumingMemoryBound(to: Float.self), to: $0[1].assumingMemoryBound(to: Float.self))
    }
    guard let bias else { return }
    let sums = try writePlain(bias)
    emit(native: "fourierSum", reads: [gradients], writes: [sums]) {
      form.sumResult(
        $0[0].assumingMemoryBound(to: Float.self), to: $0[1].assumingMemoryBound(to: Float.self))
    }
  }

  /// A buffer of spectra that a transform fills from another.
  private func transformed(
    _ spectra: FourierConvolution.Spectra, _ source: Buffer.ID,
    _ body: @escaping @Sendable (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) throws(ExecutionError) -> Buffer.ID {
    let target = room(try kernel(spectra.layout))
    emit(native: PlannedStep.transform, reads: [source], writes: [target]) {
      body($0[0].assumingMemoryBound(to: Float.self), $0[1].assumingMemoryBound(to: Float.self))
    }
    return target
  }

  /// A buffer with the product of two others, slot by slot.
  private func product(
    _ source: FourierConvolution.Spectra, isTransposed: Bool = false, _ sourceBuffer: Buffer.ID,
    _ weights: FourierConvolution.Spectra, _ weightsBuffer: Buffer.ID,
    to destination: FourierConvolution.Spectra
  ) throws(ExecutionError) -> Buffer.ID {
    let layout = try kernel(destination.layout)
    let primitive = try kernel { () throws(KernelError) in
      let plain = try source.layout()
      return try Primitive.matrixProduct(
        source: isTransposed ? plain.permuted([0, 2, 1]) : plain, weights: weights.layout(),
        destination: layout, on: self.engine)
    }
    let target = room(layout)
    try emit(
      primitive, inputs: [(.source, sourceBuffer), (.weights, weightsBuffer)],
      outputs: [(.destination, target)])
    return target
  }

  private func blocks(_ id: TensorID) throws(ExecutionError) -> TensorLayout {
    try kernel { () throws(KernelError) in
      try TensorLayout(blocks: FourierConvolution.lanes, self.shape(id))
    }
  }

  private func readBlocks(_ id: TensorID) throws(ExecutionError) -> Buffer.ID {
    try read(id, as: blocks(id))
  }
}
