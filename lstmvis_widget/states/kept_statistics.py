"""Mean and spread of each cell, kept in the file of the states, so that opening it needs no pass over them."""

from __future__ import annotations

import h5py
import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.hdf5 import untrusted
from lstmvis_widget.hdf5.growing_dataset import preallocated_dataset

from .cell_statistics import Moments, MomentsPass

GROUP = "statistics"


class KeptMoments:
    """Computes the mean and the spread of a layer while it is written, and writes them at the end.

    Parameters
    ----------
    file : h5py.File
    key : str
        Name of the layer's dataset.
    cells : int
        D.
    """

    def __init__(self, file: h5py.File, key: str, cells: int) -> None:
        group = file.require_group(GROUP).create_group(key)
        self._mean = preallocated_dataset(group, "mean", (cells,), np.float64)
        self._spread = preallocated_dataset(group, "spread", (cells,), np.float64)
        self._steps = preallocated_dataset(group, "steps", (1,), np.int64)
        self._sums, self._added = MomentsPass(cells), 0

    def add(self, rows: NDArray[np.generic]) -> None:
        """Add rows that have been written."""
        self._sums.add(rows)
        self._added += len(rows)

    def finish(self) -> None:
        """Write them, unless they exceed double precision."""
        try:
            moments = self._sums.result()
        except ValueError:
            return
        self._mean[:], self._spread[:], self._steps[:] = moments.mean, moments.spread, self._added
        for dataset in (self._mean, self._spread, self._steps):
            dataset.flush()


def kept_moments(states: h5py.Dataset) -> Moments | None:
    """Read the mean and the spread that a finished file keeps of a layer; None if it keeps none, or wrong ones.

    `lstmvis_widget.files` documents the layout of the file.
    """
    try:
        parent, _, key = (states.name or "").rpartition("/")
        if parent != "/states" or not _is_finished(states):
            return None
        group = untrusted.child(untrusted.child(states.file, GROUP), key)
        steps = _read(group, "steps", (1,))
        mean, spread = (_read(group, name, states.shape[1:]) for name in ("mean", "spread"))
        return Moments(mean, spread) if steps[0] == states.shape[0] else None
    except (OSError, ValueError, TypeError, KeyError, RuntimeError):  # missing or damaged: they are computed again
        return None


def _is_finished(states: h5py.Dataset) -> bool:
    steps, _, finished, _ = _read(states.file, "committed", (4,))
    return bool(finished == 1 and steps == states.shape[0])


def _read(group: h5py.Group | h5py.Dataset | None, name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    dataset = untrusted.child(group, name)
    if not isinstance(dataset, h5py.Dataset) or dataset.shape != shape or dataset.dtype.kind not in "fi":
        raise KeyError(name)
    return untrusted.read_whole(dataset).astype(np.float64)
