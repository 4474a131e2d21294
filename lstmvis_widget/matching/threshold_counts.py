"""What every threshold of the page would select at the selection, and the values that it cuts through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.sources import States

from .selection import Extremes, Pattern, extremes_at

MOST_VALUES = 1_000_000
"""The histogram of a longer selection is that of steps spread evenly over it."""


class ThresholdProfile:
    """Of one selection: read once, and counted again without reading when cells are deselected or added.

    Parameters
    ----------
    states : States
    start, stop : int
        The selection.
    pattern : Pattern
        Its limits; the threshold is not looked at.
    thresholds : sequence of float
        Ascending.
    beyond : bool
        Whether the limits reach beyond the selection's sequence, where no cell can follow them.
    check : callable
        Raises to end the reading.
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
        check: Callable[[], None],
    ) -> None:
        self._thresholds = thresholds
        compared_in = states.dtype if states.dtype.kind == "f" else np.dtype(np.float64)
        self._cuts: NDArray[Any] = np.asarray(thresholds, np.float64).astype(compared_in)
        self._values = np.zeros(len(thresholds), np.int64)
        self._stride = -(-(stop - start) * states.shape[1] // MOST_VALUES)
        reach = Pattern(pattern.threshold) if beyond else pattern
        extremes = extremes_at(states, start, stop, reach, check=check, see=self._see)
        self._extremes: Extremes | None = None if beyond else extremes

    def _see(self, values: NDArray[Any]) -> None:
        values = values[:: self._stride].reshape(-1)
        if values.dtype.kind == "f":
            values = values[~np.isnan(values)]
        at_least = len(values) - np.searchsorted(np.sort(values), self._cuts, side="left")
        self._values -= np.diff(at_least, append=0)

    def shown(self, deselected: Iterable[int], added: Sequence[int] = ()) -> dict[str, list[Any]]:
        """As it is sent: see CONTRIBUTING.md."""
        cells = None if self._extremes is None else self._extremes.count(self._thresholds, deselected, added)
        return {
            "thresholds": list(self._thresholds),
            "cells": [len(added)] * len(self._thresholds) if cells is None else cells.tolist(),
            "values": self._values.tolist(),
        }
