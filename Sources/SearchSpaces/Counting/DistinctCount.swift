extension SearchSpace {
  /// Spellings: the product of the lengths of all lists.
  package var spellingCount: Natural {
    optionCounts.reduce(Natural(1)) { $0 * Natural($1) }
  }

  /// Different networks, exactly: spellings that build the same network count once.
  ///
  /// A network is a word whose letters are its blocks. The stages' words are counted by the
  /// channels they end with, stage after stage. Where one stage may end is usually plain to see
  /// in the word: the next block has a stride, or other channels. Where it is not, one word can
  /// come from several spellings (one block and two alike, or two and one), and the stages in
  /// question are counted together by `AmbiguousStages`.
  ///
  /// Takes time in proportion to the product of each stage's lists and its input widths.
  package var distinctCount: Natural {
    var table = BlockTable()
    var counts = [stem.channels: Natural(1)]
    for group in unambiguousGroups {
      var next: [Int: Natural] = [:]
      for (channels, count) in counts {
        let words =
          group.count == 1
          ? table.words(of: stages[group.lowerBound], inputChannels: channels)
          : AmbiguousStages(stages[group], inputChannels: channels, table: &table).words()
        for (output, number) in words {
          next[output, default: .zero] += count * number
        }
      }
      counts = next
    }
    return counts.values.reduce(.zero, +)
  }

  /// Runs of stages whose ends every word shows.
  private var unambiguousGroups: [Range<Int>] {
    var groups: [Range<Int>] = []
    var start = 0
    for index in stages.indices {
      let isLast = index == stages.count - 1
      if isLast || endShows(ofStage: index, startShows: start == index) {
        groups.append(start..<(index + 1))
        start = index + 1
      }
    }
    return groups
  }

  /// Whether a word shows where a stage, which is not the last one, ends.
  private func endShows(ofStage index: Int, startShows: Bool) -> Bool {
    let stage = stages[index]
    let next = stages[index + 1]
    return next.stride > 1 || Set(stage.channels).isDisjoint(with: next.channels)
      || (startShows && stage.repeats.count == 1)
  }
}

extension BlockTable {
  /// Different words of one stage, by output channels.
  fileprivate mutating func words(of stage: Stage, inputChannels: Int) -> [Int: Natural] {
    let single = stage.repeats.contains(1) ? 1 : 0
    let longer = stage.repeats.count { $0 > 1 }
    var words: [Int: Int] = [:]
    for pair in pairs(of: stage, inputChannels: inputChannels) {
      // With one block alone the block that would follow makes no difference.
      let channels = Int(letters[pair.first].outputChannels)
      words[channels, default: 0] += (pair.isNewFirst ? single : 0) + longer
    }
    return words.mapValues { Natural($0) }
  }
}
