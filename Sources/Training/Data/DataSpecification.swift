/// A data set as the command line names it: `npy:X.npy,Y.npy`, `cifar10:DIR`, `cifar100:DIR`,
/// `shapes` or `shapes:train=8000,test=2000,seed=0`.
package enum DataSpecification: Sendable, Hashable {
  case npy(images: String, labels: String)
  case cifar10(folder: String)
  case cifar100(folder: String)
  case shapes(ShapesOptions)

  package enum Split: UInt64, Sendable, CaseIterable {
    case train, test
  }

  package static let schemes = ["npy", "cifar10", "cifar100", "shapes"]

  package init(parsing text: String) throws(DataError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let (scheme, rest) = (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    func malformed(_ expected: String) -> DataError {
      .malformedSpecification(text, expected: expected)
    }
    switch scheme {
    case "npy":
      let paths = rest.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard paths.count == 2, !paths.contains("") else { throw malformed("npy:X.npy,Y.npy") }
      self = .npy(images: paths[0], labels: paths[1])
    case "cifar10", "cifar100":
      guard !rest.isEmpty else { throw malformed("\(scheme):DIR") }
      self = scheme == "cifar10" ? .cifar10(folder: rest) : .cifar100(folder: rest)
    case "shapes":
      guard let options = ShapesOptions(parsing: rest) else {
        throw malformed("shapes:train=8000,test=2000,seed=0")
      }
      self = .shapes(options)
    default: throw .unknownScheme(scheme, known: Self.schemes)
    }
  }

  /// The files that it names; a folder's are not among them.
  package var files: [String] {
    if case .npy(let images, let labels) = self { [images, labels] } else { [] }
  }

  /// Whether the images to test with are others than those to train with.
  package var hasTestSplit: Bool {
    if case .npy = self { false } else { true }
  }

  /// Reads or makes one split; where there is no test split, both are the whole set.
  ///
  /// Throws `DataError`, `FileError` or `NumPyError`.
  package func load(_ split: Split) throws -> ImageSet {
    switch self {
    case .npy(let images, let labels): try NumPyData.load(images: images, labels: labels)
    case .cifar10(let folder): try CIFARData.cifar10.load(split, from: folder)
    case .cifar100(let folder): try CIFARData.cifar100.load(split, from: folder)
    case .shapes(let options): try ShapesData(options).generate(split)
    }
  }
}
