import Execution
import NetworkIR
import TensorCore
import TestSupport
import Testing

/// ONNX's own cases of one operator each, against the outputs that come with them.
@Suite(.enabled(if: BackendCase.isInstalled, "libonnx-testdata is not installed"))
struct OfficialCaseTests {
  /// The operators whose every input holds elements; of the others only the first does, and the
  /// rest (axes, extents, scales, bounds) must be constant.
  private static let operandsOnly: Set<Name> = [
    "Add", "BatchNormalization", "Concat", "Conv", "ConvTranspose", "Div", "Gemm",
    "InstanceNormalization", "MatMul", "Max",
    "Mean", "Min", "Mul", "PRelu", "Pow", "Sub", "Sum",
  ]

  /// What this executor refuses, and why. A case that starts to run must be taken off this list.
  private static let refused: [String: String] = [
    "test_batchnorm_epsilon_training_mode": "left in training mode by the exporter",
    "test_batchnorm_example_training_mode": "left in training mode by the exporter",
    "test_cast_FLOAT_to_STRING": "to a type that holds no fractions",
    "test_matmul_3d": "of shapes [2, 3, 4] and [2, 4, 3]",
    "test_matmul_4d": "of shapes [1, 2, 3, 4] and [1, 2, 4, 3]",
    "test_maxpool_with_argmax_2d_precomputed_pads": "with indices",
    "test_maxpool_with_argmax_2d_precomputed_strides": "with indices",
    "test_reshape_allowzero_reordered": "on a tensor without elements",
    "test_resize_downsample_scales_linear": "by scales that give no whole extents",
    "test_slice_start_out_of_bounds": "on a tensor without elements",
    "test_split_zero_size_splits": "on a tensor without elements",
    "test_training_dropout": "left in training mode by the exporter",
    "test_training_dropout_default": "left in training mode by the exporter",
    "test_training_dropout_default_mask": "left in training mode by the exporter",
    "test_training_dropout_mask": "left in training mode by the exporter",
  ].merging(resizes) { one, _ in one }

  /// The ways to resize that no primitive has: the mode, the coordinates and the rounding of each.
  private static let resizes = [
    "downsample_scales_cubic": "cubic half_pixel round_prefer_floor",
    "downsample_scales_cubic_align_corners": "cubic align_corners round_prefer_floor",
    "downsample_scales_linear_align_corners": "linear align_corners round_prefer_floor",
    "downsample_scales_nearest": "nearest half_pixel round_prefer_floor",
    "downsample_sizes_cubic": "cubic half_pixel round_prefer_floor",
    "downsample_sizes_linear_pytorch_half_pixel": "linear pytorch_half_pixel round_prefer_floor",
    "downsample_sizes_nearest": "nearest half_pixel round_prefer_floor",
    "tf_crop_and_resize": "linear tf_crop_and_resize round_prefer_floor",
    "upsample_scales_cubic": "cubic half_pixel round_prefer_floor",
    "upsample_scales_cubic_align_corners": "cubic align_corners round_prefer_floor",
    "upsample_scales_cubic_asymmetric": "cubic asymmetric round_prefer_floor",
    "upsample_scales_linear_align_corners": "linear align_corners round_prefer_floor",
    "upsample_sizes_cubic": "cubic half_pixel round_prefer_floor",
    "upsample_sizes_nearest": "nearest half_pixel round_prefer_floor",
    "upsample_sizes_nearest_ceil_half_pixel": "nearest half_pixel ceil",
    "upsample_sizes_nearest_floor_align_corners": "nearest align_corners floor",
    "upsample_sizes_nearest_round_prefer_ceil_asymmetric": "nearest asymmetric round_prefer_ceil",
  ].reduce(into: [String: String]()) { refused, item in
    let words = item.value.split(separator: " ")
    refused["test_resize_\(item.key)"] =
      "with mode \(words[0]), coordinates \(words[1]), rounding \(words[2])"
  }

  private enum Outcome: Equatable {
    case ran
    case refused(String)
    /// Elements of another type than float.
    case notFloat
  }

  private func run(_ test: BackendCase, _ node: Node, of declared: Graph) throws -> Outcome {
    var constants: [Name: Tensor] = [:]
    var inputs: [Name: Tensor] = [:]
    let takesOperands = Self.operandsOnly.contains(node.type.name)
    for (index, port) in declared.inputs.enumerated() {
      guard let tensor = try test.input(index) else { return .notFloat }
      if index > 0, !takesOperands {
        constants[declared[port.value].name] = tensor
      } else {
        guard tensor.elementType == .float else { return .notFloat }
        inputs[declared[port.value].name] = tensor
      }
    }
    let graph = try declared.undeclared(constants: constants)
    let outputs: [Tensor]
    do throws(ExecutionError) {
      let session = try Session(graph, threads: 1)
      let tensors = session.graph.requiredInputs.map { inputs[session.graph[$0].name] }
      let shapes = Dictionary(
        uniqueKeysWithValues: zip(session.graph.requiredInputs, tensors.map { $0?.shape ?? [] }))
      let run = try session.inference(inputShapes: shapes)
      outputs = try run(tensors.map { $0?.floats ?? [] })
    } catch {
      return .refused(error.reason)
    }
    for (index, output) in outputs.enumerated() {
      let expected = try #require(try test.output(index))
      // Bits of bfloat16, truncated, written as another type.
      if expected.elementType == .uint16 { return .notFloat }
      #expect(output.shape == expected.shape, "\(test.name)")
      let (a, b) = (try #require(output.doubles), try #require(expected.doubles))
      // The tolerance of ONNX's own runner.
      let isClose = zip(a, b).allSatisfy { ($0 - $1).magnitude <= 1e-7 + 1e-3 * $1.magnitude }
      #expect(a.count == b.count && isClose, "\(test.name), output \(index)")
    }
    return .ran
  }

  @Test func `every operator's official cases give the stored outputs, or a reason`() throws {
    var refused: [String: String] = [:]
    var notFloat: [String] = []
    var count = 0
    for test in try BackendCase.cases("node") {
      guard let graph = try? test.model().graph, graph.nodes.count == 1,
        let node = graph.nodes.first
      else { continue }
      switch node.operator {
      case .opaque, .constant, .constantOfShape, .gather, .shape: continue
      default: break
      }
      switch try run(test, node, of: graph) {
      case .ran: count += 1
      case .refused(let reason): refused[test.name] = reason
      case .notFloat: notFloat.append(test.name)
      }
    }
    print("\(count) official cases ran")
    print("\(notFloat.count) are not of floats: \(notFloat.joined(separator: " "))")
    for (name, reason) in refused.sorted(by: { $0.key < $1.key }) { print("\(name): \(reason)") }
    #expect(refused == Self.refused)
    #expect(count >= 155)
  }
}

extension ExecutionError {
  /// What a case is listed with.
  fileprivate var reason: String {
    switch self {
    case .unsupported(_, _, _, let detail): detail ?? "unsupported"
    default: "\(self)"
    }
  }
}
