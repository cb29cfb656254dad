import Testing
import Training

@Suite struct DataSpecificationTests {
  @Test func `each kind of data set is parsed`() throws {
    #expect(
      try DataSpecification(parsing: "npy:a/x.npy,b/y.npy")
        == .npy(images: "a/x.npy", labels: "b/y.npy"))
    #expect(try DataSpecification(parsing: "cifar10:a:b") == .cifar10(folder: "a:b"))
    #expect(try DataSpecification(parsing: "cifar100:/data") == .cifar100(folder: "/data"))
    #expect(try DataSpecification(parsing: "shapes") == .shapes(ShapesOptions()))
    #expect(
      try DataSpecification(parsing: "shapes:seed=18446744073709551615,train=5")
        == .shapes(ShapesOptions(trainCount: 5, seed: .max)))
  }

  @Test(arguments: ["", "imagenet:x", "CIFAR10:x", "x.npy"])
  func `an unknown kind is refused with the known ones`(text: String) {
    let scheme = text.contains(":") ? String(text.prefix { $0 != ":" }) : text
    let error = DataError.unknownScheme(scheme, known: ["npy", "cifar10", "cifar100", "shapes"])
    #expect(throws: error) { try DataSpecification(parsing: text) }
  }

  @Test(arguments: [
    "npy", "npy:", "npy:x.npy", "npy:x.npy,", "npy:,y.npy", "npy:a,b,c", "cifar10", "cifar10:",
    "cifar100:", "shapes:x", "shapes:train=0", "shapes:train=1000001", "shapes:test=-1",
    "shapes:train=1,train=2", "shapes:seed=", "shapes:seed=1,", "shapes:size=64",
    "shapes:seed=99999999999999999999",
  ])
  func `text of another form is refused with the right form`(text: String) throws {
    let error = try #require(throws: DataError.self) { try DataSpecification(parsing: text) }
    guard case .malformedSpecification(text, let expected) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(throws: Never.self) { try DataSpecification(parsing: expected) }
  }

  @Test func `only a pair of arrays has no test split`() throws {
    let texts = ["npy:x,y", "cifar10:d", "cifar100:d", "shapes"]
    #expect(
      try texts.map { try DataSpecification(parsing: $0).hasTestSplit }
        == [false, true, true, true])
  }
}
