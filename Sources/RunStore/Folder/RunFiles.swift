/// What the files of a run folder are called.
enum RunFiles {
  static let configuration = "run.json"
  static let journal = "journal.jsonl"
  static let best = "best.json"
  static let table = "evaluations.csv"
  static let weights = "weights"
}
