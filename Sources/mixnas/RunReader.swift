import Architectures
import Datasets
import Foundation
import RunStore
import Search
import SearchSpaces
import TrainingStore
import WeightFiles

/// What a run folder keeps of its images: where they are, and what their classes are called.
struct RunDataset: Codable, Equatable {
  var source: DatasetSource
  var classNames: [String]
}

/// A run folder as commands read it.
struct RunReader {
  let folder: RunFolder
  let state: RunState
  let dataset: RunDataset

  /// - Throws: `TrainingFolderError.notARun` for a training, else what reading a run folder throws.
  init(path: String) throws {
    if TrainingFolder.isTraining(path: path) { throw TrainingFolderError.notARun(folder: path) }
    try self.init(RunFolder.open(path))
  }

  init(_ folder: RunFolder) throws {
    self.folder = folder
    state = try folder.replay()
    do {
      var dataset: RunDataset = try folder.configuration.dataset.decoded()
      // Where they were found last.
      let moved = state.resumptions.lazy.compactMap(\.dataDirectory).last
      dataset.source.directory = moved ?? dataset.source.directory
      self.dataset = dataset
    } catch {
      throw RunStoreError.configurationUnreadable(
        path: folder.configurationPath, detail: "dataset: not readable")
    }
  }

  static func isRun(path: String) -> Bool {
    RunFolder.isRun(path: path)
  }

  var space: SearchSpace { folder.configuration.space }
  var classes: Int { dataset.classNames.count }

  /// Why there is no best candidate.
  var nothingScored: CommandProblem {
    if state.search.evaluatedCount < state.budget, state.search.end != .exhausted {
      return .nothingEvaluated(folder: folder.path)
    }
    return .nothingScored(
      folder: folder.path,
      firstFailure: state.search.candidates.lazy.compactMap(\.failure).first?.summary)
  }

  func candidate(_ selection: CandidateSelection) throws -> Candidate {
    switch selection {
    case .best:
      guard let best = state.search.best else {
        throw nothingScored
      }
      return best
    case .ordinal(let ordinal):
      let candidates = state.search.candidates
      guard candidates.indices.contains(ordinal) else {
        throw CommandProblem.noSuchCandidate(ordinal: ordinal, count: candidates.count)
      }
      return candidates[ordinal]
    }
  }

  /// One candidate, or all of the front.
  func candidates(_ selection: RunSelection) throws -> [Candidate] {
    switch selection {
    case .one(let selection): return [try candidate(selection)]
    case .pareto:
      let candidates = state.search.front.candidates
      guard !candidates.isEmpty else { throw nothingScored }
      return candidates
    }
  }

  /// What is known of the best candidate's images: all where an export has kept its weights, else
  /// the names of the classes.
  var bestDescription: NetworkMetadata {
    get throws {
      let best = try candidate(.best)
      let path = "\(folder.weightsPath)/\(best.ordinal).safetensors"
      if let kept = try? WeightFile(path: path).metadata { return kept }
      return NetworkMetadata(
        architecture: network(of: best).stored,
        normalization: .init(batch: space.training.normalization), classNames: dataset.classNames)
    }
  }

  /// The network to deploy of a candidate.
  func network(_ selection: CandidateSelection) throws -> NamedNetwork {
    network(of: try candidate(selection))
  }

  func network(of candidate: Candidate) -> NamedNetwork {
    let resolution = space.input.resolution
    return NamedNetwork(
      name: "\(space.name)-\(candidate.ordinal)",
      architecture: .genome(candidate.proposal.genome),
      input: TensorShape(
        height: resolution, width: resolution, channels: space.input.channels),
      classes: classes)
  }
}
