import NetworkIR
import OrderedCollections
import TensorCore
import Testing

@Suite struct VerificationTests {
  private func build(_ edit: (inout GraphBuilder) -> Void) throws(VerificationError) -> Graph {
    var builder = GraphBuilder(name: "g", opset: 17)
    edit(&builder)
    return try builder.build()
  }

  private func relu(_ builder: inout GraphBuilder, _ name: Name, _ input: Name, _ output: Name) {
    builder.addNode(name: name, .activation(.relu), inputs: [input], outputs: [output])
  }

  @Test func `a value that two nodes make is defined twice`() {
    #expect(throws: VerificationError.defined(twice: "y")) {
      try build { builder in
        builder.addInput("x", type: nil)
        relu(&builder, "a", "x", "y")
        relu(&builder, "b", "x", "y")
      }
    }
  }

  @Test func `a node that makes an input, a constant or one value twice defines it twice`() {
    #expect(throws: VerificationError.defined(twice: "x")) {
      try build { builder in
        builder.addInput("x", type: nil)
        relu(&builder, "a", "x", "x")
      }
    }
    #expect(throws: VerificationError.defined(twice: "w")) {
      try build { builder in
        builder.addInitializer("w", Initializer(Tensor([1] as [Float], shape: [1])))
        relu(&builder, "a", "w", "w")
      }
    }
    #expect(throws: VerificationError.defined(twice: "y")) {
      try build { builder in
        builder.addInput("x", type: nil)
        builder.addNode(
          name: "s", type: OperatorType("Split"), attributes: [:], inputs: ["x"],
          outputs: ["y", "y"])
      }
    }
  }

  @Test func `an input, an initializer or an unread constant that is there twice is refused`() {
    #expect(throws: VerificationError.defined(twice: "x")) {
      try build { builder in
        builder.addInput("x", type: nil)
        builder.addInput("x", type: nil)
      }
    }
    #expect(throws: VerificationError.defined(twice: "w")) {
      try build { builder in
        for _ in 0..<2 {
          builder.addInitializer("w", Initializer(Tensor([1] as [Float], shape: [1])))
        }
      }
    }
    #expect(throws: VerificationError.defined(twice: "w")) {
      try build { builder in
        builder.addInitializer("w", Initializer(Tensor([1] as [Float], shape: [1])))
        builder.addOpaqueConstant("w")
      }
    }
  }

  @Test func `a value that nothing makes is undefined, in a subgraph too`() {
    #expect(throws: VerificationError.undefined(value: "x", usedBy: "a")) {
      try build { relu(&$0, "a", "x", "y") }
    }
    #expect(throws: VerificationError.undefined(value: "outer", usedBy: "loop")) {
      try build { builder in
        builder.addNode(
          name: "loop", type: OperatorType("Loop"), attributes: [:], inputs: [], outputs: ["y"],
          captures: ["outer"])
      }
    }
    #expect(throws: VerificationError.undefinedOutput("y")) {
      try build { $0.addOutput("y", type: nil) }
    }
  }

  @Test func `a node before its producer and a cycle are used before they are defined`() {
    #expect(throws: VerificationError.usedBeforeDefinition(value: "p", usedBy: "b")) {
      try build { builder in
        builder.addInput("x", type: nil)
        relu(&builder, "b", "p", "y")
        relu(&builder, "a", "x", "p")
      }
    }
    #expect(throws: VerificationError.usedBeforeDefinition(value: "q", usedBy: "a")) {
      try build { builder in
        relu(&builder, "a", "q", "p")
        relu(&builder, "b", "p", "q")
      }
    }
  }

  @Test func `an initializer may be an input too, and outputs may be inputs`() throws {
    let graph = try build { builder in
      builder.addInput("w", type: nil)
      builder.addInitializer("w", Initializer(Tensor([1] as [Float], shape: [1])))
      builder.addInput("x", type: nil)
      builder.addOutput("x", type: nil)
    }
    #expect(graph.requiredInputs.map { graph[$0].name } == ["x"])
    #expect(graph.inputs.map { graph.isOverridable($0.value) } == [true, false])
  }
}
