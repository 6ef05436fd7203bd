import Foundation
import Randomness
import Testing

@testable import SearchSpaces

/// The error's text, or what was read instead.
private func refusal(_ yaml: String) -> String {
  do throws(SpaceError) {
    return "\(try SearchSpace(yaml: yaml, file: "space.yaml"))"
  } catch {
    return error.description
  }
}

@Suite struct RefusalTests {
  private static let fileFaults: [(yaml: String, text: String)] = [
    ("", "space.yaml: the file is empty"),
    ("# nothing", "space.yaml: the file is empty"),
    ("name: [", "space.yaml:2:1: this is not YAML"),
    ("name: test\nname: test", "space.yaml:1:1: name: the key is given twice"),
    ("- 1", "space.yaml:1:1: a list is not allowed"),
    ("name: test\n---\nname: test", "this is not YAML"),
    ("name: *there", "space.yaml:1:7: this is not YAML"),
  ]

  @Test("Faults of the file", arguments: fileFaults)
  func files(yaml: String, text: String) {
    #expect(refusal(yaml).contains(text), "\(refusal(yaml))")
  }

  private static let stageFaults: [(text: String, expected: String)] = [
    ("kernels: [3, 4]", "4:38: stages[1].kernels[2]: '4' is not allowed; write odd kernels"),
    ("kernels: [3, [3, 4]]", "4:38: stages[1].kernels[2]: [3, 4] is not allowed"),
    ("kernels: 3.6", "stages[1].kernels: '3.6' is not allowed"),
    ("kernels: 15", "stages[1].kernels: '15' is not allowed"),
    ("kernels: [1]", "stages[1].kernels[1]: '1' is not allowed"),
    ("kernels: 5.3", "'5.3' is not allowed; write odd kernels from 3 to 13 that ascend"),
    ("kernels: 3.3", "'3.3' is not allowed"),
    ("kernels: [[]]", "stages[1].kernels[1]: [] is not allowed"),
    ("kernels: [[[3]]]", "stages[1].kernels[1]: […] is not allowed"),
    ("kernels: []", "4:34: stages[1].kernels: the list is empty"),
    ("kernels: [3, 5, 3]", "stages[1].kernels[3]: 3 is listed twice"),
    ("kernels: {a: 1}", "a mapping is not allowed"),
    ("kernals: 3", "4:25: stages[1].kernals: unknown key; did you mean 'kernels'?"),
    ("epochs: 3", "unknown key; it belongs in training"),
    ("colour: 3", "unknown key (allowed here: channels, width-multipliers, stride"),
    ("repeats: 0", "4:34: stages[1].repeats: '0' is not allowed; write a whole number"),
    ("repeats: [1, 0]", "repeats[2]: '0' is not allowed; write a whole number from 1 to 64"),
    ("repeats: 99999999999999999999", "'99999999999999999999' is not allowed"),
    ("repeats: \"2\"", "the text \"2\" is not allowed"),
    ("repeats: 1.5", "'1.5' is not allowed"),
    ("repeats: ", "no value is not allowed"),
    ("stride: [1, 2]", "stride: a list is not allowed; write a whole number from 1 to 4"),
    ("stride: 5", "'5' is not allowed"),
    ("split: even", "'even' is not allowed; write"),
    ("dilated: yes", "'yes' is not allowed"),
    ("dilated: [true, true]", "true is listed twice"),
    ("expansion: 0.5", "'0.5' is not allowed"),
    ("expansion: .nan", "'.nan' is not a finite number"),
    ("expansion: [1, .inf]", "expansion[2]: '.inf' is not a finite number"),
    ("expansion: 1e999", "'1e999' is not a finite number"),
    ("expansion: 0x2", "'0x2' is not allowed"),
    ("squeeze-excitation: -0.25", "'-0.25' is not allowed"),
    ("activation: swoosh", "'swoosh' is not allowed; write `relu`"),
    ("expand-groups: 17", "17 groups leave one without channels, as only 16 channels"),
    ("project-groups: 25", "25 groups leave one without channels, as only 24 channels"),
    (
      "expansion: 1, split: exponential, kernels: [3, 3.5.7.9.11.13]",
      "stages[1].kernels[2]: kernels 3.5.7.9.11.13 with an exponential split leave a group "
        + "without channels: 16 input channels × expansion 1 are 16 channels"
    ),
    ("channels: 5000", "the key is given twice"),
    ("width-multipliers: 9", "'9' is not allowed"),
  ]

  @Test("Faults of a stage, with their place", arguments: stageFaults)
  func stages(text: String, expected: String) {
    let message = refusal(minimal(stages: "[{channels: 24, \(text)}]"))
    #expect(message.hasPrefix("space.yaml:4:"), "\(message)")
    #expect(message.contains(expected), "\(message)")
  }

  @Test func aRepeatedBlockIsCheckedToo() {
    // The first block reads 16 channels, those that follow 2.
    let message = refusal(
      minimal(
        stages: "[{channels: 2, repeats: [1, 2], expansion: 1, kernels: 3.5.7}]"))
    #expect(message.contains("2 input channels × expansion 1"), "\(message)")
    #expect(
      throws: Never.self, "A single block is fine",
      performing: {
        try read(minimal(stages: "[{channels: 2, expansion: 1, kernels: 3.5.7}]"))
      })
  }

  private static let otherFaults: [(yaml: String, expected: String)] = [
    (minimal(input: "{}"), "2:8: input.resolution: the key is missing; write a whole number"),
    (minimal(input: "{resolution: 0}"), "2:21: input.resolution: '0' is not allowed"),
    (minimal(input: "{resolution: 100000}"), "'100000' is not allowed"),
    (minimal(input: "32"), "2:8: input: '32' is not allowed; write `key: value` lines"),
    (
      minimal(input: "{resolution: 32, proxy: {unstrided: [3]}}"),
      "input.proxy.unstrided[1]: stage 3 is more than stages (1) allows"
    ),
    (
      minimal(input: "{resolution: 32, proxy: {unstrided: [stem, 1]}}"),
      "2:51: input.proxy.unstrided[2]: stage 1 has stride 1 already"
    ),
    (minimal(input: "{resolution: 32, proxy: {unstrided: stem}}"), "write a list"),
    (minimal(input: "{resolution: 32, proxy: {unstrided: [0]}}"), "'0' is not allowed"),
    (
      minimal(input: "{resolution: 32, proxy: {unstrided: [\"1\"]}}"),
      "the text \"1\" is not allowed"
    ),
    (
      minimal(input: "{resolution: 32, proxy: {unstrided: [stem, stem]}}"), "stem is listed twice"
    ),
    (
      minimal(input: "{resolution: 32, proxy: {resolution: small}}"),
      "'small' is not allowed; write a whole number from 1 to 2048, or `same`"
    ),
    (
      minimal(
        input: "{resolution: 8}", stages: "[{channels: 8, stride: 4}, {channels: 8, stride: 2}]"),
      "4:58: stages[2].stride: stage 2 has stride 2, but the deployment network's image is 1×1"
    ),
    (
      minimal(
        input: "{resolution: 64, proxy: {resolution: 1}}",
        stages: "[{channels: 8, stride: 2}]"),
      "3:7: stem.stride: the stem has stride 2, but the proxy's image is 1×1"
    ),
    (minimal(stem: "{channels: 16, kernel: 4}"), "stem.kernel: '4' is not allowed; write an odd"),
    (minimal(stem: "{}"), "stem.channels: the key is missing"),
    (minimal(stages: "[]"), "4:9: stages: the list is empty"),
    (minimal(stages: "{channels: 3}"), "stages: a mapping is not allowed; write a list of 1 to 64"),
    (minimal(stages: "[{}]"), "4:10: stages[1].channels: the key is missing"),
    (
      minimal(
        input: "{resolution: 2048}", stem: "{channels: 4096, stride: 1}",
        stages: "[{channels: 4096, expansion: 16, repeats: 64}]"),
      "the largest network of the space can't be built"
    ),
    (minimal(head: "{channels: 64, dropout: 1}"), "head.dropout: '1' is not allowed"),
    (minimal(objective: "{}"), "6:12: objective.target: the key is missing"),
    (minimal(objective: "{target: 6M}"), "objective.target: 'M' is no unit of latency"),
    (
      minimal(objective: "{target: 5ms, cost: parameters}"), "'ms' is no unit of parameters"
    ),
    (minimal(objective: "{target: -1}"), "must be above 0"),
    (minimal(objective: "{target: fast}"), "'fast' is not a number"),
    (minimal(objective: "{target: 5ms, exponent: 0.07}"), "'0.07' is not allowed"),
    (
      minimal(more: "strategy: {population: 4}"),
      "strategy.sample: 8, the default, is more than strategy.population (4) allows"
    ),
    (
      minimal(more: "latency: {maximum-runs: 3}"),
      "latency.minimum-runs: 21, the default, is more than latency.maximum-runs (3) allows"
    ),
    (
      minimal(more: "training: {warmup-epochs: 2}"),
      "7:27: training.warmup-epochs: 2 is not allowed; write less than training.epochs (2)"
    ),
    (
      minimal(more: "training: {training-images: 10}"),
      "training.batch-size: 64, the default, is more than training.training-images (10) allows"
    ),
    (
      minimal(more: "training: {augmentation: {cutout: 33}}"),
      "training.augmentation.cutout: 33 is more than input.proxy.resolution (32) allows"
    ),
    (minimal(more: "training: {time-limit: never}"), "or `none`"),
    (minimal(more: "training: {batch_size: 3}"), "did you mean 'batch-size'?"),
    (minimal(more: "defaults: {kernels: 4}"), "7:21: defaults.kernels: '4' is not allowed"),
    (minimal(more: "training: {augmentation: {flip: true}}"), "unknown key"),
    (minimal(more: "seed: 3"), "7:1: seed: unknown key"),
  ]

  @Test("Faults elsewhere", arguments: otherFaults)
  func others(yaml: String, expected: String) {
    let message = refusal(yaml)
    #expect(message.hasPrefix("space.yaml:"), "\(message)")
    #expect(message.contains(expected), "\(message)")
  }

  /// Whatever a file holds, it is read or refused, with a line unless the whole file is at fault.
  @Test func damagedFilesAreReadOrRefused() throws {
    let path = packageFolder.appendingPathComponent("search-spaces/quickstart.yaml")
    let intact = Array(try String(contentsOf: path, encoding: .utf8).unicodeScalars)
    let strange: [Unicode.Scalar] = ["[", "]", "{", "}", ":", "-", "0", "9", ".", "&", "*", "\n"]
    var stream = RandomStream(seed: 8)
    var refused = 0
    for _ in 0..<120 {
      var text = intact
      for _ in 0...stream.below(3) {
        let place = stream.below(text.count)
        switch stream.below(3) {
        case 0: text.remove(at: place)
        case 1: text[place] = stream.choice(strange)
        default: text.insert(stream.choice(strange), at: place)
        }
      }
      var yaml = ""
      yaml.unicodeScalars.append(contentsOf: text)
      do {
        let space = try read(yaml)
        try space.validate(file: "again")
      } catch let error as SpaceError {
        refused += 1
        #expect(error.line != nil || error.key.isEmpty, "\(error)")
      }
    }
    #expect((20...115).contains(refused))
  }

  @Test func tooManyBlocksAreRefused() {
    let numbers = (1...16).map(String.init).joined(separator: ", ")
    let ratios = (1...20).map { String(Double($0) / 20) }.joined(separator: ", ")
    let text = """
      [{channels: 24, expand-groups: [1, 2], project-groups: [\(numbers)], \
      squeeze-excitation: [\(ratios)], expansion: [\(numbers)], \
      kernels: [3, 5, 7, 9, 11, 13, 3.5, 5.7], split: [equal, exponential], activation: [relu, swish, relu6], \
      dilated: [true, false], skip: [true, false]}]
      """
    let message = refusal(minimal(stages: text))
    #expect(message.contains("different blocks, at most 1048576 are allowed"), "\(message)")
  }
}
