/// What a user can get wrong that no other module knows of.
enum CommandProblem: Error, Equatable, CustomStringConvertible {
  case unreadable(file: String, reason: String)
  case unwritable(file: String, reason: String)
  case badArchitectureFile(file: String, reason: String)
  case badNotation(error: String)
  case unknownNetwork(String)
  case noSuchCandidate(ordinal: Int, count: Int)
  case nothingEvaluated(folder: String)
  case noFolderOfRuns(String)
  case noSuchKernel(String)

  var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): can't be read: \(reason)"
    case .unwritable(let file, let reason): "\(file): can't be written: \(reason)"
    case .badArchitectureFile(let file, let reason): "\(file): \(reason)"
    case .badNotation(let error): error
    case .unknownNetwork(let text):
      "'\(text)' is neither a file nor a run folder nor a network's name; "
        + "'mixnas describe --help' lists the names"
    case .noSuchCandidate(let ordinal, let count):
      count == 0
        ? "there is no candidate #\(ordinal): the run has none yet"
        : "there is no candidate #\(ordinal): the run has #0 to #\(count - 1)"
    case .noFolderOfRuns(let folder):
      "\(folder): there is no such folder here, or it can't be read; "
        + "'mixnas search SPACE.yaml' makes results, or name another folder"
    case .noSuchKernel(let text):
      "no kernel's name contains '\(text)'; 'mixnas bench kernels' lists them"
    case .nothingEvaluated(let folder):
      "\(folder): no candidate has a score yet; 'mixnas resume \(folder)' goes on"
    }
  }
}
