import ArgumentParser
import Export
import Foundation
import WeightFiles

/// Writes formats that say what a network is, without weights.
struct TextExport {
  let format: ExportFormat
  let subjects: ExportSubjects
  let json: Bool

  func write(to output: String, isFolder: Bool) throws {
    let networks = subjects.all.map(\.network)
    if isFolder {
      try FolderOutput.make(output)
      for network in networks {
        try write(
          network.graph().graphviz, to: "\(output)/\(network.name.replacing("/", with: "-")).dot")
      }
      return
    }
    switch format {
    case .blocks:
      try write(
        networks.map { try $0.genome().canonical.blockNotation + "\n" }.joined(), to: output)
    case .dot: try write(networks[0].graph().graphviz, to: output)
    default:
      guard networks.count == 1 else {
        throw ValidationError(
          "A genome file holds one network and the front has \(networks.count); choose --format "
            + "blocks, or one of them with --select.")
      }
      try write(String(decoding: networks[0].file().json(), as: UTF8.self), to: output)
    }
  }

  private func write(_ text: String, to output: String) throws {
    if output == "-" {
      try Terminal.write(text)
      return
    }
    let data = Data(text.utf8)
    try AtomicFile.write(data, to: output)
    if json {
      try Terminal.writeJSON(
        ExportReport(
          network: subjects.all[0].network.name, format: format,
          files: [.init(path: output, bytes: data.count)]))
    } else {
      Terminal.writeError("wrote \(output)\n")
    }
  }
}

/// A folder that holds the files of several networks.
enum FolderOutput {
  static func make(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CommandProblem.unwritable(file: path, reason: error.systemReason)
    }
  }
}
