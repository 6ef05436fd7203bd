import ArgumentParser
import Foundation
import TrainingStore

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network to the end, and score it once on the test images.",
    discussion: """
      A run folder brings its images and training settings, and so does the folder of an earlier \
      training; the options below change them. Networks that have weights are trained further.

      All goes to a training folder: a checkpoint after every epoch, the best weights, the \
      learning curves as CSV, and the result. After any interruption 'mixnas train --resume' goes \
      on, to the same weights. Every other command takes the folder as a network.

      The test images are scored at the very end and never again, so their accuracy is an honest \
      figure as long as nothing is chosen by it: choose by --validation.
      """)

  @Argument(
    help: ArgumentHelp(
      "A run folder, a genome file (.json), weights (.safetensors), a training folder, a "
        + "network's name, or a genome in block notation.",
      valueName: "network"),
    completion: .file())
  var subject: String?

  @Option(
    help: ArgumentHelp("Go on with an interrupted training.", valueName: "dir"),
    completion: .directory)
  var resume: String?

  @Option(
    help: ArgumentHelp(
      "The training folder, new or empty. Without it, a new folder under results.",
      valueName: "dir"),
    completion: .directory)
  var output: String?

  @Option(help: "Which candidate of a run folder: best or its number. (default: best)")
  var select: CandidateSelection?

  @OptionGroup var datasetOptions: DatasetOptions

  @Option(help: "Side of the images, instead of the network's own or, without a file, the data's.")
  var resolution: Int?

  @OptionGroup var choices: TrainingChoices

  @OptionGroup var execution: TrainingExecution

  func validate() throws {
    if output == "" { throw ValidationError("--output needs the name of a folder.") }
    if let resolution, !(1...4096).contains(resolution) {
      throw ValidationError("--resolution must be from 1 to 4096, not \(resolution).")
    }
    guard resume != nil else {
      if subject == nil {
        throw ValidationError(
          "Name a network to train, or a training to go on with: --resume DIR.")
      }
      return
    }
    var given = choices.given
    if let subject { given.insert(subject, at: 0) }
    if output != nil { given.append("--output") }
    if select != nil { given.append("--select") }
    if resolution != nil { given.append("--resolution") }
    if datasetOptions.dataset != nil { given.append("--dataset") }
    if !given.isEmpty {
      throw ValidationError(
        "A training goes on as it began; with --resume, leave out: "
          + given.joined(separator: ", ")
          + ". To train its weights further, name it as the network: "
          + "mixnas train DIR.")
    }
  }

  func run() throws {
    if let resume {
      try execution.resume(resume, dataDirectory: datasetOptions.dataDirectory)
    } else if let subject {
      try execution.begin(
        TrainingStart(
          subject: subject, selection: select, datasetOptions: datasetOptions,
          resolution: resolution, choices: choices), output: output)
    }
  }
}
