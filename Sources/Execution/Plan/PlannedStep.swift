package import Kernels
package import NetworkIR
package import TensorCore

/// A stretch of memory that steps read and write.
package struct Buffer: Sendable {
  package struct ID: Hashable, Sendable {
    package let index: Int
  }

  package enum Storage: Sendable {
    /// Lives from its first to its last use within a run; shares the arena with others.
    case transient
    /// Keeps its place in the arena: inputs, reordered constants.
    case held
    /// From its first use on: outputs and gradients, which are read after the run.
    case result
    case parameter(Value.ID)
    case constant(Tensor)
  }

  package let byteCount: Int
  package var storage: Storage
}

/// One step of a plan: a oneDNN primitive or a loop of ours, with the buffers that it touches.
package struct PlannedStep: Sendable {
  package typealias Native = @Sendable ([UnsafeMutableRawPointer]) throws(ExecutionError) -> Void

  package enum Work: Sendable {
    case primitive(Primitive, [(ArgumentRole, Buffer.ID)])
    case native([Buffer.ID], Native)
  }

  /// The computation's node that asked for the step.
  package let node: Int
  package let name: String
  package let work: Work
  package let reads: [Buffer.ID]
  package let writes: [Buffer.ID]

  /// Whether it is the part of a convolution that leads to spectra or back.
  package var transforms: Bool { Self.transforms.contains(name) }

  static let transform = "fourierTransform"
  static let inverseTransform = "fourierInverse"
  private static let transforms = [transform, inverseTransform]
}

extension [UnsafeMutableRawPointer] {
  /// The Floats of a step's buffer `index`.
  func floats(_ index: Int) -> UnsafeMutablePointer<Float> {
    self[index].assumingMemoryBound(to: Float.self)
  }
}
