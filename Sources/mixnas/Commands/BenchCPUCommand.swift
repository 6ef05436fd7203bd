import ArgumentParser
import Kernels
import RunStore

extension BenchCommand {
  struct CPUCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "cpu", abstract: "Print the CPU and the kernels that are chosen for it.")

    @Flag(help: "Print JSON.")
    var json = false

    private struct Document: Encodable {
      let host: HostFingerprint
      let available: [String]
      let vectorWidth: Int
    }

    func run() throws {
      let host = HostFingerprint.thisMachine
      let available = KernelSet.available.map(\.instructionSet.rawValue)
      if json {
        try Terminal.writeJSON(
          Document(
            host: host, available: available, vectorWidth: KernelSet.current.vectorWidth))
        return
      }
      try Terminal.write(
        """
        processor        \(host.processor), \(host.cores) cores
        system           \(host.operatingSystem)
        kernels          \(host.instructionSet), \(KernelSet.current.vectorWidth) floats a vector
        available        \(available.joined(separator: ", "))

        """)
    }
  }
}
