/// How genomes stand in JSON: the same words as in a search space. What has a default in the
/// initialisers may be left out; unknown keys are refused.
extension Genome {
  enum CodingKeys: String, CodingKey, CaseIterable { case stem, blocks, head }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
    self.init(
      stem: try values.decode(Stem.self, forKey: .stem),
      blocks: try values.decode([Block].self, forKey: .blocks),
      head: try values.decode(Head.self, forKey: .head))
  }
}

extension Genome.Stem {
  enum CodingKeys: String, CodingKey, CaseIterable { case channels, kernel, stride, activation }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
    self.init(
      channels: try values.decode(Int.self, forKey: .channels),
      kernel: try values.decode(.kernel, default: 3),
      stride: try values.decode(Int.self, forKey: .stride),
      activation: try values.decodeChoice(.activation, default: .relu))
  }
}

extension Genome.Head {
  enum CodingKeys: String, CodingKey, CaseIterable { case channels, activation, dropout }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
    self.init(
      channels: try values.decode(Int.self, forKey: .channels),
      activation: try values.decodeChoice(.activation, default: .relu),
      dropout: try values.decode(.dropout, default: 0))
  }
}

extension Block {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case kernels, split
    case isDilated = "dilated"
    case expandGroups, projectGroups, stride, expansion
    case outputChannels = "channels"
    case squeezeExcitationRatio = "squeezeExcitation"
    case activation
    case hasSkip = "skip"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
    self.init(
      kernels: try values.decode([Int].self, forKey: .kernels),
      split: try values.decodeChoice(.split, default: .equal),
      isDilated: try values.decode(.isDilated, default: false),
      expandGroups: try values.decode(.expandGroups, default: 1),
      projectGroups: try values.decode(.projectGroups, default: 1),
      stride: try values.decode(.stride, default: 1),
      expansion: try values.decode(Double.self, forKey: .expansion),
      outputChannels: try values.decode(Int.self, forKey: .outputChannels),
      squeezeExcitationRatio: try values.decode(.squeezeExcitationRatio, default: 0),
      activation: try values.decodeChoice(.activation, default: .relu),
      hasSkip: try values.decode(.hasSkip, default: true))
  }
}
