import Kernels

/// Steps that write over what they are the last to read.
///
///     a + b → c, nothing reads a later    becomes    a + b → a
///
/// So gradients of several uses are summed in the first of them, a branch is added to where it was
/// computed, and neither takes a buffer or moves memory of its own. A sum that a run leaves for its
/// caller is held in one place; what it was summed from is then computed there.
struct InPlaceSteps {
  let steps: [PlannedStep]

  init(_ steps: [PlannedStep], buffers: [Buffer]) {
    var uses = BufferUses(of: steps, bufferCount: buffers.count)
    var places = Places(count: buffers.count)
    for (index, step) in steps.enumerated() {
      guard let (read, written) = step.overwriting else { continue }
      let (source, destination) = (places[read], written)
      let isOnlyReader =
        uses.last[source.index] == index
        && step.touched.count { places[$0] == source } == 1
      guard isOnlyReader, uses.first[destination.index] == index,
        case .transient = buffers[source.index].storage,
        buffers[source.index].byteCount == buffers[destination.index].byteCount
      else { continue }
      switch buffers[destination.index].storage {
      case .transient:
        places.move(destination, to: source)
        uses.last[source.index] = uses.last[destination.index]
      case .result:
        places.move(source, to: destination)
        uses.first[destination.index] = uses.first[source.index]
      case .held, .parameter, .constant: continue
      }
    }
    self.steps = steps.map { $0.moved { places[$0] } }
  }

  /// Which buffer stands for each.
  private struct Places {
    private var targets: [Buffer.ID]

    init(count: Int) { targets = (0..<count).map(Buffer.ID.init) }

    subscript(_ buffer: Buffer.ID) -> Buffer.ID {
      var place = buffer
      while targets[place.index] != place { place = targets[place.index] }
      return place
    }

    mutating func move(_ buffer: Buffer.ID, to place: Buffer.ID) { targets[buffer.index] = place }
  }
}

extension PlannedStep {
  var touched: [Buffer.ID] { reads + writes }

  /// The buffers that the step may read and write as one; nil where the primitive needs two, or
  /// they are laid out differently.
  fileprivate var overwriting: (read: Buffer.ID, written: Buffer.ID)? {
    guard case .primitive(let primitive, let arguments) = work,
      let (source, destination) = primitive.kind.inPlaceRoles,
      primitive.layout(of: source) == primitive.layout(of: destination),
      let read = arguments.first(where: { $0.0 == source }),
      let written = arguments.first(where: { $0.0 == destination })
    else { return nil }
    return (read.1, written.1)
  }

  fileprivate func moved(_ place: (Buffer.ID) -> Buffer.ID) -> PlannedStep {
    let moved: Work =
      switch work {
      case .primitive(let primitive, let arguments):
        .primitive(primitive, arguments.map { ($0.0, place($0.1)) })
      case .native(let buffers, let body): .native(buffers.map(place), body)
      }
    return PlannedStep(
      node: node, name: name, work: moved, reads: reads.map(place), writes: writes.map(place))
  }
}
