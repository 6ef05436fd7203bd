/// The word with the fewest changed letters, if those are at most a third of the word.
package func nearestWord(to word: String, among words: [String]) -> String? {
  let typed = Array(word.lowercased().prefix(64))
  let ranked = words.map { (word: $0, distance: editDistance(typed, Array($0))) }
  guard let best = ranked.min(by: { $0.distance < $1.distance }),
    best.distance <= max(1, max(typed.count, best.word.count) / 3)
  else { return nil }
  return best.word
}

/// Letters to insert, delete or replace (Levenshtein).
private func editDistance(_ first: [Character], _ second: [Character]) -> Int {
  var row = Array(0...second.count)
  for (i, letter) in first.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in second.enumerated() {
      let above = row[j + 1]
      row[j + 1] = min(above + 1, row[j] + 1, diagonal + (letter == other ? 0 : 1))
      diagonal = above
    }
  }
  return row[second.count]
}
