"""Transformed states in memory: thresholds moved to the source, beside transforming every value."""

import numpy as np

from lstmvis_widget.states.index import IndexBuild, OnOffIndex
from lstmvis_widget.states.on_off import is_on
from lstmvis_widget.states.sources import States
from tests.benchmarks.data import THRESHOLD
from tests.benchmarks.measure import Row, seconds, timed

THRESHOLDS = {"tanh": THRESHOLD, "standardise": 1.0, "quantile": 0.9}
TARGETS = {"tanh": 1.5, "standardise": 2.0, "quantile": 2.0}
REPEATS = 5


def rows(setting):
    """All rows on transformed states: for tanh also beside transforming the data."""
    for name, threshold in THRESHOLDS.items():
        states = States(setting.states, name)
        if name != "tanh":
            took = seconds(states.prepare, 1)
            yield timed(f"{name}: what is needed of all states", took, "R", setting.read)
        moved = seconds(lambda states=states, at=threshold: OnOffIndex.build(states, at), REPEATS)
        yield timed(f"{name}: index with the threshold moved", moved, "R", setting.read, TARGETS[name])
        if name == "tanh":
            transformed = seconds(lambda states=states: _transforming(states).run(), REPEATS)
            yield timed("tanh: the same, transforming the data", transformed, "R", setting.read)
            yield timed("tanh: threshold moved", moved, "data transformed", transformed, 1.0)
        yield _same(setting, name, threshold)


def _transforming(states, threshold=THRESHOLD):
    """A build that transforms every value."""
    build = IndexBuild(states, threshold)
    transform = states._prepared()
    build._on = lambda values, out: is_on(transform.apply(values), threshold, out)
    return build


def _same(setting, name, threshold):
    """Of the first tenth, whose cells have statistics of their own."""
    states = States(setting.tenth, name)
    moved = OnOffIndex.build(states, threshold).bits.words
    right = np.array_equal(moved, _transforming(states, threshold).run().bits.words)
    return Row(f"{name}: both indices are the same, bit for bit", "yes" if right else "no", right=right)
