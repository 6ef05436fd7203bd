"""The sides of a comparison, and how they take turns.

A side answers `slot(seconds)` with a Slot. mixnas is started anew for each; a peer is a process
that waits between its slots and costs nothing then.
"""

import contextlib
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent

# Large blocks stay with the process instead of being fetched from the system, zeroed, in every
# step: PyTorch's training is much faster so.
TUNED_MALLOC = ":".join(
    "glibc.malloc." + setting
    for setting in (
        "mmap_threshold=17179869184",
        "trim_threshold=17179869184",
        "hugetlb=1",
        "arena_max=1",
    )
)


# A side that says nothing for so long is taken for dead; a network is compiled in a minute or two.
LONGEST_SECONDS = 1200

# A peer that stays so far behind the fastest one for two rounds sits out the rest.
HOPELESS = 1.5


class Failure(Exception):
    """A side that can't run; the text says why."""


class Slot(NamedTuple):
    # The median of single runs.
    milliseconds: float
    # Processor time over the time that passed. Below 1 on one thread, another program had the core.
    cpu_share: float


def run_mixnas(program, arguments):
    command = [program, *arguments]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        raise Failure(f"mixnas {' '.join(arguments)}: no result in {LONGEST_SECONDS} s") from None
    if result.returncode != 0:
        raise Failure(f"mixnas {' '.join(arguments)}: {result.stderr.strip()}")
    return result.stdout


def time_mixnas(program, arguments):
    """Its JSON, and the share of the processor that it had."""

    def cpu_seconds():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    cpu, start = cpu_seconds(), time.perf_counter()
    output = run_mixnas(program, [*arguments, "--json"])
    share = (cpu_seconds() - cpu) / (time.perf_counter() - start)
    return json.loads(output), share


class MixnasNetwork:
    """`mixnas bench networks` on one network."""

    def __init__(self, program, network, task, batch, threads):
        self.program = program
        self.arguments = ["bench", "networks", str(network), f"--{task}"]
        self.arguments += ["--batch", str(batch), "--threads", str(threads)]
        self.multiply_adds = None
        self.peak_bytes = None

    def slot(self, seconds):
        arguments = [*self.arguments, "--milliseconds", str(seconds * 1000)]
        report, share = time_mixnas(self.program, arguments)
        (row,) = report["rows"]
        self.multiply_adds = row["multiplyAdds"]
        self.peak_bytes = report.get("residentPeakBytes")
        return Slot(row["time"]["medianMilliseconds"], share)


class MixnasLayer:
    """The kernels of one mixed depthwise layer, from `mixnas bench kernels`."""

    KERNELS = {
        "inference": "depthwise.forward",
        "backward": "depthwise.backward",
    }

    def __init__(self, program, task, size, channels, kernels, batch):
        self.program = program
        images = f"{batch}x " if batch > 1 else ""
        spelled = ".".join(str(kernel) for kernel in kernels)
        self.case = f"{self.KERNELS[task]} {images}{size}x{size}x{channels} k{spelled}"
        self.multiply_adds = None
        self.peak_bytes = None

    def slot(self, seconds):
        arguments = ["bench", "kernels", "--filter", self.case]
        arguments += ["--milliseconds", str(max(1, seconds * 1000))]
        report, share = time_mixnas(self.program, arguments)
        for row in report["rows"]:
            if f"{row['kernel']} {row['shape']}" == self.case:
                return Slot(row["milliseconds"], share)
        raise Failure(f"mixnas bench kernels has no {self.case}")


class Peer:
    """A process of peer.py."""

    def __init__(self, job, tuned_malloc=False):
        threads = str(job["threads"])
        environment = dict(os.environ, OMP_NUM_THREADS=threads, MKL_NUM_THREADS=threads)
        environment["TORCHINDUCTOR_CACHE_DIR"] = str(HERE / ".venv" / "inductor")
        if tuned_malloc:
            environment["GLIBC_TUNABLES"] = TUNED_MALLOC
        self.job = job
        self.peak_bytes = None
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [sys.executable, HERE / "peer.py", json.dumps(job)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=environment,
            text=True,
        )

    def answer(self):
        timer = threading.Timer(LONGEST_SECONDS, self.process.kill)
        timer.daemon = True
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        if not line:
            raise Failure(f"{self.job['runtime']}: {self.last_words()}")
        return json.loads(line)

    def last_words(self):
        """Why the process ended: the last error that it printed, or else the last line."""
        if self.process.wait() < 0:
            signal = -self.process.returncode
            return f"ended by signal {signal}; 9 also means no answer in {LONGEST_SECONDS} s"
        self.errors.seek(0)
        lines = self.errors.read().strip().splitlines() or ["no message"]
        errors = [line for line in lines if re.match(r"[\w.]+(Error|Exception): ", line)]
        return (errors or lines)[-1]

    def start(self):
        """Waits until it is ready, and keeps its multiply-adds and first results."""
        ready = self.answer()
        self.multiply_adds, self.result = ready["multiplyAdds"], ready["result"]

    def slot(self, seconds):
        try:
            self.process.stdin.write(f"{seconds}\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer says why
        answer = self.answer()
        self.peak_bytes = answer["peakBytes"]
        return Slot(statistics.median(answer["milliseconds"]), answer["cpuShare"])

    def stop(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()


def take_turns(mixnas, peers, rounds, seconds, threads):
    """Slots of mixnas and of each peer in turn.

    Returns the median milliseconds of mixnas; per peer its own and its ratio to mixnas, the median
    over the rounds of the ratio of two slots that follow each other, so that a drift of the
    machine cancels; and how many slots other programs disturbed even after two repetitions.
    """
    own, times, ratios = [], {name: [] for name in peers}, {name: [] for name in peers}
    disturbed = 0
    hopeful = list(peers)

    def slot(side):
        nonlocal disturbed
        attempts = []
        while len(attempts) < 3 and not any(is_quiet(attempt) for attempt in attempts):
            time.sleep(0.05)  # lets the threads of the side before go to sleep
            attempts.append(side.slot(seconds))
        best = max(attempts, key=lambda attempt: attempt.cpu_share)
        disturbed += not is_quiet(best)
        return best.milliseconds

    def is_quiet(slot):
        # With more threads, waiting for each other is nobody else's fault.
        return threads > 1 or slot.cpu_share > 0.9

    for turn in range(rounds):
        if turn == 2:
            least = {name: min(ratios[name]) for name in peers}
            hopeful = [name for name in peers if least[name] <= HOPELESS * min(least.values())]
        for name in hopeful if turn % 2 == 0 else reversed(hopeful):
            own.append(slot(mixnas))
            times[name].append(slot(peers[name]))
            ratios[name].append(times[name][-1] / own[-1])
    results = {
        name: {
            "milliseconds": statistics.median(times[name]),
            "ratio": statistics.median(ratios[name]),
            "lowestRatio": min(ratios[name]),
            "highestRatio": max(ratios[name]),
            "rounds": len(ratios[name]),
            "peakBytes": peers[name].peak_bytes,
        }
        for name in peers
    }
    return statistics.median(own), results, disturbed
