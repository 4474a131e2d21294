"""How far states jump, and maps of them: principal axes, and a first map by t-SNE at the default sizes."""

from time import perf_counter

import numpy as np

from lstmvis_widget import project_states, step_distances
from tests.benchmarks.data import sequence_lengths
from tests.benchmarks.measure import Row, ms, seconds, seconds_once, timed, within

REPEATS, PATIENCE = 3, 10

METRICS = ("euclidean", "cosine")

FIRST_MAP = 30.0
"""Seconds after which the first map by t-SNE is there."""

FIRST_POSITIONS, STILL = 3.0, 5.0
"""Seconds after which its first positions are there, also where openTSNE has to be loaded, and for which they may
stand still: while neighbours are found."""


def rows(setting):
    """In memory, and from an uncompressed file."""
    yield from _distances(setting)
    yield from _principal_axes(setting)
    yield from _tsne(setting)


def _distances(setting):
    for metric in METRICS:
        found = {}

        def measure(kind, states, found=found, metric=metric):
            return seconds(lambda: found.update({kind: step_distances(states, metric=metric)}), REPEATS, PATIENCE)

        what = f"distances of successive states, {metric}"
        yield timed(f"in memory: {what}", measure("memory", setting.states), "R", setting.read, 2.0)
        yield timed(f"HDF5: {what}", measure("file", setting.file.path), "R_file", setting.file.read, 2.0)
        right = np.array_equal(found["memory"], found["file"], equal_nan=True) and _are_right(setting, found, metric)
        yield Row("these are right, and the same in memory and from the file", "yes" if right else "no", right=right)


def _are_right(setting, found, metric):
    """Whether some of them are those of one pair after the other, in double precision."""
    at = np.random.default_rng(setting.seed).integers(0, setting.steps - 1, 200)
    before, after = (setting.states[at + more].astype(np.float64) for more in (0, 1))
    if metric == "euclidean":
        expected = np.linalg.norm(after - before, axis=1)
    else:
        lengths = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
        expected = 1 - (before * after).sum(axis=1) / lengths
    return np.allclose(found["memory"][at], expected, rtol=1e-5, atol=1e-7)


def _principal_axes(setting):
    found = {}

    def project(kind, states):
        return seconds(lambda: found.update({kind: project_states(states)}), REPEATS, PATIENCE)

    what = "positions of all steps along two principal axes"
    yield timed(f"in memory: {what}", project("memory", setting.states), "R", setting.read, 5.0)
    yield timed(f"HDF5: {what}", project("file", setting.file.path), "R_file", setting.file.read, 5.0)
    right = np.allclose(found["memory"].coordinates, found["file"].coordinates, atol=1e-3)
    yield Row("HDF5: these are those of the states in memory", "yes" if right else "no", right=right)
    yield Row("trust in this map, when it is asked for", ms(seconds_once(lambda: repr(found["memory"]))))


def _tsne(setting):
    lengths = sequence_lengths(setting.steps, max(1, setting.steps // 100), setting.seed)
    classes = np.random.default_rng(setting.seed).integers(0, 5, len(lengths))
    moved = []
    begun = perf_counter()
    found = project_states(
        setting.states, "tsne", sequences=lengths, by=classes, on_move=lambda _: moved.append(perf_counter() - begun)
    )
    took = perf_counter() - begun
    yield within(f"t-SNE of {len(found):,} of {setting.steps:,} steps", took, FIRST_MAP)
    yield within("t-SNE: the first positions are there after", moved[0], FIRST_POSITIONS)
    yield within("t-SNE: positions stand still for, longest", max(np.diff([*moved, took])), STILL)
    text = ", ".join(f"{name} {value:.2f}" for name, value in found.trust.items())
    beside = ", ".join(f"{value:.2f}" for value in found.trust_beside["pca"].values())
    yield Row("t-SNE: trust", text, f"principal axes: {beside}")
