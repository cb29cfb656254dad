import ArgumentParser
import Execution

/// A training mode by the name that the command line has for it.
enum ModeArgument: String, ExpressibleByArgument, CaseIterable {
  case auto, online, materialized

  var mode: TrainingMode {
    switch self {
    case .auto: .automatic
    case .online: .online
    case .materialized: .materialized
    }
  }
}
