extension Action {
  /// Whether it works on weights alone, to compose factors or to send a gradient back to them.
  package var composesKernels: Bool { self is KernelProduct || self is TapSum || self is TapSpread }
}
