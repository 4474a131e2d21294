"""Which values are on. This is decided here and nowhere else.

A value is on iff its transformed value is ≥ the threshold. For a monotone transform nothing is transformed: the
threshold is moved to the source instead, to the least source value that is on.

A mirror of a cell is on where the cell is low: where the mirror's own value is ≥ the threshold. Its threshold is moved
to the negated source.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.scratch import scratch

Array = NDArray[Any]
Mask = NDArray[np.bool_]
OnRule = Callable[[Array, Mask | None], Mask]
"""Source values of some rows → which of them are on. The second argument is an array for the answer, or None."""

INFINITE_HALF = 0x7C00
"""The bits of ∞ in half precision."""

MOST_CHECKED = 2**18
"""Neighbours of a moved threshold that are transformed one by one, at most: it takes about a millisecond."""


def is_on(values: Array, threshold: float, out: Mask | None = None) -> Mask:
    """Which values are on: ``value ≥ threshold``. NaN is off.

    The threshold is rounded to the precision of the values, as numpy does when it compares an array with a Python
    float.

    Parameters
    ----------
    values : ndarray
    threshold : float
    out : ndarray of bool, optional
        An array for the answer.
    """
    with np.errstate(over="ignore"):  # a threshold beyond the range of float16 becomes infinite, as it should
        if values.dtype == np.float16:
            return _halves_at_least(np.array([threshold]).astype(np.float16), values, out)
        cut = threshold if isinstance(threshold, int) else float(threshold)
        on: Mask = np.greater_equal(values, cut, out=out)
        return on


def at_least(cut: Array, values: Array, out: Mask | None = None) -> Mask:
    """Where ``value ≥ cut``, with a cut in the precision of the values for all of them, or for each cell."""
    if values.dtype == cut.dtype == np.float16:
        return _halves_at_least(cut, values, out)
    on: Mask = np.greater_equal(values, cut, out=out)
    return on


def at_most(cut: Array, values: Array, out: Mask | None = None) -> Mask:
    """Where ``value ≤ cut``, as `at_least`."""
    if values.dtype == cut.dtype == np.float16:
        return _halves_at_most(cut, values, out)
    on: Mask = np.less_equal(values, cut, out=out)
    return on


def _halves_at_least(cut: Array, values: Array, out: Mask | None) -> Mask:
    """Where ``value ≥ cut`` in half precision, by comparing bits: numpy compares halves in software, which is slow.

    With the bits of negative numbers inverted, halves have the order of integers: −∞ … −0, 0 … ∞, and NaN beyond both
    ends. So a value is on iff it lies between the cut and ∞.
    """
    cut = np.where(cut == 0, np.float16(-0.0), cut)  # −0 is the lower of the two zeros
    lowest = _in_order(cut)
    order = _in_order(values, scratch().array("halves", values.shape, np.int16))
    order -= lowest
    reach = (np.int16(INFINITE_HALF) - lowest).view(np.uint16)
    on: Mask = np.less_equal(order.view(np.uint16), reach, out=out)
    if (none := np.isnan(cut)).any():
        on &= ~none
    return on


def _halves_at_most(cut: Array, values: Array, out: Mask | None) -> Mask:
    """Where ``value ≤ cut`` in half precision: those that lie between −∞ and the cut in the order of integers."""
    cut = np.where(cut == 0, np.float16(0.0), cut)  # 0 is the higher of the two zeros
    lowest = _in_order(np.full(1, -np.inf, np.float16))
    order = _in_order(values, scratch().array("halves", values.shape, np.int16))
    order -= lowest
    reach = (_in_order(cut) - lowest).view(np.uint16)
    on: Mask = np.less_equal(order.view(np.uint16), reach, out=out)
    if (none := np.isnan(cut)).any():
        on &= ~none
    return on


def _in_order(halves: Array, out: NDArray[np.int16] | None = None) -> NDArray[np.int16]:
    """Integers in the order of the halves."""
    bits = np.ascontiguousarray(halves).view(np.int16)
    turned: NDArray[np.int16] = np.right_shift(bits, np.int16(15), out=out)
    turned &= np.int16(0x7FFF)
    turned ^= bits
    return turned


def on_rule(threshold: float) -> OnRule:
    """The rule for values without a transform."""
    return lambda values, out: is_on(values, threshold, out)


@dataclass(frozen=True)
class MovedThreshold:
    """The rule for source values with a threshold that was moved to them: values from a cut on are on.

    Parameters
    ----------
    cut : ndarray of shape (D,) or (1,)
        In the precision of the source, one for each cell or for all. NaN: no value is on.
    unsure_from : ndarray of shape (1,), optional
        From here to the cut ``decide`` is asked. None: all values below the cut are off.
    decide : callable, optional
        Source values → which of them are on, found by transforming them.
    """

    cut: Array
    unsure_from: Array | None = None
    decide: Callable[[Array], Mask] | None = None

    def __call__(self, values: Array, out: Mask | None = None) -> Mask:
        """Which of the rows of source values are on."""
        on = at_least(self.cut, values, out)
        if self.unsure_from is not None and self.decide is not None:
            unsure = at_least(self.unsure_from, values, None)
            unsure &= ~on
            if unsure.any():
                on[unsure] = self.decide(values[unsure])
        return on

    def of_negated(self, values: Array, out: Mask | None = None) -> Mask:
        """Which of the rows of source values are on if each is negated first. Nothing is negated but what is unsure."""
        on = at_most(-self.cut, values, out)
        if self.unsure_from is not None and self.decide is not None:
            unsure = at_most(-self.unsure_from, values, None)
            unsure &= ~on
            if unsure.any():
                on[unsure] = self.decide(np.negative(values[unsure], dtype=self.cut.dtype))
        return on


@dataclass(frozen=True)
class BothWays:
    """The rule for cells and, after them, a mirror of each.

    Parameters
    ----------
    high : MovedThreshold
        For the cells.
    low : MovedThreshold
        For their mirrors, in terms of the negated source.
    """

    high: MovedThreshold
    low: MovedThreshold

    def __call__(self, values: Array, out: Mask | None = None) -> Mask:
        """Which of the cells and of the mirrors are on: twice as many columns as the rows of source values have."""
        rows, cells = values.shape
        on = np.empty((rows, 2 * cells), bool) if out is None else out
        self.high(values, on[:, :cells])
        self.low.of_negated(values, on[:, cells:])
        return on


def can_move(source: np.dtype[Any]) -> bool:
    """Whether a threshold can be moved to a source of this dtype: its floats must be countable in 64 bits."""
    return source.kind != "f" or source.itemsize <= 8


def moved_per_cell(
    transform: Callable[[Array], Array], threshold: float | Array, source: Any, cells: int
) -> MovedThreshold:
    """Move the threshold to the source of a transform that is monotone to the last bit, for each cell.

    Parameters
    ----------
    transform : callable
        Of rows (n, D) of source values. Within a cell, a greater value never gets a lower result.
    threshold : float, or ndarray of shape (D,)
        One for all cells, or one for each, in the precision of the results.
    source : numpy dtype
        Of the source. Integers are compared in double precision, in which they are transformed.
    cells : int
        D.
    """

    def on(values: Array) -> Mask:
        results = transform(values)
        return at_least(threshold, results) if isinstance(threshold, np.ndarray) else is_on(results, threshold)

    return MovedThreshold(least_values(on, source, cells))


def least_values(on: Callable[[Array], Mask], dtype: Any, cells: int) -> Array:
    """For each cell the least float of a dtype that is on, where all greater ones are on, too; NaN if none is.

    Parameters
    ----------
    on : callable
        Rows (1, D) of floats → which of them are on.
    dtype : numpy dtype
    cells : int
        D.
    """
    floats = _OrderedFloats(dtype)
    return floats.at(floats.least(on, cells))


def moved_despite_rounding(
    transform: Callable[[Array], Array], threshold: float, source: Any, slack: int
) -> MovedThreshold:
    """Move the threshold to the source of a transform that is monotone but for rounding, and the same for all cells.

    The answer stays exactly that of the transform. Only rounding near the threshold is a problem: source values whose
    results lie within ``slack`` floats of the threshold. They are transformed here, and usually one cut divides them.
    If they are too many (the transform is nearly flat there), or rounding makes them on and off in turn, the rule
    transforms them whenever it meets them.

    Parameters
    ----------
    transform : callable
        Of source values, each by itself. Equal values always get equal results.
    threshold : float
    source : numpy dtype
    slack : int
        At least twice the error of the transform, in floats of its result.
    """
    floats = _OrderedFloats(source)
    results = _OrderedFloats(transform(np.zeros(1, floats.dtype)).dtype)
    with np.errstate(over="ignore"):
        near = results.keys(np.array([threshold]).astype(results.dtype))

    def least(nearby: float) -> int:
        return int(floats.least(lambda values: is_on(transform(values), nearby), 1)[0])

    low, high = least(float(results.at(near - slack)[0])), least(float(results.at(near + slack)[0]))

    def decide(values: Array) -> Mask:
        return is_on(transform(values), threshold)

    if high - low <= MOST_CHECKED:
        on = decide(floats.at(np.arange(low, high)))
        off = np.flatnonzero(~on)
        high, low = low + (int(off[-1]) + 1 if len(off) else 0), low + int(on.argmax() if on.any() else len(on))
    if low >= high:
        return MovedThreshold(floats.at(np.array([high])))
    return MovedThreshold(floats.at(np.array([high])), floats.at(np.array([low])), decide)


class _OrderedFloats:
    """Numbers the floats of a dtype in their order: both zeros are 0, the next greater float is 1, ∞ is the last."""

    def __init__(self, dtype: Any) -> None:
        given = np.dtype(dtype)
        self.dtype = given.newbyteorder("=") if given.kind == "f" else np.dtype(np.float64)
        self._bits = np.dtype(f"i{self.dtype.itemsize}")
        self._least_bits = int(np.iinfo(self._bits).min)
        self.last = int(np.array(np.inf, self.dtype).view(self._bits))

    def keys(self, values: Array) -> NDArray[np.int64]:
        """The numbers of some floats."""
        bits = values.view(self._bits).astype(np.int64)
        return np.where(bits >= 0, bits, self._least_bits - bits)

    def at(self, keys: NDArray[np.int64]) -> Array:
        """The floats with these numbers; NaN beyond ∞, −∞ below −∞."""
        within = np.clip(keys, -self.last, self.last)
        bits = np.where(within >= 0, within, self._least_bits - within).astype(self._bits)
        return np.where(keys > self.last, self.dtype.type(np.nan), bits.view(self.dtype))

    def least(self, on: Callable[[Array], Mask], cells: int) -> NDArray[np.int64]:
        """For each cell the number of a float that is on while the float below is off; ``last`` + 1 if none is on.

        Found by bisection. ``on`` is given rows of shape (1, cells).
        """
        low = np.full(cells, -self.last - 1, np.int64)
        high = np.full(cells, self.last + 1, np.int64)
        while (open_ := low + 1 < high).any():
            middle = (low >> 1) + (high >> 1) + (low & high & 1)  # their sum may exceed 64 bits
            is_on_there = on(self.at(middle)[None, :])[0]
            high = np.where(open_ & is_on_there, middle, high)
            low = np.where(open_ & ~is_on_there, middle, low)
        return high
