import Architectures
import ArgumentParser
import Evaluation
import Kernels
import Reports
import RunStore
import Search

extension BenchCommand {
  struct NetworksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "networks",
      abstract: "Time inference and training steps of whole networks.",
      discussion: """
        Inference is that of a deployed network, batch norm folded. A training step is forward \
        pass, loss, backward pass and SGD with momentum. The networks take turns, so that a drift \
        of the machine hits all alike; ratios are to the first. Weights and images are random: \
        times don't depend on them.
        """)

    /// What is timed where nothing is named.
    static let usualNetworks = ["mixnet-s", "mixnet-m", "mixnet-l", "mobilenet-v2"]

    @Argument(
      help: ArgumentHelp(
        "A network's name, a genome file (.json), weights (.safetensors), a run or training "
          + "folder, or a genome in block notation. "
          + "Without any: \(usualNetworks.joined(separator: ", ")).", valueName: "network"),
      completion: .file())
    var networks: [String] = []

    @Flag(help: "Time inference; training as well only if that is asked for too.")
    var inference = false

    @Flag(help: "Time training steps; inference as well only if that is asked for too.")
    var training = false

    @Option(
      help: ArgumentHelp(
        "Images of one run. Usually 1 in inference, 64 in training and 16 there for images "
          + "above 64×64.", valueName: "images"))
    var batch: Int?

    @Option(help: "Threads that share the work.")
    var threads = 1

    @Option(
      help: "Milliseconds for each network and work, about; five runs at least. (default: 1000)")
    var milliseconds: Double?

    @Option(help: "Runs of each network and work, instead of a time.")
    var runs: Int?

    @Flag(help: "Show where the time goes, by kind of layer and in the slowest layers.")
    var profile = false

    @Flag(help: "The same with every layer.")
    var profileAll = false

    @OptionGroup var options: NetworkOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
      if let batch, !(1...4096).contains(batch) {
        throw ValidationError("--batch must be from 1 to 4096, not \(batch).")
      }
      guard (1...256).contains(threads) else {
        throw ValidationError("--threads must be from 1 to 256, not \(threads).")
      }
      if let milliseconds, !(milliseconds > 0 && milliseconds <= 3_600_000) {
        throw ValidationError(
          "--milliseconds must be above 0 and at most 3600000, not \(milliseconds).")
      }
      if milliseconds != nil, runs != nil {
        throw ValidationError("--runs and --milliseconds exclude each other.")
      }
      if let runs, !(1...1_000_000).contains(runs) {
        throw ValidationError("--runs must be from 1 to 1000000, not \(runs).")
      }
    }

    func run() throws {
      warnAboutThreads(threads)
      let names = networks.isEmpty ? Self.usualNetworks : networks
      let compared = try ComparedNetworks(names, options: options)
      compared.warnAboutInputs()
      if runs == nil {
        // A profile takes as long again.
        let repetitions = works.count * (profile || profileAll ? 2 : 1)
        compared.announce(seconds: Double(repetitions) * (milliseconds ?? 1000) / 1000)
      }
      let graphs = compared.graphs
      let budget: InterleavedSampler.Budget =
        runs.map { .runs($0) } ?? .time(.milliseconds(milliseconds ?? 1000))
      let benchmark = NetworkBenchmark(budget: budget, threads: try PinnedThreads(threads))
      let now = ContinuousClock.now
      let peak = benchmark.threads.pinned {
        KernelBenchmark.measureFMAPeak(.current) { (ContinuousClock.now - now) / .seconds(1) }
      }
      let rows = try works.flatMap { try self.rows(of: graphs, at: $0, benchmark, peak: peak) }
      let report = NetworkBenchReport(
        host: .init(
          processor: HostFingerprint.thisMachine.processor,
          instructionSet: KernelSet.current.instructionSet.rawValue, peakGflops: peak),
        residentPeakBytes: ResidentMemory.peakBytes, rows: rows)
      if json {
        try Terminal.writeJSON(report)
      } else {
        try Terminal.write(report.rendered(allLayers: profileAll))
      }
    }

    /// Both kinds of work unless one alone is asked for.
    private var works: [NetworkWork] {
      NetworkWork.allCases.filter { work in
        switch work {
        case .inference: inference || !training
        case .training: training || !inference
        }
      }
    }

    private func rows(
      of graphs: [NetworkGraph], at work: NetworkWork, _ benchmark: NetworkBenchmark,
      peak: Double?
    ) throws -> [NetworkBenchReport.Row] {
      let subjects = try graphs.map { graph -> any BenchmarkSubject in
        let batch = batch ?? work.usualBatch(for: graph.input)
        switch work {
        case .inference:
          return try InferenceSubject(graph: graph, batch: batch, pool: benchmark.threads.pool)
        case .training:
          return try TrainingSubject(graph: graph, batch: batch, pool: benchmark.threads.pool)
        }
      }
      return zip(subjects, try benchmark.measure(subjects)).map { subject, time in
        NetworkBenchReport.Row(
          graph: subject.graph, work: work.rawValue, batch: subject.batch,
          operationsPerMultiplyAdd: work.operationsPerMultiplyAdd, time: time, peakGflops: peak,
          memoryBytes: subject.memoryBytes,
          profile: profile || profileAll ? layers(of: subject, time, benchmark) : nil)
      }
    }

    /// Takes about as long as the measurement before it did.
    private func layers(
      of subject: any BenchmarkSubject, _ time: LatencyMeasurement, _ benchmark: NetworkBenchmark
    ) -> LayerProfile {
      let times = benchmark.layerTimes(of: subject, runs: min(max(3, time.samples), 200))
      return LayerProfile(
        graph: subject.graph, batch: subject.batch,
        times: times.map {
          ($0.nodes, $0.forward / .milliseconds(1), $0.backward.map { $0 / .milliseconds(1) })
        })
    }
  }
}
