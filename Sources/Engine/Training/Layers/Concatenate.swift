import Architectures
import Kernels

/// Images side by side along the channels.
struct ConcatenateLayer: TrainingLayer {
  let pixels: Int
  let widths: [Int]
  let total: Int

  init(_ site: LayerSite) {
    pixels = site.output.height * site.output.width
    widths = site.inputs.map(\.channels)
    total = site.output.channels
  }

  var needs: LayerNeeds { LayerNeeds() }

  func forward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    var start = 0
    for (index, width) in widths.enumerated() {
      pass.copyColumns(
        rows: pass.images * pixels, width: width, from: buffers.inputs[index], stride: width,
        to: buffers.output + start, stride: total)
      start += width
    }
  }

  func backward(_ buffers: LayerBuffers, _ pass: TrainingPass) {
    var start = 0
    for (index, width) in widths.enumerated() {
      if let target = buffers.inputGradients[index] {
        pass.copyColumns(
          rows: pass.images * pixels, width: width, from: buffers.outputGradient + start,
          stride: total, to: target.values, stride: width)
      }
      start += width
    }
  }
}

extension TrainingPass {
  /// Copies `width` floats of each row, between matrices of their own row lengths.
  func copyColumns(
    rows: Int, width: Int, from source: Input, stride sourceStride: Int, to target: Output,
    stride targetStride: Int
  ) {
    forEachShare(of: rows, grain: Self.leastShare / width + 1) { rows in
      for row in rows {
        (target + row * targetStride).update(from: source + row * sourceStride, count: width)
      }
    }
  }
}
