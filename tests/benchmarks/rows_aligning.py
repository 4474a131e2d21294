"""How well every cell aligns with one label of all steps, and with a number."""

from contextlib import closing
from time import perf_counter, sleep

import h5py
import numpy as np

from lstmvis_widget import CategoricalTrack, ContinuousTrack, StateExplorer, cell_alignment
from tests.benchmarks.data import Counted
from tests.benchmarks.explored import Telling, until_all_is_done
from tests.benchmarks.measure import Row, counted, seconds, timed, within

KINDS = 12
REPEATS = 2
PATIENCE = 5
SIGN = 1.0
"""Seconds after which what is under way has to say so."""

SOON, MOST_WAITED = 0.25, 5.0
"""Seconds after which it has to end when it is cancelled, and after which it is cancelled at most."""


def rows(setting):
    """In memory and from an uncompressed file; how often that is read, and how soon progress is told."""
    labels = np.random.default_rng(setting.seed).integers(0, KINDS, setting.steps)
    track = CategoricalTrack([f"TAG{label}" for label in labels.tolist()])
    what = f"{setting.shape[1]:,} cells aligned with a label"

    tables = {}

    def aligned(kind, states):
        """The least seconds; the table is kept."""

        def align():
            tables[kind] = cell_alignment(states, track, labels=["TAG3"])

        return seconds(align, REPEATS, PATIENCE)

    took = aligned("in memory", setting.states)
    yield timed(f"in memory: {what}", took, "R", setting.read, 10.0)
    took = aligned("HDF5", setting.file.path)
    yield timed(f"HDF5: {what}", took, "R_file", setting.file.read, 10.0)
    right = tables["HDF5"].equals(tables["in memory"])
    yield Row("HDF5: this table is that of the states in memory", "yes" if right else "no", right=right)
    with h5py.File(setting.file.path) as file:
        source = Counted(file["states"])
        cell_alignment(source, track, labels=["TAG3"])
    yield counted(f"HDF5: rows read for {what}", source.rows_read, "2 × T =", 2 * setting.steps)
    yield from _with_numbers(setting)
    yield from _in_explorer(setting, track)


def _with_numbers(setting):
    """Beside ranking every cell by itself."""
    numbers = np.random.default_rng(setting.seed).random(setting.steps)
    took = seconds(lambda: cell_alignment(setting.states, ContinuousTrack(numbers)), REPEATS, PATIENCE)
    what = f"in memory: {setting.shape[1]:,} cells, and all together, aligned with a number"
    yield timed(what, took, "R", setting.read)
    states, few = setting.tenth, numbers[: len(setting.tenth)]
    tables, plain = [], []
    took = seconds(lambda: tables.append(cell_alignment(states, ContinuousTrack(few))), REPEATS, PATIENCE)
    by_cell = seconds(lambda: plain.append(_rank_correlations(states, few)), REPEATS, PATIENCE)
    right = np.allclose(tables[-1]["spearman"], plain[-1], atol=1e-4)
    yield timed(f"{what}, {len(few):,} steps", took, "numpy, ranks of each cell", by_cell, right=right)


def _rank_correlations(states, numbers):
    """Of each cell, where no two values are equal."""
    ranks = np.empty(len(numbers), np.int64)

    def ranked(values):
        ranks[np.argsort(values)] = np.arange(len(values))
        return ranks - (len(values) - 1) / 2

    of_numbers = ranked(numbers)
    return [(ranked(states[:, cell]) @ of_numbers) / (of_numbers @ of_numbers) for cell in range(states.shape[1])]


def _in_explorer(setting, track):
    with closing(StateExplorer(setting.file.path, tracks={"pos": track}, background=True)) as explorer:
        telling = Telling(explorer, lambda: setattr(explorer, "align_with", ("pos", "TAG3")))
        what = "HDF5: aligning in the page"
        yield timed(what, telling.seconds, "R_file", setting.file.read)
        yield within(f"{what}: silent at first for", telling.silent, SIGN)
        moments = SOON, min(MOST_WAITED, telling.seconds / 2)
        latest = max(_until_cancelled(explorer, after) for after in moments)
        yield within(f"{what}: ends after it is cancelled, latest", latest, SOON)


def _until_cancelled(explorer, after):
    """Seconds until the processor is free, where it is cancelled after so many seconds."""
    explorer.align_with = None
    explorer.align_with = ("pos", "TAG4")
    sleep(after)
    begun = perf_counter()
    explorer.cancel()
    return until_all_is_done(explorer, begun)
