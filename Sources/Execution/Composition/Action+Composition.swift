extension Action {
  /// Whether it works on weights alone, to compose factors or to send a gradient back to them.
  package var composesKernels: Bool {
    switch self {
    case is KernelProduct, is TapSum, is TapSpread, is BiasJoin, is BiasSplit: true
    default: false
    }
  }
}
