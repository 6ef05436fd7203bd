import Architectures
import ArgumentParser
import Datasets
import Engine
import Evaluation
import Export
import Files
import Foundation
import Reports
import RunStore
import Search
import WeightFiles

/// The weights of a run's candidates. A search keeps none, but its training is deterministic: the
/// recorded seed and settings give them again. They are kept in the run folder for next time.
struct CandidateWeights {
  let reader: RunReader
  /// Where the run's images are now.
  let source: DatasetSource
  /// Where they are if they are not those of `source`; nil for nowhere.
  let fallback: DatasetSource?

  /// - Parameter network: of the candidate, perhaps for another resolution.
  func weighted(_ candidate: Candidate, as network: NamedNetwork) throws -> WeightedNetwork {
    guard network.classes == reader.classes,
      network.input.channels == reader.space.input.channels
    else {
      throw CommandProblem.otherWeights(
        file: reader.folder.path, classes: reader.classes,
        channels: reader.space.input.channels)
    }
    let side = reader.space.input.proxy.resolution
    if network.input.height != side {
      Terminal.writeError(
        "its weights are those of the search, trained on \(side)×\(side) images, and the network reads "
          + "\(network.input.height)×\(network.input.width): 'mixnas train' trains it for those\n")
    }
    let path = "\(reader.folder.weightsPath)/\(candidate.ordinal).safetensors"
    if FileManager.default.fileExists(atPath: path) {
      do {
        return try kept(path, candidate, as: network)
      } catch {
        Terminal.writeError("\(error); training the candidate again\n")
      }
    }
    let (trained, metadata) = try trainAgain(candidate)
    let recorded = candidate.scores?.validationAccuracy ?? trained.validationAccuracy
    say(trained.validationAccuracy, recorded: recorded, of: candidate)
    let isKept = trained.validationAccuracy == recorded && keep(trained, metadata, at: path)
    var own = metadata
    own.architecture = network.stored
    let graph = try network.graph(normalization: metadata.normalization.batch)
    return WeightedNetwork(
      exported: ExportedNetwork(
        graph: graph, weights: NetworkWeights(graph: graph, values: trained.weights.values),
        metadata: own, version: mixnasVersion),
      source: .retrained(
        recorded: recorded, accuracy: trained.validationAccuracy, kept: isKept ? path : nil))
  }

  /// What an earlier export kept.
  private func kept(
    _ path: String, _ candidate: Candidate, as network: NamedNetwork
  ) throws -> WeightedNetwork {
    let file = try WeightFile(path: path)
    guard try file.architecture() == .genome(candidate.proposal.genome),
      file.metadata.run == reader.folder.configurationChecksum
    else {
      throw CommandProblem.weightsOfAnother(file: path, ordinal: candidate.ordinal)
    }
    return try network.weighted(file: path)
  }

  private func trainAgain(
    _ candidate: Candidate
  ) throws -> (RetrainedCandidate, NetworkMetadata) {
    guard candidate.scores != nil else {
      throw CommandProblem.notTrained(ordinal: candidate.ordinal)
    }
    let data = try images()
    let configuration = reader.folder.configuration
    let evaluator = try CandidateEvaluator(
      space: reader.space, data: data, seed: configuration.seed)
    let stop = StopRequest()
    let signals = try InterruptSignals(stop: stop)
    defer { signals.stopWatching() }
    let title = "training candidate #\(candidate.ordinal) again"
    let display = Terminal.progress()
    if !Terminal.errorIsTerminal { display.line(title) }
    let start = ContinuousClock.now
    do {
      defer { display.finish() }
      let trained = try evaluator.retrain(
        candidate.proposal.task, isCancelled: { stop.isRequested },
        progress: { display.live("\(title): \(Int($0 * 100)) %") })
      display.line("\(title): \(Numbers.duration((ContinuousClock.now - start) / .seconds(1)))")
      let stored = reader.network(of: candidate).stored
      let metadata = NetworkMetadata(
        architecture: stored,
        normalization: .init(trained.normalization, batch: reader.space.training.normalization),
        data: data.fingerprint, classNames: reader.dataset.classNames,
        run: reader.folder.configurationChecksum)
      return (trained, metadata)
    } catch TrainingInterruption.cancelled {
      Terminal.writeError("stopped; this network was not written\n")
      throw ExitCode(InterruptSignals.exitCode(of: signals.received ?? SIGINT))
    }
  }

  /// Those of the run.
  private func images() throws -> DatasetPair {
    do {
      let data = try source.load()
      let isOwn = data.fingerprint == reader.folder.configuration.datasetFingerprint
      if let fallback, !isOwn {
        Terminal.writeError("the images named are not the run's: training on its own\n")
        let own = try fallback.load()
        try reader.folder.check(datasetFingerprint: own.fingerprint)
        return own
      }
      try reader.folder.check(datasetFingerprint: data.fingerprint)
      return data
    } catch let error as DatasetError {
      throw CommandProblem.imagesGone(folder: reader.folder.path, reason: "\(error)")
    }
  }

  private func say(_ accuracy: Double, recorded: Double, of candidate: Candidate) {
    if accuracy == recorded {
      Terminal.writeError(
        "validation accuracy \(Numbers.accuracy(accuracy)), exactly as recorded\n")
    } else {
      let other = reader.state.evaluator(of: candidate.ordinal).map {
        "mixnas \($0.version) on \($0.host.instructionSet)"
      }
      Terminal.writeError(
        "validation accuracy \(Numbers.accuracy(accuracy)) instead of the recorded "
          + "\(Numbers.accuracy(recorded)): \(other ?? "another mixnas") computed other bits than "
          + "this one; going on with these weights, which are not kept in the run folder\n")
    }
  }

  /// A run folder that can't be written to costs the next export a training, nothing else.
  private func keep(
    _ trained: RetrainedCandidate, _ metadata: NetworkMetadata, at path: String
  ) -> Bool {
    do {
      try Folder.make(reader.folder.weightsPath)
      try WeightFile.write(trained.weights, of: trained.graph, metadata, to: path)
      return true
    } catch {
      Terminal.writeError("the weights are not kept in the run folder: \(error)\n")
      return false
    }
  }
}
