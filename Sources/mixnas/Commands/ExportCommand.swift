import ArgumentParser
import Export
import Files
import Foundation
import Reports

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a network out: the winner of a run, or any other.",
    discussion: """
      genome       JSON with input and classes, which every command reads
      blocks       a line of block notation for each network
      dot          a drawing for Graphviz, a box for each section
      safetensors  weights in PyTorch's layouts; every command takes the file
      onnx         input 'image', output 'logits', operator set 17
      pytorch      a Python file with an nn.Module, its weights beside it

      A search keeps no weights. A candidate is trained again as it was, to the same bits, and \
      its weights are kept in the run folder. A network without weights gets random ones.

      ONNX files and weights are parsed again and compared. Where Python with ONNX Runtime or \
      PyTorch is at hand, an export for it is also run there: logits are compared on images of the \
      run, training or --dataset, or else on built-in or random ones, latency is measured, and \
      accuracy is scored where the labels are the network's. A file that computes something else is \
      not kept.
      """)

  @Argument(
    help: ArgumentHelp(
      "A run or training folder, a genome file (.json), weights (.safetensors), a network's "
        + "name, or a genome in block notation.",
      valueName: "network"),
    completion: .file())
  var subject: String

  @Option(
    help: "Which networks of a run folder: best, a candidate's number, or pareto. (default: best)")
  var select: RunSelection?

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp(
      "What to write. (default: what the output's name ends with, else genome)",
      valueName: "format"))
  var chosenFormat: ExportFormat?

  @Option(
    help: ArgumentHelp(
      "The file to write, - for standard output where that is text; with --select pareto a "
        + "folder for a file of each network, but for blocks.",
      valueName: "file"),
    completion: .file())
  var output = "-"

  @OptionGroup(title: "ONNX") var onnx: ONNXExportOptions

  @Option(help: "Seed of random weights, for a network that has none. (default: 0)")
  var seed: UInt64?

  @OptionGroup(title: "Verification") var verification: VerificationOptions

  @OptionGroup var datasetOptions: DatasetOptions

  @OptionGroup var options: NetworkOptions

  @Flag(help: "Print JSON about what was written.")
  var json = false

  private var format: ExportFormat {
    chosenFormat ?? (select == .pareto ? nil : ExportFormat(ofFile: output)) ?? .genome
  }

  func validate() throws {
    if output == "" { throw ValidationError("--output needs the name of a file.") }
    if output.hasSuffix("/"), select != .pareto || format == .blocks {
      throw ValidationError("--output needs the name of a file, and \(output) is a folder's.")
    }
    try onnx.validate(for: format)
    try verification.validate(for: format)
    if onnx.mixed == .fastest, verification.verify == false {
      throw ValidationError("--mixed fastest needs ONNX Runtime, which --no-verify leaves out.")
    }
    if !format.hasWeights {
      for (option, isGiven) in [
        ("--seed", seed != nil), ("--dataset", datasetOptions.dataset != nil),
        ("--data-directory", datasetOptions.dataDirectory != nil),
      ] where isGiven {
        throw ValidationError(
          "\(option) is for formats with weights (safetensors, onnx, pytorch), not for "
            + "\(format.rawValue).")
      }
    }
    let isFolder = select == .pareto && format != .blocks
    if format.hasWeights || isFolder, output == "-" {
      throw ValidationError(
        "--format \(format.rawValue)\(isFolder ? " of several networks" : "") needs --output, the "
          + "\(isFolder ? "folder" : "file") to write.")
    }
    if let suffix = format.suffix, format.hasWeights, select != .pareto,
      !format.isSuffixed(output), format == .pytorch || !WholeFile.isSpecial(output)
    {
      throw ValidationError(
        "The output of --format \(format.rawValue) ends with \(suffix), not as \(output) does.")
    }
    let ending = URL(fileURLWithPath: output).pathExtension
    if chosenFormat == nil, select != .pareto, output != "-", !ending.isEmpty,
      ExportFormat(ofFile: output) == nil, !WholeFile.isSpecial(output)
    {
      throw ValidationError(
        "\(output): no format's files end with .\(ending); give --format, or another name.")
    }
    if select == .pareto, chosenFormat == nil, let other = ExportFormat(ofFile: output) {
      throw ValidationError(
        "--select pareto makes a folder of \(output); say with --format \(other.rawValue), or "
          + "another one, what it holds.")
    }
    if !format.hasWeights, select != .pareto, let other = ExportFormat(ofFile: output),
      other.hasWeights
    {
      throw ValidationError(
        "--format \(format.rawValue) writes a text, and \(output) is named as \(other.rawValue) is."
      )
    }
    if json, output == "-" || WholeFile.isStandardOutput(output) {
      throw ValidationError(
        "--json needs another --output: the file itself goes to standard output.")
    }
  }

  func run() throws {
    let subjects = try ExportSubjects(
      subject, select: select, options: options, dataset: datasetOptions)
    if format.hasWeights {
      let writer = WeightedExport(
        format: format, onnx: onnx.variants, verification: verification, subjects: subjects,
        seed: seed)
      var reports: [ExportReport] = []
      for subject in subjects.all {
        let path = try select == .pareto ? writer.path(of: subject, in: output) : output
        let report = try writer.write(subject, to: path)
        if !json { try Terminal.write(report.rendered, beside: path) }
        reports.append(report)
      }
      if json {
        if select == .pareto {
          try Terminal.writeJSON(reports)
        } else if let report = reports.first {
          try Terminal.writeJSON(report)
        }
      }
    } else {
      try TextExport(format: format, subjects: subjects, json: json)
        .write(to: output, isFolder: select == .pareto && format != .blocks)
    }
  }
}
