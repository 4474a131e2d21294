"""How many cells each of many thresholds would select at a selection, and the histogram of its values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.sources import States
from lstmvis_widget.work.cancelling import Check

from .selection import Extremes, Pattern, extremes_at
from .several_ranges import Places, read_together

MOST_VALUES = 1_000_000
"""The histogram of a selection of more values counts only some steps, spread evenly over it."""

COUNTED_AT_ONCE = 2**18
"""Values, or extremes of cells at ranges, that are looked up among the thresholds at once, at least."""

Array = NDArray[Any]


class ThresholdCounts:
    """The counts of one selection. It is read once; when cells are deselected or added, nothing is read again.

    Parameters
    ----------
    states : States
    places : Places
        The ranges of the selection.
    pattern : Pattern
        Its limits count, its threshold doesn't.
    thresholds : sequence of float
        Ascending.
    check : callable
        Called now and then while reading; it may raise to end it.
    """

    def __init__(
        self, states: States, places: Places, pattern: Pattern, *, thresholds: Sequence[float], check: Check
    ) -> None:
        self._thresholds = thresholds
        self._ranges = len(places.ranges)
        compared_in = states.dtype if states.dtype.kind == "f" else np.dtype(np.float64)
        self._cuts: Array = np.asarray(thresholds, np.float64).astype(compared_in)
        self._values = np.zeros(len(thresholds), np.int64)
        self._plain_cells = states.plain_cells
        self._kept: list[Array] = []  # rows whose values are counted together
        self._n_kept = 0
        self._counter = _Intervals(self._cuts, states.shape[1])
        self._read(states, places, pattern.within(len(states)), check)
        self._add_values()
        self._followed = self._counter.counts()

    def _read(self, states: States, places: Places, pattern: Pattern, check: Check) -> None:
        """Read each range with its limits; without them where no cell can follow the pattern."""
        starts, stops = places.ranges.T
        reach = pattern.reach(starts, stops)
        first, last = (np.where(places.complete, *each) for each in zip(reach, (starts, stops), strict=True))
        seen_to = np.maximum.accumulate(np.append(0, stops))[:-1]  # by the ranges before: each step counts once
        fresh = np.maximum(stops - np.maximum(starts, seen_to), 0)
        histogram = _Spread(max(1, -(-int(fresh.sum()) * states.plain_cells // MOST_VALUES)), self._keep_values)
        for low, high, rows in read_together(first, last, states.block_rows):
            check()
            is_long = high - low > states.block_rows
            values = None if is_long else states.read(low, high)
            for row in range(rows.start, rows.stop):
                start, stop, is_complete = int(starts[row]), int(stops[row]), bool(places.complete[row])
                see = histogram.after(max(0, int(seen_to[row]) - start))
                limits = pattern if is_complete else Pattern(pattern.threshold)
                if values is None:
                    extremes = extremes_at(states, start, stop, limits, check=check, see=see)
                else:
                    extremes = _extremes_in(values, start - low, stop - low, limits)
                    see(values[start - low : stop - low])
                if is_complete and extremes is not None:
                    self._counter.add(extremes)

    def _keep_values(self, values: Array) -> None:
        plain = values[:, : self._plain_cells].copy()  # the values of mirrors say the same
        self._kept.append(plain)
        self._n_kept += plain.size
        if self._n_kept >= COUNTED_AT_ONCE:
            self._add_values()

    def _add_values(self) -> None:
        if not self._kept:
            return
        values = np.concatenate(self._kept).reshape(-1)
        self._kept.clear()
        self._n_kept = 0
        if values.dtype.kind == "f":
            values = values[~np.isnan(values)]
        at_least = len(values) - np.searchsorted(np.sort(values), self._cuts, side="left")
        self._values -= np.diff(at_least, append=0)

    def shown(self, misses: int, deselected: Iterable[int], added: Iterable[int] = ()) -> dict[str, list[Any]]:
        """The trait `_threshold_counts`, described in CONTRIBUTING.md; ``misses``: ranges that a cell may miss."""
        selected = self._followed >= self._ranges - misses
        selected[:, list(deselected)] = False
        selected[:, list(added)] = True
        return {
            "thresholds": list(self._thresholds),
            "cells": np.count_nonzero(selected, axis=1).tolist(),
            "values": self._values.tolist(),
        }


class _Intervals:
    """For each threshold and cell, at how many ranges the cell follows the pattern.

    Parameters
    ----------
    cuts : ndarray
        The thresholds, ascending, in the precision in which values are compared with them.
    cells : int
        D.
    """

    def __init__(self, cuts: Array, cells: int) -> None:
        self._cuts, self._cells = cuts, cells
        self._changes = np.zeros((len(cuts) + 1) * cells, np.int32)  # from each threshold to the next
        self._waiting: list[Extremes] = []

    def add(self, extremes: Extremes) -> None:
        """Count one range."""
        self._waiting.append(extremes)
        if len(self._waiting) * self._cells >= COUNTED_AT_ONCE:
            self._count()

    def counts(self) -> NDArray[np.int32]:
        """The counts, of shape (thresholds, D)."""
        self._count()
        counts: NDArray[np.int32] = np.cumsum(self._changes.reshape(-1, self._cells), axis=0, dtype=np.int32)
        return counts[:-1]

    def _count(self) -> None:
        if not self._waiting:
            return
        on = np.stack([each.on for each in self._waiting])
        # A cell is on at the thresholds up to its least value, and off at those above its greatest at the limits.
        end = np.where(np.isnan(on), 0, np.searchsorted(self._cuts, on, side="right"))
        begin = np.zeros_like(end)
        off = [each.off for each in self._waiting if each.off is not None]
        if off:  # they all have limits, or none has
            greatest = np.stack(off)
            begin = np.where(np.isnan(greatest), 0, np.searchsorted(self._cuts, greatest, side="right"))
        ranges, cells = np.nonzero(begin < end)
        for at, change in ((begin, 1), (end, -1)):
            places = at[ranges, cells] * self._cells + cells
            self._changes += (change * np.bincount(places, minlength=len(self._changes))).astype(np.int32)
        self._waiting.clear()


class _Spread:
    """Every so many of the rows that come by, block after block.

    Parameters
    ----------
    every : int
    use : callable
        Given rows to use.
    """

    def __init__(self, every: int, use: Callable[[Array], None]) -> None:
        self._every, self._use, self._passed = every, use, 0

    def after(self, skipped: int) -> Callable[[Array], None]:
        """A function that takes the blocks of a range in turn, of which the first rows came by already."""

        def see(rows: Array) -> None:
            nonlocal skipped
            fresh, skipped = rows[skipped:], max(0, skipped - len(rows))
            chosen = fresh[-self._passed % self._every :: self._every]
            self._passed += len(fresh)
            if len(chosen):
                self._use(chosen)

        return see


def _extremes_in(values: Array, start: int, stop: int, pattern: Pattern) -> Extremes:
    """The extremes at the rows [start, stop), whose limit rows are there."""
    first, last = pattern.reach(start, stop)
    outside = np.concatenate([values[first:start], values[stop:last]])
    off = np.fmax.reduce(outside, axis=0) if len(outside) else None
    return Extremes(values[start:stop].min(axis=0), off)
