import CFourierTransform
import TensorCore

/// Pixels to spectra and back.
extension FourierConvolution {
  /// Writes the spectra of the source.
  package func transformSource(
    _ pixels: UnsafePointer<Float>, to spectra: UnsafeMutablePointer<Float>
  ) {
    let origins = tilings.map { -$0.padBegin }
    let limits = tilings.map { Int32($0.length) }
    transform(
      Planes(blocks: inputBlocks, extents: sourceExtents), pixels, origins, limits, to: spectra,
      sourceSpectra.matrices)
  }

  /// Writes the spectra of what lies like the result: of its gradient.
  package func transformResult(
    _ pixels: UnsafePointer<Float>, to spectra: UnsafeMutablePointer<Float>
  ) {
    transform(
      Planes(blocks: outputBlocks, extents: resultExtents), pixels, [0, 0],
      tilings.map { Int32($0.tile) }, to: spectra, resultSpectra.matrices)
  }

  /// Writes the result from its spectra, and adds `bias`, of as many numbers as it has channels.
  package func restoreResult(
    _ spectra: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    to pixels: UnsafeMutablePointer<Float>
  ) {
    let planes = Planes(blocks: outputBlocks, extents: resultExtents)
    nonisolated(unsafe) let (spectra, bias, pixels) = (spectra, bias, pixels)
    let layout = resultSpectra.matrices
    Parallel.perform(taskCount(planes)) { task in
      let place = place(ofTask: task, planes, origins: (0, 0))
      withBlock(place.block, of: bias) { bias in
        fourier_spectra_to_planes(
          plan.pointer, spectra + place.spectrum, layout, place.window,
          Int32(tilings[0].tile), Int32(tilings[1].tile), bias, pixels + place.first,
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

  private func transform(
    _ planes: Planes, _ pixels: UnsafePointer<Float>, _ origins: [Int], _ limits: [Int32],
    to spectra: UnsafeMutablePointer<Float>, _ layout: fourier_matrices
  ) {
    let origins = (origins[0], origins[1])
    let limits = (limits[0], limits[1])
    nonisolated(unsafe) let (pixels, spectra) = (pixels, spectra)
    Parallel.perform(taskCount(planes)) { task in
      let place = place(ofTask: task, planes, origins: origins)
      fourier_planes_to_spectra(
        plan.pointer, pixels + place.first, place.second.map { pixels + $0 }, place.window,
        limits.0, limits.1, spectra + place.spectrum, layout)
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
