import ArgumentParser

/// Has no options of its own: one that a subcommand has too would be taken from it.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Print which kernels this CPU runs, and how fast they and whole networks are.",
    discussion: "Without a subcommand the CPU and the kernels that are chosen for it.",
    subcommands: [CPUCommand.self, KernelsCommand.self, NetworksCommand.self],
    defaultSubcommand: CPUCommand.self)
}
