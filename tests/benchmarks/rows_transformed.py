"""Transformed states in memory: thresholds moved to the source, beside transforming every value."""

from contextlib import closing

import numpy as np

from lstmvis_widget import StateExplorer
from lstmvis_widget.states.index import IndexBuild, OnOffIndex
from lstmvis_widget.states.on_off import is_on
from lstmvis_widget.states.sources import States
from tests.benchmarks.data import THRESHOLD
from tests.benchmarks.measure import Row, seconds, timed

THRESHOLDS = {"tanh": THRESHOLD, "standardise": 1.0, "quantile": 0.9}
TARGETS = {"tanh": 1.5, "standardise": 2.0, "quantile": 2.0}
REPEATS = 5

USED = 10
"""Cells with thresholds and signs of their own."""


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
            transformed = seconds(lambda states=states: _transforming(states, THRESHOLD).run(), REPEATS)
            yield timed("tanh: the same, transforming the data", transformed, "R", setting.read)
            yield timed("tanh: threshold moved", moved, "data transformed", transformed, 1.0)
        yield _same(name, States(setting.tenth, name), threshold)
    yield from _by_other_rules("mirror=True", setting, _mirrored, THRESHOLD)
    yield from _by_other_rules(f"use(table of {USED} cells)", setting, _used, 0.0)


def _mirrored(states):
    """Each cell also counts by being low."""
    return States(states, mirror=True)


def _used(states):
    """Some cells, half of them by being low, at thresholds of their own."""
    cell = np.linspace(0, states.shape[1] - 1, USED).astype(int)
    sign = np.resize([1, -1], USED)
    with closing(StateExplorer(states, name="bench")) as explorer:
        explorer.use({"cell": cell, "threshold": sign * np.linspace(0.1, 0.5, USED), "sign": sign})
        return States(explorer.states)


def _by_other_rules(what, setting, made, threshold):
    """An index of cells that follow other rules than "on from one threshold up"."""
    states, of_tenth = made(setting.states), made(setting.tenth)
    moved = seconds(lambda: OnOffIndex.build(states, threshold), REPEATS)
    yield timed(f"{what}: index", moved, "without", setting.build_time)
    by_rule = seconds(lambda: OnOffIndex.build(of_tenth, threshold), REPEATS)
    by_value = seconds(lambda: _transforming(of_tenth, threshold).run(), REPEATS)
    steps = f"{len(setting.tenth):,} steps"
    yield timed(f"{what}: index of {steps}", by_rule, "all values made", by_value, 1.0)
    yield _same(what, of_tenth, threshold)


def _transforming(states, threshold):
    """A build that transforms every value."""
    build = IndexBuild(states, threshold)
    transform = states._prepared()
    build._on = lambda values, out: is_on(transform.apply(values), threshold, out)
    return build


def _same(name, states, threshold):
    """Of few steps, whose cells have statistics of their own."""
    moved = OnOffIndex.build(states, threshold).bits.words
    right = np.array_equal(moved, _transforming(states, threshold).run().bits.words)
    return Row(f"{name}: both indices are the same, bit for bit", "yes" if right else "no", right=right)
