/// Zeros around an image.
package enum Padding: Sendable, Hashable {
  /// TensorFlow's 'same': the output is `ceil(size / stride)`; an odd row or column more goes to
  /// the bottom and right.
  case same
  /// The same number of rows above and below, columns left and right.
  case symmetric(Extent)

  package static let valid = Padding.symmetric(Extent(0))
}

/// Rows and columns of zeros at each edge of an image.
package struct EdgePadding: Sendable, Hashable {
  package var top: Int
  package var left: Int
  package var bottom: Int
  package var right: Int

  package init(top: Int, left: Int, bottom: Int, right: Int) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }
}

/// Where a window's steps lie along one axis of an image.
struct WindowAxis {
  /// Number of steps.
  var output: Int
  /// Zeros before and behind the image. Without 'same' padding a last partial stride may leave
  /// some unused.
  var before: Int
  var after: Int

  /// - Parameter extent: pixels from the first tap to the last, both counted.
  static func same(size: Int, extent: Int, stride: Int) -> WindowAxis {
    let output = (size + stride - 1) / stride
    let total = max((output - 1) * stride + extent - size, 0)
    return WindowAxis(output: output, before: total / 2, after: total - total / 2)
  }

  /// `output` is below 1 where the window doesn't fit.
  ///
  /// - Parameter roundsUp: a last window that leaves the padded image counts too, as long as it
  ///   begins inside the image or the padding before it.
  static func symmetric(
    size: Int, extent: Int, stride: Int, padding: Int, roundsUp: Bool = false
  ) -> WindowAxis {
    let room = size + 2 * padding - extent
    guard room >= 0 else { return WindowAxis(output: 0, before: padding, after: padding) }
    var output = room / stride + 1
    if roundsUp, room % stride > 0, output * stride < size + padding { output += 1 }
    let end = (output - 1) * stride + extent
    return WindowAxis(
      output: output, before: padding, after: max(padding, end - size - padding))
  }
}

/// A window's steps along both axes.
struct WindowPlacement {
  var vertical: WindowAxis
  var horizontal: WindowAxis

  init(
    image: Extent, extent: Extent, stride: Extent, padding: Padding, roundsUp: Bool = false
  ) {
    switch padding {
    case .same:
      vertical = .same(size: image.height, extent: extent.height, stride: stride.height)
      horizontal = .same(size: image.width, extent: extent.width, stride: stride.width)
    case .symmetric(let zeros):
      vertical = .symmetric(
        size: image.height, extent: extent.height, stride: stride.height, padding: zeros.height,
        roundsUp: roundsUp)
      horizontal = .symmetric(
        size: image.width, extent: extent.width, stride: stride.width, padding: zeros.width,
        roundsUp: roundsUp)
    }
  }

  var output: Extent { Extent(height: vertical.output, width: horizontal.output) }

  var padding: EdgePadding {
    EdgePadding(
      top: vertical.before, left: horizontal.before, bottom: vertical.after,
      right: horizontal.after)
  }
}

extension GraphLimits {
  /// Checks both sides of a kernel, stride or dilation (at least 1) or of a padding (at least 0).
  static func check(
    _ what: String, _ extent: Extent, from minimum: Int = 1
  ) throws(GraphError.Reason) {
    try check("\(what) height", extent.height, from: minimum, upTo: window)
    try check("\(what) width", extent.width, from: minimum, upTo: window)
  }

  static func check(_ padding: Padding) throws(GraphError.Reason) {
    if case .symmetric(let zeros) = padding { try check("padding", zeros, from: 0) }
  }
}
