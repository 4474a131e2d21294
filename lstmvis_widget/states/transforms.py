"""Transforms of states: what each does to the values, and how it moves a threshold to the source."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from .cell_statistics import QUANTILE_STEPS, Moments, StatesReader, moments_of, quantiles_both_ways, quantiles_of
from .on_off import MovedThreshold, OnRule, can_move, is_on, moved_despite_rounding, moved_per_cell

Array = NDArray[Any]
Ints = NDArray[np.int64]

TANH_SLACK = 64
"""Floats around a threshold within which tanh may round to the wrong side; numpy's is off by less than four."""


class Transform:
    """A transform of states, applied to each value of each cell.

    Attributes
    ----------
    name : str
        Empty if it has none.
    monotone : bool
        Whether within a cell a greater value never gets a lower result (except by the rounding of tanh).
    scale : (float, float, float), optional
        The lowest and the highest result and a default threshold, if they are the same for all states.
    threshold : float, optional
        A default threshold, if it alone is the same for all states.
    sorts : bool
        Whether it needs all values of a cell in one place, to sort them.
    """

    name: str
    monotone: bool = False
    sorts: bool = False
    scale: tuple[float, float, float] | None = None
    threshold: float | None = None

    @property
    def key(self) -> Hashable:
        """What tells it from other transforms of the same states."""
        return self.name

    def fit(self, reader: StatesReader) -> Self:  # noqa: ARG002  (some need the states)
        """The transform for these states; most don't depend on them."""
        return self

    def fit_both(self, reader: StatesReader) -> tuple[Transform, Transform]:
        """The transform for these states, and the one whose results for the negated states are those of mirrors."""
        fitted = self.fit(reader)
        return fitted, Reflected(fitted)

    def cells(self, cells: int) -> int:
        """The number of cells of the result."""
        return cells

    def cell_names(self, cells: int) -> tuple[str, ...] | None:  # noqa: ARG002
        """The names of the cells that D cells become; None: their numbers."""
        return None

    @property
    def known_cells(self) -> Ints | None:
        """The cells that have values; None: all. Others are NaN throughout."""
        return None

    def dtype(self, source: np.dtype[Any]) -> np.dtype[Any]:
        """The dtype of the result: floats keep their precision, integers become double precision."""
        return source if source.kind == "f" else np.dtype(np.float64)

    def apply(self, values: Array) -> Array:
        """The results for rows of source values (n, D), in native byte order."""
        raise NotImplementedError

    def of_mirrors(self, values: Array, results: Array) -> Array:  # noqa: ARG002
        """The results for the negated values. ``results`` are those of the other transform of `fit_both` for them."""
        return self.apply(-_as_float(values))

    def of_cells(self, values: Array, cells: Ints) -> Array:
        """The results of some cells only, (n, len(cells)), for whole rows of source values."""
        return self.apply(values)[:, cells]

    def moved_cuts(self, cuts: Array, cells: Ints, source: np.dtype[Any]) -> Array | None:  # noqa: ARG002
        """Move a threshold of each of some cells to the source: the least source value whose result is ≥ its cut.

        Parameters
        ----------
        cuts : ndarray of shape (n,)
            In the precision of the results. NaN: no result is ≥ it.
        cells : ndarray of int64, shape (n,)
        source : numpy dtype

        Returns
        -------
        ndarray of shape (n,), or None
            In the precision of the source (integers: double precision); NaN where there is no such value. None: the
            thresholds can't be moved, so values have to be transformed.
        """
        return None

    def on_rule(self, threshold: float, source: np.dtype[Any], cells: int) -> OnRule:
        """The rule for source values of D cells: on are exactly those whose result is ≥ ``threshold``."""
        moved = self.moved(self.apply, threshold, source, cells) if self.monotone and can_move(source) else None
        return moved or (lambda values, out: is_on(self.apply(values), threshold, out))

    def moved(
        self, apply: Callable[[Array], Array], threshold: float, source: np.dtype[Any], cells: int
    ) -> MovedThreshold:
        """The threshold moved to the source of a transform that is ``monotone``.

        ``apply`` gives the results, of this transform or turned round: −f(−x) in place of f(x).
        """
        raise NotImplementedError


class Reflected(Transform):
    """−f(−x) for another transform f."""

    def __init__(self, of: Transform) -> None:
        self.name, self.monotone, self.sorts, self._of = of.name, of.monotone, of.sorts, of

    def apply(self, values: Array) -> Array:
        """The negated results for the negated values."""
        return -self._of.apply(-_as_float(values))

    def of_mirrors(self, values: Array, results: Array) -> Array:  # noqa: ARG002
        """The negated results of f."""
        return -results

    def moved(
        self, apply: Callable[[Array], Array], threshold: float, source: np.dtype[Any], cells: int
    ) -> MovedThreshold:
        """As of f."""
        return self._of.moved(apply, threshold, source, cells)


class Unchanged(Transform):
    """The values as they are, but integers in double precision: what mirrors without another transform are made of."""

    name = ""
    monotone = True

    def apply(self, values: Array) -> Array:
        """The values."""
        return _as_float(values)

    def moved(
        self,
        apply: Callable[[Array], Array],  # noqa: ARG002
        threshold: float,
        source: np.dtype[Any],
        cells: int,  # noqa: ARG002
    ) -> MovedThreshold:
        """The threshold in the precision of the results."""
        with np.errstate(over="ignore"):
            return MovedThreshold(np.array([threshold]).astype(self.dtype(source)))


class Tanh(Transform):
    """Tanh, through which the cell state of an LSTM goes into its hidden state."""

    name = "tanh"
    monotone = True

    def apply(self, values: Array) -> Array:
        """Tanh. The values are made contiguous, so that numpy treats each the same, wherever it lies."""
        result: Array = np.tanh(np.ascontiguousarray(_as_float(values)))
        return result

    def of_cells(self, values: Array, cells: Ints) -> Array:
        """Tanh of these alone."""
        return self.apply(picked(values, cells))

    def moved(
        self,
        apply: Callable[[Array], Array],
        threshold: float,
        source: np.dtype[Any],
        cells: int,  # noqa: ARG002
    ) -> MovedThreshold:
        """One for all cells."""
        return moved_despite_rounding(apply, threshold, source, TANH_SLACK)


class Abs(Transform):
    """The magnitude."""

    name = "abs"

    def apply(self, values: Array) -> Array:
        """Magnitudes."""
        return np.abs(_as_float(values))

    def of_cells(self, values: Array, cells: Ints) -> Array:
        """Those of these cells alone."""
        return self.apply(picked(values, cells))


class SplitSigns(Transform):
    """Two cells for each, as LSTMVis's signed-to-unsigned tool makes them: c+ is column c, c− is column D + c."""

    name = "split_signs"

    def cells(self, cells: int) -> int:
        """Twice D."""
        return 2 * cells

    def apply(self, values: Array) -> Array:
        """The positive parts, then the magnitudes of the negative parts."""
        values = _as_float(values)
        positive, negative = np.maximum(values, 0), np.maximum(-values, 0)
        return np.concatenate([positive, negative], axis=1)


class Standardise(Transform):
    """(value − mean) / spread, with the mean and the standard deviation (ddof 0) of the cell's finite values.

    Finite values of a cell whose spread is 0 become 0. NaN and ±∞ stay. Subtraction, division and rounding to the
    precision of the states are each monotone to the last bit, and so is the result.
    """

    name = "standardise"
    monotone = True

    def __init__(self, moments: Moments | None = None) -> None:
        self._moments = moments

    @property
    def moments(self) -> Moments:
        """Mean and spread of each cell."""
        if self._moments is None:
            raise ValueError("the mean and the spread of the cells aren't known yet")
        return self._moments

    def fit(self, reader: StatesReader) -> Self:
        """With the mean and the spread of these states, which are known, kept in their file, or found in one pass."""
        return self if self._moments is not None else type(self)(reader.kept() or moments_of(reader))

    def apply(self, values: Array) -> Array:
        """Standardised values."""
        mean, spread = self.moments.mean, self.moments.spread
        with np.errstate(over="ignore", invalid="ignore"):
            result = np.subtract(values, mean, dtype=np.promote_types(values.dtype, np.float64))
            result /= np.where(spread > 0, spread, 1)
            same = np.flatnonzero(spread == 0)
            if len(same):
                result[:, same] = np.where(np.isfinite(result[:, same]), 0, result[:, same])
            return result.astype(self.dtype(values.dtype), copy=False)

    def of_cells(self, values: Array, cells: Ints) -> Array:
        """Those of these cells alone."""
        return self._of(cells).apply(picked(values, cells))

    def moved(
        self, apply: Callable[[Array], Array], threshold: float, source: np.dtype[Any], cells: int
    ) -> MovedThreshold:
        """One for each cell."""
        return moved_per_cell(apply, threshold, source, cells)

    def moved_cuts(self, cuts: Array, cells: Ints, source: np.dtype[Any]) -> Array | None:
        """Each by itself."""
        if not can_move(source):
            return None
        of_these = self._of(cells)
        return moved_per_cell(of_these.apply, cuts, source, len(cells)).cut

    def _of(self, cells: Ints) -> Self:
        """The same of some cells only."""
        return type(self)(Moments(self.moments.mean[cells], self.moments.spread[cells]))


class Quantile(Transform):
    """The share of the cell's steps with a lower value, rounded down to thousandths, in single precision.

    So the threshold 0.9 means the top tenth of each cell: a value is on iff at least nine tenths of the cell's steps
    have a lower value. At most a tenth is on, and exactly a tenth (rounded down to whole steps) unless values at its
    edge are equal: equal values are on or off together. NaN stays NaN and doesn't count as a step. Thresholds of up
    to three decimals are exact; any other acts as the next thousandth above it.
    """

    name = "quantile"
    monotone = True
    sorts = True
    scale = (0.0, 1.0, 0.9)

    def __init__(self, table: Array | None = None) -> None:
        self._table = table
        self._results = (np.arange(QUANTILE_STEPS + 1) / QUANTILE_STEPS).astype(np.float32)

    @property
    def table(self) -> Array:
        """The values that divide each cell into thousandths, shape (D, 1000)."""
        if self._table is None:
            raise ValueError("the quantiles of the cells aren't known yet")
        return self._table

    def fit(self, reader: StatesReader) -> Self:
        """With the quantiles of these states, unless they are known."""
        return self if self._table is not None else type(self)(quantiles_of(reader))

    def fit_both(self, reader: StatesReader) -> tuple[Transform, Transform]:
        """With the quantiles of these states, and with those of the negated states: the share of *higher* values."""
        high, low = quantiles_both_ways(reader)
        return type(self)(high), type(self)(low)

    def dtype(self, source: np.dtype[Any]) -> np.dtype[Any]:  # noqa: ARG002
        """Single precision for any source."""
        return self._results.dtype

    def apply(self, values: Array) -> Array:
        """The share of steps below each value: 0…0.999 for values of the states themselves."""
        by_cell = np.ascontiguousarray(values.T, self.table.dtype)
        result = np.empty(by_cell.shape, self._results.dtype)
        for cell, values_of_cell in enumerate(by_cell):
            np.take(self._results, np.searchsorted(self.table[cell], values_of_cell), out=result[cell])
        result[np.isnan(by_cell)] = np.nan
        return np.ascontiguousarray(result.T)

    def of_cells(self, values: Array, cells: Ints) -> Array:
        """Those of these cells alone."""
        return type(self)(self.table[cells]).apply(picked(values, cells))

    def on_rule(self, threshold: float, source: np.dtype[Any], cells: int) -> OnRule:  # noqa: ARG002
        """A threshold for each cell, looked up in its quantiles."""
        every = np.arange(len(self.table))
        lower = np.count_nonzero(~is_on(self._results, threshold))
        return MovedThreshold(self._cuts(np.full(len(every), lower), every))

    def moved_cuts(self, cuts: Array, cells: Ints, source: np.dtype[Any]) -> Array | None:  # noqa: ARG002
        """Each looked up in the quantiles of its cell."""
        return self._cuts(np.searchsorted(self._results, cuts), cells)

    def _cuts(self, lower: Ints, cells: Ints) -> Array:
        """The least source value of each cell whose result isn't among so many of the lowest results."""
        most = len(self._results)
        edge: Array = self.table[cells, np.clip(lower, 1, most - 1) - 1]
        infinity = edge.dtype.type(np.inf)
        with np.errstate(over="ignore"):  # the next value after the greatest is ∞, as it should
            cut: Array = np.nextafter(edge, infinity)
        cut[(edge == infinity) | (lower == most)] = np.nan
        cut[lower == 0] = -infinity
        return cut


TRANSFORMS: dict[str, type[Transform]] = {each.name: each for each in (Tanh, Abs, SplitSigns, Standardise, Quantile)}
"""The transforms by name."""

OTHER_SPELLINGS = {"standardize": "standardise"}


def transform_named(name: Any) -> Transform | None:
    """The transform of this name; None for None.

    Raises
    ------
    ValueError
        There is no such transform.
    """
    if name is None:
        return None
    known = TRANSFORMS.get(OTHER_SPELLINGS.get(name, name)) if isinstance(name, str) else None
    if known is None:
        raise ValueError(f"transform must be None or one of {', '.join(map(repr, TRANSFORMS))}; got {name!r}")
    return known()


def picked(values: Array, cells: Ints) -> Array:
    """The columns of some cells, each at most once and in ascending order."""
    return values if len(cells) == values.shape[1] else np.take(values, cells, axis=1)


def _as_float(values: Array) -> Array:
    return values if values.dtype.kind == "f" else values.astype(np.float64)
