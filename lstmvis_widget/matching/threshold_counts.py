"""How many cells each of many thresholds would select at a selection, and the histogram of its values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.sources import States
from lstmvis_widget.work.cancelling import Check

from .selection import Extremes, Pattern, extremes_at

MOST_VALUES = 1_000_000
"""The histogram of a selection of more values counts only some steps, spread evenly over it."""


class ThresholdCounts:
    """The counts of one selection. It is read once; when cells are deselected or added, nothing is read again.

    Parameters
    ----------
    states : States
    start, stop : int
        The selection.
    pattern : Pattern
        Its limits count, its threshold doesn't.
    thresholds : sequence of float
        Ascending.
    beyond : bool
        Whether the limits reach beyond the sequence of the selection, so that no cell follows the pattern.
    check : callable
        Called now and then while reading; it may raise to end it.
    """

    def __init__(
        self,
        states: States,
        start: int,
        stop: int,
        pattern: Pattern,
        *,
        thresholds: Sequence[float],
        beyond: bool,
        check: Check,
    ) -> None:
        self._thresholds = thresholds
        compared_in = states.dtype if states.dtype.kind == "f" else np.dtype(np.float64)
        self._cuts: NDArray[Any] = np.asarray(thresholds, np.float64).astype(compared_in)
        self._values = np.zeros(len(thresholds), np.int64)
        self._plain_cells = states.plain_cells
        self._stride = -(-(stop - start) * self._plain_cells // MOST_VALUES)
        reach = Pattern(pattern.threshold) if beyond else pattern
        extremes = extremes_at(states, start, stop, reach, check=check, see=self._add_values)
        self._extremes: Extremes | None = None if beyond else extremes

    def _add_values(self, values: NDArray[Any]) -> None:
        values = values[:: self._stride, : self._plain_cells].reshape(-1)
        if values.dtype.kind == "f":
            values = values[~np.isnan(values)]
        at_least = len(values) - np.searchsorted(np.sort(values), self._cuts, side="left")
        self._values -= np.diff(at_least, append=0)

    def shown(self, deselected: Iterable[int], added: Sequence[int] = ()) -> dict[str, list[Any]]:
        """The trait `_threshold_counts`, described in CONTRIBUTING.md."""
        cells = None if self._extremes is None else self._extremes.count(self._thresholds, deselected, added)
        return {
            "thresholds": list(self._thresholds),
            "cells": [len(added)] * len(self._thresholds) if cells is None else cells.tolist(),
            "values": self._values.tolist(),
        }
