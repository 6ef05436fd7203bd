import Architectures
import ArgumentParser
import Foundation
import Reports
import SearchSpaces

struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Print what a network or a search space consists of.",
    discussion: """
      A network is shown layer by layer with shapes, parameters, multiply-adds and the receptive
      field; a search space with its choices, the number of distinct genomes and the range of
      multiply-adds.

      Networks by name: \(ReferenceNetwork.all.map(\.name).joined(separator: ", ")).
      """)

  @Argument(
    help: ArgumentHelp(
      "A search space (.yaml), a genome file (.json), a run folder, a network's name, or a "
        + "genome in block notation.", valueName: "subject"),
    completion: .file())
  var subject: String

  @OptionGroup var options: NetworkOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    if subject.hasSuffix(".yaml") || subject.hasSuffix(".yml") {
      let description = try SearchSpace(contentsOf: subject).description()
      if json {
        try Terminal.writeJSON(SpaceReport.Document(description))
      } else {
        Terminal.write(SpaceReport(description).rendered)
      }
    } else {
      let network = try options.network(named: subject)
      let graph = try network.graph()
      if json {
        try Terminal.writeJSON(NetworkReport.Document(network: network.file, graph: graph))
      } else {
        Terminal.write(NetworkReport(graph, genome: network.genome).rendered)
      }
    }
  }
}
