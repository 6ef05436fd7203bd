import Kernels

/// The channels of each row times a `ChannelMatrix`: 1×1 convolutions and dense layers.
///
/// Rows are worked through block by block (`RowBlocks`). All that is done to a block, which lies
/// in the second-level cache, costs one pass over memory: normalising what is read, the product,
/// the moments of what is written; on the way back both gradients.
struct ChannelProduct {
  private let matrix: ChannelMatrix
  let blocks: RowBlocks
  private let normalization: NormalizationKernels
  private let workers: Int
  private let chunks: Int

  init(_ matrix: ChannelMatrix, rowsPerImage: Int, _ site: LayerSite) {
    self.matrix = matrix
    normalization = site.kernels.normalization
    workers = site.workers
    blocks = RowBlocks(
      rowsPerImage: rowsPerImage, floats: 3 * matrix.inputChannels + 2 * matrix.outputChannels)
    chunks = blocks.chunks(images: site.batchSize)
  }

  private var inputScratch: Int {
    MemoryPlan.workerStride(blocks.rowsPerBlock * matrix.inputChannels)
  }
  private var outputScratch: Int {
    MemoryPlan.workerStride(blocks.rowsPerBlock * matrix.outputChannels)
  }

  var needs: LayerNeeds {
    LayerNeeds(
      keepsInputs: true, addsToGradients: true,
      scratch: [matrix.packedCount, workers * inputScratch],
      reverseScratch: [
        matrix.transposedCount, workers * inputScratch, workers * outputScratch,
        chunks * matrix.gradientCount,
      ])
  }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let packed = buffers.scratch[0]
    matrix.pack(pass.parameters, into: packed)
    pass.forEach(blocks.count(images: pass.images)) { block, worker in
      let rows = blocks.rows(block, images: pass.images)
      let x = normalization.rows(
        rows, channels: matrix.inputChannels, of: buffers.inputs[0], buffers.transforms[0],
        scratch: buffers.scratch[1] + worker * inputScratch)
      let y = buffers.output + rows.lowerBound * matrix.outputChannels
      matrix.multiply(rows.count, x, packed, pass.parameters, into: y)
      buffers.moments?.write(block, rows: rows.count, of: y)
    }
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    let packed = buffers.reverseScratch[0]
    let target = buffers.inputGradients[0]
    if target != nil { matrix.packTransposed(pass.parameters, into: packed) }
    let sums = buffers.reverseScratch[3]
    let chunks = blocks.chunks(images: pass.images)
    pass.forEach(chunks) { chunk, worker in
      let mine = blocks.chunk(chunk, images: pass.images)
      let scratch = (
        input: buffers.reverseScratch[1] + worker * inputScratch,
        output: buffers.reverseScratch[2] + worker * outputScratch
      )
      for block in mine {
        let rows = blocks.rows(block, images: pass.images)
        let dy = normalization.rows(
          rows, channels: matrix.outputChannels, ofGradient: buffers.outputGradient,
          buffers.correction, scratch: scratch.output)
        let x = normalization.rows(
          rows, channels: matrix.inputChannels, of: buffers.inputs[0], buffers.transforms[0],
          scratch: scratch.input)
        matrix.addGradients(
          rows.count, x, dy, to: sums + chunk * matrix.gradientCount,
          accumulates: block > mine.lowerBound)
        guard let target else { continue }
        let start = rows.lowerBound * matrix.inputChannels
        matrix.multiplyTransposed(
          rows.count, dy, packed, addend: target.addend.map { $0 + start },
          into: target.values + start)
        target.reduction?.reduce(block, rows: rows, of: target.values)
      }
    }
    matrix.takeGradients(chunks, sums, pass)
  }
}
