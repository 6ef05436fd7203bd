import Architectures
import ArgumentParser
import Datasets
import Engine
import Evaluation
import Export
import Files
import Kernels
import RunStore
import Search
import SearchSpaces
import Threads
import TrainingStore
import WeightFiles

/// What the process says and returns for an error: 64 for options that are wrong (mostly
/// ArgumentParser's own), 65 for what they name where that is missing, unreadable or wrong, 70
/// where mixnas or another runtime computes what it must not, 74 where nothing can be written or
/// the folder of a run or training can't be read or is in use, 129, 130 or 143 when interrupted.
struct ErrorReport {
  let message: String
  let exitCode: Int32

  static let usage: Int32 = 64
  static let badInput: Int32 = 65
  static let internalError: Int32 = 70
  static let inputOutput: Int32 = 74

  /// Nil for the errors that ArgumentParser makes and reports itself.
  init?(_ error: any Error) {
    switch error {
    case let error as CommandProblem:
      switch error {
      case .usage, .nothingToSelect, .seedOfTrained: self.init(error, Self.usage)
      case .unwritable: self.init(error, Self.inputOutput)
      case .exportDiffers: self.init(error, Self.internalError)
      default: self.init(error, Self.badInput)
      }
    case let error as OtherRuntimeError:
      self.init(error, error.isAbsence ? Self.badInput : Self.internalError)
    case is FileError, is FolderLockError:
      self.init(error, Self.inputOutput)
    case is RunStoreError, is TrainingFolderError, is SpaceError, is CostTarget.Problem,
      is DatasetError, is TrainingDataError, is GenomeError, is GraphError,
      is KernelSelectionError, is TrainingInterruption, is SafetensorsError, is WeightFileError,
      is MemoryShortage:
      self.init(error, Self.badInput)
    case ExportError.tooLarge:
      self.init(error, Self.badInput)
    case is SystemThreadError, is SearchLoop.Failure, is ExportError:
      self.init(error, Self.internalError)
    default:
      return nil
    }
  }

  private init(_ error: any Error, _ exitCode: Int32) {
    message = "\(error)"
    self.exitCode = exitCode
  }
}
