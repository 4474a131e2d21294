"""States as one byte a value, exact at a grid of thresholds, so that moving the threshold needs no second read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_LEVELS = 255
"""Thresholds of a grid, at most: a byte also has a code for the values below all of them."""

ROUNDING = 1e-3
"""In steps; more than the error of dividing by the step."""

VALUES_AT_ONCE = 2**15
"""Values encoded at once: the intermediate arrays then fit in the processor's cache."""


class ThresholdGrid:
    """Thresholds at equal steps, for states of one dtype.

    Parameters
    ----------
    thresholds : sequence of float
        At most 255, ascending at equal steps, all different in the precision of the states.
    dtype : numpy dtype
        Of the states.
    """

    def __init__(self, thresholds: Any, dtype: np.dtype[Any]) -> None:
        self._compared_in = dtype if dtype.kind == "f" else np.dtype(np.float64)
        self.values: NDArray[Any] = np.asarray(thresholds, np.float64).astype(self._compared_in)
        if not 2 <= len(self.values) <= MOST_LEVELS or not (self.values[1:] > self.values[:-1]).all():
            msg = f"a grid needs 2 to {MOST_LEVELS} thresholds, ascending in {self._compared_in}"
            raise ValueError(msg)
        worked_in = np.float64 if self._compared_in == np.float64 else np.float32
        if float(self.values[-1]) - float(self.values[0]) > float(np.finfo(worked_in).max):
            msg = f"a grid can't reach further than the greatest number of {np.dtype(worked_in)}"
            raise ValueError(msg)
        self._low = worked_in(self.values[0])
        self._step = worked_in((float(self.values[-1]) - float(self.values[0])) / (len(self.values) - 1))
        places = (self.values.astype(np.float64) - float(self._low)) / float(self._step)
        self._near = float(np.abs(places - np.arange(len(places))).max()) + ROUNDING
        self._table = self._of_all_halves() if dtype == np.float16 else None

    def _of_all_halves(self) -> NDArray[np.uint8]:
        """The codes of all 65,536 values of half precision, by their bits."""
        halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
        return np.where(np.isnan(halves), 0, np.searchsorted(self.values, halves, side="right")).astype(np.uint8)

    def level(self, threshold: float) -> int | None:
        """The least code, 1…255, of the values that are on at this threshold; None if it isn't on the grid."""
        at = int(np.searchsorted(self.values, self._compared_in.type(threshold)))
        return at + 1 if at < len(self.values) and self.values[at] == self._compared_in.type(threshold) else None

    def encode(self, values: NDArray[Any], codes: NDArray[np.uint8]) -> None:
        """Write into ``codes`` how many thresholds are ≤ each value, so that value ≥ values[i] ⇔ code > i; 0 for NaN.

        These are the results of ``searchsorted(side="right")``, found by dividing by the step. Only values so near a
        threshold that rounding could put them on its other side are searched for.
        """
        if self._table is not None:
            np.take(self._table, np.ascontiguousarray(values).view(np.uint16), out=codes)
            return
        rows = max(1, VALUES_AT_ONCE // values.shape[1])
        for start in range(0, len(values), rows):
            self._encode_some(values[start : start + rows], codes[start : start + rows])

    def _encode_some(self, values: NDArray[Any], codes: NDArray[np.uint8]) -> None:
        with np.errstate(over="ignore"):  # a huge value becomes infinite, which is on the right side of all thresholds
            steps = np.subtract(values, self._low, dtype=self._low.dtype)
            steps /= self._step
        np.fmax(steps, -0.5, out=steps)  # of NaN and −0.5 this is −0.5
        np.fmin(steps, len(self.values) - 0.5, out=steps)
        floor = np.floor(steps)
        np.add(floor, 1, out=codes, casting="unsafe")
        steps -= floor
        np.subtract(steps, 0.5, out=steps)
        np.abs(steps, out=steps)
        near = np.flatnonzero(steps.reshape(-1) > 0.5 - self._near)
        exact = values.reshape(-1)[near].astype(self._compared_in, copy=False)
        found = np.searchsorted(self.values, exact, side="right")
        codes.reshape(-1)[near] = np.where(np.isnan(exact), 0, found)


class ByteCodes:
    """The codes of all values of a layer, filled block by block.

    Parameters
    ----------
    shape : (int, int)
        (T, D).
    grid : ThresholdGrid
    """

    def __init__(self, shape: tuple[int, int], grid: ThresholdGrid) -> None:
        self.grid = grid
        self.codes: NDArray[np.uint8] = np.empty(shape, np.uint8)

    def put(self, start: int, values: NDArray[Any]) -> None:
        """Encode the rows from ``start`` on. Each row is put once."""
        self.grid.encode(values, self.codes[start : start + len(values)])
