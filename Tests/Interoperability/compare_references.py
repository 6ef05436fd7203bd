#!/usr/bin/env python3
"""Compares the logits of the reference networks with PyTorch's in double precision, and the
gradients of those without dropout.

usage: compare_references.py DIRECTORY

DIRECTORY/references holds one folder per network, as ReferenceInteroperabilityTests writes it.
The architecture is that of reference_networks.py; only the values of the weights come from the
folder. Prints the relative errors of each network, and beside them those of PyTorch itself in
single precision; exits with 1 if one is above the bound or a network is missing, with 2 if there is
nothing to compare.
"""

import copy
import json
import pathlib
import sys

import numpy
import torch
from torch import nn

from reference_networks import REFERENCES

# Relative to the largest logit: single precision over up to 80 layers, with batch norm folded
# into weights that were rounded once more.
BOUND = 1e-5

# The length of the error of a tensor's gradient, relative to the length of the gradient. It is
# 1e-5 or so until rounding moves one ReLU across its kink, which turns up as some 1e-2, in
# PyTorch's single precision as well; a mistake in a layer as 1 or so. compare_training.py is sharper.
GRADIENT_BOUND = 0.3
# A gradient all but zero beside the others (of a bias in front of a batch norm it is rounding and
# nothing else) is measured by this share of the longest one.
GRADIENT_FLOOR = 1e-3


class Weights:
    """The values of a manifest's tensors, in the engine's layouts."""

    def __init__(self, manifest, normals):
        self.manifest = manifest
        self.values = {}
        for tensor in manifest["tensors"]:
            positions = (tensor["first"] + numpy.arange(tensor["count"])) % len(normals)
            scaled = numpy.float32(tensor["scale"]) * normals[positions]
            value = numpy.float32(tensor["shift"]) + scaled
            self.values[tensor["node"], tensor["role"]] = torch.tensor(value.astype(numpy.float64))

    def with_gradients(self, gradients):
        """The same tensors, but their gradients for values."""
        result = copy.copy(self)
        result.values, offset = {}, 0
        for tensor in self.manifest["tensors"]:
            part = gradients[offset : offset + tensor["count"]]
            result.values[tensor["node"], tensor["role"]] = torch.tensor(part)
            offset += tensor["count"]
        return result

    def copy_to(self, modules):
        """Gives the layers of a model, in the order in which they run, the values of the nodes."""
        queue = iter(modules)
        owners = dict.fromkeys(tensor["node"] for tensor in self.manifest["tensors"])
        for index in owners:
            node = self.manifest["nodes"][index]
            copy_node = getattr(self, "copy_" + node["kind"].replace("-", "_"))
            copy_node(index, node, queue)
        if next(queue, None) is not None:
            raise ValueError("the PyTorch network has more layers")

    def copy_convolution(self, index, node, queue):
        """Groups of equal size are one grouped convolution; a PyTorch network may also have one
        convolution for each group."""
        height, width = node["kernel"]
        channels = self.manifest["nodes"][node["inputs"][0]]["shape"][2]
        weight, offset, blocks = self.values[index, "weight"], 0, []
        shares = zip(split(channels, node["groups"]), split(node["outputs"], node["groups"]))
        for inputs, outputs in shares:
            block = weight[offset : offset + height * width * inputs * outputs]
            blocks.append(block.view(height, width, inputs, outputs).permute(3, 2, 0, 1))
            offset += block.numel()
        module = next(queue)
        if module.groups == node["groups"]:
            set_value(module.weight, torch.cat(blocks))
            if (index, "bias") in self.values:
                set_value(module.bias, self.values[index, "bias"])
            elif module.bias is not None:
                raise ValueError(f"{node['name']} has no bias")
            return
        for block in blocks:
            set_value(module.weight, block)
            if block is not blocks[-1]:
                module = next(queue)

    def copy_mixed_depthwise(self, index, node, queue):
        weight, offset = self.values[index, "weight"], 0
        for group in node["groups"]:
            kernel, channels = group["kernel"], group["channels"]
            block = weight[offset : offset + kernel * kernel * channels].view(-1, channels)
            set_value(next(queue).weight, block.t().reshape(channels, 1, kernel, kernel))
            offset += block.numel()

    def copy_batch_normalization(self, index, node, queue):
        module = next(queue)
        module.eps = node["epsilon"]
        set_value(module.weight, self.values[index, "gamma"])
        set_value(module.bias, self.values[index, "beta"])
        set_value(module.running_mean, self.values[index, "running-mean"])
        set_value(module.running_var, self.values[index, "running-variance"])

    def copy_dense(self, index, node, queue):
        module = next(queue)
        set_value(module.weight, self.values[index, "weight"].view(-1, node["units"]).t())
        set_value(module.bias, self.values[index, "bias"])


def set_value(target, value):
    if target.shape != value.shape:
        raise ValueError(f"{tuple(value.shape)} does not fit {tuple(target.shape)}")
    with torch.no_grad():
        target.copy_(value)


def split(channels, groups):
    """Equal shares, the remainder to the first."""
    shares = [channels // groups] * groups
    shares[0] += channels % groups
    return shares


def layers_in_order(model, images):
    """The layers with weights, in the order in which a forward pass runs them."""
    order = []
    kinds = (nn.Conv2d, nn.Linear, nn.BatchNorm2d)
    hooks = [
        module.register_forward_pre_hook(lambda module, _: order.append(module))
        for module in model.modules()
        if isinstance(module, kinds)
    ]
    with torch.no_grad():
        model(images)
    for hook in hooks:
        hook.remove()
    held = sum(parameter.numel() for parameter in model.parameters())
    seen = sum(p.numel() for module in order for p in module.parameters(recurse=False))
    if held != seen or len(set(order)) != len(order):
        raise ValueError("a layer was not run exactly once")
    return order


def compare(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    height, width, channels = manifest["nodes"][0]["shape"]
    images = numpy.fromfile(folder / "images.f32", dtype="<f4").astype(numpy.float64)
    images = torch.tensor(images).view(-1, height, width, channels).permute(0, 3, 1, 2)
    logits = numpy.fromfile(folder / "logits.f32", dtype="<f4").astype(numpy.float64)
    weights = Weights(manifest, numpy.fromfile(folder / "normals.f32", dtype="<f4"))
    errors = []
    for make in REFERENCES[manifest["network"]]:
        model = make(manifest["classes"]).eval()
        weights.copy_to(layers_in_order(model, images.float()))
        double = copy.deepcopy(model).double()
        with torch.no_grad():
            single, exact = model(images.float()).double(), double(images)
        own = relative_error(torch.tensor(logits).view_as(exact), exact)
        errors.append(("logits", own, relative_error(single, exact), BOUND))
        if manifest["gradients"]:
            values = numpy.fromfile(folder / "gradients.f32", dtype="<f4").astype(numpy.float64)
            exact = gradients(double, images, manifest["labels"])
            single = gradients(model, images.float(), manifest["labels"])
            weights.with_gradients(values).copy_to(layers_in_order(double, images))
            own = gradient_error([parameter.detach() for parameter in double.parameters()], exact)
            errors.append(("gradients", own, gradient_error(single, exact), GRADIENT_BOUND))
    return errors


def gradients(model, images, labels):
    """Of the loss of a training pass."""
    loss = nn.functional.cross_entropy(model.train()(images), torch.tensor(labels))
    return torch.autograd.grad(loss, list(model.parameters()))


def gradient_error(actual, expected):
    """Of the tensor where it is largest, or not a number."""
    floor = GRADIENT_FLOOR * max(float(e.norm()) for e in expected)
    errors = [
        float((a.double() - e).norm()) / max(float(e.norm()), floor)
        for a, e in zip(actual, expected)
    ]
    return max(errors, key=lambda error: (error != error, error))


def relative_error(actual, expected):
    return float((actual - expected).abs().max() / expected.abs().max())


def main(arguments):
    if len(arguments) != 1:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    root = pathlib.Path(arguments[0]) / "references"
    if not any(root.glob("*/manifest.json")):
        print(f"{root} holds no network; run the Swift test first", file=sys.stderr)
        return 2
    torch.set_num_threads(1)
    failed = False
    print(f"{'network':<20}{'':<11}{'relative error':>16}{'PyTorch float32':>18}{'bound':>10}")
    names = sorted({*REFERENCES, *(path.parent.name for path in root.glob("*/manifest.json"))})
    for name in names:
        try:
            errors = compare(root / name)
        except (OSError, KeyError, StopIteration, ValueError) as problem:
            print(f"{name:<20}NOT COMPARED: {type(problem).__name__}: {problem}")
            failed = True
            continue
        for what, error, peer, bound in errors:
            # A NaN must not pass for a small error.
            passes = error <= bound
            failed = failed or not passes
            verdict = "" if passes else "  ABOVE ITS BOUND"
            print(f"{name:<20}{what:<11}{error:>16.2e}{peer:>18.2e}{bound:>10.0e}{verdict}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
