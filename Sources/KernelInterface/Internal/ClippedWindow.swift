/// The part of one window that lies inside its image. Private to the kernel targets, as is
/// `RowCorrelation`.
package struct ClippedWindow {
  /// Taps inside, of the kernel's rows and columns.
  package var rows: Range<Int>
  package var columns: Range<Int>
  /// Input row and column of tap 0, over all images; possibly outside.
  package var top: Int
  package var left: Int

  package init(rows: Range<Int>, columns: Range<Int>, top: Int, left: Int) {
    self.rows = rows
    self.columns = columns
    self.top = top
    self.left = left
  }
}
