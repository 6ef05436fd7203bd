import ArgumentParser
import Foundation
import Kernels

/// The command line: parse, call, print.
@main
struct Mixnas: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mixnas",
    abstract: "Searches for convolutional networks that are fast and accurate on this CPU.",
    discussion: """
      Launch a search, resume it after any interruption, export the winner:

        mixnas search search-spaces/quickstart.yaml
        mixnas resume results/quickstart-1
        mixnas export results/quickstart-1 --format onnx --output winner.onnx
      """,
    version: mixnasVersion,
    subcommands: [
      SearchCommand.self, ResumeCommand.self, ExportCommand.self, ImportCommand.self,
      TrainCommand.self, DescribeCommand.self, LatencyCommand.self, ListCommand.self,
      ShowCommand.self, BenchCommand.self,
    ])

  static func main() {
    Terminal.prepare()
    do {
      var command = try parseAsRoot()
      _ = try KernelSet.select(environment: ProcessInfo.processInfo.environment)
      try command.run()
    } catch let error {
      guard let report = ErrorReport(error) else { exit(withError: error) }
      Terminal.writeError("Error: \(report.message)\n")
      exit(withError: ExitCode(report.exitCode))
    }
  }
}

let mixnasVersion = "0.1.0"
