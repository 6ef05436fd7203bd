/// What happens between two steps of a training: the gate, the question whether to go on, and
/// the time allowance, in which waiting at the gate doesn't count.
struct StepBoundary {
  let gate: TrainingGate
  /// Nil for no limit.
  let secondsAllowed: Double?
  private let now: () -> Duration
  private let start: Duration
  private var waited = Duration.zero

  /// - Parameter now: time since any fixed moment.
  init(gate: TrainingGate, secondsAllowed: Double?, now: @escaping () -> Duration) {
    self.gate = gate
    self.secondsAllowed = secondsAllowed
    self.now = now
    start = now()
  }

  /// Seconds spent since the start, without those at the gate.
  var seconds: Double { (now() - start - waited) / .seconds(1) }

  /// - Parameter isLimited: whether the time allowance counts here.
  mutating func cross(
    isLimited: Bool, isCancelled: () -> Bool
  ) throws(TrainingInterruption) {
    let arrival = now()
    gate.pass()
    waited += now() - arrival
    if isCancelled() { throw .cancelled }
    guard isLimited, let secondsAllowed else { return }
    let seconds = seconds
    if seconds >= secondsAllowed { throw .outOfTime(seconds: seconds) }
  }
}

/// The system's continuous clock, as time since the call.
func continuousTime() -> () -> Duration {
  let clock = ContinuousClock()
  let start = clock.now
  return { start.duration(to: clock.now) }
}
