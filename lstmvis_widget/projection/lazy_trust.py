"""The trust in a map, measured when it is first asked for: positions come first."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.cancelling import Check, Report

from .trust import StateNeighbours, Trust, jump_lengths, rank_correlation

Array = NDArray[Any]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Figures = Mapping[str, Mapping[str, float]]
"""Of the map and of what stands beside it: ``"map"``, ``"pca"``, ``"shuffled"``."""


@dataclass(frozen=True, eq=False)
class TrustSample:
    """Some states of a map, and where maps put them.

    Parameters
    ----------
    rows : ndarray of shape (s, D)
        The states.
    maps : dict of str to ndarray of float64, shape (s, 2)
        ``"map"`` and ``"shuffled"``, and ``"pca"`` unless the map is that.
    compared : ndarray of int64
        Rows that are compared with each other.
    before, after : ndarray of int64
        Rows of jumps.
    """

    rows: Array
    maps: Mapping[str, Floats]
    compared: Ints
    before: Ints
    after: Ints

    def measured(self, check: Check, report: Report) -> Figures:
        """The trust in each of the maps."""
        check()
        neighbours = StateNeighbours(self.rows[self.compared])
        lengths = jump_lengths(self.rows[self.before], self.rows[self.after])
        found = {}
        for number, (name, positions) in enumerate(self.maps.items(), 1):
            check()
            moved = rank_correlation(jump_lengths(positions[self.before], positions[self.after]), lengths)
            found[name] = Trust(*neighbours.measured(positions[self.compared]), moved)._asdict()
            report(number / len(self.maps))
        return {"map": found["map"], "pca": found.get("pca", found["map"]), "shuffled": found["shuffled"]}


class LazyTrust:
    """The figures, or the sample that they are measured on when they are first asked for.

    Parameters
    ----------
    known : TrustSample or dict of figures
    """

    def __init__(self, known: TrustSample | Figures) -> None:
        self._known = known
        self._measuring = threading.Lock()

    def figures(self, check: Check, report: Report) -> Figures:
        """The figures, which are measured once; the sample is let go of then."""
        with self._measuring:
            if isinstance(self._known, TrustSample):
                self._known = self._known.measured(check, report)
            return self._known

    def __getstate__(self) -> TrustSample | Figures:
        return self._known

    def __setstate__(self, known: TrustSample | Figures) -> None:
        self.__init__(known)  # type: ignore[misc]
