"""The ranks of the values of each cell, summed over sets of steps: how high a cell is there, compared with all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.places import repeated
from lstmvis_widget.states.picked_rows import picked_rows
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.labels import OTHER
from lstmvis_widget.work.blocks import SharedBlocks, blocks_of, in_threads
from lstmvis_widget.work.cancelling import Check, Report, part

from .aligning import Alignment
from .bin_counts import bin_starts, counted_in_bins, ranks_of_bins

Array = NDArray[Any]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_EXACT_STEPS, MOST_EXACT_VALUES = 100_000, 2**25
"""With more steps, or more values, ranks aren't kept: values are put into bins, and ranks are those of their bins."""

SUMMED_AT_ONCE = 2**22
"""Ranks that are gathered at once."""

READ_AT_ONCE = 2**24
"""Values that are read and looked up at once."""

CELLS_AT_ONCE = 16
"""Cells that a thread looks up between two checks."""


class ExactRanks:
    """The rank of each of n steps in each cell, 1…n from the lowest value up; equal values share their mean rank.

    Parameters
    ----------
    ranks : ndarray of float32, shape (n, D)
    """

    def __init__(self, ranks: NDArray[np.float32]) -> None:
        self._ranks = ranks
        self.steps, self.cells = ranks.shape

    @property
    def nbytes(self) -> int:
        """Bytes of memory that it takes."""
        return self._ranks.nbytes

    def sums(self, sets: Sequence[Ints], check: Check, progress: Report) -> Floats:
        """The sum of the ranks over each of some sets of places among the steps, which ascend; of shape (sets, D)."""
        sums = np.zeros((len(sets), self.cells))
        at_once = max(1, SUMMED_AT_ONCE // max(1, self.cells))
        for number, steps in enumerate(sets):
            for start, stop in blocks_of(len(steps), at_once):
                check()
                sums[number] += self._ranks[steps[start:stop]].sum(axis=0, dtype=np.float64)
            progress((number + 1) / len(sets))
        return sums


class BinnedRanks:
    """Bins for the values of each cell: the rank of a step is the mean rank of the steps in the same bin.

    Parameters
    ----------
    states : States
    among : ndarray of int64, shape (n,)
        The steps that are ranked, ascending.
    edges : ndarray of float, shape (D, bins − 1)
        Values at which bins begin, other than the lowest bin.
    ranks : ndarray of float32, shape (D, bins)
    """

    def __init__(self, states: States, among: Ints, edges: Array, ranks: Array) -> None:
        self._states, self._among, self._edges, self._ranks = states, among, edges, ranks
        self.steps, self.cells = len(among), states.shape[1]

    @property
    def nbytes(self) -> int:
        """Bytes of memory that it takes."""
        return self._among.nbytes + self._edges.nbytes + self._ranks.nbytes

    def sums(self, sets: Sequence[Ints], check: Check, progress: Report) -> Floats:
        """The sum of the ranks over each of some sets of places among the steps, which ascend; of shape (sets, D)."""
        sums = np.zeros((len(sets), self.cells))
        sets = [self._among[places] for places in sets]
        every = sets[0] if len(sets) == 1 else np.unique(np.concatenate([*sets, np.zeros(0, np.int64)]))
        blocks = list(self._states.blocks())
        done = 0
        for steps in self._portions(every, blocks):
            values = self._values(steps, check)
            share = part(progress, done / len(every), (done + len(steps)) / len(every))
            if len(sets) == 1:
                sums[0] += self._summed(values, check, share)
            else:
                inside = []
                for each in sets:
                    low, high = np.searchsorted(each, [steps[0], steps[-1] + 1])
                    inside.append(np.searchsorted(steps, each[low:high]))
                sums += self._summed_over(inside, values, check, share)
            done += len(steps)
        return sums

    def _portions(self, steps: Ints, blocks: list[tuple[int, int]]) -> Iterator[Ints]:
        """The steps, as many at once as are read together; parts of a block only where it has more than that."""
        at_once = max(1, READ_AT_ONCE // max(1, self.cells))
        ends = np.searchsorted(steps, [stop for _, stop in blocks])
        first = 0
        while first < len(steps):
            within = ends[(ends > first) & (ends <= first + at_once)]
            stop = int(within[-1]) if len(within) else min(first + at_once, len(steps))
            yield steps[first:stop]
            first = stop

    def _values(self, steps: Ints, check: Check) -> Array:
        """The values at these steps, of shape (D, n); NaN is −∞."""
        values: Array = np.empty((self.cells, len(steps)), self._edges.dtype)
        for places, rows in picked_rows(self._states, steps, check=check):
            values[:, places] = np.fmax(rows, self._edges.dtype.type(-np.inf), dtype=self._edges.dtype).T
        return values

    def _summed(self, values: Array, check: Check, progress: Report) -> Floats:
        """The sum of the ranks of each cell."""
        sums = np.zeros(self.cells)

        def add(cell: int) -> None:
            of_cell = values[cell]
            of_cell.sort()
            sums[cell] = np.diff(bin_starts(of_cell, self._edges[cell])) @ self._ranks[cell]

        _for_each_cell(self.cells, add, check, progress)
        return sums

    def _summed_over(self, sets: Sequence[Ints], values: Array, check: Check, progress: Report) -> Floats:
        """The sums of the ranks over sets of places among the values, of shape (sets, D)."""
        sums = np.zeros((len(sets), self.cells))

        def add(cell: int) -> None:
            ranks = self._ranks[cell][np.searchsorted(self._edges[cell], values[cell], side="right")]
            sums[:, cell] = [ranks[places].sum(dtype=np.float64) for places in sets]

        _for_each_cell(self.cells, add, check, progress)
        return sums


Ranks = ExactRanks | BinnedRanks


def ranks_of(states: States, check: Check, progress: Report, among: Ints | None = None) -> Ranks:
    """The ranks of the values of all cells. NaN counts as lower than any number.

    Parameters
    ----------
    states : States
        They are read once.
    check : callable
        Called before each block; it may raise to end the work.
    progress : callable
    among : ndarray of int64, optional
        The steps that are ranked, ascending; by default all.
    """
    cells = states.shape[1]
    among = np.arange(len(states)) if among is None else among
    steps = len(among)
    if steps <= MOST_EXACT_STEPS and steps * cells <= MOST_EXACT_VALUES:
        return _exact(states, among, check, progress)
    asked = Alignment(
        states=states,
        cells=np.arange(cells),
        counted=among,
        codes=np.full(steps, OTHER),
        names=0,
        fitted=steps,
        held_out=False,
        dealing=None,
    )
    _, counted = counted_in_bins(asked, check, progress)
    ranks = np.stack([ranks_of_bins(of_cell)[0].astype(np.float32) for of_cell in counted.counts])
    return BinnedRanks(states, among, counted.edges, ranks)


def _exact(states: States, among: Ints, check: Check, progress: Report) -> ExactRanks:
    cells = states.shape[1]
    values: Array = np.empty((cells, len(among)), states.dtype)
    for places, rows in picked_rows(states, among, check=check):
        values[:, places] = rows.T
    ranks = np.empty((len(among), cells), np.float32)

    def rank(cell: int) -> None:
        ranks[:, cell] = midranks(values[cell])

    _for_each_cell(cells, rank, check, progress)
    return ExactRanks(ranks)


def midranks(values: Array) -> Floats:
    """The rank of each value, 1…n from the lowest up; equal values share their mean rank, and NaN is the lowest."""
    if values.dtype.kind == "f":
        values = np.fmax(values, values.dtype.type(-np.inf))
    order = np.argsort(values)
    ordered = values[order]
    firsts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(values)])
    counts = np.diff(np.append(firsts, len(values)))
    ranks = np.empty(len(values))
    ranks[order] = repeated(firsts + (counts + 1) / 2, counts)
    return ranks


def _for_each_cell(cells: int, work: Any, check: Check, progress: Report) -> None:
    done = 0

    def before_each() -> None:
        nonlocal done
        check()
        progress(min(1.0, done / max(1, cells)))
        done += CELLS_AT_ONCE

    shared = SharedBlocks(blocks_of(cells, CELLS_AT_ONCE), before_each)

    def run() -> None:
        for start, stop in shared:
            for cell in range(start, stop):
                work(cell)

    in_threads(run)
