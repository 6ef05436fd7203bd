import Architectures
import Kernels

/// Mean over height and width of each channel.
struct GlobalAveragePoolLayer: TrainingLayer {
  let pixels: Int
  let channels: Int
  let kernels: ElementwiseKernels
  let normalization: NormalizationKernels
  private let imageBlocks: RowBlocks
  private let workers: Int

  init(_ site: LayerSite) {
    pixels = site.input.height * site.input.width
    channels = site.input.channels
    kernels = site.kernels.elementwise
    normalization = site.kernels.normalization
    imageBlocks = RowBlocks(rowsPerImage: pixels, wholeImagesOf: 2 * pixels * channels)
    workers = site.workers
  }

  var gradientBlocks: RowBlocks? { imageBlocks }

  private var shareCount: Int { MemoryPlan.workerStride(channels) }

  var needs: LayerNeeds {
    LayerNeeds(addsToGradients: true, reverseScratch: [workers * shareCount])
  }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let factor = 1 / Float(pixels)
    pass.forEach(pass.images) { image, _ in
      let x = buffers.inputs[0] + image * pixels * channels
      let means = buffers.output + image * channels
      if let transform = buffers.transforms[0] {
        normalization.transformedSums(pixels, channels, x, transform, factor, means)
      } else {
        kernels.columnSums(pixels, channels, x, factor, false, means)
      }
    }
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let factor = 1 / Float(pixels)
    guard let target = buffers.inputGradients[0] else { return }
    pass.forEach(imageBlocks.count(images: pass.images)) { block, worker in
      let rows = imageBlocks.rows(block, images: pass.images)
      let share = buffers.reverseScratch[0] + worker * shareCount
      imageBlocks.forEachImage(rows) { _, image in
        let gradient = buffers.outputGradient + image * channels
        for channel in 0..<channels { share[channel] = gradient[channel] * factor }
        spread(share, over: image, target)
      }
      target.reduction?.reduce(block, rows: rows, of: target.values)
    }
  }

  private func spread(_ share: Input, over image: Int, _ target: GradientTarget) {
    let offset = image * pixels * channels
    let values = target.values + offset
    if target.addend != nil {
      target.prepare(offset..<offset + pixels * channels)
      kernels.addToRows(pixels, channels, share, values)
    } else {
      for pixel in 0..<pixels {
        (values + pixel * channels).update(from: share, count: channels)
      }
    }
  }
}
