import KernelInterface

enum ReferencePatches {
  static let kernels = PatchKernels(
    gather: { geometry, rows, channels, x, patches in
      forEachElement(geometry, rows: rows, channels: channels) { patch, place in
        patches[patch] = place.map { x[$0] } ?? 0
      }
    },
    scatter: { geometry, rows, channels, patches, dx in
      forEachElement(geometry, rows: rows, channels: channels) { patch, place in
        if let place { dx[place] += patches[patch] }
      }
    })

  /// Calls `body` with each element's place in the patches and in the image, nil in the padding.
  private static func forEachElement(
    _ geometry: WindowGeometry, rows: Range<Int>, channels: Range<Int>,
    _ body: (Int, Int?) -> Void
  ) {
    var patch = 0
    for row in rows {
      for x in 0..<geometry.outputWidth {
        for pixel in geometry.pixels(row: row, x: x) {
          for channel in channels {
            body(patch, pixel.map { $0 * geometry.channels + channel })
            patch += 1
          }
        }
      }
    }
  }
}
