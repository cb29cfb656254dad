import CFourierTransform
import TensorCore

/// Pixels to spectra and back.
extension FourierConvolution {
  /// Writes the spectra of the source.
  package func transformSource(
    _ pixels: UnsafePointer<Float>, to spectra: UnsafeMutablePointer<Float>
  ) {
    let planes = Planes(blocks: inputBlocks, extents: sourceExtents)
    Parallel.perform(
      taskCount(planes),
      PlaneTransformation(
        form: self, planes: planes, pixels: pixels,
        origins: (-tilings[0].padBegin, -tilings[1].padBegin),
        limits: (tilings[0].length, tilings[1].length), spectra: spectra,
        layout: sourceSpectra.matrices))
  }

  /// Writes the spectra of what lies like the result: of its gradient.
  package func transformResult(
    _ pixels: UnsafePointer<Float>, to spectra: UnsafeMutablePointer<Float>
  ) {
    let planes = Planes(blocks: outputBlocks, extents: resultExtents)
    Parallel.perform(
      taskCount(planes),
      PlaneTransformation(
        form: self, planes: planes, pixels: pixels, origins: (0, 0),
        limits: (tilings[0].tile, tilings[1].tile), spectra: spectra,
        layout: resultSpectra.matrices))
  }

  /// Writes the result from its spectra, and adds `bias`, of as many numbers as it has channels.
  package func restoreResult(
    _ spectra: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    to pixels: UnsafeMutablePointer<Float>
  ) {
    let planes = Planes(blocks: outputBlocks, extents: resultExtents)
    Parallel.perform(
      taskCount(planes),
      PlaneRestoration(form: self, planes: planes, spectra: spectra, bias: bias, pixels: pixels))
  }

  private struct PlaneRestoration: PieceWork {
    let form: FourierConvolution
    let planes: Planes
    let spectra: UnsafePointer<Float>
    let bias: UnsafePointer<Float>?
    let pixels: UnsafeMutablePointer<Float>

    func perform(_ task: Int) {
      let place = form.place(ofTask: task, planes, origins: (0, 0))
      form.withBlock(place.block, of: bias) { bias in
        fourier_spectra_to_planes(
          form.plan.pointer, spectra + place.spectrum, form.resultSpectra.matrices, place.window,
          Int32(form.tilings[0].tile), Int32(form.tilings[1].tile), bias, pixels + place.first,
          place.second.map { pixels + $0 })
      }
    }
  }

  /// The gradient by a bias, from the spectra of the result's gradient: their sums of all pixels.
  package func sumResult(
    _ spectra: UnsafePointer<Float>, to bias: UnsafeMutablePointer<Float>
  ) {
    let (rows, width) = (resultSpectra.rows, resultSpectra.columns)
    bias.update(repeating: 0, count: outputs)
    for row in stride(from: 0, to: rows, by: 2) {
      let numbers = spectra + row * width
      for channel in 0..<outputs {
        bias[channel] += numbers[channel] + numbers[width / 2 + channel]
      }
    }
  }

  private struct PlaneTransformation: PieceWork {
    let form: FourierConvolution
    let planes: Planes
    let pixels: UnsafePointer<Float>
    let origins, limits: (Int, Int)
    let spectra: UnsafeMutablePointer<Float>
    let layout: fourier_matrices

    func perform(_ task: Int) {
      let place = form.place(ofTask: task, planes, origins: origins)
      fourier_planes_to_spectra(
        form.plan.pointer, pixels + place.first, place.second.map { pixels + $0 }, place.window,
        Int32(limits.0), Int32(limits.1), spectra + place.spectrum, layout)
    }
  }

  /// All images of one tensor.
  private struct Planes {
    let blocks: Int
    let extents: [Int]

    var planeSize: Int { extents[0] * extents[1] * FourierConvolution.lanes }
  }

  /// A tile of one block of channels of a pair of images.
  private struct Place {
    let block: Int
    let window: fourier_window
    /// Offsets of the first pixel of both images, the second nil where there is none.
    let first: Int
    let second: Int?
    let spectrum: Int
  }

  private func taskCount(_ planes: Planes) -> Int {
    pairs * tilings[0].tileCount * tilings[1].tileCount * planes.blocks
  }

  /// Blocks follow each other fastest, then pairs, then tiles.
  private func place(ofTask task: Int, _ planes: Planes, origins: (Int, Int)) -> Place {
    let (row, block) = task.quotientAndRemainder(dividingBy: planes.blocks)
    let (tile, pair) = row.quotientAndRemainder(dividingBy: pairs)
    let (down, along) = tile.quotientAndRemainder(dividingBy: tilings[1].tileCount)
    let imageSize = planes.blocks * planes.planeSize
    let first = 2 * pair * imageSize + block * planes.planeSize
    return Place(
      block: block,
      window: fourier_window(
        row: Int32(origins.0 + down * tilings[0].tile),
        column: Int32(origins.1 + along * tilings[1].tile),
        height: Int32(planes.extents[0]), width: Int32(planes.extents[1])),
      first: first, second: 2 * pair + 1 < batch ? first + imageSize : nil,
      spectrum: (2 * row * 2 * planes.blocks + block) * Self.lanes)
  }

  /// Calls `body` with the 16 numbers of a block, those after the last channel being zeros.
  private func withBlock(
    _ block: Int, of bias: UnsafePointer<Float>?, _ body: (UnsafePointer<Float>?) -> Void
  ) {
    guard let bias else { return body(nil) }
    var numbers = SIMD16<Float>.zero
    for lane in 0..<min(Self.lanes, outputs - block * Self.lanes) {
      numbers[lane] = bias[block * Self.lanes + lane]
    }
    withUnsafeBytes(of: numbers) { body($0.bindMemory(to: Float.self).baseAddress) }
  }
}
