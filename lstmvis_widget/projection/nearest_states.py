"""The steps whose states are nearest to one state, in a pass over the states."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.sources import States
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
    squares = np.empty(len(steps))
    precision = float_of(states.dtype)
    shared = SharedBlocks(blocks_of(len(steps), states.block_rows), check)
    at_once = max(1, AT_ONCE // max(1, states.shape[1]))

    def work() -> None:
        with np.errstate(over="ignore", invalid="ignore"):
            middle = here.astype(precision)
            for start, stop in shared:
                first, end = int(steps[start]), int(steps[stop - 1]) + 1
                all_there = end - first == stop - start
                rows = states.read(first, end) if all_there else rows_at(states, steps[start:stop], check)
                for at, until in blocks_of(stop - start, at_once):
                    apart = np.subtract(rows[at:until], middle, dtype=precision)
                    squares[start + at : start + until] = np.vecdot(apart, apart)

    in_threads(work)
    return squares


def _distances(rows: Floats, here: Floats) -> Floats:
    """Euclidean distances, without overflow."""
    size = float(max(np.abs(rows).max(initial=0.0), np.abs(here).max(initial=0.0))) or 1.0
    apart = rows / size - here / size
    widest = float(np.abs(apart).max(initial=0.0)) or 1.0
    distances: Floats = np.sqrt(((apart / widest) ** 2).sum(axis=1)) * widest
    with np.errstate(over="ignore"):
        return distances * size
