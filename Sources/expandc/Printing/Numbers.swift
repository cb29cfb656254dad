import Foundation

extension Double {
  /// With a fixed number of decimals: 0.0125.
  func decimals(_ count: Int) -> String { String(format: "%.\(count)f", self) }

  /// With as many significant digits as are needed, at most `count`: 0.01, 1.25e-07.
  func significant(_ count: Int) -> String { String(format: "%.\(count)g", self) }

  /// A share in per cent: 83.05%.
  var percent: String { (self * 100).decimals(2) + "%" }
}
