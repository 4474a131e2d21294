"""The nearest rows, by all distances: for t-SNE, which would only estimate them, in one piece."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.blocks import blocks_of
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported

from .trust import squared_distances

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COMPARED_AT_ONCE = 2**22
"""Distances that are held at once."""


class ExactNeighbours:
    """An index of nearest neighbours, as openTSNE asks one (its ``KNNIndex``).

    Parameters
    ----------
    rows : ndarray of float64, shape (n, c)
    k : int
        Neighbours of each row.
    check, progress : callable
        Called between blocks of rows; ``check`` may raise to end the work.
    """

    def __init__(self, rows: Floats, k: int, check: Check = never_cancelled, progress: Report = not_reported) -> None:
        self.k, self.n_samples = k, len(rows)
        self._rows, self._check, self._progress = rows, check, progress

    def build(self) -> tuple[Ints, Floats]:
        """The k nearest other rows of each row, the nearest first, and their distances: both of shape (n, k)."""
        return self._nearest(self._rows, self.k, are_known=True)

    def query(self, rows: Floats, k: int) -> tuple[Ints, Floats]:
        """The k nearest of the known rows to each of m others: both of shape (m, k)."""
        return self._nearest(rows, k, are_known=False)

    def _nearest(self, rows: Floats, k: int, *, are_known: bool) -> tuple[Ints, Floats]:
        found = np.empty((len(rows), k), np.int64)
        distances = np.empty((len(rows), k))
        for start, stop in blocks_of(len(rows), max(1, COMPARED_AT_ONCE // self.n_samples)):
            self._check()
            self._progress(start / len(rows))
            squares = squared_distances(rows[start:stop], self._rows)
            if are_known:
                squares[np.arange(stop - start), np.arange(start, stop)] = np.inf
            near = np.argpartition(squares, k - 1, axis=1)[:, :k]
            # The products are rounded: distances are those of the rows.
            apart = np.sqrt(((self._rows[near] - rows[start:stop, None]) ** 2).sum(axis=2))
            order = np.argsort(apart, axis=1, kind="stable")
            found[start:stop] = np.take_along_axis(near, order, axis=1)
            distances[start:stop] = np.take_along_axis(apart, order, axis=1)
        return found, distances
