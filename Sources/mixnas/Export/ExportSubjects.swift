import Architectures
import ArgumentParser
import Datasets
import Search
import TrainingStore

/// The networks that one `export` writes.
struct ExportSubjects {
  struct Subject {
    var network: NamedNetwork
    /// Nil where the network comes from no run.
    var candidate: Candidate?
  }

  let all: [Subject]
  /// Nil where the networks come from no run.
  let reader: RunReader?
  /// Nil where the network comes from no full training.
  let training: TrainingFolder?
  /// The images that were named, or those of the run or training.
  let source: DatasetSource?
  /// Whether images, or the place of those of the run or training, were named on the command line.
  let isDatasetGiven: Bool
  /// Whether a kind of images was named: these may be others than those of the run or training.
  let isDatasetNamed: Bool

  init(
    _ text: String, select: RunSelection?, options: NetworkOptions, dataset: DatasetOptions
  ) throws {
    let reader = RunReader.isRun(path: text) ? try RunReader(path: text) : nil
    self.reader = reader
    isDatasetNamed = dataset.dataset != nil
    isDatasetGiven = isDatasetNamed || dataset.dataDirectory != nil
    training =
      TrainingFolder.isTraining(path: text) ? try TrainingFolder.open(text) : nil
    let own = reader?.dataset.source ?? training?.configuration.dataset
    source = isDatasetGiven || own != nil ? try dataset.source(of: own) : nil
    guard let reader else {
      guard select == nil else { throw CommandProblem.nothingToSelect(subject: text) }
      all = [Subject(network: try options.network(named: text), candidate: nil)]
      return
    }
    all = try reader.candidates(select ?? .one(.best)).map {
      Subject(network: options.applied(to: reader.network(of: $0)), candidate: $0)
    }
  }
}
