import ArgumentParser

/// Which candidate of a run is meant.
enum CandidateSelection: Equatable, ExpressibleByArgument {
  case best
  case ordinal(Int)

  init?(argument: String) {
    if argument == "best" {
      self = .best
    } else if let ordinal = Int(argument), ordinal >= 0 {
      self = .ordinal(ordinal)
    } else {
      return nil
    }
  }
}

/// Which candidates of a run are meant.
enum RunSelection: Equatable, ExpressibleByArgument {
  case one(CandidateSelection)
  case pareto

  init?(argument: String) {
    if argument == "pareto" {
      self = .pareto
    } else if let selection = CandidateSelection(argument: argument) {
      self = .one(selection)
    } else {
      return nil
    }
  }
}
