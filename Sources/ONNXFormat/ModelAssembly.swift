import COnnx
import NetworkIR
import OrderedCollections
import TensorCore

/// The messages of a model that is about to be written.
///
/// They start as a fresh copy of the document's, which is then changed in place; so the document
/// itself never is. They point into the model's tensors: use them while the model lives.
struct ModelAssembly {
  let root: UnsafeMutablePointer<Onnx__ModelProto>
  /// What goes into a data file beside the model; nil where nothing does.
  private(set) var payload: ExternalPayload?
  /// True where the messages are those of the document.
  private(set) var isUntouched = true
  private let arena = MessageArena()
  private let document: ONNXDocument?

  /// `dataLocation` names the data file as the model refers to it; nil keeps all tensors inside.
  init(_ model: Model, dataLocation: Name?) throws(ONNXError) {
    document = model.source as? ONNXDocument
    if let document {
      root = try document.unpacked(into: arena)
    } else {
      root = arena.make(onnx__model_proto__init)
      isUntouched = false
      describe(model)
    }
    setMetadata(model.metadata)
    let external = MessageTree.tensors(below: root).filter { TensorDecoder.isExternal($0) }
    let graph = root.pointee.graph ?? arena.make(onnx__graph_proto__init)
    root.pointee.graph = graph
    var assembly = GraphAssembly(model.graph, irVersion: model.irVersion, arena: arena)
    assembly.assemble(graph)
    isUntouched = isUntouched && assembly.isUntouched
    if !external.isEmpty {
      try placeExternal(ExternalLayout(of: external), dataLocation, assembly.changed)
    }
  }

  /// The fields of a model that was made here.
  private func describe(_ model: Model) {
    root.pointee.has_ir_version = 1
    root.pointee.ir_version = Int64(model.irVersion)
    root.pointee.producer_name = arena.string("expandc")
    root.pointee.n_opset_import = model.opsets.count
    root.pointee.opset_import = arena.list(
      model.opsets.map { domain, version in
        let entry = arena.make(onnx__operator_set_id_proto__init)
        entry.pointee.domain = arena.string(domain)
        entry.pointee.has_version = 1
        entry.pointee.version = Int64(version)
        return entry
      })
    let graph = arena.make(onnx__graph_proto__init)
    graph.pointee.name = arena.string(model.graph.name)
    root.pointee.graph = graph
  }

  /// Entries that are as they were keep their messages.
  private mutating func setMetadata(_ metadata: OrderedDictionary<Name, Name>) {
    let old = Messages.list(root.pointee.metadata_props, root.pointee.n_metadata_props)
    let read = ModelReader.metadata(root.pointee.metadata_props, root.pointee.n_metadata_props)
    guard read != metadata else { return }
    isUntouched = false
    let entries = metadata.map { key, value in
      old.first { Name($0.pointee.key) == key && Name($0.pointee.value) == value }
        ?? arena.entry(key, value)
    }
    root.pointee.n_metadata_props = entries.count
    root.pointee.metadata_props = arena.list(entries)
  }

  /// Gives every external tensor, and new ones of such size, a place in the new data file, or takes
  /// them all inside.
  private mutating func placeExternal(
    _ layout: ExternalLayout, _ location: Name?,
    _ changed: [(message: UnsafeMutablePointer<Onnx__TensorProto>, tensor: Tensor)]
  ) throws(ONNXError) {
    let new = Dictionary(uniqueKeysWithValues: changed.map { ($0.message, $0.tensor.storage) })
    var payload = location.map { ExternalPayload(layout: layout, location: $0, arena: arena) }
    for message in MessageTree.tensors(below: root) {
      let isOld = TensorDecoder.isExternal(message)
      let storage: TensorStorage
      if let replacement = new[message] {
        storage = replacement
      } else if isOld {
        storage = try oldStorage(message)
      } else {
        continue
      }
      guard isOld || layout.isExternal(byteCount: storage.count) else { continue }
      isUntouched = false
      if payload != nil {
        message.pointee.has_raw_data = 0
        payload?.place(storage, message)
      } else if isOld {
        message.pointee.n_external_data = 0
        message.pointee.has_data_location = 0
        TensorEncoder(arena: arena).setRaw(storage, of: message)
      }
    }
    self.payload = payload
  }

  private func oldStorage(
    _ message: UnsafeMutablePointer<Onnx__TensorProto>
  ) throws(ONNXError) -> TensorStorage {
    let file = document?.file.path ?? ""
    do throws(TensorProblem) {
      guard let document, let type = TensorDecoder.readableType(message) else {
        throw .external(.noFolder)
      }
      let byteCount = try TensorDecoder.extents(message, type).byteCount
      return try document.externalData.storage(of: message, byteCount: byteCount)
    } catch {
      throw .externalTensor(file: file, name: Name(message.pointee.name), problem: error)
    }
  }

  /// Gives the serialized model to `emit`, piece by piece: the file's own bytes where nothing
  /// differs, unless `isReassembled`.
  func write(
    isReassembled: Bool = false, to emit: (UnsafeRawBufferPointer) throws(FileError) -> Void
  ) throws {
    if isUntouched, !isReassembled, let document {
      return try document.file.withBytes { (bytes) throws(FileError) in try emit(bytes) }
    }
    let size = onnx__model_proto__get_packed_size(root)
    guard size <= Int32.max else { throw ONNXError.tooLarge(bytes: size) }
    try withoutActuallyEscaping(emit) { emit in
      try MessageStream(arena: arena, emit: emit).write(
        UnsafeMutableRawPointer(root).assumingMemoryBound(to: ProtobufCMessage.self))
    }
  }
}
