/// Why a text is no block notation.
package struct BlockNotationError: Error, Sendable, Hashable {
  /// Of the offending part's first character in the text, from 1.
  package let column: Int
  /// The offending part as it stands.
  package let text: String
  package let reason: Reason

  /// What is wrong with the part; texts name fields that may or must stand there.
  package enum Reason: Sendable, Hashable {
    case empty
    case noStem
    case noHead
    /// A layer that is neither first, where the stem stands, nor last, where the head does.
    case misplaced
    case unknownField(allowed: String)
    case repeatedField
    case missingField(String)
    case notAWholeNumber
    case notANumber
    case notAListOfKernels
    case notAListOfOnes
    case unequalStrides
    case repeatsNotFirst
    case repeats(allowed: ClosedRange<Int>)
    case inputChannels(expected: Int)
  }
}

extension BlockNotationError: CustomStringConvertible {
  package var description: String {
    "block notation, column \(column): \(text.isEmpty ? "an empty text" : "'\(text)'") \(reason)"
  }
}

extension BlockNotationError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .empty: "stands there, where a stem, blocks and a head are needed"
    case .noStem: "stands first, where the stem is needed, such as stem16_k3_s2_re"
    case .noHead: "stands last, where the head is needed, such as head1536_re_d0.2"
    case .misplaced:
      "stands in a wrong place: the stem stands first, the head last, and blocks such as "
        + "r1_k3_s1_e6_o24 between"
    case .unknownField(let allowed): "is no field; \(allowed) are"
    case .repeatedField: "gives a field a second time"
    case .missingField(let field): "lacks \(field)"
    case .notAWholeNumber: "needs a whole number behind its letters, such as o24"
    case .notANumber: "needs a number behind its letters, such as e6 or se0.25"
    case .notAListOfKernels: "needs kernels with points between, such as k3.5.7"
    case .notAListOfOnes:
      "needs a 1 for each group with points between, such as a1.1, and at most "
        + "\(GenomeLimits.groups.upperBound) of them"
    case .unequalStrides: "has strides that differ; give one, such as s2"
    case .repeatsNotFirst: "repeats stand first in a block, such as r2_k3_s1_e6_o24"
    case .repeats(let allowed):
      "makes too few or too many blocks; a genome has \(allowed.lowerBound) to "
        + "\(allowed.upperBound), repetitions counted"
    case .inputChannels(let expected):
      "does not agree with the \(expected) channels that the layer before puts out"
    }
  }
}
