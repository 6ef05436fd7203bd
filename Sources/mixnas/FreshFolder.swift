import Files
import Foundation
import RunStore
import TrainingStore

/// The folder of a run or a training that begins.
enum FreshFolder {
  /// Creates what belongs in the folder that was named, or else in `results/NAME-N` with the first
  /// number that is free. Commands that begin at the same time look for the same one; one of them
  /// gets it.
  static func create<Recorder>(
    _ output: String?, name: String, _ create: (String) throws -> Recorder
  ) throws -> Recorder {
    if let output { return try create(output) }
    while true {
      do {
        return try create(firstFree(for: name))
      } catch FolderLockError.held, RunStoreError.folderNotEmpty,
        TrainingFolderError.folderNotEmpty
      {
        // By now it is there, so that the next one is looked for.
      }
    }
  }

  private static func firstFree(for name: String) -> String {
    let safe = String(name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
    var number = 1
    while FileManager.default.fileExists(atPath: "results/\(safe)-\(number)") { number += 1 }
    return "results/\(safe)-\(number)"
  }
}
