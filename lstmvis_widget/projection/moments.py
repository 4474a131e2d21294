"""Mean and covariance of steps, summed so that nothing overflows and nothing cancels."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.folding import every_row
from lstmvis_widget.states.sources import States
from lstmvis_widget.work.blocks import Block, blocks_of
from lstmvis_widget.work.cancelling import Check

Array = NDArray[Any]
Floats = NDArray[np.float64]

FEW_PRODUCTS = 2**17
"""Products that the covariance of few cells is summed from at once: BLAS doesn't divide so few among threads, which
takes it far longer than the sums do."""

FEWEST_ROWS = 16
"""…unless fewer rows than this have so many."""

DOUBLE_VALUES = 2**22
"""Fewer values are computed with in double precision whatever their dtype."""

LOOKED_AT, RUNS = 1024, 16
"""Steps that are read first to find a value near the mean, and the runs that they come in."""

SINGLE_SCALES = 2.0**-40, 2.0**40
"""Between these scales, squares stay within the range of float32."""

NEAR = 8.0
"""A mean within so many times the deviations from it costs single precision nothing that matters."""


@dataclass(frozen=True, eq=False)
class Frame:
    """What values are relative to.

    Parameters
    ----------
    shift : ndarray of float64, shape (D,)
        A value near the mean of each cell; of a cell that is constant exactly its value.
    scale : float
        A power of two of about the largest deviation from it.
    single : bool
        Whether single precision is enough.
    """

    shift: Floats
    scale: float
    single: bool

    @classmethod
    def of(cls, states: States, shift: Floats, scale: float) -> Frame:
        """The frame of states with this shift and scale."""
        fits = SINGLE_SCALES[0] < scale < SINGLE_SCALES[1]
        many = states.shape[0] * states.shape[1] > DOUBLE_VALUES
        single = fits and many and states.dtype in (np.float16, np.float32)
        return cls(shift.astype(np.float32).astype(np.float64) if single else shift, scale, single)

    @property
    def unit(self) -> float:
        """Of `relative`, in units of the states."""
        return 1.0 if self.single else self.scale

    @property
    def is_near(self) -> bool:
        """Whether values needn't be shifted before they are multiplied."""
        return self.single and float(np.abs(self.shift).max(initial=0.0)) <= NEAR * self.scale

    def relative(self, rows: Array) -> Array:
        """Rows less the shift, in `unit`: float32 where single precision is enough, else float64."""
        if self.single:
            return np.subtract(rows, self.shift.astype(np.float32), dtype=np.float32)
        exact: Floats = rows.astype(np.float64) / self.scale - self.shift / self.scale
        return exact


def first_look(states: States, check: Check) -> Frame:
    """The frame that a few steps suggest.

    Raises
    ------
    ValueError
        No step has finite values only.
    OSError
        The states can't be read.
    """
    steps = len(states)
    if steps <= LOOKED_AT:
        runs: Iterator[Block] = iter([(0, steps)])
    else:
        runs = iter([(int(at), int(at) + LOOKED_AT // RUNS) for at in np.linspace(0, steps - LOOKED_AT // RUNS, RUNS)])
    looked_at = states.fold(every_row, operator.add, ranges=list(runs), check=check)
    rows = np.concatenate([finite_rows(some) for some in looked_at or [states.read(0, 0)]])
    if len(rows) == 0:
        for start, stop in states.blocks():
            check()
            rows = finite_rows(states.read(start, stop))
            if len(rows):
                break
        else:
            raise ValueError(
                f"no step of the states has finite values only, of {steps:,} steps: there is nothing to put on a map"
            )
    rows = rows.astype(np.float64)
    largest = _power_of_two(float(np.abs(rows).max(initial=0.0)))
    mean = (rows / largest).mean(axis=0) * largest
    shift = np.where((rows == rows[0]).all(axis=0), rows[0], mean)
    return Frame.of(states, shift, _power_of_two(_apart(rows, shift)))


def widest_frame(states: States, shift: Floats, check: Check) -> Frame:
    """The frame in which no finite value lies farther than the scale from the shift, in double precision."""
    widest = states.fold(Apart(shift), max, check=check)
    return Frame(shift, _power_of_two(widest or 0.0), single=False)


@dataclass(frozen=True, eq=False)
class Apart:
    """The largest distance of a finite value of a block from the shift."""

    shift: Floats

    def __call__(self, _: int, rows: Array) -> float:
        """That of the rows that are finite."""
        return _apart(finite_rows(rows), self.shift)


def finite_rows(rows: Array) -> Array:
    """The rows without NaN and infinity."""
    return rows[np.isfinite(rows).all(axis=1)]


def _apart(rows: Array, shift: Floats) -> float:
    """The largest distance of a value from the shift, no larger than a float holds."""
    with np.errstate(over="ignore"):
        apart = float(np.abs(rows - shift).max(initial=0.0))
    return min(apart, float(np.finfo(np.float64).max) / 4)


def _power_of_two(largest: float) -> float:
    """A power of two of about this size; 1 for 0."""
    return float(2.0 ** np.clip(np.ceil(np.log2(largest)), -1000, 1022)) if largest > 0 else 1.0


class Sums(NamedTuple):
    """Of some rows: how many are finite, the sums of the values of these, and of their products; in a frame."""

    number: int
    values: Floats
    products: Floats

    def joined(self, other: Sums) -> Sums:
        """With those of other rows."""
        with np.errstate(over="ignore", invalid="ignore"):
            return Sums(self.number + other.number, self.values + other.values, self.products + other.products)


@dataclass(frozen=True, eq=False)
class Summing:
    """Sums up a block of rows; ``Sums.joined`` adds those of two blocks."""

    frame: Frame

    def __call__(self, _: int, rows: Array) -> Sums:
        """The sums of the rows that are finite."""
        with np.errstate(over="ignore", invalid="ignore"):
            moved = self.frame.relative(rows)
            if self.frame.single:
                products = _products(moved).astype(np.float64)
                if np.isfinite(products).all():
                    return Sums(len(rows), moved.sum(axis=0, dtype=np.float64), products)
                rows = finite_rows(rows)
                moved = rows.astype(np.float64) - self.frame.shift
            else:
                moved = moved[np.isfinite(moved).all(axis=1)]
            return Sums(len(moved), moved.sum(axis=0), _products(moved))


class Moments:
    """Mean and covariance, from sums.

    Parameters
    ----------
    frame : Frame
    cells : int
        D.
    sums : iterable of Sums
        Of rows in this frame.
    """

    def __init__(self, frame: Frame, cells: int, sums: Iterable[Sums]) -> None:
        self.frame = frame
        self.count, self._sums, self._products = 0, np.zeros(cells), np.zeros((cells, cells))
        for some in sums:
            with np.errstate(over="ignore", invalid="ignore"):
                self.count += some.number
                self._sums += some.values
                self._products += some.products

    @property
    def are_unsure(self) -> bool:
        """Whether values are so much farther from the shift than expected, or so much nearer, that squares fail."""
        if self.count == 0:
            return False
        trace = float(np.trace(self._products)) / self.count / (self.frame.scale / self.frame.unit) ** 2
        return not np.isfinite(self._products).all() or trace < 1e-100

    @property
    def mean(self) -> Floats:
        """Mean of each cell."""
        mean: Floats = self.frame.shift + self._sums / max(1, self.count) * self.frame.unit
        return mean

    def covariance(self) -> Floats:
        """Mean products of deviations from the mean (ddof 0), in squares of the frame's unit."""
        mean = self._sums / max(1, self.count)
        covariance: Floats = self._products / max(1, self.count) - np.outer(mean, mean)
        return covariance


def _products(rows: Array) -> Array:
    """The sums of the products of each two columns, shape (D, D)."""
    at_once = FEW_PRODUCTS // max(1, rows.shape[1]) ** 2
    if at_once < FEWEST_ROWS:
        whole: Array = rows.T @ rows
        return whole
    products: Array = np.zeros((rows.shape[1],) * 2, rows.dtype)
    for start, stop in blocks_of(len(rows), at_once):
        some = rows[start:stop]
        products += some.T @ some
    return products
