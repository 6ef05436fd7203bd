import ArgumentParser
import Foundation
import Reports
import WeightFiles

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take in weights that were trained elsewhere.",
    discussion: """
      The file holds the state_dict of a module that 'mixnas export --format pytorch' wrote, \
      saved as safetensors. Its tensors must have exactly the names and shapes of the network's. \
      What is written says which network it is of, and every command takes it as a network:

        mixnas import trained.safetensors --genome mixnet-s --output new.safetensors
        mixnas export new.safetensors --format onnx --output new.onnx

      A weight file or training folder as --genome hands over normalisation and class names as \
      well.
      """)

  @Argument(help: "The weights (.safetensors).", completion: .file())
  var file: String

  @Option(
    help: ArgumentHelp(
      "The network: a run or training folder, a genome file (.json), other weights "
        + "(.safetensors), a network's name, or a genome in block notation.",
      valueName: "network"))
  var genome: String

  @Option(
    help: ArgumentHelp(
      "The file to write. (default: FILE with .imported.safetensors)", valueName: "file"),
    completion: .file())
  var output: String?

  @OptionGroup var options: NetworkOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let output, !output.hasSuffix(".safetensors"), !output.hasPrefix("/dev/") {
      throw ValidationError("The output ends with .safetensors, not as \(output) does.")
    }
  }

  func run() throws {
    let network = try options.network(named: genome)
    let imported = try WeightImport(file: file, network: network)
    let path = output ?? defaultOutput
    try WeightFile.write(
      imported.weights, of: imported.graph, imported.metadata, to: path)
    let report = Document(
      network: network.name, output: path, parameters: imported.graph.parameterCount,
      digest: imported.weights.digest)
    if json {
      try Terminal.writeJSON(report)
    } else {
      try Terminal.write(
        "\(report.network): \(Numbers.grouped(report.parameters)) parameters of \(file), digest "
          + "\(report.digest)\n")
      Terminal.writeError("wrote \(path)\n")
    }
  }

  private var defaultOutput: String {
    let suffix = ".safetensors"
    let stem = file.hasSuffix(suffix) ? String(file.dropLast(suffix.count)) : file
    return stem + ".imported" + suffix
  }

  private struct Document: Encodable {
    let network: String
    let output: String
    let parameters: Int
    let digest: String
  }
}
