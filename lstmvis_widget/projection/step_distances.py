"""Distances between successive states: how far the state jumps with each step."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.brief import brief
from lstmvis_widget.statistics.explored import explored
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.blocks import blocks_of
from lstmvis_widget.work.cancelling import Check, never_cancelled
from lstmvis_widget.work.showing import Progress, shown

Floats = NDArray[np.float64]
Rows = NDArray[Any]

Metric = Callable[[Rows, Rows], Floats]
"""Gives the n − 1 distances between successive ones of n rows, with room for some rows."""

AT_ONCE = 2**19
"""Values whose differences are taken at once."""

BLOCKS = 4
"""Usual blocks that are read at once: in smaller ones, threads wait for each other more than they work."""

MOST_UNLIKE = 8.0
"""Where lengths differ by this factor, the law of cosines loses precision."""


def step_distances(
    states: Any,
    sequences: ArrayLike | None = None,
    metric: str = "euclidean",
    *,
    check: Check = never_cancelled,
    progress: Progress = None,
) -> Floats:
    """How far the state moves from each step to the next, in the state space.

    Parameters
    ----------
    states : array_like of shape (T, D), or explorer
        Or anything else that `States` takes. Of an explorer the active layer is taken, and its sequences.
    sequences : array_like of int, optional
        Lengths of the sequences, which sum to T. By default the lengths that the explorer has, else one sequence of all
        steps.
    metric : {"euclidean", "cosine"}, default "euclidean"
        ``"euclidean"``: the length of the difference, in units of the states. ``"cosine"``: 1 − the cosine of the angle
        between the two states, 0…2.
    check : callable, optional
        Called before each block of steps; it may raise to end the work.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    ndarray of float64, shape (T,)
        Element t is the distance between the states of the steps t and t + 1. NaN at the last step of each sequence,
        where one of the two states has a NaN or an infinite value, and for ``"cosine"`` where one of them is zero.

    Raises
    ------
    TypeError, ValueError
        ``metric`` is unknown, or the lengths of the sequences don't fit.
    OSError
        The states can't be read.

    References
    ----------
    R. Garcia, T. Munz, D. Weiskopf: Visual analytics tool for the interpretation of hidden states in recurrent neural
    networks (2021).

    Examples
    --------
    >>> from lstmvis_widget import step_distances
    >>> step_distances([[0.0, 0.0], [3.0, 4.0], [3.0, 4.0], [0.0, 0.0]], sequences=[3, 1])
    array([ 5.,  0., nan, nan])
    """
    between = _metric(metric)
    opened, _, sequences = explored("step_distances", states, None, sequences, every_cell=True)
    steps, cells = opened.shape
    within = Sequences.of(sequences, steps)
    distances = np.full(steps, np.nan)
    measuring = Measuring(between, cells, float_of(opened.dtype))
    with shown(progress, "measuring distances") as shares:
        report = opened.prepare_first(shares, check)
        rows = BLOCKS * opened.block_rows
        measured = opened.fold(measuring, Measured.joined, block_rows=rows, check=check, progress=report)
    if measured is not None:
        distances[:-1] = np.concatenate(measured.distances)
    distances[within.bounds[1:][within.lengths > 0] - 1] = np.nan
    return distances


class Measured(NamedTuple):
    """The distances between successive rows of some, and what is needed to go on from the first and the last row.

    Attributes
    ----------
    distances : tuple of ndarray
        One after the other: one less than there are rows.
    first, last : ndarray of shape (1, D)
    by : Measuring
    """

    distances: tuple[Floats, ...]
    first: Rows
    last: Rows
    by: Measuring

    def joined(self, other: Measured) -> Measured:
        """With those of the rows right after these."""
        across = self.by.between(np.concatenate([self.last, other.first]), self.by.room(1))
        return Measured((*self.distances, across, *other.distances), self.first, other.last, self.by)


@dataclass(frozen=True)
class Measuring:
    """Measures the distances within a block of rows; ``Measured.joined`` joins those of two blocks.

    Parameters
    ----------
    between : callable
        Of `_METRICS`.
    cells : int
        D.
    dtype : numpy dtype
        The precision that distances are computed in.
    """

    between: Metric
    cells: int
    dtype: np.dtype[Any]

    def room(self, rows: int) -> Rows:
        """Room for the metric to work in."""
        return np.empty((min(rows, max(1, AT_ONCE // max(1, self.cells))), self.cells), self.dtype)

    def __call__(self, _: int, values: NDArray[Any]) -> Measured:
        """Those of a block."""
        rows = values.astype(self.dtype, copy=False)
        return Measured((self.between(rows, self.room(len(rows))),), rows[:1].copy(), rows[-1:].copy(), self)


def _metric(name: Any) -> Metric:
    if isinstance(name, str) and name in _METRICS:
        return _METRICS[name]
    near = difflib.get_close_matches(name, _METRICS, n=1) if isinstance(name, str) else []
    meant = f"; did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"metric must be one of {', '.join(map(repr, _METRICS))}; got {brief(name)}{meant}")


def _euclidean(values: Rows, room: Rows) -> Floats:
    """Distances between successive rows, also where squares would exceed the range of floats."""
    squares, unsure = _squares_apart(values, room, None)
    distances: Floats = np.sqrt(squares)
    at = np.flatnonzero(unsure)
    if len(at):
        distances[at] = _scaled(values[at].astype(np.float64), values[at + 1].astype(np.float64))
    return distances


def _squares_apart(values: Rows, room: Rows, squares: Rows | None) -> tuple[Floats, NDArray[np.bool_]]:
    """The squared distances between successive rows, and whether they fail; 0 for equal rows.

    ``squares`` takes the squared lengths of the rows, while these are in the processor's cache.
    """
    apart: Rows = np.empty(max(0, len(values) - 1), values.dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        for start, stop in blocks_of(len(values), len(room)):
            some = values[start : stop + 1]
            moved = np.subtract(some[1:], some[:-1], out=room[: len(some) - 1])
            np.vecdot(moved, moved, out=apart[start : start + len(moved)])
            if squares is not None:
                np.vecdot(some[: stop - start], some[: stop - start], out=squares[start:stop])
    unsure = _fail(apart)
    none = np.flatnonzero(apart == 0)
    unsure[none] = (values[none] != values[none + 1]).any(axis=1)
    return apart.astype(np.float64), unsure


def _fail(squares: Rows) -> NDArray[np.bool_]:
    """Which squared lengths are too large, too small or not finite."""
    return np.asarray(~((squares < np.inf) & (squares >= np.finfo(squares.dtype).tiny * 1e6)))


def _scaled(before: Floats, after: Floats) -> Floats:
    """Euclidean distances without overflow or underflow in between; NaN where a value isn't finite."""
    largest = np.maximum(np.abs(before), np.abs(after)).max(axis=1, initial=0.0)
    scale = np.where(np.isfinite(largest) & (largest > 0), largest, 1.0)[:, None]
    with np.errstate(invalid="ignore", over="ignore"):
        apart = after / scale - before / scale
        widest = np.abs(apart).max(axis=1, initial=0.0)
        by = np.where(np.isfinite(widest) & (widest > 0), widest, 1.0)[:, None]
        distances: Floats = np.sqrt(((apart / by) ** 2).sum(axis=1)) * by[:, 0] * scale[:, 0]
    distances[~np.isfinite(largest)] = np.nan
    return distances


def _cosine(values: Rows, room: Rows) -> Floats:
    """1 − cosine between successive rows; NaN where one of them is zero or has a value that isn't finite.

    By the law of cosines: from the length of the difference, which keeps its precision where the rows are nearly equal.
    """
    squares: Rows = np.empty(len(values), values.dtype)
    apart, unsure = _squares_apart(values, room, squares)
    are_unsure = _fail(squares)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        lengths = np.sqrt(squares.astype(np.float64))
        before, after = lengths[:-1], lengths[1:]
        distances: Floats = np.maximum(apart - (before - after) ** 2, 0.0) / (2 * before * after)
        unlike = ~((before < MOST_UNLIKE * after) & (after < MOST_UNLIKE * before))
    at = np.flatnonzero(unsure | are_unsure[:-1] | are_unsure[1:] | unlike)
    if len(at):
        distances[at] = _between_directions(values[at].astype(np.float64), values[at + 1].astype(np.float64))
    return distances


def _between_directions(before: Floats, after: Floats) -> Floats:
    """1 − cosine between rows of any length."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        units = []
        for rows in (before, after):
            unit = rows / np.abs(rows).max(axis=1, initial=0.0, keepdims=True)  # zeros, and what isn't finite: NaN
            units.append(unit / np.sqrt(np.vecdot(unit, unit))[:, None])
        # Half of the squared distance of unit vectors: exactly 0 for equal ones.
        apart = units[1] - units[0]
        distances: Floats = np.vecdot(apart, apart) / 2
    if not before.shape[1]:
        distances[:] = np.nan
    return distances


def float_of(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The precision that distances are computed in."""
    return dtype if dtype in {np.dtype(np.float32), np.dtype(np.float64)} else np.dtype(np.float64)


_METRICS: dict[str, Metric] = {"euclidean": _euclidean, "cosine": _cosine}
