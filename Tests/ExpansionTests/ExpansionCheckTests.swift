import Expansion
import NetworkIR
import OrderedCollections
import Synchronization
import TensorCore
import TestSupport
import Testing

/// Units with a factor that is too large to be kept: it is made for each reader.
@Suite struct `The check of an expansion` {
  /// One convolution, expanded, and what of it is made when it is read.
  private struct Subject {
    let model: Model
    let expanded: Model
    let weight: Value.ID

    init(group: Int) throws {
      var sketch = ModelSketch(input: [1, 64, 8, 8])
      sketch.constant("w", [256, 64 / group, 3, 3])
      sketch.constant("b", [256])
      sketch.node(
        "conv", "Conv", ["x", "w", "b"], ["y"],
        ["group": .int(Int64(group)), "pads": .ints([1, 1, 1, 1])])
      model = try sketch.model()
      let options = options {
        $0.convolutions = .cl
        $0.rate = group == 1 ? 4 : 8
      }
      expanded = try Expander(options).expand(model).0
      let made = expanded.graph.initializers.filter { !$0.value.tensor.storage.isKept }
      try #require(made.count == 1)
      weight = made.keys[0]
    }

    /// The expanded model with a factor whose making `change` can tell from the others, by number,
    /// and spoil.
    func remade(
      _ change: @escaping @Sendable (Int, inout [UInt8]) -> Void
    ) throws -> Model {
      let tensor = try #require(expanded.graph.initializer(weight)).tensor
      let bytes = tensor.storage.withBytes { [UInt8]($0) }
      let row = bytes.count / tensor.shape[0]
      let runs = stride(from: 0, to: tensor.shape[0], by: 24).map {
        $0 * row..<min($0 + 24, tensor.shape[0]) * row
      }
      let makings = Mutex(0)
      let made = MadeBytes(runs: runs) {
        let number = makings.withLock { makings in
          makings += 1
          return makings
        }
        var own = bytes
        change(number, &own)
        let content = own
        return { run, target in target.copyBytes(from: content[runs[run]]) }
      }
      var patch = GraphPatch()
      patch.replaceInitializer(
        weight,
        with: Tensor(elementType: .float, shape: tensor.shape, storage: .made(made)))
      var model = expanded
      try model.graph.apply(patch)
      return model
    }
  }

  /// Reads all weights, as writing does.
  private func read(_ model: Model, reversed: Bool = false) {
    let tensors = model.graph.initializers.values.map(\.tensor)
    for tensor in reversed ? tensors.reversed() : tensors {
      tensor.storage.forEachPiece { _ in }
    }
  }

  @Test(arguments: [1, 2]) func `finds the same whoever reads the factors, and in which order`(
    group: Int
  ) throws {
    let subject = try Subject(group: group)
    let rows = try ExpansionCheck(subject.model, subject.expanded).rows()
    #expect(rows.count == 1)
    #expect(rows[0].check?.passed == true)
    for reversed in [false, true] {
      let check = try ExpansionCheck(subject.model, subject.expanded)
      read(check.model, reversed: reversed)
      #expect(check.rows() == rows)
      // Who reads again changes nothing.
      read(check.model)
      #expect(check.rows() == rows)
    }
  }

  @Test func `leaves the bytes of the model as they are`() throws {
    let subject = try Subject(group: 2)
    let check = try ExpansionCheck(subject.model, subject.expanded)
    for (value, initializer) in subject.expanded.graph.initializers {
      #expect(check.model.graph.initializer(value)?.tensor == initializer.tensor)
    }
  }

  @Test(arguments: [true, false]) func `has a factor made once, for its reader or for itself`(
    isRead: Bool
  ) throws {
    let makings = Atomic(0)
    let subject = try Subject(group: 1)
    let expanded = try subject.remade { number, _ in
      makings.store(number, ordering: .relaxed)
    }
    let check = try ExpansionCheck(subject.model, expanded)
    if isRead { read(check.model) }
    #expect(check.rows().first?.check?.passed == true)
    #expect(makings.load(ordering: .relaxed) == 1)
  }

  /// 16 in place of some hundredths: in units as wide as these, rounding can explain as much as one
  /// weight of ordinary size does.
  @Test(arguments: [1, 2], [0, 5_000, 589_000])
  func `fails a weight that was wrong only where it was written`(group: Int, index: Int) throws {
    let subject = try Subject(group: group)
    let expanded = try subject.remade { number, bytes in
      guard number == 1 else { return }
      bytes.replaceSubrange(4 * index..<4 * index + 4, with: [0, 0, 0x80, 0x41])
    }
    let check = try ExpansionCheck(subject.model, expanded)
    read(check.model)
    #expect(check.rows().first?.check?.passed == false)
  }

  @Test func `reads a factor again that was not read to its end`() throws {
    struct Full: Error {}
    let subject = try Subject(group: 1)
    let check = try ExpansionCheck(subject.model, subject.expanded)
    let storage = try #require(check.model.graph.initializer(subject.weight)).tensor.storage
    #expect(throws: Full.self) {
      try storage.forEachPiece { _ throws(Full) in throw Full() }
    }
    #expect(check.rows().first?.check?.passed == true)
  }
}
