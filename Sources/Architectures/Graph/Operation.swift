/// What a node does. Each case's parameters, shape rule and costs stand in a file of its own
/// under `Operations/`; the engine's counterpart has the same file name.
package enum Operation: Sendable, Hashable {
  case input(TensorShape)
  case convolution(Convolution)
  case mixedDepthwise(MixedDepthwise)
  case batchNormalization(BatchNormalization)
  case activation(Activation)
  /// Mean over height and width; shape `1 × 1 × channels`.
  case globalAveragePool
  case pool(Pool)
  case dense(Dense)
  /// Sum of two equal shapes.
  case add
  /// Product; a `1 × 1 × channels` second input is broadcast over the first.
  case multiply
  /// Along channels.
  case concatenate
  case slice(channels: Range<Int>)
  /// `[groups, channels / groups]` transposed, as in ShuffleNet.
  case channelShuffle(groups: Int)
  /// Training only; `rate` in 0..<1.
  case dropout(rate: Double)
}

/// What the graph must know of an operation; one conformer per case.
protocol OperationRules {
  var inputCount: ClosedRange<Int> { get }

  /// Shape of the output, or why there is none. The given shapes are within `GraphLimits`.
  func outputShape(of inputs: [TensorShape]) throws(GraphError.Reason) -> TensorShape

  /// The node's tensors. Only asked once `outputShape` succeeded, as all that follows.
  func parameters(inputs: [TensorShape], output: TensorShape) -> [ParameterPlan]

  /// Multiplications and additions in pairs, of convolutions and dense layers alone.
  func multiplyAdds(inputs: [TensorShape], output: TensorShape) -> Int

  /// What the operation adds to the receptive field.
  var window: SlidingWindow { get }

  /// What a profile sums it up as: `pool`, `batch norm`.
  var category: String { get }

  /// A few words for tables: `3×3 convolution s2`.
  var summary: String { get }
}

extension OperationRules {
  var inputCount: ClosedRange<Int> { 1...1 }
  func parameters(inputs: [TensorShape], output: TensorShape) -> [ParameterPlan] { [] }
  func multiplyAdds(inputs: [TensorShape], output: TensorShape) -> Int { 0 }
  var window: SlidingWindow { .point }
}

/// A tensor before it has a node: its role, its size and its first values.
struct ParameterPlan {
  var role: ParameterTensor.Role
  var count: Int
  var initialization: ParameterTensor.Initialization
}

/// A window's reach and step in pixels of its own input.
struct SlidingWindow {
  var extent: Extent
  var stride: Extent

  static let point = SlidingWindow(extent: Extent(1), stride: Extent(1))
}

extension Operation {
  var rules: any OperationRules {
    switch self {
    case .input: GraphInput()
    case .convolution(let convolution): convolution
    case .mixedDepthwise(let depthwise): depthwise
    case .batchNormalization(let normalization): normalization
    case .activation(let activation): activation
    case .globalAveragePool: GlobalAveragePool()
    case .pool(let pool): pool
    case .dense(let dense): dense
    case .add: Add()
    case .multiply: Multiply()
    case .concatenate: Concatenate()
    case .slice(let channels): Slice(channels: channels)
    case .channelShuffle(let groups): ChannelShuffle(groups: groups)
    case .dropout(let rate): Dropout(rate: rate)
    }
  }

  /// What a profile sums it up as: `pool`, `batch norm`.
  package var category: String { rules.category }

  /// A few words for tables: `3×3 convolution s2`.
  package var summary: String { rules.summary }
}
