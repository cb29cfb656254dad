package import NetworkIR
import TensorCore

/// Whether the units that `expand` made of a model compute what the nodes did that they replaced.
///
/// Factors too large to be kept in memory are made whenever they are read. Those of `model` are
/// tried as somebody reads them, so that what writes the model need not make them a second time for
/// the check.
package struct ExpansionCheck {
  package struct Row: Sendable, Hashable {
    package let node: Name
    /// Nil where the unit is too large to try.
    package let check: UnitCheck?
  }

  /// The expanded model.
  package let model: Model
  private let units: [Unit]

  private struct Unit {
    let node: Name
    let trial: Trial

    /// Whether trying it is less work than sharing that out among cores.
    var isSmall: Bool {
      guard case .direct(_, let factors) = trial else { return false }
      return factors.allSatisfy { $0.geometry.weightCount <= 1 << 18 }
    }
  }

  private enum Trial {
    case done(UnitCheck?)
    case direct(WeightedNode, [WeightedNode])
    case watched(WeightedNode, UnitProbe, WatchedChain)

    var check: UnitCheck? {
      do {
        switch self {
        case .done(let check): return check
        case .direct(let node, let factors):
          return UnitCheck(
            exact: [try node.kernel()], rounded: try factors.map { try $0.kernel() },
            try node.rounding())
        case .watched(let node, let probe, let chain):
          guard let values = chain.values() else { return .failed }
          return UnitCheck(probe.apply(exact: [try node.kernel()]), values, loss: probe.loss)
        }
      } catch {
        return .failed
      }
    }
  }

  /// Tries each unit that `expanded` records and `original` does not, see `UnitCheck`; units of
  /// fresh factors, which compute something else, are left out.
  ///
  /// The factors were made from the node's numbers and rounded, so theirs is the side that rounding
  /// moved. A unit that can't be found as recorded has failed.
  package init(_ original: Model, _ expanded: Model) throws(ContractionError) {
    let known = try Provenance(of: original).units.count
    let preserve = ExpansionOptions.Initialisation.preserve.rawValue
    let made = try Provenance(of: expanded).units.dropFirst(known)
    let types = try? ShapeInference(original.graph)
    var patch = GraphPatch()
    units = made.filter { $0.flags.initialisation == preserve }.map { record in
      Unit(
        node: record.name,
        trial: Self.trial(record, original.graph, expanded.graph, &patch) {
          types?.type(of: $0)?.dimensions
        })
    }
    var model = expanded
    do { try model.graph.apply(patch) } catch { throw .patch(error) }
    self.model = model
  }

  /// The result for each unit, in the order of the provenance; reads the factors that nobody has.
  package func rows() -> [Row] {
    let small = units.indices.filter { units[$0].isSmall }
    let checks = Parallel.map(small.count) { units[small[$0]].trial.check }
    var known = Dictionary(uniqueKeysWithValues: zip(small, checks))
    return units.indices.map { index in
      let unit = units[index]
      return Row(node: unit.node, check: known.removeValue(forKey: index) ?? unit.trial.check)
    }
  }

  /// Puts watched weights in the place of those that are made when they are read.
  private static func trial(
    _ record: UnitRecord, _ original: Graph, _ expanded: Graph, _ patch: inout GraphPatch,
    dimensions: @escaping (Value.ID) -> [Dimension]?
  ) -> Trial {
    do {
      let factors = try LocatedUnit(record, in: expanded).factors
      guard let output = record.output, let value = original.value(named: output),
        let producer = original.producer(of: value)
      else { return .done(.failed) }
      let reader = WeightedNodeReader(
        original, isExclusive: false, addends: record.addend == nil ? .refused : .required,
        assumingConstantInputs: true, dimensions: dimensions)
      let node = try reader.read(endingAt: producer)
      let watched = factors.indices.filter { WatchedChain.canWatch(factors[$0]) }
      guard !watched.isEmpty else { return .direct(node, factors) }
      let probe = try UnitProbe(exact: [node.geometry], rounded: factors.map(\.geometry))
      let chain = WatchedChain(factors, probe, try node.rounding())
      for index in watched {
        let weight = factors[index].weight
        let tensor = weight.tensor
        patch.replaceInitializer(
          weight.value,
          with: Tensor(
            elementType: tensor.elementType, shape: tensor.shape,
            storage: tensor.storage.watched { chain.watch(index) }))
      }
      return .watched(node, probe, chain)
    } catch UnitProbe.Obstacle.tooLarge {
      return .done(nil)
    } catch {
      return .done(.failed)
    }
  }
}
