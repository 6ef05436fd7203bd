#!/usr/bin/env python3
"""Compares what the training engine wrote with PyTorch in double precision.

usage: compare_training.py DIRECTORY

DIRECTORY holds one folder per network, as TrainingInteroperabilityTests writes it. Prints the
largest relative error of each kind; exits with 1 if one is above its bound, with 2 if there is
nothing to compare.
"""

import json
import math
import pathlib
import sys

import numpy
import torch
import torch.nn.functional as F

# Relative errors that single precision explains in networks of about twenty layers: sums of up to
# some thousand products, and gradients that pass through batch norms, which cancel most of them.
# Running statistics and steps are compared by their change, a hundredth or so of the values that
# were rounded; the gradients of biases in front of batch norms are all rounding.
BOUNDS = {
    "logits": 1e-5,
    "loss": 1e-6,
    "gradients": 1e-4,
    "running statistics": 1e-4,
    "steps": 3e-3,
    "losses of steps": 1e-5,
    "evaluation": 1e-5,
}


class Network:
    """The manifest's graph over tensors in the engine's own layouts.

    Weights are leaves in the engine's layouts and are brought into PyTorch's on the way, so that
    their gradients come back as the engine has them.
    """

    def __init__(self, manifest, values, overparameterized=False):
        self.manifest = manifest
        self.tensors = {}
        self.products = {}
        for tensor in manifest["tensors"]:
            part = values[tensor["offset"] : tensor["offset"] + tensor["count"]]
            leaf = torch.tensor(part, dtype=torch.float64)
            trained = not tensor["role"].startswith("running")
            self.tensors[tensor["node"], tensor["role"]] = leaf.requires_grad_(trained)
        if overparameterized:
            for index, node in enumerate(manifest["nodes"]):
                if node["kind"] == "mixed-depthwise":
                    self.products[index] = [
                        torch.zeros(
                            g["kernel"] ** 2, g["kernel"] ** 2, g["channels"], dtype=torch.float64
                        ).requires_grad_(g["kernel"] > 1)
                        for g in node["groups"]
                    ]

    def forward(self, images, training):
        values = []
        for index, node in enumerate(self.manifest["nodes"]):
            inputs = [values[i] for i in node["inputs"]]
            value = images if node["kind"] == "input" else self.apply(index, node, inputs, training)
            height, width, channels = node["shape"]
            assert value.shape[1:] == (channels, height, width), (node["name"], value.shape)
            values.append(value)
        return values[-1].flatten(1)

    def apply(self, index, node, inputs, training):
        x = inputs[0]
        kind = node["kind"]
        if kind == "convolution":
            return self.convolution(index, node, x)
        if kind == "mixed-depthwise":
            return self.mixed_depthwise(index, node, x)
        if kind == "batch-normalization":
            return F.batch_norm(
                x,
                self.tensors[index, "running-mean"],
                self.tensors[index, "running-variance"],
                self.tensors[index, "gamma"],
                self.tensors[index, "beta"],
                training=training,
                momentum=1 - node["momentum"],
                eps=node["epsilon"],
            )
        if kind in ACTIVATIONS:
            return ACTIVATIONS[kind](x)
        if kind == "global-average-pool":
            return x.mean((2, 3), keepdim=True)
        if kind == "maximum-pool":
            padded = pad(x, node["kernel"], node["stride"], [1, 1], node["padding"], -math.inf)
            return F.max_pool2d(padded, node["kernel"], node["stride"])
        if kind == "average-pool":
            # Padding does not count: the mean is a sum over a sum of ones.
            def total(y):
                padded = pad(y, node["kernel"], node["stride"], [1, 1], node["padding"])
                return F.avg_pool2d(padded, node["kernel"], node["stride"])

            return total(x) / total(torch.ones_like(x))
        if kind == "dense":
            weight = self.tensors[index, "weight"].view(-1, node["units"])
            y = x.flatten(1) @ weight
            if (index, "bias") in self.tensors:
                y = y + self.tensors[index, "bias"]
            return y[:, :, None, None]
        if kind == "add":
            return inputs[0] + inputs[1]
        if kind == "multiply":
            return inputs[0] * inputs[1]
        if kind == "concatenate":
            return torch.cat(inputs, 1)
        if kind == "slice":
            return x[:, node["first"] : node["end"]]
        if kind == "channel-shuffle":
            return F.channel_shuffle(x, node["groups"])
        if kind == "dropout" and node["rate"] == 0:
            return x
        raise ValueError(f"{node['name']}: {kind} can't be compared")

    def convolution(self, index, node, x):
        weight = self.tensors[index, "weight"]
        bias = self.tensors.get((index, "bias"))
        kernel = node["kernel"]
        padded = pad(x, kernel, node["stride"], node["dilation"], node["padding"])
        outputs, first_input, first_output, offset = [], 0, 0, 0
        shares = zip(split(x.shape[1], node["groups"]), split(node["outputs"], node["groups"]))
        for channels_in, channels_out in shares:
            count = kernel[0] * kernel[1] * channels_in * channels_out
            w = weight[offset : offset + count].view(*kernel, channels_in, channels_out)
            outputs.append(
                F.conv2d(
                    padded[:, first_input : first_input + channels_in],
                    w.permute(3, 2, 0, 1),
                    None if bias is None else bias[first_output : first_output + channels_out],
                    stride=node["stride"],
                    dilation=node["dilation"],
                )
            )
            offset += count
            first_input += channels_in
            first_output += channels_out
        return torch.cat(outputs, 1)

    def mixed_depthwise(self, index, node, x):
        weight = self.tensors[index, "weight"]
        stride = [node["stride"]] * 2
        outputs, first, offset = [], 0, 0
        for position, group in enumerate(node["groups"]):
            k, channels = group["kernel"], group["channels"]
            w = weight[offset : offset + k * k * channels].view(k * k, channels)
            if index in self.products and k > 1:
                w = w + torch.einsum("msc,sc->mc", self.products[index][position], w)
            dilation = [group["dilation"]] * 2
            padding = node["padding"]
            if padding == "centered":
                padding = [group["dilation"] * (k - 1) // 2] * 2
            outputs.append(
                F.conv2d(
                    pad(x[:, first : first + channels], [k, k], stride, dilation, padding),
                    w.t().reshape(channels, 1, k, k),
                    stride=stride,
                    dilation=dilation,
                    groups=channels,
                )
            )
            first += channels
            offset += k * k * channels
        return torch.cat(outputs, 1)

    def folded(self):
        """All values in the engine's order, over-parameterised kernels multiplied out."""
        parts = []
        for tensor in self.manifest["tensors"]:
            value = self.tensors[tensor["node"], tensor["role"]].detach()
            if tensor["node"] in self.products and tensor["role"] == "weight":
                groups, offset = [], 0
                for factor in self.products[tensor["node"]]:
                    taps, _, channels = factor.shape
                    w = value[offset : offset + taps * channels].view(taps, channels)
                    groups.append((w + torch.einsum("msc,sc->mc", factor.detach(), w)).flatten())
                    offset += taps * channels
                value = torch.cat(groups)
            parts.append(value)
        return torch.cat(parts)

    def parameter_groups(self, weight_decay):
        decaying = [t for (_, role), t in self.tensors.items() if role == "weight"]
        others = [t for (_, role), t in self.tensors.items() if role in ("bias", "gamma", "beta")]
        others += [d for factors in self.products.values() for d in factors if d.requires_grad]
        return [
            {"params": decaying, "weight_decay": weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]


ACTIVATIONS = {
    "relu": F.relu,
    "relu6": F.relu6,
    "swish": F.silu,
    "hard-swish": F.hardswish,
    "sigmoid": torch.sigmoid,
    "hard-sigmoid": F.hardsigmoid,
}


def split(channels, groups):
    """Equal shares, the remainder to the first."""
    shares = [channels // groups] * groups
    shares[0] += channels % groups
    return shares


def pad(x, kernel, stride, dilation, padding, value=0.0):
    """TensorFlow's 'same' padding, an odd zero more at the bottom and right; or given sizes."""
    amounts = []
    for axis in (1, 0):  # F.pad begins with the last axis
        if padding == "same":
            size = x.shape[2 + axis]
            extent = (kernel[axis] - 1) * dilation[axis] + 1
            total = max((math.ceil(size / stride[axis]) - 1) * stride[axis] + extent - size, 0)
            amounts += [total // 2, total - total // 2]
        else:
            amounts += [padding[axis]] * 2
    return F.pad(x, amounts, value=value)


def make_optimizer(fields, groups, rate):
    if fields["kind"] == "sgd":
        return torch.optim.SGD(
            groups, lr=rate, momentum=fields["momentum"], nesterov=fields["nesterov"]
        )
    if fields["kind"] == "rmsprop":
        return torch.optim.RMSprop(
            groups,
            lr=rate,
            alpha=fields["decay"],
            momentum=fields["momentum"],
            eps=fields["epsilon"],
        )
    betas = (fields["beta1"], fields["beta2"])
    return torch.optim.AdamW(groups, lr=rate, betas=betas, eps=fields["epsilon"])


def relative_error(actual, expected):
    return float((actual - expected).abs().max() / expected.abs().max())


def tensor_errors(manifest, actual, expected, roles):
    """Per tensor, its largest error relative to its largest value. A tensor all but zero beside
    the others (the gradient of a bias in front of a batch norm is rounding and nothing else) is
    measured by a hundredth of their largest value."""
    tensors = [t for t in manifest["tensors"] if t["role"] in roles]
    slices = [slice(t["offset"], t["offset"] + t["count"]) for t in tensors]
    floor = 0.01 * max(float(expected[s].abs().max()) for s in slices)
    for tensor, s in zip(tensors, slices):
        scale = max(float(expected[s].abs().max()), floor)
        yield float((actual[s] - expected[s]).abs().max()) / scale, tensor["name"]


def compare(folder, report):
    manifest = json.loads((folder / "manifest.json").read_text())

    def read(name):
        values = numpy.fromfile(folder / f"{name}.f32", dtype="<f4")
        return torch.tensor(values.astype(numpy.float64))

    trained, statistics = ("weight", "bias", "gamma", "beta"), ("running-mean", "running-variance")
    height, width, channels = manifest["nodes"][0]["shape"]
    images = read("images").view(-1, height, width, channels).permute(0, 3, 1, 2).contiguous()
    labels = torch.tensor(manifest["labels"])
    start = read("weights")

    def loss_of(logits):
        return F.cross_entropy(logits, labels, label_smoothing=manifest["label_smoothing"])

    network = Network(manifest, start.numpy())
    logits = network.forward(images, training=True)
    loss = loss_of(logits)
    loss.backward()
    report("logits", relative_error(read("logits").view_as(logits), logits.detach()), folder.name)
    report("loss", abs(manifest["loss"] / loss.item() - 1), folder.name)
    gradients = torch.cat(
        [
            t.grad if t.grad is not None else torch.zeros_like(t)
            for t in (network.tensors[t["node"], t["role"]] for t in manifest["tensors"])
        ]
    )
    for error, name in tensor_errors(manifest, read("gradients"), gradients, trained):
        report("gradients", error, f"{folder.name}: {name}")
    after = read("weights-after-forward")
    for error, name in tensor_errors(
        manifest, after - start, network.folded() - start, statistics
    ):
        report("running statistics", error, f"{folder.name}: {name}")

    for run in manifest["runs"]:
        network = Network(manifest, start.numpy(), run["overparameterized"])
        groups = network.parameter_groups(manifest["weight_decay"])
        optimizer = make_optimizer(run["optimizer"], groups, manifest["rate"])
        place = f"{folder.name}: {run['name']}"
        for expected in run["losses"]:
            optimizer.zero_grad()
            loss = loss_of(network.forward(images, training=True))
            loss.backward()
            optimizer.step()
            report("losses of steps", abs(expected / loss.item() - 1), place)
        # What the steps changed, which is small beside the weights themselves.
        moved, expected = read(f"weights-after-{run['name']}") - start, network.folded() - start
        for error, name in tensor_errors(manifest, moved, expected, trained + statistics):
            report("steps", error, f"{place}: {name}")
        with torch.no_grad():
            logits = network.forward(images, training=False)
        actual = read(f"evaluation-after-{run['name']}").view_as(logits)
        report("evaluation", relative_error(actual, logits), place)
    return manifest["instruction_set"]


def main(arguments):
    if len(arguments) != 1:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    folders = sorted(p.parent for p in pathlib.Path(arguments[0]).glob("*/manifest.json"))
    if not folders:
        print(f"{arguments[0]} holds no network; run the Swift test first", file=sys.stderr)
        return 2
    worst = {kind: (0.0, "") for kind in BOUNDS}

    def report(kind, error, place):
        # A NaN must not pass for a small error, nor a later error take its place.
        if math.isnan(error) or error > worst[kind][0]:
            worst[kind] = (error, place)

    for folder in folders:
        instruction_set = compare(folder, report)
        print(f"compared {folder.name} ({instruction_set}) with PyTorch {torch.__version__}")
    failed = False
    print(f"{'kind':<20}{'max relative error':>20}{'bound':>10}  worst")
    for kind, (error, place) in worst.items():
        passes = error <= BOUNDS[kind]
        failed = failed or not passes
        verdict = "" if passes else "  ABOVE ITS BOUND"
        print(f"{kind:<20}{error:>20.2e}{BOUNDS[kind]:>10.0e}  {place}{verdict}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
