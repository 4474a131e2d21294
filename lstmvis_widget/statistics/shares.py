"""The shares of labels in sets of matches, as observed and with the labels dealt anew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.timeline.labels import MISSING, runs_of
from lstmvis_widget.timeline.sequences import Sequences

from .enrichment import Counting, Found, Ranges
from .rearranging import Blocks, Permuting, Rearranging, Rotating, blocks_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

UNLABELLED = -3
"""The code of steps without a label where whole matches are counted: a match in them has no label, but counts."""

LEFT_OUT = -4
"""The name of a match that lies across the end of its sequence after a rotation."""


class Shares:
    """For each set of matches the share of its units that have each label.

    Parameters
    ----------
    names : int
        Number of labels.
    sets : int
        Number of sets.
    blocks : Blocks
        How labels may be dealt anew.
    of : ndarray of int64
        The set of each unit.
    weights : ndarray
        How often each unit counts.
    """

    def __init__(self, names: int, sets: int, blocks: Blocks, of: Ints, weights: Ints) -> None:
        self._names, self._sets, self._of, self._weights = names, sets, of, weights
        self.blocks = blocks

    @property
    def rearranging(self) -> Rearranging:
        """How labels may be dealt anew."""
        return self.blocks.rearranging

    def observed(self) -> Floats:
        """The shares as observed; shape (sets, names). NaN for a set without units."""
        return self._of_names(self._named(None))

    def after(self, arrangement: Ints) -> Floats:
        """The shares with the labels dealt anew."""
        return self._of_names(self._named(arrangement))

    def whole(self) -> Rearranging:
        """How labels may be dealt anew without moving a match of the first set across the end of its sequence."""
        raise NotImplementedError

    def _named(self, arrangement: Ints | None) -> Ints:
        """The code of each unit; negative for none of the names."""
        raise NotImplementedError

    def _of_names(self, names: Ints) -> Floats:
        counts = np.bincount(self._of, np.where(names == LEFT_OUT, 0, self._weights), self._sets)
        there = names >= 0
        place = self._of[there] * self._names + names[there]
        hits = np.bincount(place, self._weights[there], self._sets * self._names).reshape(self._sets, self._names)
        with np.errstate(invalid="ignore"):
            shares: Floats = hits / counts[:, None]
        return shares


def shares_of(counting: Counting, sets: Sequence[Found]) -> Shares:
    """The shares of labels in these sets of matches."""
    return RangeShares(counting, sets) if isinstance(counting, Ranges) else StepShares(counting, sets)


# ruff: noqa: D102  (the methods below are those of the class above)


class StepShares(Shares):
    """Shares of the labelled steps in the matches."""

    def __init__(self, counting: Counting, sets: Sequence[Found]) -> None:
        labels = counting.labels
        counted = np.flatnonzero(labels.codes != MISSING)
        blocks = blocks_of(labels.codes, counting.sequences)
        sizes = np.diff(blocks.bounds)
        block_of = np.repeat(np.arange(len(sizes)), sizes)
        place = np.full(len(labels.codes) + 1, len(counted))
        place[counted] = np.arange(len(counted))
        next_counted = np.minimum.accumulate(place[::-1])[::-1]
        of, places, weights = [], [], []
        for number, found in enumerate(sets):
            found = _merged(found)  # noqa: PLW2901  (the same steps)
            first, end = next_counted[found.start], next_counted[found.stop]
            inside = np.repeat(first - np.cumsum(end - first) + (end - first), end - first) + np.arange(
                (end - first).sum()
            )
            block, steps = np.unique(block_of[inside], return_counts=True)
            of.append(np.full(len(block), number))
            places.append(block)
            weights.append(steps)
        super().__init__(len(labels.names), len(sets), blocks, np.concatenate(of), np.concatenate(weights))
        self._places = np.concatenate(places)

    def whole(self) -> Rearranging:
        rearranging = self.rearranging
        if self.blocks.kind != "step" or not isinstance(rearranging, Rotating):
            return rearranging
        places = self._places[self._of == 0]
        inside = np.zeros(len(self.blocks.codes), np.int64)
        inside[places] = 1
        runs = runs_of(inside, Sequences(rearranging.bounds))
        there = runs.code == 1
        return rearranging.keeping_whole(runs.start[there], runs.stop[there])

    def _named(self, arrangement: Ints | None) -> Ints:
        moved = self._places if arrangement is None else self.rearranging.moved(self._places, arrangement)
        return self.blocks.codes[moved]


class RangeShares(Shares):
    """Shares of the matches that have a label as wholes."""

    def __init__(self, counting: Ranges, sets: Sequence[Found]) -> None:
        codes = counting.labels.codes
        blocks = blocks_of(np.where(codes == MISSING, UNLABELLED, codes), counting.sequences)
        sizes = [len(found.start) for found in sets]
        of = np.repeat(np.arange(len(sets)), sizes)
        super().__init__(len(counting.names), len(sets), blocks, of, np.ones(len(of), np.int64))
        self._counting = counting
        self._found = Found(*(np.concatenate(each) for each in zip(*sets, strict=True)))
        _, self._ends = counting.sequences.around(self._found.start)
        if isinstance(blocks.rearranging, Permuting):
            # The last rows are those of negative codes: a sequence without a label gives its matches none.
            kinds = len(counting.labels.names)
            self._if = np.full((kinds - UNLABELLED, len(of)), MISSING)
            for code in range(kinds):
                self._if[code] = counting.names_if_same(code, self._found)
            self._sequence = np.searchsorted(counting.sequences.bounds, self._found.start, side="right") - 1

    def whole(self) -> Rearranging:
        rearranging = self.rearranging
        if not isinstance(rearranging, Rotating):
            return rearranging
        first = self._found.rows(self._of == 0)
        return rearranging.keeping_whole(first.start, first.stop)

    def _named(self, arrangement: Ints | None) -> Ints:
        if arrangement is None:
            return self._counting.names_of(self._found)
        if isinstance(self.rearranging, Permuting):
            label = self.blocks.codes[self.rearranging.moved(self._sequence, arrangement)]
            return self._if[label, np.arange(len(label))]
        start = self.rearranging.moved(self._found.start, arrangement)
        stop = start + (self._found.stop - self._found.start)
        whole = stop <= self._ends
        names = np.full(len(start), LEFT_OUT)
        names[whole] = self._counting.names_of(Found(start[whole], stop[whole]))
        return names


def _merged(found: Found) -> Found:
    """The ranges joined where they overlap, in order."""
    order = np.argsort(found.start, kind="stable")
    start, reach = found.start[order], np.maximum.accumulate(found.stop[order])
    new = np.append(True, start[1:] > reach[:-1])[: len(start)]
    return Found(start[new], reach[np.append(new[1:], True)[: len(start)]])
