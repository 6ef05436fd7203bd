@testable import Architectures

/// The blocks of the released MixNets, as worked out from their code by an independent script.
enum MixNetTables {
  struct Row {
    var inputs: Int
    var expanded: Int
    var outputs: Int
    var stride: Int
    /// Side of the image that the block reads, at 224×224.
    var side: Int
    /// 0 expand groups: no expansion.
    var groups: (expand: Int, project: Int)
    var kernels: [Int]
    var split: [Int]
    var squeezed: Int?
    var activation: Activation
    var addsInput: Bool
    var parameters: Int
    var multiplyAdds: Int

    init(
      _ inputs: Int, _ expanded: Int, _ outputs: Int, s stride: Int, on side: Int,
      groups: (Int, Int), _ kernels: [Int], _ split: [Int], _ squeezed: Int?,
      _ activation: Activation, skip: Bool, _ parameters: Int, _ multiplyAdds: Int
    ) {
      self.inputs = inputs
      self.expanded = expanded
      self.outputs = outputs
      self.stride = stride
      self.side = side
      self.groups = groups
      self.kernels = kernels
      self.split = split
      self.squeezed = squeezed
      self.activation = activation
      addsInput = skip
      self.parameters = parameters
      self.multiplyAdds = multiplyAdds
    }
  }

  static let mixNetS: [Row] = [
    Row(
      16, 16, 16, s: 1, on: 112, groups: (0, 1), [3], [16], nil, .relu, skip: true, 464, 5_017_600),
    Row(
      16, 96, 24, s: 2, on: 112, groups: (2, 2), [3], [96], nil, .relu, skip: false, 3_216,
      15_955_968),
    Row(
      24, 72, 24, s: 1, on: 56, groups: (2, 2), [3], [72], nil, .relu, skip: true, 2_712,
      7_451_136),
    Row(
      24, 144, 40, s: 2, on: 56, groups: (1, 1), [3, 5, 7], [48, 48, 48], 12, .swish, skip: false,
      17_468, 18_480_768),
    Row(
      40, 240, 40, s: 1, on: 28, groups: (2, 2), [3, 5], [120, 120], 20, .swish, skip: true, 24_580,
      10_734_720),
    Row(
      40, 240, 40, s: 1, on: 28, groups: (2, 2), [3, 5], [120, 120], 20, .swish, skip: true, 24_580,
      10_734_720),
    Row(
      40, 240, 40, s: 1, on: 28, groups: (2, 2), [3, 5], [120, 120], 20, .swish, skip: true, 24_580,
      10_734_720),
    Row(
      40, 240, 80, s: 2, on: 28, groups: (1, 2), [3, 5, 7], [80, 80, 80], 10, .swish, skip: false,
      32_010, 10_714_240),
    Row(
      80, 480, 80, s: 1, on: 14, groups: (1, 2), [3, 5], [240, 240], 20, .swish, skip: true, 87_540,
      12_908_160),
    Row(
      80, 480, 80, s: 1, on: 14, groups: (1, 2), [3, 5], [240, 240], 20, .swish, skip: true, 87_540,
      12_908_160),
    Row(
      80, 480, 120, s: 1, on: 14, groups: (2, 2), [3, 5, 7], [160, 160, 160], 40, .swish,
      skip: false, 102_360, 12_049_280),
    Row(
      120, 360, 120, s: 1, on: 14, groups: (2, 2), [3, 5, 7, 9], [90, 90, 90, 90], 60, .swish,
      skip: true, 103_260, 11_403_360),
    Row(
      120, 360, 120, s: 1, on: 14, groups: (2, 2), [3, 5, 7, 9], [90, 90, 90, 90], 60, .swish,
      skip: true, 103_260, 11_403_360),
    Row(
      120, 720, 200, s: 2, on: 14, groups: (1, 1), [3, 5, 7, 9, 11], [144, 144, 144, 144, 144], 60,
      .swish, skip: false, 361_900, 26_087_760),
    Row(
      200, 1200, 200, s: 1, on: 7, groups: (1, 2), [3, 5, 7, 9], [300, 300, 300, 300], 100, .swish,
      skip: true, 655_700, 20_290_800),
    Row(
      200, 1200, 200, s: 1, on: 7, groups: (1, 2), [3, 5, 7, 9], [300, 300, 300, 300], 100, .swish,
      skip: true, 655_700, 20_290_800),
  ]

  static let mixNetM: [Row] = [
    Row(
      24, 24, 24, s: 1, on: 112, groups: (0, 1), [3], [24], nil, .relu, skip: true, 888, 9_934_848),
    Row(
      24, 144, 32, s: 2, on: 112, groups: (2, 2), [3, 5, 7], [48, 48, 48], nil, .relu, skip: false,
      8_656, 41_395_200),
    Row(
      32, 96, 32, s: 1, on: 56, groups: (2, 2), [3], [96], nil, .relu, skip: true, 4_384, 12_343_296
    ),
    Row(
      32, 192, 40, s: 2, on: 56, groups: (1, 1), [3, 5, 7, 9], [48, 48, 48, 48], 16, .swish,
      skip: false, 28_896, 31_466_496),
    Row(
      40, 240, 40, s: 1, on: 28, groups: (2, 2), [3, 5], [120, 120], 20, .swish, skip: true, 24_580,
      10_734_720),
    Row(
      40, 240, 40, s: 1, on: 28, groups: (2, 2), [3, 5], [120, 120], 20, .swish, skip: true, 24_580,
      10_734_720),
    Row(
      40, 240, 40, s: 1, on: 28, groups: (2, 2), [3, 5], [120, 120], 20, .swish, skip: true, 24_580,
      10_734_720),
    Row(
      40, 240, 80, s: 2, on: 28, groups: (1, 1), [3, 5, 7], [80, 80, 80], 10, .swish, skip: false,
      41_610, 12_595_840),
    Row(
      80, 480, 80, s: 1, on: 14, groups: (2, 2), [3, 5, 7, 9], [120, 120, 120, 120], 20, .swish,
      skip: true, 79_860, 11_402_880),
    Row(
      80, 480, 80, s: 1, on: 14, groups: (2, 2), [3, 5, 7, 9], [120, 120, 120, 120], 20, .swish,
      skip: true, 79_860, 11_402_880),
    Row(
      80, 480, 80, s: 1, on: 14, groups: (2, 2), [3, 5, 7, 9], [120, 120, 120, 120], 20, .swish,
      skip: true, 79_860, 11_402_880),
    Row(
      80, 480, 120, s: 1, on: 14, groups: (1, 1), [3], [480], 40, .swish, skip: false, 141_400,
      19_701_120),
    Row(
      120, 360, 120, s: 1, on: 14, groups: (2, 2), [3, 5, 7, 9], [90, 90, 90, 90], 60, .swish,
      skip: true, 103_260, 11_403_360),
    Row(
      120, 360, 120, s: 1, on: 14, groups: (2, 2), [3, 5, 7, 9], [90, 90, 90, 90], 60, .swish,
      skip: true, 103_260, 11_403_360),
    Row(
      120, 360, 120, s: 1, on: 14, groups: (2, 2), [3, 5, 7, 9], [90, 90, 90, 90], 60, .swish,
      skip: true, 103_260, 11_403_360),
    Row(
      120, 720, 200, s: 2, on: 14, groups: (1, 1), [3, 5, 7, 9], [180, 180, 180, 180], 60, .swish,
      skip: false, 350_380, 25_523_280),
    Row(
      200, 1200, 200, s: 1, on: 7, groups: (1, 2), [3, 5, 7, 9], [300, 300, 300, 300], 100, .swish,
      skip: true, 655_700, 20_290_800),
    Row(
      200, 1200, 200, s: 1, on: 7, groups: (1, 2), [3, 5, 7, 9], [300, 300, 300, 300], 100, .swish,
      skip: true, 655_700, 20_290_800),
    Row(
      200, 1200, 200, s: 1, on: 7, groups: (1, 2), [3, 5, 7, 9], [300, 300, 300, 300], 100, .swish,
      skip: true, 655_700, 20_290_800),
  ]

  static let mixNetL: [Row] = [
    Row(
      32, 32, 32, s: 1, on: 112, groups: (0, 1), [3], [32], nil, .relu, skip: true, 1_440,
      16_457_728),
    Row(
      32, 192, 40, s: 2, on: 112, groups: (2, 2), [3, 5, 7], [64, 64, 64], nil, .relu, skip: false,
      13_072, 67_235_840),
    Row(
      40, 120, 40, s: 1, on: 56, groups: (2, 2), [3], [120], nil, .relu, skip: true, 6_440,
      18_439_680),
    Row(
      40, 240, 56, s: 2, on: 56, groups: (1, 1), [3, 5, 7, 9], [60, 60, 60, 60], 20, .swish,
      skip: false, 43_812, 48_366_720),
    Row(
      56, 336, 56, s: 1, on: 28, groups: (2, 2), [3, 5], [168, 168], 28, .swish, skip: true, 45_164,
      19_248_768),
    Row(
      56, 336, 56, s: 1, on: 28, groups: (2, 2), [3, 5], [168, 168], 28, .swish, skip: true, 45_164,
      19_248_768),
    Row(
      56, 336, 56, s: 1, on: 28, groups: (2, 2), [3, 5], [168, 168], 28, .swish, skip: true, 45_164,
      19_248_768),
    Row(
      56, 336, 104, s: 2, on: 28, groups: (1, 1), [3, 5, 7], [112, 112, 112], 14, .swish,
      skip: false, 74_366, 23_432_192),
    Row(
      104, 624, 104, s: 1, on: 14, groups: (2, 2), [3, 5, 7, 9], [156, 156, 156, 156], 26, .swish,
      skip: true, 126_282, 17_766_528),
    Row(
      104, 624, 104, s: 1, on: 14, groups: (2, 2), [3, 5, 7, 9], [156, 156, 156, 156], 26, .swish,
      skip: true, 126_282, 17_766_528),
    Row(
      104, 624, 104, s: 1, on: 14, groups: (2, 2), [3, 5, 7, 9], [156, 156, 156, 156], 26, .swish,
      skip: true, 126_282, 17_766_528),
    Row(
      104, 624, 160, s: 1, on: 14, groups: (1, 1), [3], [624], 52, .swish, skip: false, 238_740,
      33_453_888),
    Row(
      160, 480, 160, s: 1, on: 14, groups: (2, 2), [3, 5, 7, 9], [120, 120, 120, 120], 80, .swish,
      skip: true, 176_080, 18_986_880),
    Row(
      160, 480, 160, s: 1, on: 14, groups: (2, 2), [3, 5, 7, 9], [120, 120, 120, 120], 80, .swish,
      skip: true, 176_080, 18_986_880),
    Row(
      160, 480, 160, s: 1, on: 14, groups: (2, 2), [3, 5, 7, 9], [120, 120, 120, 120], 80, .swish,
      skip: true, 176_080, 18_986_880),
    Row(
      160, 960, 264, s: 2, on: 14, groups: (1, 1), [3, 5, 7, 9], [240, 240, 240, 240], 80, .swish,
      skip: false, 605_408, 44_606_400),
    Row(
      264, 1584, 264, s: 1, on: 7, groups: (1, 2), [3, 5, 7, 9], [396, 396, 396, 396], 132, .swish,
      skip: true, 1_118_964, 34_336_368),
    Row(
      264, 1584, 264, s: 1, on: 7, groups: (1, 2), [3, 5, 7, 9], [396, 396, 396, 396], 132, .swish,
      skip: true, 1_118_964, 34_336_368),
    Row(
      264, 1584, 264, s: 1, on: 7, groups: (1, 2), [3, 5, 7, 9], [396, 396, 396, 396], 132, .swish,
      skip: true, 1_118_964, 34_336_368),
  ]
}
