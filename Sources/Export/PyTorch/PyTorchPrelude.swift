/// The classes and functions that exported files share; a file holds those that it needs.
enum PyTorchPrelude {
  struct Part {
    var name: String
    /// Parts that this one uses.
    var needs: [String] = []
    var source: String
  }

  /// Every part that the text uses, in an order in which each comes after what it needs.
  static func parts(usedIn text: String) -> [Part] {
    var names: Set<String> = []
    func add(_ part: Part) {
      guard names.insert(part.name).inserted else { return }
      for other in all where part.needs.contains(other.name) { add(other) }
    }
    for part in all where text.contains(part.name + "(") { add(part) }
    return all.filter { names.contains($0.name) }
  }

  /// Of all parts.
  static var names: [String] { all.map(\.name) }

  private static let all: [Part] = [
    Part(
      name: "layers",
      source: """
        def layers(**modules):
            \"""Modules one after the other.\"""
            return nn.Sequential(OrderedDict(modules))
        """),
    Part(
      name: "same_padding",
      source: """
        def same_padding(x, kernel_size, stride, dilation=(1, 1)):
            \"""Zeros at the left, right, top and bottom for ceil(size / stride) outputs (TensorFlow's
            'same'); where they can't be shared evenly, one more goes to the bottom and right.\"""
            amounts = []
            for size, kernel, step, gap in zip(x.shape[-2:], kernel_size, stride, dilation):
                total = max((-(-size // step) - 1) * step + (kernel - 1) * gap + 1 - size, 0)
                amounts = [total // 2, total - total // 2] + amounts
            return amounts
        """),
    Part(
      name: "pair",
      source: """
        def pair(size):
            return size if isinstance(size, tuple) else (size, size)
        """),
    Part(
      name: "SameConv2d", needs: ["same_padding"],
      source: """
        class SameConv2d(nn.Conv2d):
            \"""A convolution that pads as TensorFlow does, whatever the image's size.\"""

            def forward(self, x):
                amounts = same_padding(x, self.kernel_size, self.stride, self.dilation)
                return super().forward(F.pad(x, amounts))
        """),
    Part(
      name: "SplitConv2d",
      source: """
        class SplitConv2d(nn.ModuleList):
            \"""Convolutions side by side, each on its own share of the channels.\"""

            def forward(self, x):
                shares = x.split([part.in_channels for part in self], dim=1)
                return torch.cat([part(share) for part, share in zip(self, shares)], dim=1)
        """),
    Part(
      name: "Dense",
      source: """
        class Dense(nn.Linear):
            \"""A linear layer on images of one pixel.\"""

            def forward(self, x):
                return super().forward(x.flatten(1))[:, :, None, None]
        """),
    Part(
      name: "GlobalAveragePool",
      source: """
        class GlobalAveragePool(nn.Module):
            def forward(self, x):
                return x.mean((2, 3), keepdim=True)
        """),
    Part(
      name: "SameMaxPool2d", needs: ["same_padding", "pair"],
      source: """
        class SameMaxPool2d(nn.MaxPool2d):
            \"""The largest value of each window; padding does not count.\"""

            def forward(self, x):
                amounts = same_padding(x, pair(self.kernel_size), pair(self.stride))
                return super().forward(F.pad(x, amounts, value=-math.inf))
        """),
    Part(
      name: "SameAvgPool2d", needs: ["same_padding", "pair"],
      source: """
        class SameAvgPool2d(nn.AvgPool2d):
            \"""The mean of each window; padding does not count.\"""

            def forward(self, x):
                amounts = same_padding(x, pair(self.kernel_size), pair(self.stride))
                share = super().forward(F.pad(torch.ones_like(x[:1, :1]), amounts))
                return super().forward(F.pad(x, amounts)) / share
        """),
    Part(
      name: "ChannelSlice",
      source: """
        class ChannelSlice(nn.Module):
            def __init__(self, first, end):
                super().__init__()
                self.first, self.end = first, end

            def forward(self, x):
                return x[:, self.first : self.end]
        """),
    Part(
      name: "ChannelShuffle",
      source: """
        class ChannelShuffle(nn.Module):
            \"""Takes a channel of each group in turn.\"""

            def __init__(self, groups):
                super().__init__()
                self.groups = groups

            def forward(self, x):
                return x.unflatten(1, (self.groups, -1)).transpose(1, 2).flatten(1, 2)
        """),
  ]
}
