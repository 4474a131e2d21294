"""The steps whose states are nearest to one state, in a pass over the states."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.sources import States
from lstmvis_widget.statistics.counted_rows import CountedRows, CountedSteps
from lstmvis_widget.work.blocks import SharedBlocks, blocks_of, in_threads
from lstmvis_widget.work.cancelling import Check

from .rows_at import rows_at
from .step_distances import float_of

Array = NDArray[Any]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AT_ONCE = 2**18
"""Values whose differences are taken at once: they stay in the processor's cache."""

SURE = 1e-4
"""Squared distances in the precision of the states may be wrong by this share at most: where others are as near, the
exact ones decide."""


def neighbours_of(states: States, steps: Ints, step: int, k: int, check: Check) -> Ints:
    """Those k of some steps whose states are nearest to that of ``step``, which isn't among them; the nearest first.

    Parameters
    ----------
    states : States
    steps : ndarray of int64
        Ascending; their states are finite.
    step, k : int
    check : callable
        Called before each block of steps.

    Raises
    ------
    ValueError
        The state of ``step`` isn't finite.
    OSError
        The states can't be read.
    """
    here = states.read(step, step + 1)[0].astype(np.float64)
    if not np.isfinite(here).all():
        raise ValueError(f"the state of step {step} has a value that isn't finite: it has no neighbours")
    others: Ints = steps[steps != step]
    if not len(others):
        return others
    found: Ints = others[nearest_states(states, others, here, k, check)]
    return found


def nearest_states(states: States, steps: Ints, here: Array, k: int, check: Check) -> Ints:
    """Places in ``steps`` of the k nearest to the state ``here``, the nearest first; of those as near, the first.

    Parameters
    ----------
    states : States
    steps : ndarray of int64
        Ascending; their states are finite.
    here : ndarray of float64, shape (D,)
    k : int
        At least 1; all of them where there are fewer.
    check : callable
        Called before each block of steps.
    """
    squares = _squares(states, steps, here, check)
    sure = bool(np.isfinite(squares).all()) and k < len(steps)
    reach = np.partition(squares, k - 1)[k - 1] * (1 + SURE) if sure else np.inf
    near = np.flatnonzero(~(squares > reach))
    apart = np.empty(len(near))
    for start, stop in blocks_of(len(near), states.block_rows):
        apart[start:stop] = _distances(rows_at(states, steps[near[start:stop]], check).astype(np.float64), here)
    found: Ints = near[np.argsort(apart, kind="stable")[:k]]
    return found


def _squares(states: States, steps: Ints, here: Array, check: Check) -> Floats:
    """Squared distances in the precision of the states, which may over- or underflow."""
    squares_to = SquaresTo(here, float_of(states.dtype))
    if states.elsewhere is not None:
        beside = CountedSteps(steps, np.zeros(len(steps), np.uint8))
        found = states.fold(squares_to, operator.add, beside=beside, ranges=beside.ranges, check=check)
        return np.concatenate(found or [np.zeros(0)])
    squares = np.empty(len(steps))
    shared = SharedBlocks(blocks_of(len(steps), states.block_rows), check)

    def work() -> None:
        for start, stop in shared:
            first, end = int(steps[start]), int(steps[stop - 1]) + 1
            all_there = end - first == stop - start
            rows = states.read(first, end) if all_there else rows_at(states, steps[start:stop], check)
            squares[start:stop] = squares_to.of(rows)

    in_threads(work)
    return squares


@dataclass(frozen=True, eq=False)
class SquaresTo:
    """The squared distances of rows from the state ``here``; of a block of rows those that are counted."""

    here: Array
    precision: np.dtype[Any]

    def __call__(self, first: int, values: Array, counted: CountedRows) -> tuple[Floats]:
        """Those of the counted rows of a block; ``operator.add`` joins them."""
        return (self.of(values[counted.of(first, len(values))[0]]),)

    def of(self, rows: Array) -> Floats:
        """Those of some rows, in the precision of the states."""
        squares = np.empty(len(rows))
        with np.errstate(over="ignore", invalid="ignore"):
            middle = self.here.astype(self.precision)
            for at, until in blocks_of(len(rows), max(1, AT_ONCE // max(1, rows.shape[1]))):
                apart = np.subtract(rows[at:until], middle, dtype=self.precision)
                squares[at:until] = np.vecdot(apart, apart)
        return squares


def _distances(rows: Floats, here: Floats) -> Floats:
    """Euclidean distances, without overflow."""
    size = float(max(np.abs(rows).max(initial=0.0), np.abs(here).max(initial=0.0))) or 1.0
    apart = rows / size - here / size
    widest = float(np.abs(apart).max(initial=0.0)) or 1.0
    distances: Floats = np.sqrt(((apart / widest) ** 2).sum(axis=1)) * widest
    with np.errstate(over="ignore"):
        return distances * size
