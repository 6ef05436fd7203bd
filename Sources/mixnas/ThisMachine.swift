import Engine
import Foundation
import Kernels
import RunStore

/// Cores that this process may use: all of the machine's, or the share that it was given.
var availableCores: Int {
  CoreAffinity.allowedCores()?.count ?? ProcessInfo.processInfo.activeProcessorCount
}

/// Threads that share a core wait for each other, and the latency says so.
func warnAboutThreads(_ threads: Int) {
  let cores = availableCores
  if threads > cores {
    Terminal.writeError(
      "warning: \(threads) threads on \(cores) core\(cores == 1 ? "" : "s") wait for each other; what "
        + "is measured is no latency of a machine with more cores\n")
  }
}

extension HostFingerprint {
  static var thisMachine: HostFingerprint {
    .current(instructionSet: KernelSet.current.instructionSet.rawValue)
  }
}
