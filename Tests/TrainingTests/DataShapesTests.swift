import Foundation
import Testing
import Training

@Suite struct DataShapesTests {
  private func shapes(
    _ split: DataSpecification.Split = .train, train: Int = 40, test: Int = 40, seed: UInt64 = 3
  ) throws -> ImageSet {
    try DataSpecification
      .shapes(ShapesOptions(trainCount: train, testCount: test, seed: seed)).load(split)
  }

  @Test func `the same seed gives the same images`() throws {
    let (a, b) = (try shapes(), try shapes())
    for index in 0..<a.count { #expect(a.image(index) == b.image(index), "image \(index)") }
  }

  @Test func `an image depends on seed, split and index, not on how many there are`() throws {
    let (few, many) = (try shapes(train: 15), try shapes(train: 200))
    for index in 0..<few.count {
      #expect(few.image(index) == many.image(index), "image \(index)")
    }
    #expect(try shapes(seed: 4).image(0) != few.image(0))
    #expect(try shapes(.test).image(0) != few.image(0))
    #expect(Set((0..<200).map { many.image($0) }).count == 200)
  }

  @Test func `classes are balanced`() throws {
    let set = try shapes(train: 205)
    #expect(set.classCount == 10)
    #expect(set.imageShape == [3, 32, 32])
    let counts = (0..<10).map { label in set.labels.count { $0 == label } }
    #expect(counts == [21, 21, 21, 21, 21, 20, 20, 20, 20, 20])
  }

  @Test func `images use the range of values and are no flat colour`() throws {
    let set = try shapes()
    for index in 0..<set.count {
      let image = set.image(index)
      #expect(image.allSatisfy { (-2...2).contains($0) }, "image \(index)")
      #expect(Set(image).count > 20, "image \(index)")
    }
  }

  @Test func `the counts of both splits and the seed are taken from the text`() throws {
    let specification = try DataSpecification(parsing: "shapes:seed=3,test=12,train=15")
    let (train, test) = (try specification.load(.train), try specification.load(.test))
    #expect(train.count == 15)
    #expect(test.count == 12)
    #expect(train.image(7) == (try shapes().image(7)))
  }

  /// The areas from the formulas of plane geometry, with the sizes that the outlines are made of.
  private static let areas: [ShapeKind: Double] = [
    .disc: .pi * 0.85 * 0.85,
    .ring: .pi * (0.88 * 0.88 - 0.48 * 0.48),
    .square: 1.44 * 1.44,
    .triangle: 0.75 * 3.0.squareRoot() * 1.05 * 1.05,
    .hexagon: 1.5 * 3.0.squareRoot() * 0.95 * 0.95,
    .star: 5 * 1.05 * 0.46 * sin(.pi / 5),
    .cross: 2 * 1.8 * 0.56 - 0.56 * 0.56,
    .heart: 1.1 * 1.1 + .pi * 0.55 * 0.55,
    .bar: 1.9 * 0.72,
  ]

  @Test(arguments: ShapeKind.allCases)
  func `outlines enclose the area that geometry gives`(kind: ShapeKind) {
    let cells = 600
    let cell = 2.6 / Double(cells)
    var inside = 0
    for row in 0..<cells {
      for column in 0..<cells {
        let x = Float(-1.3 + (Double(column) + 0.5) * cell)
        let y = Float(-1.3 + (Double(row) + 0.5) * cell)
        if kind.distance(x, y) < 0 { inside += 1 }
      }
    }
    let area = Double(inside) * cell * cell
    // A cell is counted wrongly only where the outline passes through it, and then at most half of
    // it. An outline of length L passes through at most √2·L / cell cells, and none is longer than 9.
    let expected = Self.areas[kind] ?? crescentArea
    #expect(abs(area - expected) < 6.4 * cell, "\(area), expected \(expected)")
  }

  /// The crescent is a disc less the lens that it shares with another disc.
  private var crescentArea: Double {
    let (big, small, apart) = (0.85, 0.72, 0.45)
    let bigAngle = acos((apart * apart + big * big - small * small) / (2 * apart * big))
    let smallAngle = acos((apart * apart + small * small - big * big) / (2 * apart * small))
    let lens =
      big * big * (bigAngle - sin(2 * bigAngle) / 2)
      + small * small * (smallAngle - sin(2 * smallAngle) / 2)
    return .pi * big * big - lens
  }
}
