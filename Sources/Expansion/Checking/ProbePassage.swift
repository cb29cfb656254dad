import TensorCore

/// What a chain of kernels makes of the extents of an image.
struct ProbePassage {
  struct Level {
    let geometry: KernelGeometry
    let extents: [Int]
    let axes: [ProbeAxis]

    var outputs: [Int] { axes.map(\.output) }

    /// For each tap, then each place written: the place that it reads, nil in the padding.
    func sources(of places: [Int]) -> [Int?] {
      let (read, written) = (extents.reduce(1, *), outputs.reduce(1, *))
      var table: [[Int?]] = [places.map { $0 / written * read }]
      for (axis, (from, to)) in zip(axes, zip(Shape.strides(extents), Shape.strides(outputs))) {
        let coordinates = places.map { $0 % written / to % axis.output }
        table = table.flatMap { known in
          (0..<axis.taps).map { tap in
            zip(known, coordinates).map { base, output in
              guard let base, let place = axis.source(of: output, tap) else { return nil }
              return base + place * from
            }
          }
        }
      }
      return table.flatMap(\.self)
    }
  }

  let levels: [Level]
  /// Extents of what the last kernel writes.
  let outputs: [Int]

  /// Nil where the chain does not fit, or would make images too large.
  init?(of chain: [KernelGeometry], on extents: [Int]) {
    var extents = extents
    var levels: [Level] = []
    for geometry in chain {
      guard geometry.rank == extents.count else { return nil }
      var axes: [ProbeAxis] = []
      for axis in geometry.extents.indices {
        guard let probe = ProbeAxis(geometry, axis, input: extents[axis]) else { return nil }
        axes.append(probe)
      }
      levels.append(Level(geometry: geometry, extents: extents, axes: axes))
      extents = axes.map(\.output)
      guard Shape.elementCount(extents + [ProbeImages.count]) != nil else { return nil }
    }
    self.levels = levels
    outputs = extents
  }

  /// Places of the output that show the whole of a chain that is one kernel: of each image the first
  /// and the last, at the borders, and of the first image those within that read with every tap.
  ///
  /// Borders are those of each axis alone: what happens at one happens in both corners, or within.
  var revealingPlaces: [Int] {
    guard let axes = levels.first?.axes else { return [] }
    let strides = Shape.strides(outputs)
    let positions = outputs.reduce(1, *)
    let cover = zip(axes, strides).reduce([0]) { known, axis in
      known.flatMap { base in axis.0.cover.map { base + $0 * axis.1 } }
    }
    let corners = (0..<ProbeImages.count).flatMap { [$0 * positions, ($0 + 1) * positions - 1] }
    return Set(cover + corners).sorted()
  }
}
