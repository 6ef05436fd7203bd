import Randomness
import SearchSpaces

/// Uniformly random choices, without repetition: the baseline of every other strategy.
package struct RandomSearch: Strategy {
  package init() {}

  package func suggest(
    ordinal: Int, history: ArraySlice<Candidate>, space: SearchSpace,
    isSeen: (_ hash: String) -> Bool, using stream: inout RandomStream
  ) -> Suggestion? {
    space.unseen(using: &stream, excluding: isSeen).map { Suggestion(choices: $0) }
  }
}
