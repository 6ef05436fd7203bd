"""Times mixnas beside other runtimes and prints Markdown tables; start it with ./compare."""

import argparse
import json
import math
import os
import pathlib
import platform
import sys
import tempfile
from importlib import metadata

from sides import HERE, Failure, MixnasLayer, MixnasNetwork, Peer, run_mixnas, take_turns

NETWORKS = ["mixnet-s", "mixnet-m", "mixnet-l", "proxy-2m", "proxy-6m", "proxy-20m"]
TRAINED = ["proxy-2m", "proxy-6m", "proxy-20m", "mixnet-s"]
# One mixed layer: side of the image and images.
LAYER = {"channels": 128, "kernels": [3, 5, 7, 9]}
LAYER_FORWARD = [(56, 1), (28, 1), (56, 64), (28, 64)]
LAYER_BACKWARD = [(56, 64), (28, 64)]

# Layout, and whether the convolutions of a mixed layer are merged into one.
RUNTIMES = {
    "PyTorch": ("NHWC", False),
    "PyTorch compiled": ("NHWC", False),
    "ONNX Runtime": (None, False),
    "ONNX Runtime, merged": (None, True),
    "OpenVINO": (None, False),
    "OpenVINO, merged": (None, True),
    "LiteRT": (None, False),
}
# What the table says it was made with.
PACKAGES = {
    "PyTorch": "torch",
    "ONNX Runtime": "onnxruntime",
    "OpenVINO": "openvino",
    "LiteRT": "ai-edge-litert",
}


def peers_of(task, options):
    """Column titles, with runtime, layout, whether mixed layers are merged, and whether malloc is
    tuned."""
    glibc = platform.libc_ver()[0] == "glibc"
    if task in ("inference", "layer"):
        tuned = glibc and task == "layer"
        return {
            title: (title.split(",")[0], layout, merged, tuned and title == "PyTorch")
            for title, (layout, merged) in RUNTIMES.items()
            if task == "inference" or title != "PyTorch compiled"
        }
    peers = {}
    # The backward pass of one layer alone takes as long or longer with the usual malloc.
    for tuned in [False, True] if glibc and task == "training" else [glibc]:
        for layout in ["NCHW", "NHWC"]:
            mark = ", tuned malloc" if tuned else ""
            peers[f"PyTorch {layout}{mark}"] = ("PyTorch", layout, False, tuned)
            if options.compile and task == "training" and tuned == glibc:
                title = f"PyTorch {layout}, compiled{mark}"
                peers[title] = ("PyTorch compiled", layout, False, tuned)
    return peers


def titles_of(options):
    """The titles of all columns of all tasks, each once."""
    tasks = [
        part
        for task in options.tasks
        for part in (["layer", "backward"] if task == "layer" else [task])
    ]
    return list(dict.fromkeys(title for task in tasks for title in peers_of(task, options)))


def holds(title, text):
    return text.lower() in title.lower()


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="compare",
        description="Times mixnas beside PyTorch, ONNX Runtime, OpenVINO and LiteRT.",
        epilog="Slots of mixnas and of each peer take turns. A ratio is the peer's time over "
        "mixnas's in neighbouring slots, median over the rounds: above 1, mixnas is faster.",
    )
    parser.add_argument(
        "tasks",
        nargs="*",
        metavar="task",
        help="inference, training, layer (one mixed depthwise layer); all without any",
    )
    parser.add_argument(
        "--networks",
        metavar="LIST",
        help="separated by commas: names of benchmarks/networks or of mixnas, genome files",
    )
    parser.add_argument(
        "--threads",
        type=int,
        choices=[1, 2],
        default=1,
        help="of each side; with 2 there is no layer (default: %(default)s)",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=5,
        help="slots of each peer, each after one of mixnas (default: %(default)s)",
    )
    parser.add_argument(
        "--slot",
        type=float,
        default=0.3,
        metavar="SECONDS",
        help="how long a slot is (default: %(default)s)",
    )
    parser.add_argument("--peers", metavar="LIST", help="only columns whose title holds one of these: "
        "PyTorch, ONNX Runtime, OpenVINO, LiteRT, merged, NHWC, tuned …")
    parser.add_argument("--compile", action="store_true", help="compiled PyTorch in training too")
    parser.add_argument(
        "--padding",
        choices=["same", "symmetric"],
        default="same",
        help="same: what mixnas computes; symmetric: as much work, spares PyTorch a copy",
    )
    parser.add_argument(
        "--mixnas",
        default=str(HERE.parent / ".build/release/mixnas"),
        metavar="PATH",
        help="another build of mixnas (default: .build/release/mixnas of this checkout)",
    )
    parser.add_argument("--json", metavar="FILE", help="writes all figures there as well")
    options = parser.parse_args(arguments)
    for task in options.tasks:
        if task not in ("inference", "training", "layer"):
            parser.error(f"there is no task {task}: inference, training and layer there are")
    options.tasks = list(dict.fromkeys(options.tasks)) or ["inference", "training", "layer"]
    if options.threads > 1 and "layer" in options.tasks:
        options.tasks.remove("layer")
        print("compare: kernels are timed on one thread, so no layer", file=sys.stderr)
        if not options.tasks:
            parser.error("nothing is left to be timed")
    titles = titles_of(options)
    for text in options.peers.split(",") if options.peers else []:
        if not any(holds(title, text) for title in titles):
            there = ", ".join(f"'{title}'" for title in titles)
            parser.error(f"--peers: no column's title holds '{text}'; there are {there}")
    if options.rounds < 1 or options.slot <= 0:
        parser.error("--rounds and --slot must be above 0")
    if not os.access(options.mixnas, os.X_OK) or os.path.isdir(options.mixnas):
        parser.exit(
            1,
            f"compare: {options.mixnas} is not there: run 'swift build -c release' first, or say "
            "where mixnas is with --mixnas\n",
        )
    return options


class Comparison:
    """One invocation: its options, a folder for its files, and all rows so far."""

    def __init__(self, options, scratch):
        self.options = options
        self.scratch = scratch
        self.rows = []

    def genome_file(self, network):
        """The network as mixnas itself writes it."""
        own = HERE / "networks" / f"{network}.json"
        path = pathlib.Path(self.scratch) / f"{pathlib.Path(network).stem}.json"
        subject = str(own if own.exists() else network)
        run_mixnas(self.options.mixnas, ["export", subject, "--output", str(path)])
        return path

    def network(self, task, network):
        path = self.genome_file(network)
        side = json.loads(path.read_text())["input"]["height"]
        batch = 1 if task == "inference" else 16 if side > 64 else 64
        mixnas = MixnasNetwork(self.options.mixnas, path, task, batch, self.options.threads)
        job = {"task": task, "name": path.stem, "genome": str(path), "batch": batch}
        return self.compare(task, path.stem, mixnas, job, peers_of(task, self.options))

    def layer(self, task, size, batch):
        mixnas = MixnasLayer(self.options.mixnas, task, size, batch=batch, **LAYER)
        name = f"{task if task == 'backward' else 'forward'} {size}×{size}"
        job = {"task": task, "name": f"layer-{size}", "batch": batch}
        job["layer"] = dict(LAYER, size=size)
        titles = peers_of("layer" if task == "inference" else "backward", self.options)
        return self.compare("layer", name, mixnas, job, titles)

    def compare(self, task, name, mixnas, job, titles):
        print(f"{task} {name} ...", file=sys.stderr, flush=True)
        row = {"task": task, "name": name, "batch": job["batch"]}
        row.update(threads=self.options.threads, peers={}, failures={})
        wanted = self.options.peers.split(",") if self.options.peers else [""]
        peers = {}
        for title, (runtime, layout, merged, tuned) in titles.items():
            if not any(holds(title, text) for text in wanted):
                continue
            details = dict(job, runtime=runtime, layout=layout, merged=merged)
            details.update(threads=self.options.threads, padding=self.options.padding)
            details.update(models=str(HERE / ".venv" / "models"))
            peer = Peer(details, tuned)
            try:
                peer.start()
                peers[title] = peer
            except Failure as failure:
                row["failures"][title] = str(failure)
                print(f"  {failure}", file=sys.stderr)
        try:
            if not peers:
                raise Failure("no peer")
            check_agreement(peers)
            row["milliseconds"], row["peers"], row["disturbed"] = take_turns(
                mixnas, peers, self.options.rounds, self.options.slot, self.options.threads
            )
            row["peakBytes"] = mixnas.peak_bytes
            check_work(mixnas, peers)
            self.rows.append(row)
        except Failure as failure:
            print(f"  left out: {failure}", file=sys.stderr)
        finally:
            for peer in peers.values():
                peer.stop()


def check_agreement(peers):
    """The same weights and images must give the same results in every runtime."""
    results = {title: peer.result for title, peer in peers.items()}
    for title, result in results.items():
        first = next(iter(results.values()))
        scale = max(map(abs, first))
        # Dropout draws differently from one layout to another, so losses agree roughly.
        bound = 0.1 if peers[title].job["task"] == "training" else 1e-3
        pairs = zip(result, first, strict=True)
        if not all(abs(a - b) <= bound * scale for a, b in pairs):
            raise Failure(f"{title} computes something else than {next(iter(results))}")


def check_work(mixnas, peers):
    for title, peer in peers.items():
        if mixnas.multiply_adds not in (None, peer.multiply_adds):
            raise Failure(f"{title} has {peer.multiply_adds} multiply-adds, not mixnas's")


def milliseconds(value):
    digits = max(0, 2 - math.floor(math.log10(value)))
    return f"{value:.{digits}f} ms"


def megabytes(value):
    return "–" if value is None else f"{value / 1e6:.0f} MB"


def table(rows, with_memory):
    """A column for each peer, then the ratio to the fastest of them."""
    titles = list(dict.fromkeys(title for row in rows for title in row["peers"]))
    heads = ["", "batch", "mixnas", *titles, "fastest peer / mixnas"]
    heads += ["images/s", "peak memory", "fastest peer's"] if with_memory else []
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1)]
    bests = []
    for row in rows:
        cells = [row["name"], str(row["batch"]), milliseconds(row["milliseconds"])]
        for title in titles:
            peer = row["peers"].get(title)
            cells.append(
                f"{milliseconds(peer['milliseconds'])} ({peer['ratio']:.2f}×)" if peer else "–"
            )
        best = min(row["peers"].values(), key=lambda p: p["ratio"], default=None)
        cells.append(f"**{best['ratio']:.2f}×**" if best else "–")
        bests += [best["ratio"]] if best else []
        if with_memory:
            cells.append(f"{row['batch'] / row['milliseconds'] * 1e3:.0f}")
            cells += [megabytes(row["peakBytes"]), megabytes(best and best["peakBytes"])]
        lines.append(cells)
    text = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
    if len(bests) > 1:
        mean = math.exp(sum(map(math.log, bests)) / len(bests))
        text += f"\nGeometric mean of the last ratios: {mean:.2f}×, least: {min(bests):.2f}×.\n"
    return text


def versions():
    installed = {each.metadata["Name"]: each.version for each in metadata.distributions()}
    return ", ".join(
        f"{title} {installed[package]}"
        for title, package in PACKAGES.items()
        if package in installed
    )


def report(rows, machine, options):
    threads = "one thread" if options.threads == 1 else f"{options.threads} threads"
    print(f"{machine['processor']}, {machine['instructionSet']}, {threads}; {versions()}.\n")
    titles = {
        "inference": "Inference",
        "training": "Training step (forward, loss, backward, SGD with momentum)",
        "layer": "One mixed depthwise layer, kernels 3.5.7.9 over 128 channels",
    }
    for task, title in titles.items():
        chosen = [row for row in rows if row["task"] == task]
        if chosen:
            print(f"### {title}\n\n{table(chosen, task == 'training')}")
    disturbed = sum(row["disturbed"] for row in rows)
    if disturbed:
        print(f"Other programs disturbed {disturbed} slots: better repeat this on a quiet machine.")


def main(arguments):
    options = parse(arguments)
    if hasattr(os, "sched_setaffinity"):
        # All processes inherit it. The last cores: the system's own work prefers the first.
        cores = sorted(os.sched_getaffinity(0))[-options.threads :]
        os.sched_setaffinity(0, cores)
    try:
        document = json.loads(run_mixnas(options.mixnas, ["bench", "--json"]))
        with tempfile.TemporaryDirectory() as scratch:
            comparison = Comparison(options, scratch)
            for task in options.tasks:
                if task == "layer":
                    for size, batch in LAYER_FORWARD:
                        comparison.layer("inference", size, batch)
                    for size, batch in LAYER_BACKWARD:
                        comparison.layer("backward", size, batch)
                    continue
                usual = NETWORKS if task == "inference" else TRAINED
                for network in options.networks.split(",") if options.networks else usual:
                    comparison.network(task, network)
    except Failure as failure:
        print(f"compare: {failure}", file=sys.stderr)
        return 1
    if options.json:
        contents = {"host": document["host"], "versions": versions(), "rows": comparison.rows}
        pathlib.Path(options.json).write_text(json.dumps(contents, indent=1) + "\n")
    report(comparison.rows, document["host"], options)
    return 0 if comparison.rows else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
