import Foundation

/// A linear warm-up, then half a cosine down to zero (Loshchilov & Hutter 2017); a pure function
/// of the step.
///
///     let schedule = LearningRateSchedule(peak: 0.05, warmUpSteps: 100, steps: 1_000)
///     schedule.rate(at: 0)    // 0.0005
///     schedule.rate(at: 100)  // 0.05
package struct LearningRateSchedule: Sendable, Hashable, Codable {
  package let peak: Double
  package let warmUpSteps: Int
  /// Of the whole training, warm-up included.
  package let steps: Int

  package init(peak: Double, warmUpSteps: Int, steps: Int) {
    precondition(warmUpSteps >= 0 && steps > 0, "a training has at least one step")
    self.peak = peak
    self.warmUpSteps = min(warmUpSteps, steps)
    self.steps = steps
  }

  /// The rate of a step, counted from 0. It is above zero in every step of the training, and
  /// zero behind its end.
  package func rate(at step: Int) -> Double {
    if step < warmUpSteps { return peak * Double(step + 1) / Double(warmUpSteps) }
    guard step < steps else { return 0 }
    let progress = Double(step - warmUpSteps) / Double(steps - warmUpSteps)
    return peak * 0.5 * (1 + cos(.pi * progress))
  }
}
