import Files
import Foundation
import SearchSpaces

/// A folder that holds a run, to be read. Nothing is locked and nothing is changed, so it may be
/// read while another process searches.
///
///     let folder = try RunFolder.open("results/quickstart")
///     let state = try folder.replay()
package struct RunFolder: Sendable {
  package let path: String
  package let configuration: RunConfiguration
  /// Of the bytes of `run.json`.
  package let configurationChecksum: String

  /// Reads the frozen configuration. Throws `noFolder`, `notARun`, `newerFormat`,
  /// `configurationUnreadable` or `FileError`.
  package static func open(_ path: String) throws -> RunFolder {
    let file = Self.configurationPath(path)
    guard let bytes = try WholeFile.readIfPresent(file) else {
      throw FileManager.default.fileExists(atPath: path)
        ? RunStoreError.notARun(folder: path) : RunStoreError.noFolder(path)
    }
    return RunFolder(
      path: path, configuration: try configuration(in: bytes, folder: path, file: file),
      configurationChecksum: Checksum.text(of: bytes))
  }

  /// Builds the state from the journal. Throws `journal` with a line, `journalLost`,
  /// `journalEndsEarly`, `configurationChanged`, or `FileError`. A torn last line is left out.
  package func replay() throws -> RunState { try replayWithContents().state }

  /// Whether the folder has a `run.json`, readable or not.
  package static func isRun(path: String) -> Bool {
    FileManager.default.fileExists(atPath: configurationPath(path))
  }

  /// Whether a path is one of the files without which a run can't go on, or that it writes anew.
  package static func isOwnFile(_ path: String) -> Bool {
    let own = [
      RunFiles.configuration, RunFiles.journal, RunFiles.best, RunFiles.table, FolderLock.name,
    ]
    let (folder, name) = WholeFile.place(of: path)
    return own.contains(name) && isRun(path: folder)
  }

  /// Of the frozen configuration.
  package var configurationPath: String { Self.configurationPath(path) }

  private static func configurationPath(_ folder: String) -> String {
    folder + "/" + RunFiles.configuration
  }

  /// Where trained weights of the run's candidates are kept.
  package var weightsPath: String { path + "/" + RunFiles.weights }

  /// Throws `datasetChanged` where the images are not those that the run began with.
  package func check(datasetFingerprint: String) throws {
    guard datasetFingerprint == configuration.datasetFingerprint else {
      throw RunStoreError.datasetChanged(
        folder: path, recorded: configuration.datasetFingerprint, found: datasetFingerprint)
    }
  }

  var journalPath: String { path + "/" + RunFiles.journal }

  func replayWithContents() throws -> (state: RunState, contents: JournalContents) {
    // What follows from the journal is only ever written after it, and so looked for before it.
    let hasResults = [RunFiles.best, RunFiles.table].contains {
      FileManager.default.fileExists(atPath: path + "/" + $0)
    }
    let tabled = EvaluationTable(path: path + "/" + RunFiles.table).ordinals()
    // A crash right after the configuration was written leaves no journal: nothing has happened.
    let contents = try JournalContents(
      parsing: try WholeFile.readIfPresent(journalPath).map(Array.init) ?? [], path: journalPath)
    if contents.entries.isEmpty, hasResults {
      throw RunStoreError.journalLost(path: journalPath)
    }
    // First of all: what has been edited may be settings that nothing can run with.
    if let recorded = contents.configurationChecksum, recorded != configurationChecksum {
      throw RunStoreError.configurationChanged(path: configurationPath)
    }
    let state = try RunState(
      configuration: configuration, journal: contents, path: journalPath)
    let candidates = state.search.candidates
    for ordinal in tabled {
      // Of what a torn last line said, a candidate at most has to be evaluated again.
      let isProposed = candidates.indices.contains(ordinal)
      let isRecorded =
        isProposed && (candidates[ordinal].evaluation != nil || contents.tornBytes > 0)
      guard isRecorded else {
        throw RunStoreError.journalEndsEarly(path: journalPath, ordinal: ordinal)
      }
    }
    return (state, contents)
  }

  private static func configuration(
    in bytes: Data, folder: String, file: String
  ) throws -> RunConfiguration {
    struct Format: Decodable { let format: Int }
    do {
      // The rest of a later format may not be readable at all.
      let format: Format = try CanonicalJSON.value(from: bytes)
      guard format.format <= RunConfiguration.currentFormat else {
        throw RunStoreError.newerFormat(
          folder: folder, found: format.format, supported: RunConfiguration.currentFormat)
      }
      let configuration: RunConfiguration = try CanonicalJSON.value(from: bytes)
      try configuration.space.validate(file: file)
      return configuration
    } catch let error as DecodingError {
      throw RunStoreError.configurationUnreadable(path: file, detail: error.fact)
    } catch let error as SpaceError {
      throw RunStoreError.configurationUnreadable(
        path: file, detail: "\(error.key): \(error.problem)")
    }
  }
}

extension DecodingError {
  /// What is wrong, with the path of keys to it.
  package var fact: String {
    let (text, context): (String, Context) =
      switch self {
      case .dataCorrupted(let context): ("not readable", context)
      case .keyNotFound(let key, let context): ("\(key.stringValue) is missing", context)
      case .typeMismatch(_, let context): ("the wrong type", context)
      case .valueNotFound(_, let context): ("a value is missing", context)
      @unknown default: ("not readable", Context(codingPath: [], debugDescription: ""))
      }
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    return path.isEmpty ? text : "\(path): \(text)"
  }
}
