"""Probes: what they take where the cores are free, and where other programs use each of them."""

import multiprocessing
import os
from contextlib import contextmanager

import numpy as np

from lstmvis_widget import probe
from tests.benchmarks.data import cell_states
from tests.benchmarks.measure import Row, ms, seconds, timed

STEPS, CELLS, LABELS, WORDS = 10_000, 150, 5, 1500
REPEATS = 2

SHARE = 5.0
"""How many times as long it may take where each core has another program: twice for half of a core, and some leeway."""


def rows(setting):
    """The sizes of the sample data, which BLAS finds large enough to share among threads."""
    states = cell_states(STEPS, CELLS, setting.seed)
    random = np.random.default_rng(setting.seed)
    seen = states @ random.normal(size=(CELLS, LABELS)) + random.normal(size=(STEPS, LABELS))
    labels = [f"label {code}" for code in seen.argmax(axis=1)]
    words = [f"word {word}" for word in random.zipf(1.3, STEPS) % WORDS]

    def work():
        probe(states, labels, tokens=words, progress=False)

    what = f"probe of {LABELS} labels at {STEPS:,} steps, {CELLS} cells and {WORDS:,} words"
    alone = seconds(work, REPEATS)
    yield Row(what, ms(alone))
    with cores_in_use():
        yield timed(f"{what}, another program on each core", seconds(work, REPEATS), "alone", alone, SHARE)


@contextmanager
def cores_in_use():
    """A process that computes for each core."""
    started = [multiprocessing.Process(target=compute, daemon=True) for _ in range(os.cpu_count())]
    for each in started:
        each.start()
    yield
    for each in started:
        each.terminate()
        each.join()


def compute():
    """Without an end."""
    while True:
        pass
