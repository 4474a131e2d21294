"""How well every cell aligns with one label of all steps."""

from contextlib import closing
from time import perf_counter, sleep

import h5py
import numpy as np

from lstmvis_widget import CategoricalTrack, StateExplorer, cell_alignment
from tests.benchmarks.data import Counted
from tests.benchmarks.explored import Telling, until_all_is_done
from tests.benchmarks.measure import Row, counted, seconds, timed, within

KINDS = 12
REPEATS = 2
PATIENCE = 5
SIGN = 1.0
"""Seconds after which what is under way has to say so."""

SOON = 0.25
"""Seconds after which it is cancelled, and after which it has to end then."""


def rows(setting):
    """In memory and from an uncompressed file; how often that is read, and how soon progress is told."""
    labels = np.random.default_rng(setting.seed).integers(0, KINDS, setting.steps)
    track = CategoricalTrack([f"TAG{label}" for label in labels.tolist()])
    what = f"{setting.shape[1]:,} cells aligned with a label"

    def align(states):
        return cell_alignment(states, track, labels=["TAG3"])

    took = seconds(lambda: align(setting.states), REPEATS, PATIENCE)
    yield timed(f"in memory: {what}", took, "R", setting.read, 10.0)
    took = seconds(lambda: align(setting.file.path), REPEATS, PATIENCE)
    yield timed(f"HDF5: {what}", took, "R_file", setting.file.read, 10.0)
    with h5py.File(setting.file.path) as file:
        source = Counted(file["states"])
        of_file = align(source)
    yield counted(f"HDF5: rows read for {what}", source.rows_read, "2 × T =", 2 * setting.steps)
    right = of_file.equals(align(setting.states))
    yield Row("HDF5: this table is that of the states in memory", "yes" if right else "no", right=right)
    yield from _in_explorer(setting, track)


def _in_explorer(setting, track):
    with closing(StateExplorer(setting.file.path, tracks={"pos": track}, background=True)) as explorer:
        telling = Telling(explorer, lambda: setattr(explorer, "align_with", ("pos", "TAG3")))
        what = "HDF5: aligning in the page"
        yield timed(what, telling.seconds, "R_file", setting.file.read)
        yield within(f"{what}: silent at first for", telling.silent, SIGN)
        yield within(f"{what}: ends after it is cancelled", _until_cancelled(explorer), SOON)


def _until_cancelled(explorer):
    """Seconds until other work of the same kind could begin."""
    explorer.align_with = ("pos", "TAG4")
    sleep(SOON)
    begun = perf_counter()
    explorer.cancel()
    return until_all_is_done(explorer, begun)
