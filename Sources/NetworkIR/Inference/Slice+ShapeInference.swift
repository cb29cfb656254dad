import TensorCore

extension Slice {
  /// What a slice takes along one axis: `count` entries from `first` on, `step` apart.
  struct Run: Hashable {
    var first: Int
    var step: Int
    var count: Int
  }

  /// The bounds along one axis, as the file gives them; nil where they are not known.
  struct Bounds: Hashable {
    var start: Int?
    var end: Int?
    var step: Int?

    /// Bounds are clamped to the axis: a negative step may end before its first entry.
    ///
    /// Requires that the step isn't 0.
    func run(extent: Int) -> Run? {
      guard var start, var end, let step else { return nil }
      // Clamped first, so that adding the extent can't overflow.
      func fromFront(_ bound: Int) -> Int { bound < 0 ? max(bound, -extent - 1) + extent : bound }
      start = fromFront(start)
      end = fromFront(end)
      if step > 0 {
        start = min(max(start, 0), extent)
        end = min(max(end, 0), extent)
        return Run(
          first: start, step: step, count: end > start ? (end - start - 1) / step + 1 : 0)
      }
      start = min(max(start, 0), extent - 1)
      end = min(max(end, -1), extent - 1)
      // By magnitude: −step can overflow.
      let count = start > end ? Int((start - end - 1).magnitude / step.magnitude) + 1 : 0
      return Run(first: start, step: step, count: count)
    }

    /// True where every entry is taken of any extent that isn't absurd: files write "to the end" as
    /// the largest int32 or int64.
    var isWhole: Bool { start == 0 && step == 1 && end.map { $0 >= Int(Int32.max) } ?? false }
  }

  package func outputTypes(_ inputs: InferenceContext) throws(OperatorFailure) -> [ValueType] {
    let elementType = try inputs.type(0).elementType
    guard var y = try inputs.dimensions(0) else { return [ValueType(elementType, nil)] }
    guard let bounds = try bounds(rank: y.count, inputs) else {
      return [ValueType(elementType, Array(repeating: .unknown, count: y.count))]
    }
    for (axis, bounds) in bounds {
      if let extent = y[axis].extent {
        y[axis] = bounds.run(extent: extent).map { .fixed($0.count) } ?? .unknown
      } else if !bounds.isWhole {
        y[axis] = .unknown
      }
    }
    return [ValueType(elementType, y)]
  }

  /// The bounds of each axis that is sliced; nil where not even the axes are known.
  func bounds(
    rank: Int, _ inputs: InferenceContext
  ) throws(OperatorFailure) -> [Int: Bounds]? {
    let isOld = starts != nil
    func list(_ attribute: [Int]?, _ index: Int) throws(OperatorFailure) -> [Int?]? {
      isOld ? attribute : try inputs.extents(index)?.map(\.extent)
    }
    guard let starts = try list(starts, 1), let ends = try list(ends, 2) else { return nil }
    guard starts.count == ends.count else { throw .contents(input: 2) }
    var axes: [Int?] = Array(0..<starts.count)
    if isOld {
      if let listed = self.axes { axes = listed }
    } else if inputs.isPresent(3) {
      guard let listed = try list(nil, 3) else { return nil }
      axes = listed
    }
    var steps = [Int?](repeating: 1, count: starts.count)
    if !isOld, inputs.isPresent(4) {
      steps = try list(nil, 4) ?? Array(repeating: nil, count: starts.count)
    }
    guard axes.count == starts.count else { throw .contents(input: 3) }
    guard steps.count == starts.count, !steps.contains(0) else { throw .contents(input: 4) }
    guard axes.allSatisfy({ $0 != nil }) else { return nil }
    var bounds: [Int: Bounds] = [:]
    for (index, axis) in axes.compactMap(\.self).enumerated() {
      let axis = try InferenceContext.normalize(axis, rank: rank)
      let entry = Bounds(start: starts[index], end: ends[index], step: steps[index])
      if bounds.updateValue(entry, forKey: axis) != nil { throw .repeatedAxis(axis) }
    }
    return bounds
  }
}
