import Architectures
import Foundation
import Randomness
import Testing

@testable import SearchSpaces

@Suite struct ChoicesTests {
  private let example = space([
    Stage(repeats: [1, 3], kernels: [[3], [3, 5]], expansion: [2], channels: [8]),
    Stage(stride: 2, repeats: [2], squeezeExcitation: [0, 0.5], channels: [8, 12, 16]),
  ])

  @Test func genesStandInTheirOrder() {
    let genes = example.genes
    #expect(genes.count == 22)
    #expect(genes.map(\.stage) == Array(repeating: 1, count: 11) + Array(repeating: 2, count: 11))
    // Runs on disk depend on this order.
    let order = [
      "repeats", "kernels", "split", "dilated", "expansion", "expand-groups", "project-groups",
      "squeeze-excitation", "activation", "channels", "skip",
    ]
    #expect(genes.map(\.kind.rawValue) == order + order)
    #expect(genes[1].options == ["3", "3.5"])
    #expect(genes[11 + 7].options == ["0", "0.5"])
    #expect(genes.map(\.options.count) == example.optionCounts)
  }

  @Test func aGenomeFollowsItsChoices() {
    var genes = Array(repeating: 0, count: 22)
    genes[0] = 1  // three blocks
    genes[1] = 1  // 3.5
    genes[11 + 9] = 2  // 16 channels
    let genome = example.genome(for: Choices(genes))
    #expect(genome.blocks.map(\.kernels) == [[3, 5], [3, 5], [3, 5], [3], [3]])
    #expect(genome.blocks.map(\.stride) == [1, 1, 1, 2, 1])
    #expect(genome.blocks.map(\.outputChannels) == [8, 8, 8, 16, 16])
    #expect(genome.blocks.map(\.expansion) == [2, 2, 2, 6, 6])
    #expect(genome.stem == example.stem && genome.head == example.head)
  }

  @Test func strangeVectorsAreNotContained() {
    let zeros = Array(repeating: 0, count: 22)
    #expect(example.contains(Choices(zeros)))
    #expect(!example.contains(Choices(Array(zeros.dropLast()))))
    #expect(!example.contains(Choices(zeros + [0])))
    var strange = zeros
    strange[0] = 2
    #expect(!example.contains(Choices(strange)))
    strange[0] = -1
    #expect(!example.contains(Choices(strange)))
  }

  @Test func aMutationChangesOneOpenGene() {
    var stream = RandomStream(seed: 1)
    let counts = example.optionCounts
    var changed: Set<[Int]> = []
    var parent = example.random(using: &stream)
    for _ in 0..<500 {
      let child = example.mutate(parent, using: &stream)
      let places = counts.indices.filter { child.indices[$0] != parent.indices[$0] }
      #expect(places.count == 1)
      #expect(places.allSatisfy { counts[$0] > 1 })
      #expect(example.contains(child))
      changed.formUnion(places.map { [$0, child.indices[$0]] })
      parent = child
    }
    // Every option of every open gene was reached.
    #expect(changed.count == counts.filter { $0 > 1 }.reduce(0, +))
  }

  @Test func aSpaceOfOneSpellingStaysAsItIs() {
    var stream = RandomStream(seed: 2)
    let single = space([Stage(channels: [8])])
    let only = single.random(using: &stream)
    #expect(single.mutate(only, using: &stream) == only)
    #expect(single.spellingCount == Natural(1))
    #expect(single.distinctCount == Natural(1))
  }

  @Test func aChildHasEachGeneOfAParent() {
    var stream = RandomStream(seed: 3)
    let first = Choices(Array(repeating: 0, count: 22))
    let second = Choices(example.optionCounts.map { $0 - 1 })
    var fromFirst = 0
    for _ in 0..<200 {
      let child = example.crossover(first, second, using: &stream)
      for (index, gene) in child.indices.enumerated() {
        #expect(gene == first.indices[index] || gene == second.indices[index])
      }
      if child.indices[0] == 0 { fromFirst += 1 }
    }
    #expect((60...140).contains(fromFirst))
  }

  @Test func randomChoicesAreUniform() {
    var stream = RandomStream(seed: 4)
    var counts: [Int: Int] = [:]
    for _ in 0..<3000 { counts[example.random(using: &stream).indices[20], default: 0] += 1 }
    #expect(counts.count == 3)
    // Five standard deviations of a binomial distribution around a third.
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 130 })
  }

  @Test func theSameStreamGivesTheSameChoices() {
    var first = RandomStream(seed: 5)
    var second = RandomStream(seed: 5)
    #expect(example.random(using: &first) == example.random(using: &second))
    let parent = example.random(using: &first)
    _ = example.random(using: &second)
    #expect(example.mutate(parent, using: &first) == example.mutate(parent, using: &second))
  }
}
