/// One place of a search space where a choice is made.
package struct Gene: Sendable, Hashable {
  /// What a gene of a stage decides. The order of the cases is the order of a stage's genes in
  /// `Choices` and never changes: runs on disk hold it.
  package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case repeats, kernels, split, dilated, expansion
    case expandGroups = "expand-groups"
    case projectGroups = "project-groups"
    case squeezeExcitation = "squeeze-excitation"
    case activation, channels, skip
  }

  /// Counted from 1, as in the file.
  package let stage: Int
  package let kind: Kind
  /// The options as a file spells them: `3.5.7`, `exponential`, `0.25`.
  package let options: [String]
}

extension Stage {
  /// How many options a gene has.
  package func optionCount(of kind: Gene.Kind) -> Int {
    switch kind {
    case .repeats: repeats.count
    case .kernels: kernels.count
    case .split: split.count
    case .dilated: dilated.count
    case .expansion: expansion.count
    case .expandGroups: expandGroups.count
    case .projectGroups: projectGroups.count
    case .squeezeExcitation: squeezeExcitation.count
    case .activation: activation.count
    case .channels: channels.count
    case .skip: skip.count
    }
  }

  /// The options of a gene as a file spells them.
  package func options(of kind: Gene.Kind) -> [String] {
    switch kind {
    case .repeats: repeats.map(String.init)
    case .kernels: kernels.map { $0.map(String.init).joined(separator: ".") }
    case .split: split.map(\.rawValue)
    case .dilated: dilated.map(String.init)
    case .expansion: expansion.map(plainNumber)
    case .expandGroups: expandGroups.map(String.init)
    case .projectGroups: projectGroups.map(String.init)
    case .squeezeExcitation: squeezeExcitation.map(plainNumber)
    case .activation: activation.map(\.rawValue)
    case .channels: channels.map(String.init)
    case .skip: skip.map(String.init)
    }
  }
}

extension SearchSpace {
  /// Every gene, stage after stage, in the order of a gene vector.
  package var genes: [Gene] {
    stages.indices.flatMap { stage in
      Gene.Kind.allCases.map {
        Gene(stage: stage + 1, kind: $0, options: stages[stage].options(of: $0))
      }
    }
  }

  /// Options of every gene in the order of a gene vector.
  package var optionCounts: [Int] {
    stages.flatMap { stage in Gene.Kind.allCases.map(stage.optionCount) }
  }
}

/// A number without a needless fraction: `4`, not `4.0`.
package func plainNumber(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
}
