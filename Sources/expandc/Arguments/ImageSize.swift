import ArgumentParser

/// Height and width of an image: H, where both are the same, or HxW.
struct ImageSize: ExpressibleByArgument {
  let height: Int
  let width: Int

  init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  init?(argument: String) {
    let extents = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard let height = extents[0], let width = extents.last ?? nil, extents.count <= 2 else {
      return nil
    }
    self.init(height: height, width: width)
  }

  var defaultValueDescription: String {
    height == width ? String(height) : "\(height)x\(width)"
  }
}
