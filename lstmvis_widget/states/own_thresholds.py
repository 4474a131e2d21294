"""Cells with thresholds and signs of their own, as a transform: the distance of each from its threshold."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from .cell_statistics import StatesReader
from .on_off import Mask, OnRule, at_least, at_most, can_move, is_on, least_values
from .transforms import Transform, picked

Array = NDArray[Any]
Fit = Callable[[StatesReader], Transform | None]

FEW_OF = 8
"""Where fewer than one in so many cells have a rule, their values are picked out of the rows."""

LOW = "−"
"""Stands before the name of a cell that is on where it is low: a minus sign, U+2212."""


class CellRules(NamedTuple):
    """When some cells are on: at or above a threshold, or at or below it.

    Attributes
    ----------
    cell : ndarray of int64, shape (n,)
        Numbers of cells, ascending, each once.
    threshold : ndarray of float64, shape (n,)
        Finite, in units of the states.
    sign : ndarray of int8, shape (n,)
        1: on is ≥ threshold; −1: on is ≤ threshold.
    """

    cell: NDArray[np.int64]
    threshold: NDArray[np.float64]
    sign: NDArray[np.int8]


class OwnThresholds(Transform):
    """How far each of some cells is beyond its own threshold, in its direction; NaN for all other cells.

    The result for a cell with threshold θ and sign s is s · (x − θ), in the precision of the states, to which θ is
    rounded first, as numpy rounds it to compare it with them. So a cell is on at the threshold 0 exactly where x ≥ θ
    (sign 1) or x ≤ θ (sign −1): a difference of two floats is 0 only if they are equal. Other cells are never on.

    Parameters
    ----------
    rules : CellRules
        Of cells of the transform that comes before.
    before : Transform, optional
        Is applied to the states first.
    fit : callable, optional
        Gives ``before`` for the states of a reader; by default its own `fit`. States that share a transform share this,
        so that all steps are read once.

    Attributes
    ----------
    before : Transform, or None
    """

    threshold = 0.0

    def __init__(self, rules: CellRules, before: Transform | None = None, fit: Fit | None = None) -> None:
        self.rules, self.before, self._fit = rules, before, fit
        self.name = ", ".join(filter(None, ["" if before is None else before.name, "own thresholds"]))
        self.monotone = before is None or before.monotone
        self.sorts = before is not None and before.sorts

    @property
    def key(self) -> Hashable:
        """The transform before it, and the rules."""
        before = None if self.before is None else self.before.key
        return before, *(column.tobytes() for column in self.rules)

    def fit(self, reader: StatesReader) -> Self:
        """With the transform before it for these states."""
        if self.before is None:
            return self
        before = (self._fit or self.before.fit)(reader)
        return self if before is self.before else type(self)(self.rules, before, self._fit)

    def cells(self, cells: int) -> int:
        """As many as before it."""
        return cells if self.before is None else self.before.cells(cells)

    @property
    def known_cells(self) -> NDArray[np.int64]:
        """Those that have rules."""
        return self.rules.cell

    def cell_names(self, cells: int) -> tuple[str, ...] | None:
        """Those of before; that of a cell which is on where it is low begins with a minus sign, as −55."""
        names = None if self.before is None else self.before.cell_names(cells)
        low = self.rules.cell[self.rules.sign < 0].tolist()
        if not low:
            return names
        named = list(map(str, range(self.cells(cells))) if names is None else names)
        for cell in low:
            named[cell] = LOW + named[cell]
        return tuple(named)

    def dtype(self, source: np.dtype[Any]) -> np.dtype[Any]:
        """That of before."""
        return super().dtype(source if self.before is None else self.before.dtype(source))

    def apply(self, values: Array) -> Array:
        """Distances, and NaN."""
        result = np.full((len(values), self.cells(values.shape[1])), np.nan, self.dtype(values.dtype))
        result[:, self.rules.cell] = self._distances(values)
        return result

    def _distances(self, values: Array) -> Array:
        """Those of the cells that have rules, (n, number of rules), for whole rows of source values."""
        return self._beyond(self._values_before(values).astype(self.dtype(values.dtype), copy=False))

    def _values_before(self, values: Array) -> Array:
        """The values of these cells that thresholds are compared with."""
        cells = self.rules.cell
        return picked(values, cells) if self.before is None else self.before.of_cells(values, cells)

    def _beyond(self, values: Array) -> Array:
        """How far values of the cells with rules are beyond their thresholds."""
        with np.errstate(over="ignore", invalid="ignore"):
            at = self.rules.threshold.astype(values.dtype)  # may become infinite in half precision, as it should
            sign = self.rules.sign.astype(values.dtype)
            distances: Array = values * sign - at * sign
        distances[values == at] = 0  # also where both are infinite
        return distances

    def on_rule(self, threshold: float, source: np.dtype[Any], cells: int) -> OnRule:
        """Limits for each cell with a rule: of source values, where they can be moved there, else of values before.

        Only the values of these cells are looked at.
        """
        before = source if self.before is None else self.before.dtype(source)
        of_these, width = self.rules.cell, self.cells(cells)
        if not can_move(before):
            return _Scattered(of_these, width, lambda values: is_on(self._distances(values), threshold))

        def changes(values: Array) -> Mask:
            changed: Mask = is_on(self._beyond(values), threshold) == (self.rules.sign > 0)
            return changed

        cuts = least_values(changes, super().dtype(before), len(of_these))
        moved = cuts if self.before is None else self.before.moved_cuts(cuts, of_these, source)
        if moved is None:
            limits = _Limits.of(cuts, self.rules.sign)
            return _Scattered(of_these, width, lambda values: limits(self._values_before(values)))
        limits = _Limits.of(moved, self.rules.sign)
        if len(of_these) * FEW_OF > cells:
            return limits.among(of_these, cells)
        return _Scattered(of_these, width, lambda values: limits(picked(values, of_these)))

    def __getstate__(self) -> dict[str, Any]:
        """Without the states that it shares the transform before it with."""
        return self.__dict__ | {"_fit": None}


class _Scattered:
    """The rule for rows of the source of which only some cells can be on: ``on`` tells which of these are."""

    def __init__(self, cells: NDArray[np.int64], width: int, on: Callable[[Array], Mask]) -> None:
        self._cells, self._width, self._on = cells, width, on

    def __call__(self, values: Array, out: Mask | None) -> Mask:
        """Which are on."""
        on = np.empty((len(values), self._width), bool) if out is None else out
        on[...] = False
        on[:, self._cells] = self._on(values)
        return on


@dataclass(frozen=True)
class _Limits:
    """The rule for values of some cells that are on from ``least`` on, or up to ``most``; NaN: never.

    Parameters
    ----------
    least, most : ndarray of shape (n,)
        In the precision of the values.
    """

    least: Array
    most: Array

    @classmethod
    def of(cls, cuts: Array, sign: NDArray[np.int8]) -> _Limits:
        """The limits of cells that are on from their cut on or, with the sign −1, below it; above NaN there is none."""
        infinity = cuts.dtype.type(np.inf)
        with np.errstate(over="ignore"):
            below = np.where(np.isnan(cuts), infinity, np.nextafter(cuts, -infinity))
        below[cuts == -infinity] = np.nan
        nan = cuts.dtype.type(np.nan)
        return cls(np.where(sign > 0, cuts, nan), np.where(sign < 0, below, nan))

    def among(self, cells: NDArray[np.int64], width: int) -> _Limits:
        """Those of all cells: of other cells than these no value is on."""
        least, most = (np.full(width, np.nan, limit.dtype) for limit in (self.least, self.most))
        least[cells], most[cells] = self.least, self.most
        return _Limits(least, most)

    def __call__(self, values: Array, out: Mask | None = None) -> Mask:
        """Which are on."""
        on = at_least(self.least, values, out)
        if not np.isnan(self.most).all():
            on |= at_most(self.most, values)
        return on
