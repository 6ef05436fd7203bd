/// What is fetched from far memory before a run needs it: weights, which lie in the order in which
/// a run reads them.
///
/// A product of many rows computes long with few weights, and meanwhile fetches the rest of its own
/// and those of the steps behind it, up to where the next such product can go on by itself. What
/// reads its weights once, as a squeeze-and-excitation does, can't fetch any while it computes.
struct FetchPlan {
  /// Rows of an image from which on a product has time to fetch.
  private static let leastRows = 8
  /// Floats that are fetched at most behind a product's own weights: a megabyte.
  private static let mostFloats = 262_144
  /// Floats of a product's own weights that those before it fetch: about a panel of its columns.
  private static let headFloats = 16_384

  /// Where the fetching of the step before ends.
  private var end: Int

  /// - Parameter count: floats of all constants.
  init(constants count: Int) { end = count }

  /// Says what a product fetches; called for each of a network's, from the last to the first.
  mutating func add(to product: inout MatrixProduct, rows: Int) {
    guard rows >= Self.leastRows else { return }
    for index in product.blocks.indices.reversed() {
      let block = product.blocks[index]
      product.blocks[index].fetchedFloats = min(
        end - block.weights, block.weightCount + Self.mostFloats)
      end = block.weights + min(block.weightCount, Self.headFloats)
    }
  }
}
