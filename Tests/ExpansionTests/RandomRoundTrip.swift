import Expansion
import NetworkIR
import ONNXFormat
import TensorCore
import TestSupport

/// A random problem expanded and contracted again, in one element type, by way of files.
struct RandomRoundTrip {
  let problem: RandomProblem
  let parameters: RandomProblem.Parameters
  let elementType: ElementType
  let original: Model
  let expanded: Model
  let contracted: Model
  let contraction: ContractionReport
  let prediction: RandomProblem.Prediction

  /// What `expand` said, and the round trip where it expanded.
  enum Outcome {
    case refused(RandomProblem.Refusal)
    case done(RandomRoundTrip)
  }

  /// The comparisons here are stricter than a unit's own check, which takes longer than they do.
  static var contractor: Contractor {
    var options = ContractionOptions()
    options.checksUnits = false
    return Contractor(options)
  }

  static func run(_ problem: RandomProblem, _ elementType: ElementType) throws -> Outcome {
    let parameters = problem.parameters()
    let original = try throughFile(problem.model(parameters, elementType))
    let expanded: Model
    let unit: ExpansionReport.Unit
    do {
      let (model, report) = try Expander(problem.options).expand(original)
      switch report.rows[0].result {
      case .skipped(.notExpandable(let refusal)): return .refused(.init(refusal))
      case .skipped: return .refused(.other)
      case .expanded(let made): (expanded, unit) = (try throughFile(model), made)
      }
    } catch ExpansionError.impossible(_, _, let refusal) {
      return .refused(.init(refusal))
    }
    let (contracted, contraction) = try contractor.contract(expanded)
    return .done(
      RandomRoundTrip(
        problem: problem, parameters: parameters, elementType: elementType, original: original,
        expanded: expanded, contracted: try throughFile(contracted), contraction: contraction,
        prediction: .expanded(unit.strategy, channels: unit.channels)))
  }

  /// The model as it is read from the bytes of its file.
  private static func throughFile(_ model: Model) throws -> Model {
    let bytes = try ONNXFile.serialize(model)
    return try ONNXFile.read(MappedFile(TensorStorage(bytes), path: "problem.onnx"))
  }

  /// The factors' kernels, in the order in which they are applied.
  func factors() throws -> [ConvolutionKernel] {
    let graph = expanded.graph
    func numbers(_ node: Node, _ index: Int) -> (shape: [Int], elements: [Double])? {
      guard let tensor = node.input(index).flatMap({ graph.initializer($0)?.tensor }) else {
        return nil
      }
      return tensor.doubles.map { (tensor.shape, $0) }
    }
    return graph.nodes.compactMap { node -> ConvolutionKernel? in
      guard node.name.bytes.contains(UInt8(ascii: "/")), let weight = numbers(node, 1),
        weight.shape.count >= 2
      else { return nil }
      if case .convTranspose(let conv) = node.operator {
        return transposedKernel(NaiveTensor(weight.shape, weight.elements), group: conv.group)
      }
      var transposes = false
      var geometry = KernelGeometry(
        outputs: weight.shape[0], inputsPerGroup: weight.shape[1],
        extents: Array(weight.shape[2...]))
      switch node.operator {
      case .conv(let conv):
        geometry.group = conv.group
        geometry.dilations = conv.window.dilations ?? geometry.dilations
      case .gemm(let gemm): transposes = !gemm.transB
      case .matMul: transposes = true
      default: return nil
      }
      var matrix = NaiveTensor(weight.shape, weight.elements)
      if transposes {
        matrix = NaiveProduct.transpose(matrix)
        (geometry.outputs, geometry.inputsPerGroup) = (matrix.shape[0], matrix.shape[1])
      }
      return ConvolutionKernel(geometry: geometry, weights: matrix.elements, bias: nil)
    }
  }

  /// Weights [I, O/group, k…] as the kernel of O, I/group, k….
  private func transposedKernel(_ weights: NaiveTensor, group: Int) -> ConvolutionKernel {
    let (inputs, outputs) = (weights.shape[0] / group, weights.shape[1])
    let kernel = Array(weights.shape[2...])
    var geometry = KernelGeometry(
      outputs: outputs * group, inputsPerGroup: inputs, group: group, extents: kernel)
    geometry.transposition = KernelGeometry.Transposition(outputPadding: kernel.map { _ in 0 })
    var turned = NaiveTensor(zeros: geometry.weightShape)
    for index in turned.indices {
      let source = [index[0] / outputs * inputs + index[1], index[0] % outputs] + index[2...]
      turned[index] = weights[source]
    }
    return ConvolutionKernel(geometry: geometry, weights: turned.elements, bias: nil)
  }
}
