import Kernels

/// Copies ranges of channels: a concatenation, or a slice.
struct ChannelCopyStep: InferenceStep {
  struct Copy {
    var source: MemoryPlan.Buffer
    var sourceChannels: Int
    var sourceChannel: Int
    var channel: Int
    var count: Int
  }

  /// Rows of one image.
  var rows: Int
  var channels: Int
  var copies: [Copy]
  var output: MemoryPlan.Buffer

  func run(images: Int, part: Int, of parts: Int, in memory: InferenceMemory) {
    let mine = share(of: images * rows, part: part, of: parts)
    let target = memory[output]
    for copy in copies {
      let source = memory[copy.source]
      for row in mine {
        (target + row * channels + copy.channel).update(
          from: source + row * copy.sourceChannels + copy.sourceChannel, count: copy.count)
      }
    }
  }
}

/// `[groups, channels / groups]` transposed, pixel by pixel.
struct ChannelShuffleStep: InferenceStep {
  /// Rows of one image.
  var rows: Int
  var channels: Int
  var groups: Int
  var input: MemoryPlan.Buffer
  var output: MemoryPlan.Buffer

  func run(images: Int, part: Int, of parts: Int, in memory: InferenceMemory) {
    let groupChannels = channels / groups
    for row in share(of: images * rows, part: part, of: parts) {
      let source = memory[input] + row * channels
      let target = memory[output] + row * channels
      for group in 0..<groups {
        for channel in 0..<groupChannels {
          target[channel * groups + group] = source[group * groupChannels + channel]
        }
      }
    }
  }
}
