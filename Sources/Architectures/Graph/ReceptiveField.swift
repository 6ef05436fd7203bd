/// The part of the image that one pixel of a node's output depends on, and the distance in the
/// image between neighbouring pixels, both in pixels of the image and not cut at its border.
package struct ReceptiveField: Sendable, Hashable {
  package var extent: Extent
  package var step: Extent
}

extension NetworkGraph {
  /// The last node's receptive field.
  package var receptiveField: ReceptiveField { receptiveFields[nodes.count - 1] }

  /// Of every node. Global pooling sees the whole image, whatever comes before; so that the
  /// figure says what the convolutions see, neither it nor the broadcast gate of a
  /// squeeze-and-excitation counts.
  package var receptiveFields: [ReceptiveField] {
    var fields: [ReceptiveField] = []
    for node in nodes {
      var field = ReceptiveField(extent: Extent(1), step: Extent(1))
      for source in node.inputs where !isGate(source, of: node) {
        field.extent = max(field.extent, fields[source].extent)
        field.step = max(field.step, fields[source].step)
      }
      let window = node.operation.rules.window
      field.extent.height = grown(field.extent.height, field.step.height, window.extent.height)
      field.extent.width = grown(field.extent.width, field.step.width, window.extent.width)
      field.step.height = min(field.step.height * window.stride.height, Self.largestStep)
      field.step.width = min(field.step.width * window.stride.width, Self.largestStep)
      fields.append(field)
    }
    return fields
  }

  /// Whether it has one value a channel, for an image that has more.
  private func isGate(_ source: Int, of node: Node) -> Bool {
    node.operation == .multiply && nodes[source].shape != node.shape
  }

  // Strides on an image of one pixel go on multiplying; the caps keep that from overflowing.
  private static let largestStep = 1 << 31
  private static let largestExtent = 1 << 52

  private func grown(_ extent: Int, _ step: Int, _ window: Int) -> Int {
    min(extent + (window - 1) * step, Self.largestExtent)
  }
}

private func max(_ first: Extent, _ second: Extent) -> Extent {
  Extent(
    height: Swift.max(first.height, second.height), width: Swift.max(first.width, second.width))
}
