import Architectures
import ArgumentParser
import Foundation
import RunStore
import Search

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a network out: the winner of a run, or any other.",
    discussion: """
      genome writes JSON with input and classes, which every command reads; blocks writes a line
      of block notation for each network.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case genome, blocks }

  /// Which networks of a run.
  enum Selection: Equatable, ExpressibleByArgument {
    case one(CandidateSelection)
    case pareto

    init?(argument: String) {
      if argument == "pareto" {
        self = .pareto
      } else if let selection = CandidateSelection(argument: argument) {
        self = .one(selection)
      } else {
        return nil
      }
    }

    var defaultValueDescription: String { "best" }
  }

  @Argument(
    help: ArgumentHelp(
      "A run folder, a genome file (.json), a network's name, or a genome in block notation.",
      valueName: "network"),
    completion: .file())
  var subject: String

  @Option(help: "Which networks of a run folder: best, a candidate's number, or pareto.")
  var select: Selection = .one(.best)

  @Option(help: "What to write.")
  var format: Format = .genome

  @Option(
    help: ArgumentHelp("The file to write, - for standard output.", valueName: "file"),
    completion: .file())
  var output = "-"

  @OptionGroup var options: NetworkOptions

  func run() throws {
    let networks = try selectedNetworks()
    let contents: Data
    switch format {
    case .blocks:
      contents = Data(networks.map { $0.genome.canonical.blockNotation + "\n" }.joined().utf8)
    case .genome:
      guard networks.count == 1 else {
        throw ValidationError(
          "A genome file holds one network and the front has \(networks.count); choose --format "
            + "blocks, or one of them with --select.")
      }
      contents = try networks[0].file.json()
    }
    if output == "-" {
      Terminal.write(String(decoding: contents, as: UTF8.self))
    } else {
      do {
        try contents.write(to: URL(fileURLWithPath: output), options: .atomic)
      } catch {
        throw CommandProblem.unwritable(file: output, reason: error.localizedDescription)
      }
      Terminal.writeError("wrote \(output)\n")
    }
  }

  private func selectedNetworks() throws -> [NamedNetwork] {
    switch select {
    case .one(let selection):
      return [try options.network(named: subject, selection: selection)]
    case .pareto:
      guard RunReader.isRun(path: subject) else {
        throw ValidationError("--select pareto needs a run folder, which \(subject) is not.")
      }
      let reader = try RunReader(path: subject)
      return reader.state.search.front.candidates.map(reader.network(of:))
    }
  }
}
