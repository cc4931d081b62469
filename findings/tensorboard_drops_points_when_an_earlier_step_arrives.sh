#!/usr/bin/env bash
# tensorboard 2.21.0 with tensorboard-data-server 0.7.2 (PyPI), Python 3.10 to 3.13.
#
# A point whose step is not above those before it in its series makes TensorBoard drop all of the series from that
# step on: it is taken for the restart of a training. One late point at step 3 hides steps 4 to 9, of two points at
# one step the last is shown, and a series that is written from its end shows its first step alone. Nothing is logged.
# Evaluations that end out of order, two writers into one folder, and a curve logged against a falling threshold have
# such steps. The events are in the file: EventAccumulator, which exporters and notebooks use, gives all of them, and
# so does `tensorboard --load_fast=false`. The default is the data server in Rust, where Python's loader drops points
# only after an explicit SessionLog.START (or in files of an old version).
#
# Source: tensorboard/data/server/reservoir.rs (StageReservoir::offer); event_processing/directory_watcher and
# event_accumulator.py (_MaybePurgeOrphanedData).
#
# Seen (steps):
#   falling: file [5, 4, 3, 2, 1], shown [1], shown with --load_fast=false [5, 4, 3, 2, 1]
#   late: file [1, 2, 3, 4, 5, 6, 3, 7], shown [1, 2, 3, 7], shown with --load_fast=false [1, 2, 3, 4, 5, 6, 3, 7]
#   equal: file [1, 1, 1], shown [1], shown with --load_fast=false [1, 1, 1]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check tensorboard==2.21.0 tensorboard-data-server==0.7.2 setuptools==80.9.0
cat >main.py <<'PY'
import json
import pathlib
import re
import subprocess
import urllib.error
import urllib.request
from time import sleep

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

SERIES = {"falling": [5, 4, 3, 2, 1], "late": [1, 2, 3, 4, 5, 6, 3, 7], "equal": [1, 1, 1]}


def write(run, steps):
    folder = pathlib.Path("logs", run)
    folder.mkdir(parents=True)
    with open(folder / "events.out.tfevents.1", "wb") as file:
        writer = RecordWriter(file)
        writer.write(Event(wall_time=1, file_version="brain.Event:2").SerializeToString())
        for at, step in enumerate(steps):
            summary = Summary(value=[Summary.Value(tag="loss", simple_value=at)])
            writer.write(Event(wall_time=2 + at, step=step, summary=summary).SerializeToString())
        writer.flush()


def in_file(run):
    accumulator = EventAccumulator(f"logs/{run}")
    accumulator.Reload()
    return [event.step for event in accumulator.Scalars("loss")]


def shown(*options):
    command = ["python/bin/tensorboard", "--logdir=logs", "--host=127.0.0.1", "--port=0", *options]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        port = next(found[1] for line in server.stderr if (found := re.search(r"127\.0\.0\.1:(\d+)", line)))
        return {run: steps_shown(port, run) for run in SERIES}
    finally:
        server.terminate()
        server.wait()


def steps_shown(port, run):
    url = f"http://127.0.0.1:{port}/data/plugin/scalars/scalars?run={run}&tag=loss"
    for _ in range(120):
        try:
            with urllib.request.urlopen(url) as answer:
                if steps := [step for _, step, _ in json.load(answer)]:
                    return steps
        except urllib.error.HTTPError:  # not read yet
            pass
        sleep(0.5)
    raise TimeoutError(run)


for run, steps in SERIES.items():
    write(run, steps)
fast, slow = shown(), shown("--load_fast=false")
for run in SERIES:
    print(f"{run}: file {in_file(run)}, shown {fast[run]}, shown with --load_fast=false {slow[run]}")
PY
python/bin/python main.py | tee seen.txt
diff seen.txt - <<'EXPECTED'
falling: file [5, 4, 3, 2, 1], shown [1], shown with --load_fast=false [5, 4, 3, 2, 1]
late: file [1, 2, 3, 4, 5, 6, 3, 7], shown [1, 2, 3, 7], shown with --load_fast=false [1, 2, 3, 4, 5, 6, 3, 7]
equal: file [1, 1, 1], shown [1], shown with --load_fast=false [1, 1, 1]
EXPECTED
