import Architectures
import Files
import SearchSpaces

/// What a user can get wrong that no other module knows of.
enum CommandProblem: Error, Equatable, CustomStringConvertible {
  /// Options that don't go together with what they are for, which only shows when that is read.
  case usage(String)
  /// A candidate is asked for of what is no run folder.
  case nothingToSelect(subject: String)
  case unreadable(file: String, reason: String)
  case unwritable(file: String, reason: String)
  case badArchitectureFile(file: String, reason: String)
  case badNotation(error: String, of: String)
  case unknownNetwork(String)
  /// Asked for what only a genome has.
  case noGenome(network: String)
  case noSuchCandidate(ordinal: Int, count: Int)
  case nothingEvaluated(folder: String)
  /// The images of a run or training are not where they were.
  case imagesMoved(folder: String, reason: String)
  case otherImages(of: String)
  case noFolderOfRuns(String)
  case noSuchKernel(String)
  /// A file's network reads other images or has other classes than what was asked for.
  case otherWeights(file: String, classes: Int, channels: Int)
  /// A run's file of weights holds those of another network.
  case weightsOfAnother(file: String, ordinal: Int)
  case notTrained(ordinal: Int)
  /// A candidate can't be trained again without its images.
  case imagesGone(folder: String, reason: String)
  /// A seed is given, but there is nothing to draw.
  case seedOfTrained(network: String)
  /// A search has ended, and no candidate has a score.
  case nothingScored(folder: String, firstFailure: String?)
  /// Weights so large that there is nothing to compare.
  case logitsNotFinite
  /// An export computes something else in its own runtime.
  case exportDiffers(runtime: String, difference: Double, largest: Double)

  var description: String {
    switch self {
    case .usage(let text): text
    case .nothingToSelect(let subject):
      "--select is for the candidates of a run folder, not for \(subject)"
    case .unreadable(let file, let reason): "\(file): can't be read: \(reason)"
    case .unwritable(let file, let reason): "\(file): can't be written: \(reason)"
    case .badArchitectureFile(let file, let reason): "\(file): \(reason)"
    case .badNotation(let error, let text):
      text.contains(where: { $0 == " " || $0 == "," })
        ? error : "\(error); a whole network stands in quotes"
    case .unknownNetwork(let text):
      "'\(text)' is neither a file nor a run folder nor a network's name nor block notation; "
        + (nearestWord(to: text.lowercased(), among: ReferenceNetwork.all.map(\.name)).map {
          "did you mean '\($0)'? "
        } ?? "") + "'mixnas describe --help' lists the names"
    case .noGenome(let network):
      "\(network) is not made of MixConv blocks alone, so it can't be written as a genome or in "
        + "block notation; its name stands for it in every command"
    case .noSuchCandidate(let ordinal, let count):
      count == 0
        ? "there is no candidate #\(ordinal): the run has none yet"
        : "there is no candidate #\(ordinal): the run has #0 to #\(count - 1)"
    case .noFolderOfRuns(let folder):
      "\(folder): there is no such folder here; "
        + "'mixnas search SPACE.yaml' makes results, or name another folder"
    case .otherWeights(let file, let classes, let channels):
      "\(file): its weights are for \(classes) classes and images of \(channels) "
        + "channel\(channels == 1 ? "" : "s"); leave --classes and --channels out"
    case .weightsOfAnother(let file, let ordinal):
      "\(file) holds the weights of another network or run than candidate #\(ordinal)"
    case .notTrained(let ordinal):
      "candidate #\(ordinal) has no weights: its training is still to come, or failed"
    case .imagesGone(let folder, let reason):
      "the candidate must be trained again for its weights, but the images of \(folder) can't be "
        + "read: \(reason). If they have moved, name their place with --dataset and "
        + "--data-directory; --format genome does without weights"
    case .seedOfTrained(let network):
      "--seed is for random weights, but \(network) has trained ones; leave it out"
    case .logitsNotFinite:
      "the network's logits are no finite numbers: its weights are too large. Export others, or leave "
        + "the comparison out with --no-verify"
    case .exportDiffers(let runtime, let difference, let largest):
      "\(runtime) computes something else than mixnas: logits differ by \(difference), the largest "
        + "is \(largest); nothing was written. This is a bug of mixnas or of the runtime"
    case .nothingScored(let folder, let failure):
      "\(folder): no candidate has a score"
        + (failure.map { "; the first failed: \($0)" } ?? "")
        + ". Change the space, and start a new run"
    case .imagesMoved(let folder, let reason):
      "the images of \(folder) can't be read: \(reason). If they have moved, name their place with "
        + "--data-directory"
    case .otherImages(let subject):
      "the images are not those of \(subject). Give the original ones with --data-directory; if "
        + "others are meant, name them with --dataset as well"
    case .noSuchKernel(let text):
      "no kernel's name contains '\(text)'; 'mixnas bench kernels' lists them"
    case .nothingEvaluated(let folder):
      "\(folder): no candidate has a score yet; `mixnas resume \(folder.shellWord)` goes on"
    }
  }
}
