import Testing

@testable import Randomness

struct SelectionTests {
  @Test func shufflesReachEveryOrderEqually() {
    var stream = RandomStream(seed: 1)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<6000 { counts[stream.shuffled([0, 1, 2]), default: 0] += 1 }
    #expect(counts.count == 6)
    // 1000 each; the standard deviation is 29.
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 145 })
  }

  @Test func shortArraysTakeNoDraw() {
    var stream = RandomStream(seed: 1)
    let empty = stream.shuffled([Int]())
    let single = stream.shuffled([4])
    #expect(empty == [] && single == [4])
    #expect(stream.counter == 0)
  }

  @Test(arguments: [(0, 0), (0, 5), (5, 5), (3, 1_000_000), (40, 50)])
  func samplesAreDistinct(count: Int, bound: Int) {
    var stream = RandomStream(seed: 2)
    let sample = stream.sample(count, below: bound)
    #expect(sample.count == count)
    #expect(Set(sample).count == count)
    #expect(sample.allSatisfy { (0..<bound).contains($0) })
  }

  @Test func samplesReachEveryPairEqually() {
    var stream = RandomStream(seed: 3)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<12_000 { counts[stream.sample(2, below: 4), default: 0] += 1 }
    #expect(counts.count == 12)
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 150 })
  }

  @Test func choicesComeFromTheArray() {
    var stream = RandomStream(seed: 5)
    let chosen = Set((0..<100).map { _ in stream.choice(["a", "b", "c"]) })
    #expect(chosen == ["a", "b", "c"])
    let sample = stream.sample(2, of: ["a", "b"])
    #expect(Set(sample) == ["a", "b"])
  }
}
