/// A search that a test can afford: eight candidates of a fraction of a second each, with a cost
/// that does not depend on the machine.
let tinySpace = """
  name: tiny
  input:
    resolution: 32
    channels: 3
  stem: {channels: 8, kernel: 3, stride: 2, activation: relu}
  stages:
    - {stride: 2, repeats: 1, kernels: [[3], [3, 5], [3, 5, 7]], expansion: [1, 2], channels: [8, 16]}
    - {stride: 2, repeats: [1, 2], kernels: [[3], [3, 5]], expansion: 2, channels: 16,
       squeeze-excitation: [0, 0.25], activation: [relu, swish]}
  head: {channels: 32, activation: relu}
  objective: {cost: multiply-adds, target: 0.3M}
  strategy: {kind: evolution, evaluations: 8, population: 4, sample: 2, lookahead: 2}
  training: {epochs: 1, batch-size: 32, training-images: 640, validation-images: 200}
  """
