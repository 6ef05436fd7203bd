import Architectures
import Kernels

/// One operation of a `TrainingNetwork`, or batch norm together with the activation behind it.
///
/// A layer is a value that knows shapes and where its weights lie. It owns no memory: it says
/// what it needs, the plan finds the place, and every call hands it over.
protocol TrainingLayer {
  var needs: LayerNeeds { get }
  /// Writes `buffers.output` from `buffers.inputs`.
  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass)
  /// Writes `buffers.inputGradients` and the gradients of the layer's weights.
  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass)
}

/// What a layer asks of the plan. Sizes are floats for a full batch.
struct LayerNeeds {
  /// `backward` reads the inputs.
  var keepsInputs = false
  /// `forward` may write its output over an input that nothing else reads any more.
  var runsInPlace = false
  /// `backward` may write the input's gradient over the output's.
  var reversesInPlace = false
  /// The gradient of each input is that of the output as it is: `backward` has nothing to do.
  var passesGradient = false
  /// `backward` can add to a gradient (`GradientTarget.addend`), not only replace it.
  var addsToGradients = false
  /// Buffers that hold from `forward` to `backward`.
  var kept: [Int] = []
  /// Buffers of `forward` alone.
  var scratch: [Int] = []
  /// Buffers of `backward` alone.
  var reverseScratch: [Int] = []
}

/// Where a layer's data lie; all activations are `[images, height, width, channels]`.
struct LayerBuffers {
  var inputs: [Input]
  var output: Output
  var outputGradient: Input
  /// Per input; nil where no gradient is wanted.
  var inputGradients: [GradientTarget?]
  var kept: [Output]
  var scratch: [Output]
  var reverseScratch: [Output]
}

/// Where the gradient of an input goes: `values = addend + gradient`.
struct GradientTarget {
  var values: Output
  /// What other readers of the same input have added up so far; often `values` itself. Nil if
  /// there is none, or if the layer can't add.
  var addend: Input?
}

/// What changes from one pass to the next.
struct TrainingPass {
  /// At most the batch size.
  var images: Int
  /// Batch norm uses the batch's moments and updates the running ones; dropout drops.
  var isTraining: Bool
  /// Counts the optimiser's steps; dropout draws by it.
  var step: Int
  /// All weights; layers know their offsets.
  var parameters: Output
  /// Likewise.
  var gradients: Output
}

/// What a layer is made from.
struct LayerSite {
  var name: String
  var inputs: [TensorShape]
  var output: TensorShape
  var batchSize: Int
  var kernels: KernelSet
  /// Offsets of the node's tensors among all weights.
  var offsets: [ParameterTensor.Role: Int]

  var input: TensorShape { inputs[0] }

  /// - Precondition: the operation has such a tensor.
  func offset(_ role: ParameterTensor.Role) -> Int {
    guard let offset = offsets[role] else {
      preconditionFailure("\(name) has no \(role.rawValue)")
    }
    return offset
  }
}
