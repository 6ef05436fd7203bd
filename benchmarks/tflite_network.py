"""A Network or Layer of genome.py as the contents of a `.tflite` file, in float32.

Images are NHWC, as LiteRT wants them, and batch norm must have been folded. Every operation is one
that XNNPACK, the library of LiteRT's kernels, takes over.
"""

import torch
from ai_edge_litert import schema_py_generated as schema
from torch import nn

import genome
from tflite_file import Graph

# XNNPACK has depthwise kernels for up to 25 weights of a channel. Above, a grouped convolution
# takes their place that is some ten times slower.
WIDEST_DEPTHWISE = 25

PLAIN = schema.ActivationFunctionType.NONE
# Activations that the operation before applies itself.
FUSED = {
    nn.ReLU: schema.ActivationFunctionType.RELU,
    nn.ReLU6: schema.ActivationFunctionType.RELU6,
}


def convolve(graph, module, x, weight, bias, shape, padding, fused):
    """One operation, with the module's weights or some rows of them."""
    depthwise = module.groups == module.in_channels > 1
    order = (1, 2, 3, 0) if depthwise else (0, 2, 3, 1)
    options = dict(depthMultiplier=1) if depthwise else {}
    return graph.apply(
        "DEPTHWISE_CONV_2D" if depthwise else "CONV_2D",
        [x, graph.constant(weight.permute(order)), graph.constant(bias)],
        shape,
        "DepthwiseConv2DOptions" if depthwise else "Conv2DOptions",
        padding=padding,
        strideH=module.stride[0],
        strideW=module.stride[0],
        dilationHFactor=module.dilation[0],
        dilationWFactor=module.dilation[0],
        fusedActivationFunction=fused,
        **options,
    )


def convolution(graph, module, x, fused=PLAIN):
    batch, size, _, channels = graph.shape(x)
    stride, dilation, kernel = module.stride[0], module.dilation[0], module.kernel_size[0]
    side = -(-size // stride)
    shape = (batch, side, side, module.out_channels)
    bias = torch.zeros(module.out_channels) if module.bias is None else module.bias
    zeros = max((side - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    before, after = (getattr(module, "before", None) or module.padding)[:2]
    wide = module.groups == channels > 1 and dilation == 1 and kernel**2 > WIDEST_DEPTHWISE
    padding = schema.Padding.SAME
    if wide or (before, after) != (zeros // 2, zeros - zeros // 2):
        pads = graph.constant([(0, 0), (before, after), (before, after), (0, 0)])
        padded = (batch, size + before + after, size + before + after, channels)
        x = graph.apply("PAD", [x, pads], padded, "PadOptions")
        padding = schema.Padding.VALID
    if wide:
        return wide_depthwise(graph, module, x, bias, shape, fused)
    return convolve(graph, module, x, module.weight, bias, shape, padding, fused)


def wide_depthwise(graph, module, x, bias, shape, fused):
    """Some rows of the kernel at a time, and their sum."""
    batch, _, width, channels = graph.shape(x)
    stride, kernel = module.stride[0], module.kernel_size[0]
    rows = max(1, WIDEST_DEPTHWISE // kernel)
    y = None
    for first in range(0, kernel, rows):
        weight = module.weight[:, :, first : first + rows]
        height = (shape[1] - 1) * stride + weight.shape[2]
        part = graph.part(x, (0, first, 0, 0), (batch, height, width, channels))
        terms = convolve(graph, module, part, weight, bias, shape, schema.Padding.VALID, PLAIN)
        last = first + rows >= kernel
        y = terms if y is None else add(graph, y, terms, fused if last else PLAIN)
        bias = torch.zeros_like(bias)
    return y


def add(graph, x, y, fused=PLAIN):
    return graph.apply("ADD", [x, y], graph.shape(x), "AddOptions", fusedActivationFunction=fused)


def multiply(graph, x, y):
    return graph.apply("MUL", [x, y], graph.shape(x), "MulOptions")


def activate(graph, module, x):
    """The activation where nothing before could apply it."""
    shape = graph.shape(x)
    if isinstance(module, nn.Sigmoid):
        return graph.apply("LOGISTIC", [x], shape)
    if isinstance(module, nn.SiLU):
        return multiply(graph, x, graph.apply("LOGISTIC", [x], shape))
    if isinstance(module, nn.Hardswish):
        return graph.apply("HARD_SWISH", [x], shape, "HardSwishOptions")
    if isinstance(module, nn.Hardsigmoid):
        x = add(graph, x, graph.constant([3.0]), FUSED[nn.ReLU6])
        return multiply(graph, x, graph.constant([1 / 6]))
    raise ValueError(f"there is no way to write {type(module).__name__}")


def layer(graph, module, x):
    if module.norm is not None:
        raise ValueError("batch norm must be folded first")
    fused = FUSED.get(type(module.activation), PLAIN)
    if len(module.convolutions) == 1:
        y = convolution(graph, module.convolutions[0], x, fused)
    else:
        parts, first = [], 0
        for share, one in zip(module.shares, module.convolutions):
            part = graph.part(x, (0, 0, 0, first), (*graph.shape(x)[:3], share))
            parts.append(convolution(graph, one, part, fused))
            first += share
        channels = sum(graph.shape(part)[3] for part in parts)
        shape = (*graph.shape(parts[0])[:3], channels)
        y = graph.apply("CONCATENATION", parts, shape, "ConcatenationOptions", axis=3)
    if fused != PLAIN or module.activation is None:
        return y
    return activate(graph, module.activation, y)


def mean(graph, x, keeps_sides):
    batch, _, _, channels = graph.shape(x)
    shape = (batch, 1, 1, channels) if keeps_sides else (batch, channels)
    axes = graph.constant([1, 2])
    return graph.apply("MEAN", [x, axes], shape, "ReducerOptions", keepDims=keeps_sides)


def squeeze_excitation(graph, module, x):
    fused = FUSED.get(type(module.activation), PLAIN)
    gate = convolution(graph, module.reduce, mean(graph, x, True), fused)
    if fused == PLAIN:
        gate = activate(graph, module.activation, gate)
    gate = convolution(graph, module.expand, gate)
    return multiply(graph, x, graph.apply("LOGISTIC", [gate], graph.shape(gate)))


def sequence(graph, modules, x):
    for module in modules:
        if isinstance(module, genome.Block):
            y = sequence(graph, module.layers, x)
            x = add(graph, x, y) if module.adds_input else y
        elif isinstance(module, genome.SqueezeExcitation):
            x = squeeze_excitation(graph, module, x)
        else:
            x = layer(graph, module, x)
    return x


def contents(module, shape):
    """The bytes of the file, for images of the shape [batch, channels, height, width]."""
    batch, channels, height, width = shape
    graph = Graph()
    image = graph.tensor((batch, height, width, channels))
    if isinstance(module, genome.Layer):
        return graph.contents(image, layer(graph, module, image))
    features = mean(graph, sequence(graph, module.layers, image), False)
    dense = module.classifier
    inputs = [features, graph.constant(dense.weight), graph.constant(dense.bias)]
    result = (batch, dense.out_features)
    scores = graph.apply("FULLY_CONNECTED", inputs, result, "FullyConnectedOptions")
    return graph.contents(image, scores)
