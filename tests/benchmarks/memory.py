"""Peaks of memory, each in a process of its own: `python -m tests.benchmarks.memory build states.npy`.

The states are loaded, and thereby touched, before anything is measured. The peak is that of this process alone (VmHWM):
what `getrusage` tells also counts the process that this one was started by.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from lstmvis_widget.states.index import OnOffIndex
from tests.benchmarks.data import THRESHOLD, queries
from tests.benchmarks.ranking import rank

STATUS = Path("/proc/self/status")


def extra_peak(what, path, seed):
    """Bytes that building, or matching, takes beside the states and the index, at its peak."""
    ran = subprocess.run(
        [sys.executable, "-m", __name__, what, str(path), str(seed)], capture_output=True, text=True, check=True
    )
    return json.loads(ran.stdout)


def can_measure():
    """Whether this system tells the peak of a process."""
    return STATUS.exists() and "VmHWM" in STATUS.read_text()


def bytes_of(name):
    """What the system tells of this process: VmRSS, what it holds; VmHWM, its peak."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024


def forget_peak():
    """Let the peak begin anew."""
    Path("/proc/self/clear_refs").write_text("5")


def _measure(what, path, seed):
    states = np.load(path)
    asked = queries(states, seed)
    OnOffIndex.build(states[:1000], THRESHOLD)  # what is loaded or started once is none of the work's
    forget_peak()
    before = bytes_of("VmRSS")
    index = OnOffIndex.build(states, THRESHOLD)
    before += index.nbytes
    if what == "match":
        forget_peak()
        for query in asked:
            rank(index, query)
    return bytes_of("VmHWM") - before


if __name__ == "__main__":
    print(json.dumps(_measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
