"""Mirrors: cells that count by being low."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from .cell_statistics import StatesReader
from .on_off import BothWays, MovedThreshold, OnRule, is_on
from .transforms import Reflected, Transform, Unchanged

Array = NDArray[Any]
Ints = NDArray[np.int64]

MINUS = "−"
"""What the name of a mirror begins with, before that of its cell."""


class Mirrored(Transform):
    """Another transform, or none, with a mirror of each cell: column D + c is the mirror of column c.

    A mirror has the negated value of its cell, so it is on where the cell is ≤ −threshold. With ``quantile`` it has the
    share of the cell's steps with a *higher* value: the quantile of the negated states. NaN is on in neither.

    Parameters
    ----------
    of : Transform, optional
        What makes the values that are mirrored.
    low : Transform, optional
        Gives the values of the mirrors for the negated source, once the states are known.

    Attributes
    ----------
    of : Transform, or None
    """

    def __init__(self, of: Transform | None, low: Transform | None = None) -> None:
        self.of = of
        self._high, self._low = of or Unchanged(), low
        self.name, self.monotone, self.scale = self._high.name, self._high.monotone, self._high.scale
        self.sorts = self._high.sorts

    @property
    def key(self) -> Hashable:
        """Another than without mirrors."""
        return "mirrored", self._high.key

    def fit(self, reader: StatesReader) -> Self:
        """For these states, unless it is made for them already."""
        if self._low is not None:
            return self
        high, low = self._high.fit_both(reader)
        return type(self)(self.of and high, low)

    def cells(self, cells: int) -> int:
        """Twice as many as without mirrors."""
        return 2 * self._high.cells(cells)

    def cell_names(self, cells: int) -> tuple[str, ...]:
        """The cells' own names or numbers, then the same with a minus."""
        names = self._high.cell_names(cells) or tuple(map(str, range(self._high.cells(cells))))
        return *names, *(f"{MINUS}{name}" for name in names)

    def dtype(self, source: np.dtype[Any]) -> np.dtype[Any]:
        """That of the values without mirrors."""
        return self._high.dtype(source)

    @property
    def low(self) -> Transform:
        """What gives the values of the mirrors for the negated source."""
        if self._low is None:
            raise ValueError("the states whose cells are mirrored aren't known yet")
        return self._low

    def apply(self, values: Array) -> Array:
        """The values of the cells, then those of their mirrors."""
        high = self._high.apply(values)
        return np.concatenate([high, self.low.of_mirrors(values, high)], axis=1)

    def of_cells(self, values: Array, cells: Ints) -> Array:
        """Those of these cells and mirrors alone."""
        plain, is_mirror = self._high.cells(values.shape[1]), cells >= self._high.cells(values.shape[1])
        results = np.empty((len(values), len(cells)), self.dtype(values.dtype))
        results[:, ~is_mirror] = self._high.of_cells(values, cells[~is_mirror])
        if is_mirror.any():
            results[:, is_mirror] = self._of_mirrors(values, cells[is_mirror] - plain)
        return results

    def _of_mirrors(self, values: Array, cells: Ints) -> Array:
        """The values of the mirrors of some cells."""
        if isinstance(self.low, Reflected):
            return -self._high.of_cells(values, cells)
        return self.low.of_cells(-(values if values.dtype.kind == "f" else values.astype(np.float64)), cells)

    def on_rule(self, threshold: float, source: np.dtype[Any], cells: int) -> OnRule:
        """Both thresholds moved to the source, where that can be."""
        high, low = (each.on_rule(threshold, source, cells) for each in (self._high, self.low))
        if isinstance(high, MovedThreshold) and isinstance(low, MovedThreshold):
            return BothWays(high, low)
        return lambda values, out: is_on(self.apply(values), threshold, out)
