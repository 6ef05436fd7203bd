import KernelInterface

/// Pools window by window. Padding is never looked at.
enum ReferencePooling {
  static let kernels = PoolingKernels(
    maximum: { geometry, images, x, y in
      forEachWindow(geometry, images: images) { output, window in
        y[output] = x[firstMaximum(window, in: x)]
      }
    },
    maximumGradient: { geometry, images, x, dy, dx in
      dx.update(repeating: 0, count: geometry.inputCount(images: images))
      forEachWindow(geometry, images: images) { output, window in
        dx[firstMaximum(window, in: x)] += dy[output]
      }
    },
    average: { geometry, images, x, y in
      forEachWindow(geometry, images: images) { output, window in
        let sum = window.reduce(0.0) { $0 + Double(x[$1]) }
        y[output] = Float(sum / Double(window.count))
      }
    },
    averageGradient: { geometry, images, dy, dx in
      dx.update(repeating: 0, count: geometry.inputCount(images: images))
      forEachWindow(geometry, images: images) { output, window in
        for place in window { dx[place] += dy[output] / Float(window.count) }
      }
    })

  /// A NaN counts as the largest, as in PyTorch.
  private static func firstMaximum(_ window: [Int], in x: Input) -> Int {
    window.dropFirst().reduce(window[0]) { best, place in
      x[best].isNaN || x[best] >= x[place] ? best : place
    }
  }

  /// Calls `body` with the place of each output and those of its window's inputs.
  ///
  /// - Precondition: no window lies in the padding alone.
  private static func forEachWindow(
    _ geometry: WindowGeometry, images: Int, _ body: (Int, [Int]) -> Void
  ) {
    var output = 0
    for row in 0..<images * geometry.outputHeight {
      for x in 0..<geometry.outputWidth {
        let pixels = geometry.pixels(row: row, x: x)
        for channel in 0..<geometry.channels {
          body(output, pixels.compactMap { $0.map { $0 * geometry.channels + channel } })
          output += 1
        }
      }
    }
  }
}

extension WindowGeometry {
  fileprivate func inputCount(images: Int) -> Int { images * height * width * channels }

  /// The input pixels under the window of one output, by tap; nil in the padding. `row` counts
  /// the output rows of all images.
  func pixels(row: Int, x: Int) -> [Int?] {
    let (image, y) = row.quotientAndRemainder(dividingBy: outputHeight)
    return (0..<kernelHeight * kernelWidth).map { tap in
      let inputRow = y * strideHeight - padTop + tap / kernelWidth * dilationHeight
      let column = x * strideWidth - padLeft + tap % kernelWidth * dilationWidth
      guard 0..<height ~= inputRow, 0..<width ~= column else { return nil }
      return (image * height + inputRow) * width + column
    }
  }
}
