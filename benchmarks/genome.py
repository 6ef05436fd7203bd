"""A network as a PyTorch module, built from mixnas's genome file alone.

`mixnas export NETWORK --format genome` writes such a file. The rules (channel splits, 'same'
padding, where squeeze-and-excitation stands) are worked out here, not taken from mixnas.
"""

import copy
import math

import torch
import torch.nn.functional as F
from torch import nn

ACTIVATIONS = {
    "relu": lambda: nn.ReLU(inplace=True),
    "relu6": lambda: nn.ReLU6(inplace=True),
    "swish": lambda: nn.SiLU(inplace=True),
    "hard-swish": lambda: nn.Hardswish(inplace=True),
    "sigmoid": nn.Sigmoid,
    "hard-sigmoid": nn.Hardsigmoid,
}


def equal_shares(channels, groups):
    """The remainder goes to the first."""
    shares = [channels // groups] * groups
    shares[0] += channels % groups
    return shares


def exponential_shares(channels, groups):
    """A half, a quarter, ..., the remainder to the last."""
    shares = [channels >> (index + 1) for index in range(groups - 1)]
    return shares + [channels - sum(shares)]


class Convolution(nn.Conv2d):
    """A convolution with padding for a fixed size of image.

    TensorFlow's 'same' padding puts an odd zero at the bottom and right, which Conv2d can't say:
    there the image is padded first. 'symmetric' padding never needs that; it is the same work on
    other border pixels.
    """

    def __init__(self, inputs, outputs, kernel, size, padding, stride=1, dilation=1, groups=1):
        extent = (kernel - 1) * dilation + 1
        zeros = max((math.ceil(size / stride) - 1) * stride + extent - size, 0)
        even = zeros % 2 == 0 or padding == "symmetric"
        super().__init__(
            inputs,
            outputs,
            kernel,
            stride,
            (zeros + 1) // 2 if even else 0,
            dilation,
            groups,
            bias=False,
        )
        self.before = None if even else [zeros // 2, zeros - zeros // 2] * 2
        self.zeros_before = (zeros + 1) // 2 if even else zeros // 2

    def forward(self, x):
        return super().forward(x if self.before is None else F.pad(x, self.before))


class Layer(nn.Module):
    """Convolutions on shares of the channels, side by side; batch norm; an activation."""

    def __init__(self, convolutions, activation=None, normalized=True):
        super().__init__()
        self.shares = [c.in_channels for c in convolutions]
        self.convolutions = nn.ModuleList(convolutions)
        outputs = sum(c.out_channels for c in convolutions)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01) if normalized else None
        self.activation = ACTIVATIONS[activation]() if activation else None

    def forward(self, x):
        if len(self.convolutions) == 1:
            x = self.convolutions[0](x)
        else:
            parts = torch.split(x, self.shares, 1)
            x = torch.cat([c(part) for c, part in zip(self.convolutions, parts)], 1)
        if self.norm is not None:
            x = self.norm(x)
        return x if self.activation is None else self.activation(x)

    def fold(self):
        """Takes the batch norm into the convolutions, also through the concatenation."""
        scale = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        shift = self.norm.bias - self.norm.running_mean * scale
        first = 0
        for convolution in self.convolutions:
            part = slice(first, first + convolution.out_channels)
            scaled = convolution.weight * scale[part].view(-1, 1, 1, 1)
            convolution.weight = nn.Parameter(scaled.detach())
            convolution.bias = nn.Parameter(shift[part].detach().clone())
            first = part.stop
        self.norm = None

    def merge(self):
        """Makes depthwise convolutions side by side one, of the widest kernel: more
        multiplications, but no split and no concatenation."""
        parts = list(self.convolutions)
        if len(parts) == 1 or any(c.groups < c.in_channels or max(c.dilation) > 1 for c in parts):
            return
        merged = copy.deepcopy(max(parts, key=lambda c: c.kernel_size))
        channels, side = sum(self.shares), merged.kernel_size[0]
        weight = torch.zeros(channels, 1, side, side)
        first = 0
        for c in parts:
            start = merged.zeros_before - c.zeros_before
            end = start + c.kernel_size[0]
            weight[first : first + c.out_channels, :, start:end, start:end] = c.weight.detach()
            first += c.out_channels
        merged.in_channels = merged.out_channels = merged.groups = channels
        merged.weight = nn.Parameter(weight)
        if merged.bias is not None:
            merged.bias = nn.Parameter(torch.cat([c.bias.detach() for c in parts]))
        self.convolutions, self.shares = nn.ModuleList([merged]), [channels]


class SqueezeExcitation(nn.Module):
    def __init__(self, channels, width, activation):
        super().__init__()
        self.reduce = nn.Conv2d(channels, width, 1)
        self.activation = ACTIVATIONS[activation]()
        self.expand = nn.Conv2d(width, channels, 1)

    def forward(self, x):
        squeezed = self.activation(self.reduce(x.mean((2, 3), keepdim=True)))
        return x * torch.sigmoid(self.expand(squeezed))


class Block(nn.Module):
    def __init__(self, genes, inputs, size, padding):
        super().__init__()
        activation = genes.get("activation", "relu")
        stride = genes.get("stride", 1)
        outputs = genes["channels"]
        expanded = int(inputs * genes["expansion"])
        layers = []
        if genes["expansion"] != 1:
            groups = genes.get("expandGroups", 1)
            layers.append(pointwise(inputs, expanded, size, activation, groups))
        layers.append(
            mixed_depthwise(
                expanded,
                genes["kernels"],
                size,
                padding,
                stride=stride,
                activation=activation,
                split=genes.get("split", "equal"),
                dilated=genes.get("dilated", False),
            )
        )
        size = math.ceil(size / stride)
        if genes.get("squeezeExcitation", 0) > 0:
            width = max(1, int(inputs * genes["squeezeExcitation"]))
            layers.append(SqueezeExcitation(expanded, width, activation))
        layers.append(pointwise(expanded, outputs, size, None, genes.get("projectGroups", 1)))
        self.layers = nn.Sequential(*layers)
        self.adds_input = genes.get("skip", True) and stride == 1 and inputs == outputs
        self.size = size
        self.outputs = outputs

    def forward(self, x):
        y = self.layers(x)
        return x + y if self.adds_input else y


def pointwise(inputs, outputs, size, activation, groups=1):
    """One grouped convolution where the shares are equal, else one for each share."""
    if inputs % groups == 0 and outputs % groups == 0:
        convolutions = [Convolution(inputs, outputs, 1, size, "same", groups=groups)]
    else:
        shares = zip(equal_shares(inputs, groups), equal_shares(outputs, groups))
        convolutions = [Convolution(i, o, 1, size, "same") for i, o in shares]
    return Layer(convolutions, activation)


def mixed_depthwise(
    channels,
    kernels,
    size,
    padding,
    stride=1,
    activation=None,
    split="equal",
    dilated=False,
    normalized=True,
):
    shares = (equal_shares if split == "equal" else exponential_shares)(channels, len(kernels))
    convolutions = []
    for kernel, share in zip(sorted(kernels), shares):
        dilation = 1
        if dilated and stride == 1 and kernel > 3:
            kernel, dilation = 3, (kernel - 1) // 2
        convolutions.append(
            Convolution(share, share, kernel, size, padding, stride, dilation, groups=share)
        )
    return Layer(convolutions, activation, normalized)


class Network(nn.Module):
    """The network of a genome file's contents, for square images."""

    def __init__(self, file, padding="same"):
        super().__init__()
        shape = file["input"]
        if shape["height"] != shape["width"]:
            raise ValueError("only square images can be compared")
        size = shape["height"]
        self.input = (shape["channels"], size, size)
        self.classes = file["classes"]
        stem, head = file["genome"]["stem"], file["genome"]["head"]
        convolution = Convolution(
            shape["channels"], stem["channels"], stem.get("kernel", 3), size, padding, stem["stride"]
        )
        layers = [Layer([convolution], stem.get("activation", "relu"))]
        channels, size = stem["channels"], math.ceil(size / stem["stride"])
        for genes in file["genome"]["blocks"]:
            block = Block(genes, channels, size, padding)
            layers.append(block)
            channels, size = block.outputs, block.size
        layers.append(pointwise(channels, head["channels"], size, head.get("activation", "relu")))
        self.layers = nn.Sequential(*layers)
        self.dropout = nn.Dropout(head["dropout"]) if head.get("dropout", 0) > 0 else None
        self.classifier = nn.Linear(head["channels"], self.classes)

    def forward(self, x):
        x = self.layers(x).mean((2, 3))
        return self.classifier(x if self.dropout is None else self.dropout(x))


def settle(network):
    """Sets running statistics from noise, so that values stay in the usual range when they are
    used."""
    norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None  # the plain mean of what has been seen
    network.train()
    with torch.no_grad():
        network(torch.randn(8, *network.input))
    return network.eval()


def fold(network):
    for layer in network.modules():
        if isinstance(layer, Layer) and layer.norm is not None:
            layer.fold()
    return network


def merge(module):
    """For inference: batch norm must be folded."""
    for layer in module.modules():
        if isinstance(layer, Layer):
            layer.merge()


def multiply_adds(module, image):
    """Of convolutions and dense layers, for a batch of one."""
    total = 0

    def count(layer, _, output):
        nonlocal total
        total += output.numel() * layer.weight[0].numel()

    layers = [m for m in module.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    hooks = [layer.register_forward_hook(count) for layer in layers]
    with torch.no_grad():
        module(image)
    for hook in hooks:
        hook.remove()
    return total
