import Export
import Files
import Foundation

/// Writes formats that say what a network is, without weights.
struct TextExport {
  let format: ExportFormat
  let subjects: ExportSubjects
  let json: Bool

  /// - Parameter isFolder: whether each network gets a file of its own in a folder.
  func write(to output: String, isFolder: Bool) throws {
    let networks = subjects.all.map(\.network)
    if isFolder {
      try Folder.make(output)
      let reports = try networks.map { network in
        let name = network.name.replacing("/", with: "-") + (format.suffix ?? "")
        return try write(text(of: network), of: network, to: "\(output)/\(name)")
      }
      if json { try Terminal.writeJSON(reports) }
      return
    }
    let all = try networks.map(text(of:)).joined()
    if output == "-" {
      try Terminal.write(all)
      return
    }
    let report = try write(all, of: networks[0], to: output)
    if json { try Terminal.writeJSON(report) }
  }

  private func text(of network: NamedNetwork) throws -> String {
    switch format {
    case .blocks: try network.genome().canonical.blockNotation + "\n"
    case .dot: try network.graph().graphviz
    default: String(decoding: try network.file().json(), as: UTF8.self)
    }
  }

  private func write(
    _ text: String, of network: NamedNetwork, to output: String
  ) throws -> ExportReport {
    let data = Data(text.utf8)
    try OutputFile.check(output)
    try WholeFile.write(data, to: output)
    if !json { Terminal.writeError("wrote \(output)\n") }
    return ExportReport(
      network: network.name, format: format, files: [.init(path: output, bytes: data.count)])
  }
}
