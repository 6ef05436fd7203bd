import Architectures
import Datasets
import Engine
import Kernels
import Randomness
import Search
import SearchSpaces

/// The evaluator of a real search: builds a candidate's networks, measures the latency of the
/// one to deploy where that is the cost, and trains the proxy briefly.
///
/// It keeps nothing from one candidate to the next, so any number of threads may share it, and
/// their number changes nothing but time.
package final class CandidateEvaluator: Evaluator {
  package let space: SearchSpace
  /// That candidates are trained and scored on.
  package var images: TrainingData { trainer.data }
  let trainer: ProxyTrainer
  /// Nil where the cost is not latency.
  private let meter: LatencyMeter?

  /// - Parameter seed: of the search; decides which images are held back.
  /// - Throws: `TrainingDataError`, `SystemThreadError`.
  package init(
    space: SearchSpace, data: DatasetPair, seed: UInt64, gate: TrainingGate = .process,
    kernels: KernelSet = .current
  ) throws {
    self.space = space
    let images = try data.proxyData(
      side: space.input.proxy.resolution, channels: space.input.channels,
      settings: space.training, seed: seed)
    trainer = ProxyTrainer(data: images, settings: space.training, gate: gate, kernels: kernels)
    meter =
      space.objective.cost == .latency
      ? try LatencyMeter(settings: space.latency, gate: gate, kernels: kernels) : nil
  }

  package func evaluate(
    _ task: EvaluationTask, isCancelled: @Sendable () -> Bool
  ) throws(EvaluationShortage) -> Evaluation? {
    let time = continuousTime()
    func seconds() -> Double { time() / .seconds(1) }
    var imagesPerSecond = 0.0
    let outcome: Evaluation.Outcome
    do {
      let networks = try networks(of: task.genome)
      if isCancelled() { return nil }
      let latency = try meter?.measure(networks.deployment, isCancelled: isCancelled)
      if isCancelled() { return nil }
      let result = try trainer.train(
        networks.proxy, random: RandomStream(seed: task.seed), isCancelled: isCancelled)
      imagesPerSecond = result.imagesPerSecond
      outcome = .completed(
        Evaluation.Scores(
          validationAccuracy: result.accuracy, validationLoss: result.loss,
          trainingLoss: result.trainingLoss, latency: latency,
          multiplyAdds: networks.deployment.multiplyAdds,
          parameters: networks.deployment.parameterCount))
    } catch TrainingInterruption.cancelled {
      return nil
    } catch TrainingInterruption.diverged(let epoch) {
      outcome = .failed(.diverged(epoch: epoch))
    } catch TrainingInterruption.outOfTime(let seconds) {
      outcome = .failed(.outOfTime(seconds: seconds))
    } catch TrainingInterruption.outOfMemory(let shortage) {
      throw EvaluationShortage(reason: "\(shortage)", seconds: seconds())
    } catch let shortage as MemoryShortage {
      throw EvaluationShortage(reason: "\(shortage)", seconds: seconds())
    } catch {
      outcome = .failed(.notBuildable(reason: "\(error)"))
    }
    return Evaluation(
      ordinal: task.ordinal, outcome: outcome,
      timing: Evaluation.Timing(
        seconds: seconds(), imagesPerSecond: imagesPerSecond))
  }

  /// The network to deploy and its proxy.
  ///
  /// - Throws: `GenomeError` or `GraphError` where there is no such network.
  func networks(
    of genome: Genome
  ) throws -> (deployment: NetworkGraph, proxy: NetworkGraph) {
    let classes = trainer.data.classes
    let deployment = try genome.graph(
      input: space.deploymentShape, classes: classes,
      normalization: space.training.normalization)
    let proxy = try genome.graph(
      input: space.proxyShape, classes: classes, variant: space.proxyVariant(for: genome),
      normalization: space.training.normalization)
    return (deployment, proxy)
  }
}
