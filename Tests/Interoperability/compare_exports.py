#!/usr/bin/env python3
"""Compares exported networks in ONNX Runtime and PyTorch with what the engine computes.

usage: compare_exports.py DIRECTORY [MIXNAS]

DIRECTORY/exports holds one folder per network, as ExportInteroperabilityTests writes it. Prints
the largest absolute difference of logits for each network and format; exits with 1 if one is
above the bound or a file is not valid, with 2 if there is nothing to compare. With the path of the
program, weights that PyTorch has trained are imported by it, exported as ONNX and compared too.
"""

import importlib.util
import json
import pathlib
import subprocess
import sys

import numpy
import onnx
import onnxruntime
import torch
from safetensors.torch import load_file, save_file

# What single precision explains in some fifty layers, for logits of up to one; rounding errors grow
# with the values, so larger logits may differ by as large a part. (ResNet-50's of this test differ
# from those in double precision by 4e-4 of 12 in mixnas and 2e-4 in PyTorch.)
BOUND = 1e-4


def read(path, shape):
    return numpy.fromfile(path, dtype="<f4").reshape(shape)


def run_onnx(path, images, texts):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert {entry.key: entry.value for entry in model.metadata_props} == texts
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    batch = session.get_inputs()[0].shape[0]
    # A symbolic batch takes all images at once, and one.
    sizes = [batch] if isinstance(batch, int) else [len(images), 1]
    for size in sizes:
        parts = [
            session.run(["logits"], {"image": images[i : i + size]})[0]
            for i in range(0, len(images), size)
        ]
        yield numpy.concatenate(parts)


def load_module(path):
    spec = importlib.util.spec_from_file_location(path.parent.name.replace("-", "_"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def network_class(module):
    """The class that `load` makes."""
    return type(module.load())


def run_pytorch(folder, images, manifest):
    module = load_module(folder / "model.py")
    weights = folder / "model.safetensors"
    ours, reference = module.read_safetensors(weights), load_file(weights)
    assert set(ours) == set(reference)
    assert all(torch.equal(ours[name], reference[name]) for name in ours)
    model = module.load()
    assert not model.training
    trained = sum(p.numel() for p in model.parameters())
    assert trained == manifest["parameters"], (trained, manifest["parameters"])
    epsilon, momentum = manifest["normalization"]
    for part in model.modules():
        if isinstance(part, torch.nn.BatchNorm2d):
            assert part.eps in (epsilon, 1e-3), part
            assert abs(1 - part.momentum - momentum) < 1e-9 or abs(part.momentum - 0.01) < 1e-9
    with torch.inference_mode():
        logits = model(torch.from_numpy(images)).numpy()
    check_training(module, images)
    return logits


def check_training(module, images):
    """Fresh weights of the usual size, another number of classes, and a step that changes most
    parameters (a bias in front of a batch norm stays)."""
    torch.manual_seed(0)
    model = network_class(module)(classes=3).train()
    for name, parameter in model.named_parameters():
        if parameter.dim() == 4 and parameter.numel() > 2000:
            fan_out = parameter.shape[2] * parameter.shape[3] * parameter.shape[0]
            fan_out //= next(
                part.groups for path, part in model.named_modules() if path == name[: -len(".weight")]
            )
            expected = (2 / fan_out) ** 0.5
            assert abs(float(parameter.detach().std()) / expected - 1) < 0.1, name
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    # Enough images that no batch norm sees a single value.
    batch = torch.from_numpy(images).repeat(3, 1, 1, 1)
    batch = batch + 0.1 * torch.randn_like(batch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    logits = model(batch)
    assert logits.shape == (len(batch), 3)
    torch.nn.functional.cross_entropy(logits, torch.arange(len(batch)) % 3).backward()
    optimizer.step()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert bool(torch.isfinite(parameter).all()), name
    changed = sum(not torch.equal(before[name], p) for name, p in model.named_parameters())
    assert changed > 0.5 * len(before), (changed, len(before))
    # What PyTorch saves is read by the same loader.
    assert {k for k in model.state_dict() if not k.endswith("num_batches_tracked")} == set(
        module.read_safetensors(module.WEIGHTS)
    )


def round_trip(folder, images, manifest, program):
    """Trains the module a little in PyTorch, has mixnas import what PyTorch saves, and runs what
    mixnas exports of it; gives the largest difference."""
    module = load_module(folder / "model.py")
    model = module.load().train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    batch = torch.from_numpy(images).repeat(3, 1, 1, 1)
    torch.nn.functional.cross_entropy(model(batch), torch.arange(len(batch)) % 3).backward()
    optimizer.step()
    model.eval()
    with torch.inference_mode():
        expected = model(torch.from_numpy(images)).numpy()
    names = ("trained.safetensors", "genome.json", "own.safetensors", "own.onnx")
    (folder / "import").mkdir(exist_ok=True)
    trained, genome, own, exported = (folder / "import" / name for name in names)
    save_file(model.state_dict(), trained)
    genome.write_text(manifest["texts"]["mixnas.architecture"])
    form = ("--format", "onnx", "--batch", "symbolic", "--no-verify")
    for arguments in (
        ("import", trained, "--genome", genome, "--output", own),
        ("export", own, *form, "--output", exported),
    ):
        subprocess.run([program, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)
    session = onnxruntime.InferenceSession(str(exported), providers=["CPUExecutionProvider"])
    logits = session.run(["logits"], {"image": images})[0]
    return float(numpy.abs(logits - expected).max())


def compare(folder, program):
    manifest = json.loads((folder / "manifest.json").read_text())
    images = read(folder / "images.f32", manifest["images"])
    expected = read(folder / "logits.f32", (len(images), manifest["classes"]))
    differences = {}

    def report(name, logits):
        assert logits.shape == expected.shape, (folder.name, name, logits.shape)
        difference = float(numpy.abs(logits - expected).max())
        # A NaN must not pass for a small difference.
        differences[name] = max(differences.get(name, 0.0), difference, key=lambda d: (d != d, d))

    for path in sorted(folder.glob("*.onnx")):
        for logits in run_onnx(path, images, manifest["texts"]):
            report(path.name, logits)
    report("PyTorch", run_pytorch(folder, images, manifest))
    if program and "mixnas.genome" in manifest["texts"]:
        differences["import"] = round_trip(folder, images, manifest, program)
    return differences, float(numpy.abs(expected).max())


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    folders = sorted(p.parent for p in pathlib.Path(arguments[0]).glob("exports/*/manifest.json"))
    if not folders:
        print(f"{arguments[0]} holds no exports; run the Swift test first", file=sys.stderr)
        return 2
    print(f"ONNX Runtime {onnxruntime.__version__}, PyTorch {torch.__version__}; bound {BOUND:.0e}")
    failed = False
    imported = 0
    program = arguments[1] if len(arguments) > 1 else None
    for folder in folders:
        differences, largest = compare(folder, program)
        imported += "import" in differences
        bound = BOUND * max(1, largest)
        passes = all(difference <= bound for difference in differences.values())
        failed = failed or not passes
        worst = max(differences, key=differences.get)
        print(
            f"{folder.name:<24}{len(differences)} forms  max {differences[worst]:.1e} ({worst})  "
            f"largest logit {largest:.2f}{'' if passes else '  ABOVE THE BOUND'}"
        )
    if program and not imported:
        print("none of the networks has a genome, so nothing was imported", file=sys.stderr)
        return 1 if failed else 2
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
