import ArgumentParser
import Datasets
import Foundation

extension DatasetKind: ExpressibleByArgument {}

/// Which images a command reads.
struct DatasetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The images: built-in ones (generated), or files in the directory given. Without it the "
        + "run's or training's own, where one is given, or else the built-in ones.",
      discussion: "idx is MNIST's file format with any images."))
  var dataset: DatasetKind?

  @Option(
    help: ArgumentHelp("Where the files of the dataset lie.", valueName: "dir"),
    completion: .directory)
  var dataDirectory: String?

  func validate() throws {
    try Self.check(dataDirectory: dataDirectory)
    if let dataset, dataset.readsFiles, dataDirectory == nil {
      throw ValidationError(
        "--dataset \(dataset.rawValue) needs --data-directory, a folder with "
          + dataset.expectedFiles + ".")
    }
    if dataDirectory != nil, dataset?.readsFiles == false {
      throw ValidationError(
        "--data-directory is given, but the generated images need no files; "
          + "name the kind of the files with --dataset.")
    }
  }

  /// An empty name, as a variable of the shell that isn't set leaves it, would be the folder here.
  static func check(dataDirectory: String?) throws {
    if dataDirectory == "" {
      throw ValidationError("--data-directory needs the name of a folder.")
    }
  }

  /// Where the options name no images, those of `run`; without a run the generated ones. Paths
  /// are absolute, so that a run can be resumed from anywhere.
  func source(of run: DatasetSource? = nil) throws -> DatasetSource {
    var source = run ?? DatasetSource(kind: dataset ?? .generated)
    if let dataset { source.kind = dataset }
    if let dataDirectory {
      guard run != nil || source.kind.readsFiles else {
        throw CommandProblem.usage(
          "--data-directory needs --dataset, which says what kind of files lie there")
      }
      try source.move(to: dataDirectory)
    } else if !source.kind.readsFiles {
      source.directory = nil
    }
    return source
  }
}

extension DatasetSource {
  /// Takes `--data-directory` for where the files lie.
  ///
  /// - Throws: `CommandProblem.usage` where there are none.
  mutating func move(to path: String) throws {
    guard kind.readsFiles else {
      throw CommandProblem.usage("--data-directory: the images are built in and need no files")
    }
    directory = URL(fileURLWithPath: path).standardizedFileURL.path
  }

  /// The images of a run or training that is gone on with.
  ///
  /// - Throws: `CommandProblem.imagesMoved`.
  func load(of folder: String) throws -> DatasetPair {
    do {
      return try load()
    } catch let error as DatasetError where kind.readsFiles {
      throw CommandProblem.imagesMoved(folder: folder, reason: "\(error)")
    }
  }
}
