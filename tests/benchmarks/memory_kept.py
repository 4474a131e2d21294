"""Memory that stays, each in a process of its own: `python -m tests.benchmarks.memory_kept closed states.h5`.

It is what the process holds (VmRSS) once garbage is collected and what was freed is given back to the system. What is
loaded or started once is loaded before, by an explorer of few steps.
"""

import ctypes
import gc
import json
import subprocess
import sys
from contextlib import suppress
from time import perf_counter

import h5py
import numpy as np

from lstmvis_widget import StateExplorer, record_states
from tests.benchmarks.data import cell_states, selections, write_file
from tests.benchmarks.explored import until_all_is_done, until_matches, until_seen_whole
from tests.benchmarks.memory import bytes_of, forget_peak

RUNS = 8
COMPARED = 2
"""The run that the last one is compared with: what is kept of the first may be replaced."""

WORDS, EMBEDDED, HIDDEN = 1000, 32, 65


def measured(what, *given):
    """What a process of its own measures; figures by name."""
    words = [sys.executable, "-m", __name__, what, *map(str, given)]
    ran = subprocess.run(words, capture_output=True, text=True, check=True)
    return json.loads(ran.stdout.splitlines()[-1])


def _held():
    """Bytes that the process holds."""
    gc.collect()
    with suppress(OSError, AttributeError):  # another C library has no such function
        ctypes.CDLL(None).malloc_trim(0)
    return bytes_of("VmRSS")


def _worked(states, **options):
    """An explorer that has made all that it makes: matches, counts, codes, the index, and the columns of all steps."""
    explorer = StateExplorer(states, background=True, **options)
    steps = len(explorer.tokens)
    until_matches(explorer, selection=selections(np.empty((steps, 0)), 0, 1)[0])
    until_all_is_done(explorer, 0)
    until_seen_whole(explorer, steps)
    until_all_is_done(explorer, 0)
    return explorer


def _warm(path):
    few = write_file(f"{path}.few", cell_states(2000, 65, 0), None)
    _worked(few).close()


def _closed(path):
    """What an explorer holds while it is open, and what it holds after `close` while a reference is held."""
    before = _held()
    explorer = _worked(path)
    opened = _held() - before
    explorer.close()
    return {"open": opened, "closed": _held() - before}


def _rerun(path, how):
    """What a cell that makes an explorer holds after each run: closed or not, or still held, as by `Out`."""
    with h5py.File(path) as file:
        codes = file["states"].size
    options = {"memory_limit": 2 * codes} if how == "limited" else {}
    before, held, out = _held(), [], []
    for _ in range(RUNS):
        explorer = _worked(path, **options)
        if how == "closed":
            explorer.close()
        if how != "dropped":
            out.append(explorer)
        del explorer
        held.append(_held() - before)
    return {"grown": held[-1] - held[COMPARED - 1], "kept": held[-1], "first": held[0], "limit": 2 * codes}


def _recorded(tokens):
    """The peak of recording the states of a small LSTM over a text in one call, beside what was held before."""
    import torch

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = torch.nn.Embedding(WORDS, EMBEDDED)
            self.lstm = torch.nn.LSTM(EMBEDDED, HIDDEN, batch_first=True)

        def forward(self, ids):
            return self.lstm(self.embedding(ids))[0]

    torch.set_num_threads(1)  # for so small a model, more threads only wait for each other
    torch.manual_seed(0)
    model, ids = Model(), torch.randint(0, WORDS, (int(tokens),))
    record_states(model, ids[:2000], progress=False)
    before = _held()
    forget_peak()
    begun = perf_counter()
    recording = record_states(model, ids, progress=False)
    took = perf_counter() - begun
    peak = bytes_of("VmHWM") - before
    result = sum(states.nbytes for states in recording.states.values())
    return {"peak": peak, "result": result, "seconds": took}


if __name__ == "__main__":
    asked, *rest = sys.argv[1:]
    if asked != "recorded":
        _warm(rest[0])
    print(json.dumps({"closed": _closed, "rerun": _rerun, "recorded": _recorded}[asked](*rest)))
