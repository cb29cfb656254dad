import Testing
import Training

@Suite struct DataScheduleTests {
  @Test func `the rate falls at each milestone`() throws {
    let schedule = try #require(StepSchedule(parsing: "step:2,5:0.5"))
    let rates = (0..<7).map { schedule.learningRate(initial: 8, epoch: $0) }
    #expect(rates == [8, 8, 4, 4, 4, 2, 2])
  }

  @Test func `a constant schedule never falls`() {
    #expect(StepSchedule.constant.learningRate(initial: 0.1, epoch: 1_000_000) == 0.1)
  }

  @Test func `one milestone and any factor are understood`() {
    #expect(
      StepSchedule(parsing: "step:30:1e-1") == StepSchedule(milestones: [30], factor: 0.1))
  }

  @Test(arguments: [
    "", "step", "step:50", "step::0.1", "step:50:", "step:50:0", "step:50:-1", "step:50:nan",
    "step:50:inf", "step:0:0.1", "step:50,50:0.1", "step:100,50:0.1", "step:50,:0.1",
    "step:x:0.1", "cosine:50:0.1", "step:50:0.1:2",
  ])
  func `other text is refused`(text: String) {
    #expect(StepSchedule(parsing: text) == nil)
  }
}
