import Kernels
import NetworkIR
import TensorCore

/// Turns a computation into steps: chooses layouts, inserts reorders, names buffers.
package final class Planner {
  typealias TensorID = Computation.TensorID

  let computation: Computation
  let engine: ComputeEngine
  let propagation: Propagation
  private(set) var steps: [PlannedStep] = []
  /// Reorders of constants and, in inference, of parameters: run when those change.
  private(set) var prologue: [PlannedStep] = []
  private(set) var buffers: [Buffer] = []
  private var placements: [TensorID: Placement] = [:]
  private var reorders: [TensorID: [Placement]] = [:]
  private var primitives: [Int: Primitive] = [:]
  /// By node: convolutions whose primitive computes the packed form.
  var packedForms: [Int: PackedConvolution] = [:]
  /// By node: convolutions that are products of spectra.
  var fourierForms: [Int: FourierConvolution] = [:]
  private var current = 0
  /// The last node that reads each tensor; the number of nodes for results.
  private var lastReaders: [TensorID: Int] = [:]

  struct Placement {
    let buffer: Buffer.ID
    let layout: TensorLayout
  }

  /// - Parameter parameterOrder: how tensors of the parameter store lie there.
  init(
    _ computation: Computation, propagation: Propagation, engine: ComputeEngine,
    parameterOrder: (Value.ID) -> KernelOrder
  ) throws(ExecutionError) {
    self.computation = computation
    self.propagation = propagation
    self.engine = engine
    for (index, tensor) in computation.tensors.enumerated() {
      let storage: Buffer.Storage
      switch tensor.role {
      case .computed: continue
      case .input: storage = .held
      case .parameter(let value), .stored(let value): storage = .parameter(value)
      case .constant(let tensor): storage = .constant(tensor)
      }
      let id = TensorID(index: index)
      var order = KernelOrder.plain
      if case .parameter(let value) = storage { order = parameterOrder(value) }
      let layout = try layout(tensor.shape, order)
      let buffer = addBuffer(byteCount(of: id, layout), storage)
      placements[id] = Placement(buffer: buffer, layout: layout)
    }
    var gradientLayouts: [TensorID: TensorLayout] = [:]
    for (value, gradient) in computation.gradients {
      gradientLayouts[gradient] = try layout(shape(gradient), parameterOrder(value))
    }
    let results = Set(computation.outputs + gradientLayouts.keys)
    for (index, node) in computation.nodes.enumerated() {
      for input in node.inputs { lastReaders[input] = index }
    }
    for id in results { lastReaders[id] = computation.nodes.count }
    for (index, node) in computation.nodes.enumerated() {
      current = index
      try node.action.plan(node, at: index, with: self)
      for output in node.outputs where results.contains(output) {
        try hold(output, as: gradientLayouts[output])
      }
    }
    for id in results.sorted(by: { $0.index < $1.index }) where self.results[id] == nil {
      try hold(id, as: gradientLayouts[id])
    }
  }

  /// The layout that the tensor was written in.
  func layout(of id: TensorID) -> TensorLayout { placements[id]!.layout }

  func shape(_ id: TensorID) -> [Int] { computation[id].shape }

  /// A tensor without elements is laid out as one of one element, which nothing reads.
  func plain(_ shape: [Int]) throws(ExecutionError) -> TensorLayout {
    let extents = shape.contains(0) ? [] : shape
    return try kernel { () throws(KernelError) in try TensorLayout(plain: extents) }
  }

  private func layout(
    _ shape: [Int], _ order: KernelOrder
  ) throws(ExecutionError) -> TensorLayout {
    guard order == .tapMajor, !shape.contains(0) else { return try plain(shape) }
    return try kernel { () throws(KernelError) in
      try TensorLayout(shape: shape, strides: order.strides(of: shape))
    }
  }

  /// The bytes of a tensor in `layout`, or in elements of another type than Float, which only
  /// evaluated nodes read and write, row-major.
  private func byteCount(of id: TensorID, _ layout: TensorLayout) -> Int {
    let entry = computation[id]
    return entry.elementType == .float ? layout.byteCount : max(1, entry.byteCount)
  }

  func any(_ id: TensorID) throws(ExecutionError) -> TensorLayout {
    try kernel { () throws(KernelError) in try TensorLayout.any(self.shape(id)) }
  }

  /// Whether a node after the current one or the caller reads the tensor, or no step made it.
  func isKept(_ id: TensorID) -> Bool {
    guard case .computed = computation[id].role else { return true }
    return lastReaders[id].map { $0 > current } ?? false
  }

  /// The primitive that computed node `index`, which its gradients take as a hint.
  func primitive(ofNode index: Int) -> Primitive { primitives[index]! }

  /// The buffer that holds the tensor in `layout`: its own, or one that a reorder fills.
  func read(_ id: TensorID, as layout: TensorLayout) throws(ExecutionError) -> Buffer.ID {
    let placement = placements[id]!
    if placement.layout.hasSameBytes(as: layout) { return placement.buffer }
    if let made = reorders[id]?.first(where: { $0.layout.hasSameBytes(as: layout) }) {
      return made.buffer
    }
    let buffer = try reorder(placement, to: layout, isFixed: isFixed(id))
    reorders[id, default: []].append(Placement(buffer: buffer, layout: layout))
    return buffer
  }

  /// A buffer with the same elements in `layout`: the one that has them, or one that a step fills.
  private func reorder(
    _ placement: Placement, to layout: TensorLayout, isFixed: Bool
  ) throws(ExecutionError) -> Buffer.ID {
    if placement.layout.hasSameBytes(as: layout) { return placement.buffer }
    let buffer = addBuffer(layout.byteCount, isFixed ? .held : .transient)
    let primitive = try kernel { () throws(KernelError) in
      try Primitive.reorder(from: placement.layout, to: layout, on: self.engine)
    }
    let step = try step(
      primitive, .reorder, inputs: [(.source, placement.buffer)],
      outputs: [(.destination, buffer)])
    if isFixed { prologue.append(step) } else { steps.append(step) }
    return buffer
  }

  /// A buffer of `shape` in `layout` that a loop of ours, `body`, makes row-major from the
  /// row-major tensor `id`; made once where that never changes.
  func made(
    _ name: String, from id: TensorID, shape: [Int], as layout: TensorLayout,
    _ body: @escaping @Sendable (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) throws(ExecutionError) -> Buffer.ID {
    let isFixed = isFixed(id)
    let source = try readPlain(id)
    let plain = try plain(shape)
    let buffer = addBuffer(plain.byteCount, isFixed ? .held : .transient)
    let step = nativeStep(name, reads: [source], writes: [buffer], Self.onFloats(body))
    if isFixed { prologue.append(step) } else { steps.append(step) }
    return try reorder(Placement(buffer: buffer, layout: plain), to: layout, isFixed: isFixed)
  }

  /// A buffer for a primitive's result in `layout` that is no tensor of the computation.
  func room(_ layout: TensorLayout) -> Buffer.ID { addBuffer(layout.byteCount, .transient) }

  /// Emits a loop of ours that makes the tensor `id`, row-major, from what lies in a buffer of such
  /// a layout, read row-major.
  func make(
    _ id: TensorID, _ name: String, from buffer: Buffer.ID, in layout: TensorLayout,
    _ body: @escaping @Sendable (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) throws(ExecutionError) {
    let source = try reorder(
      Placement(buffer: buffer, layout: layout), to: plain(layout.shape), isFixed: false)
    let target = try writePlain(id)
    emit(native: name, reads: [source], writes: [target], Self.onFloats(body))
  }

  private static func onFloats(
    _ body: @escaping @Sendable (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) -> PlannedStep.Native {
    {
      body(
        $0[0].assumingMemoryBound(to: Float.self), $0[1].assumingMemoryBound(to: Float.self))
    }
  }

  /// The buffer that holds the tensor row-major.
  func readPlain(_ id: TensorID) throws(ExecutionError) -> Buffer.ID {
    try read(id, as: plain(shape(id)))
  }

  /// A new buffer that the current node writes `id` to, in `layout`.
  func write(_ id: TensorID, as layout: TensorLayout) -> Buffer.ID {
    let buffer = addBuffer(byteCount(of: id, layout), .transient)
    placements[id] = Placement(buffer: buffer, layout: layout)
    return buffer
  }

  func writePlain(_ id: TensorID) throws(ExecutionError) -> Buffer.ID {
    write(id, as: try plain(shape(id)))
  }

  /// Lets `id` be the row-major elements of `source` under its own shape: no step.
  func alias(_ id: TensorID, to source: TensorID) throws(ExecutionError) {
    placements[id] = Placement(
      buffer: try readPlain(source), layout: try plain(shape(id)))
  }

  /// Emits the node's primitive and keeps it for the node's gradients.
  ///
  /// - Parameter kind: what it serves as, where that is not its own kind.
  func emit(
    _ primitive: Primitive, as kind: PrimitiveKind? = nil, inputs: [(ArgumentRole, Buffer.ID)],
    outputs: [(ArgumentRole, Buffer.ID)]
  ) throws(ExecutionError) {
    primitives[current] = primitive
    steps.append(
      try step(primitive, kind ?? primitive.kind, inputs: inputs, outputs: outputs))
  }

  /// Emits a loop of ours. `body` gets the pointers of reads and then writes, in order.
  func emit(
    native name: String, reads: [Buffer.ID], writes: [Buffer.ID],
    _ body: @escaping PlannedStep.Native
  ) {
    steps.append(nativeStep(name, reads: reads, writes: writes, body))
  }

  private func nativeStep(
    _ name: String, reads: [Buffer.ID], writes: [Buffer.ID], _ body: @escaping PlannedStep.Native
  ) -> PlannedStep {
    PlannedStep(
      node: current, name: name, work: .native(reads + writes, body), reads: reads,
      writes: writes)
  }

  func kernel<R>(_ body: () throws(KernelError) -> R) throws(ExecutionError) -> R {
    do { return try body() } catch { throw .kernel(error) }
  }

  private func step(
    _ primitive: Primitive, _ kind: PrimitiveKind, inputs: [(ArgumentRole, Buffer.ID)],
    outputs: [(ArgumentRole, Buffer.ID)]
  ) throws(ExecutionError) -> PlannedStep {
    var arguments = inputs + outputs
    var writes = outputs.map(\.1)
    if let scratchpad = primitive.layout(of: .scratchpad) {
      let buffer = addBuffer(scratchpad.byteCount, .transient)
      arguments.append((.scratchpad, buffer))
      writes.append(buffer)
    }
    return PlannedStep(
      node: current, name: kind.rawValue, work: .primitive(primitive, arguments),
      reads: inputs.map(\.1), writes: writes)
  }

  private func addBuffer(_ byteCount: Int, _ storage: Buffer.Storage) -> Buffer.ID {
    buffers.append(Buffer(byteCount: byteCount, storage: storage))
    return Buffer.ID(index: buffers.count - 1)
  }

  private func isFixed(_ id: TensorID) -> Bool {
    switch computation[id].role {
    case .constant: true
    case .parameter, .stored: propagation == .inference
    case .input, .computed: false
    }
  }

  /// Outputs and gradients are read after the run, row-major where no layout is given: their buffers
  /// are never reused.
  private func hold(_ id: TensorID, as layout: TensorLayout?) throws(ExecutionError) {
    let wanted = if let layout { layout } else { try plain(shape(id)) }
    let buffer = try read(id, as: wanted)
    if case .transient = buffers[buffer.index].storage {
      buffers[buffer.index].storage = .result
    }
    results[id] = buffer
  }

  private(set) var results: [TensorID: Buffer.ID] = [:]

  /// The buffer that the tensor was written to.
  func buffer(of id: TensorID) -> Buffer.ID { placements[id]!.buffer }
}
