"""The shares of labels in sets of matches, as observed and with the labels dealt anew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.places import repeated
from lstmvis_widget.timeline.labels import MISSING, runs_of
from lstmvis_widget.timeline.sequences import Sequences

from .counting import Counting, Named, Ranges
from .ranges import Found
from .rearranging import Blocks, Rearranging, Rotating, blocks_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

UNLABELLED = -3
"""The code of steps without a label where whole matches are counted: a match in them has no label, but counts."""


class Shares:
    """For each set of matches the share of its units that have each label.

    Parameters
    ----------
    blocks : Blocks
        How labels may be dealt anew.
    """

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks

    @property
    def rearranging(self) -> Rearranging:
        """How labels may be dealt anew."""
        return self.blocks.rearranging

    def observed(self) -> Floats:
        """The shares as observed; shape (sets, names). NaN for a set without units."""
        return self._shares(None)

    def after(self, arrangement: Ints) -> Floats:
        """The shares with the labels dealt anew."""
        return self._shares(arrangement)

    def whole(self) -> Rearranging:
        """How labels may be dealt anew without moving a match of the first set across the end of its sequence."""
        raise NotImplementedError

    def _shares(self, arrangement: Ints | None) -> Floats:
        raise NotImplementedError


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
        block_of = repeated(np.arange(len(sizes)), sizes)
        place = np.full(len(labels.codes) + 1, len(counted))
        place[counted] = np.arange(len(counted))
        next_counted = np.minimum.accumulate(place[::-1])[::-1]
        of, places, weights = [], [], []
        for number, found in enumerate(sets):
            found = _merged(found)  # noqa: PLW2901  (the same steps)
            first, end = next_counted[found.start], next_counted[found.stop]
            inside = repeated(first - np.cumsum(end - first) + (end - first), end - first) + np.arange(
                (end - first).sum()
            )
            block, steps = np.unique(block_of[inside], return_counts=True)
            of.append(np.full(len(block), number))
            places.append(block)
            weights.append(steps)
        super().__init__(blocks)
        self._names, self._sets = len(labels.names), len(sets)
        self._of, self._weights, self._places = (np.concatenate(each) for each in (of, weights, places))

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

    def _shares(self, arrangement: Ints | None) -> Floats:
        moved = self._places if arrangement is None else self.rearranging.moved(self._places, arrangement)
        names = self.blocks.codes[moved]
        counts = np.bincount(self._of, self._weights, self._sets)
        there = names >= 0
        place = self._of[there] * self._names + names[there]
        hits = np.bincount(place, self._weights[there], self._sets * self._names).reshape(self._sets, self._names)
        with np.errstate(invalid="ignore"):
            shares: Floats = hits / counts[:, None]
        return shares


class RangeShares(Shares):
    """Shares of the matches that have a label as wholes.

    The steps that count are numbered, and labels are dealt to these. A match that is moved to where steps between its
    own don't count, or across the end of its sequence, is left out of that draw.
    """

    def __init__(self, counting: Ranges, sets: Sequence[Found]) -> None:
        codes = np.where(counting.labels.codes == MISSING, UNLABELLED, counting.labels.codes)
        super().__init__(blocks_of(np.where(counting.mask, codes, MISSING), counting.sequences))
        self._counting, self._found = counting, Found(*(np.concatenate(each) for each in zip(*sets, strict=True)))
        self._sets, self._of = len(sets), repeated(np.arange(len(sets)), [len(found.start) for found in sets])
        self._counted = np.flatnonzero(counting.mask)
        self._length = self._found.stop - self._found.start
        self._start = np.searchsorted(self._counted, self._found.start)
        self._block = np.searchsorted(self.blocks.bounds, self._start, side="right") - 1
        _, ends = counting.sequences.around(self._found.start)
        self._ends = np.searchsorted(self._counted, ends)
        self._if: dict[int, Named] = {}

    def whole(self) -> Rearranging:
        rearranging = self.rearranging
        if self.blocks.kind != "step" or not isinstance(rearranging, Rotating):
            return rearranging
        first = self._of == 0
        start = self._start[first]
        return rearranging.keeping_whole(start, start + self._length[first])

    def _shares(self, arrangement: Ints | None) -> Floats:
        whole, named = self._named(arrangement)
        names = len(self._counting.names)
        sums = np.bincount(self._of[named.row] * names + named.name, named.weight, self._sets * names)
        with np.errstate(invalid="ignore"):
            shares: Floats = sums.reshape(self._sets, names) / np.bincount(self._of, whole, self._sets)[:, None]
        return shares

    def _named(self, arrangement: Ints | None) -> tuple[NDArray[np.bool_], Named]:
        """Which matches are whole, and those of them that have a name."""
        every = np.ones(len(self._start), bool)
        if arrangement is None:
            return every, self._counting.named(self._found)
        if self.blocks.kind != "step":
            return every, self._named_in_blocks(self.blocks.codes[self.rearranging.moved(self._block, arrangement)])
        first = self.rearranging.moved(self._start, arrangement)
        last = first + self._length - 1
        rows = np.flatnonzero(last < self._ends)
        start, stop = self._counted[first[rows]], self._counted[last[rows]] + 1
        together = stop - start == self._length[rows]
        rows = rows[together]
        named = self._counting.named(Found(start[together], stop[together]))
        return np.isin(np.arange(len(every)), rows), named._replace(row=rows[named.row])

    def _named_in_blocks(self, codes: Ints) -> Named:
        """The matches that have a name if their blocks have these labels throughout."""
        parts = []
        for code in np.unique(codes[codes >= 0]).tolist():
            if code not in self._if:
                self._if[code] = self._counting.named_if_same(code, self._found)
            parts.append(self._if[code].kept(codes == code))
        return Named.joined(parts)


def _merged(found: Found) -> Found:
    """The ranges joined where they overlap, in order."""
    order = np.argsort(found.start, kind="stable")
    start, reach = found.start[order], np.maximum.accumulate(found.stop[order])
    new = np.append(True, start[1:] > reach[:-1])[: len(start)]
    return Found(start[new], reach[np.append(new[1:], True)[: len(start)]])
