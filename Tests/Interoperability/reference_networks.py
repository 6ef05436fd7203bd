"""The reference networks in PyTorch: torchvision's and timm's, and a definition from the paper
where neither has the network as published."""

import math
import sys
import types

import torch
import torch.nn.functional as F
from torch import nn

try:
    import torchvision
except RuntimeError:
    # A torchvision built for another build of torch lacks its compiled operators (boxes, regions
    # of interest), which no network here has.
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    sys.modules["torchvision._meta_registrations"] = types.ModuleType("_meta_registrations")
    import torchvision
import timm


class ShuffleUnit(nn.Module):
    """Figure 2 (b) and (c) of Zhang et al. 2018."""

    def __init__(self, inputs, outputs, groups, first_groups, halves):
        super().__init__()
        middle = outputs // 4
        branch = outputs - inputs if halves else outputs
        self.groups, self.halves = groups, halves
        self.reduce = nn.Conv2d(inputs, middle, 1, groups=first_groups, bias=False)
        self.reduce_norm = nn.BatchNorm2d(middle)
        stride = 2 if halves else 1
        self.depthwise = nn.Conv2d(middle, middle, 3, stride, 1, groups=middle, bias=False)
        self.depthwise_norm = nn.BatchNorm2d(middle)
        self.expand = nn.Conv2d(middle, branch, 1, groups=groups, bias=False)
        self.expand_norm = nn.BatchNorm2d(branch)

    def forward(self, x):
        y = F.relu(self.reduce_norm(self.reduce(x)))
        batch, channels, height, width = y.shape
        y = y.view(batch, self.groups, channels // self.groups, height, width)
        y = y.transpose(1, 2).reshape(batch, channels, height, width)
        y = self.depthwise_norm(self.depthwise(y))
        y = self.expand_norm(self.expand(y))
        if self.halves:
            shortcut = F.avg_pool2d(x, 3, 2, 1, count_include_pad=False)
            return F.relu(torch.cat([shortcut, y], 1))
        return F.relu(x + y)


class ShuffleNetV1(nn.Module):
    """Table 1 of Zhang et al. 2018, at 1×."""

    WIDTHS = {1: 144, 2: 200, 3: 240, 4: 272, 8: 384}

    def __init__(self, groups, classes):
        super().__init__()
        self.stem = nn.Conv2d(3, 24, 3, 2, 1, bias=False)
        self.norm = nn.BatchNorm2d(24)
        self.units = nn.Sequential()
        inputs = 24
        for stage, units in enumerate([4, 8, 4]):
            for unit in range(units):
                outputs = self.WIDTHS[groups] * 2**stage
                first_groups = 1 if inputs == 24 else groups
                self.units.append(ShuffleUnit(inputs, outputs, groups, first_groups, unit == 0))
                inputs = outputs
        self.classifier = nn.Linear(inputs, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.norm(self.stem(x))), 3, 2, 1)
        return self.classifier(self.units(x).mean((2, 3)))


class MobileNetV1(nn.Sequential):
    """Table 1 of Howard et al. 2017, with its activation, ReLU."""

    def __init__(self, classes):
        def layer(inputs, outputs, kernel, stride=1, groups=1):
            convolution = nn.Conv2d(
                inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False
            )
            return [convolution, nn.BatchNorm2d(outputs), nn.ReLU()]

        layers = layer(3, 32, 3, 2)
        inputs = 32
        for outputs, stride in [
            (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2),
            (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
        ]:  # fmt: skip
            layers += layer(inputs, inputs, 3, stride, groups=inputs)
            layers += layer(inputs, outputs, 1)
            inputs = outputs
        pool = [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
        super().__init__(*layers, *pool, nn.Linear(inputs, classes))


def with_same_padding(model):
    """TensorFlow's 'same' padding, an odd zero more at the bottom and right, in every layer."""

    def pad(module, inputs):
        (x,) = inputs
        amounts = []
        for axis in (1, 0):  # F.pad begins with the last axis
            size, stride = x.shape[2 + axis], module.stride[axis]
            extent = (module.kernel_size[axis] - 1) * module.dilation[axis] + 1
            total = max((math.ceil(size / stride) - 1) * stride + extent - size, 0)
            amounts += [total // 2, total - total // 2]
        return (F.pad(x, amounts),)

    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            module.padding = (0, 0)
            module.register_forward_pre_hook(pad)
    return model


def resnet_50_v1(classes):
    """torchvision's has the stride in the 3×3 convolution, the paper in the 1×1 before it."""
    model = torchvision.models.resnet50(num_classes=classes)
    for module in model.modules():
        if isinstance(module, torchvision.models.resnet.Bottleneck):
            module.conv1.stride, module.conv2.stride = module.conv2.stride, (1, 1)
    return model


models = torchvision.models

# By the names of mixnas: the makers of the network, each called with the number of classes. The
# makers of one network were written independently of each other.
REFERENCES = {
    "mixnet-s": [lambda n: timm.create_model("tf_mixnet_s", num_classes=n)],
    "mixnet-m": [lambda n: timm.create_model("tf_mixnet_m", num_classes=n)],
    "mixnet-l": [lambda n: timm.create_model("tf_mixnet_l", num_classes=n)],
    "mobilenet-v1": [
        lambda n: with_same_padding(MobileNetV1(n)),
        lambda n: with_same_padding(
            timm.create_model("mobilenetv1_100", num_classes=n, act_layer="relu")
        ),
    ],
    "mobilenet-v2": [lambda n: with_same_padding(models.mobilenet_v2(num_classes=n))],
    "mobilenet-v3-large": [lambda n: with_same_padding(models.mobilenet_v3_large(num_classes=n))],
    "mobilenet-v3-small": [lambda n: with_same_padding(models.mobilenet_v3_small(num_classes=n))],
    "mnasnet-a1": [
        lambda n: with_same_padding(timm.create_model("semnasnet_100", num_classes=n))
    ],
    "efficientnet-b0": [lambda n: with_same_padding(models.efficientnet_b0(num_classes=n))],
    "resnet-50": [lambda n: models.resnet50(num_classes=n)],
    "resnet-50-v1": [resnet_50_v1],
} | {
    f"shufflenet-v1-g{groups}": [lambda n, groups=groups: ShuffleNetV1(groups, n)]
    for groups in ShuffleNetV1.WIDTHS
}
