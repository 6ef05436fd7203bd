import ArgumentParser
import Files
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
    if let output, !ExportFormat.safetensors.isSuffixed(output), !WholeFile.isSpecial(output) {
      throw ValidationError("The output ends with .safetensors, not as \(output) does.")
    }
    if json, let output, WholeFile.isStandardOutput(output) {
      throw ValidationError(
        "--json needs another --output: the file itself goes to standard output.")
    }
  }

  func run() throws {
    let network = try options.network(named: genome)
    let imported = try WeightImport(
      file: file, network: network,
      described: RunReader.isRun(path: genome) ? RunReader(path: genome).bestDescription : nil)
    if imported.metadata.normalization.mean == nil {
      Terminal.writeError(
        "warning: nothing says what was done to the images before they were learnt; exports will name "
          + "no mean and deviation. --genome WEIGHTS.safetensors of an export has them\n")
    }
    let path = try output ?? defaultOutput
    try OutputFile.check(path)
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
          + "\(report.digest)\n", beside: path)
      Terminal.writeError("wrote \(path)\n")
    }
  }

  /// A name that nobody gave replaces no file.
  private var defaultOutput: String {
    get throws {
      let suffix = ".safetensors"
      let stem = file.hasSuffix(suffix) ? String(file.dropLast(suffix.count)) : file
      let path = stem + ".imported" + suffix
      guard !FileManager.default.fileExists(atPath: path) else {
        throw CommandProblem.unwritable(
          file: path, reason: "it is there already; --output \(path.shellWord) replaces it")
      }
      return path
    }
  }

  private struct Document: Encodable {
    let network: String
    let output: String
    let parameters: Int
    let digest: String
  }
}
