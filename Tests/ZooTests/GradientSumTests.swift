import Execution
import NetworkIR
import Testing
import Zoo

@Suite struct `Sums of gradients` {
  /// Ten blocks of MobileNetV2 are residual: two uses of a value each, and a sum forward.
  @Test func `take no buffers of their own in MobileNetV2`() throws {
    var network = MobileNetV2()
    network.inputShape = [3, 32, 32]
    network.classes = 10
    let session = try Session(network.model(seed: 0).graph, threads: 1)
    let plan = try session.classification(batchSize: 2, imageShape: [3, 32, 32], isTraining: true)
      .executor.plan
    let sums = plan.steps.filter { $0.name == "binary" }
    #expect(sums.map { plan.computation.nodes[$0.node].isForward }.filter { !$0 }.count == 10)
    #expect(sums.count == 20)
    for sum in sums { #expect(sum.reads.contains(sum.writes[0])) }
  }
}
