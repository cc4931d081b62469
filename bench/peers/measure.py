"""What all peers share: the data, the clock, and one line of JSON at the end.

Time is taken in windows of about a quarter of a second, after a warm-up. The caller makes minima and medians of them.
"""

import argparse
import json
import os
import resource
import time

import numpy

EVALUATION_BATCH = 250


def arguments(description, **extra):
    """The flags of every peer, and those of one: name=(type, default)."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", required=True, help="folder with MNIST/raw below it")
    parser.add_argument("--network", default="BASIC_CNN")
    parser.add_argument("--warm-up", type=float, default=2, help="seconds")
    parser.add_argument("--seconds", type=float, default=6, help="to measure after the warm-up")
    for name, (kind, default) in extra.items():
        flag = "--" + name.replace("_", "-")
        if kind is bool:
            parser.add_argument(flag, action="store_true")
        else:
            parser.add_argument(flag, type=kind, default=default)
    return parser.parse_args()


def load(data, part):
    """Images as bytes [count, 28, 28] and labels [count]. part: 'train' or 't10k'."""

    def read(kind, header):
        path = os.path.join(data, "MNIST", "raw", f"{part}-{kind}-ubyte")
        return numpy.fromfile(path, numpy.uint8)[header:]

    return read("images-idx3", 16).reshape(-1, 28, 28), read("labels-idx1", 8)


class Clock:
    """Told of every step, it takes the time of windows and says when enough was measured."""

    WINDOW_SECONDS = 0.25

    def __init__(self, warm_up, seconds):
        self.warm_up = warm_up
        self.seconds = seconds
        self.windows = []
        self.losses = []
        self.first_step_seconds = None
        self.begin = time.perf_counter()
        self.opened = None
        self.steps = 0

    def step(self, loss):
        """Counts a step whose loss was read. True: enough."""
        now = time.perf_counter()
        if self.first_step_seconds is None:
            self.first_step_seconds = seconds_since_start()
        if self.opened is None:
            if now - self.begin >= self.warm_up:
                self.opened = self.begin = now
            return False
        self.losses.append(loss)
        self.steps += 1
        if now - self.opened >= self.WINDOW_SECONDS:
            self.windows.append((now - self.opened) / self.steps * 1e3)
            self.opened = now
            self.steps = 0
        return now - self.begin >= self.seconds and len(self.windows) > 0

    def report(self, evaluations, accuracy):
        """Prints everything as JSON. evaluations: seconds that each evaluation of the test set took."""
        # Linux counts in KiB, macOS in bytes.
        unit = 2**20 if os.uname().sysname == "Darwin" else 2**10
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(
            json.dumps(
                {
                    "windows": self.windows,
                    "loss": sum(self.losses) / len(self.losses),
                    "evaluations": evaluations,
                    "accuracy": accuracy,
                    "rssMegabytes": peak / unit,
                    "firstStepSeconds": self.first_step_seconds,
                }
            ),
            flush=True,
        )


def evaluate_for(seconds, evaluate):
    """Evaluates again and again for a while: the seconds of each, and the accuracy."""
    taken = []
    begin = time.perf_counter()
    while not taken or time.perf_counter() - begin < seconds:
        started = time.perf_counter()
        accuracy = evaluate()
        taken.append(time.perf_counter() - started)
    return taken, accuracy


def seconds_since_start():
    """Age of this process; unknown where there is no /proc."""
    try:
        with open("/proc/self/stat") as stat, open("/proc/uptime") as uptime:
            started = int(stat.read().rsplit(")", 1)[1].split()[19])
            return float(uptime.read().split()[0]) - started / os.sysconf("SC_CLK_TCK")
    except OSError:
        return None
