"""Counting how ranges stand to the ranges that labels have, such as phrases: exactly the same, or overlapping."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.places import repeated
from lstmvis_widget.timeline.chunks import PREFIXES, ranges_of
from lstmvis_widget.timeline.labels import Labels
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tracks import CategoricalTrack

from .contingency import Stratum
from .counted_steps import Mask
from .counting import Named, Ranges
from .overlapping import PERCENT, best_overlap, chance_of_sum, rounded
from .ranges import Found, covered

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

OUTSIDE = "O"
"""The label of a step outside of all chunks, among BIO labels."""


# ruff: noqa: D102  (the methods below are those of the class that they derive from)


class OfRanges(Ranges):
    """Counts how ranges stand to the ranges that labels have, such as phrases."""

    def __init__(self, labels: Labels, sequences: Sequences, mask: Mask | None = None) -> None:
        super().__init__(labels, sequences, mask)
        self.names = tuple(dict.fromkeys(_kind(name) for name in labels.names if name != OUTSIDE))
        codes = self.labels.codes.tolist()
        track = CategoricalTrack([labels.names[code] if code >= 0 else None for code in codes])
        there = {_kind(name) for name in track.labels}
        nowhere = np.zeros((0, 2), np.int64)
        self._ranges = [
            ranges_of(track, name, sequences=self.stretches.lengths) if name in there else nowhere
            for name in self.names
        ]

    def name_of(self, code: int) -> str | None:
        name = super().name_of(code)
        return None if name is None or name == OUTSIDE else _kind(name)

    def if_same(self, code: int) -> Self:
        """The counting if all steps had the label of a code."""
        same = Labels(self.labels.names, np.full(self.steps, code))
        return type(self)(same, self.sequences, self.mask)


class WholeRanges(OfRanges):
    """A range has the label of which it is exactly one range."""

    def __init__(self, labels: Labels, sequences: Sequences, mask: Mask | None = None) -> None:
        super().__init__(labels, sequences, mask)
        keys = np.concatenate([*map(self._keys, self._ranges), np.zeros(0, np.int64)])
        names = repeated(np.arange(len(self.names)), [len(ranges) for ranges in self._ranges])
        self._known, first = np.unique(keys, return_index=True)
        self._name_of_known = names[first]

    def _keys(self, ranges: Ints) -> Ints:
        """A number for each range, the same for equal ones."""
        keys: Ints = ranges[:, 0] * (self.steps + 1) + ranges[:, 1]
        return keys

    def names_of(self, found: Found) -> Ints:
        keys = self._keys(np.stack(found, axis=1))
        names = np.full(len(keys), -1, np.int64)
        if len(self._known):
            place = np.minimum(np.searchsorted(self._known, keys), len(self._known) - 1)
            same = self._known[place] == keys
            names[same] = self._name_of_known[place[same]]
        return names

    def names_if_same(self, code: int, found: Found) -> Ints:
        return self.if_same(code).names_of(found)

    def labelled(self, length: int) -> Ints:
        return np.array([(ranges[:, 1] - ranges[:, 0] == length).sum() for ranges in self._ranges], np.int64)


class Overlaps(OfRanges):
    """A range has each label as far as it overlaps the one of the label's ranges that it overlaps best.

    The overlap of two ranges is the length of their intersection divided by that of their union (Jaccard 1901).
    """

    def __init__(self, labels: Labels, sequences: Sequences, mask: Mask | None = None) -> None:
        super().__init__(labels, sequences, mask)
        self._of_all: dict[int, tuple[Floats, Floats]] = {}

    def named(self, found: Found) -> Named:
        parts = []
        for name, ranges in enumerate(self._ranges):
            overlaps = best_overlap(ranges, found)
            rows = np.flatnonzero(overlaps)
            parts.append(Named(rows, np.full(len(rows), name), overlaps[rows]))
        return Named.joined(parts)

    def named_if_same(self, code: int, found: Found) -> Named:
        return self.if_same(code).named(found)

    def hits(self, found: Found) -> Floats:
        named = self.named(found)
        return np.bincount(named.name, named.weight, len(self.names)).astype(np.float64)

    def labelled(self, length: int) -> Floats:
        return self._all_of(length)[0]

    def p(self, name: str, strata: list[Stratum], found: Found) -> float:  # noqa: ARG002  (of whole ranges only)
        place = self.names.index(name)
        lengths, counts = np.unique(found.stop - found.start, return_counts=True)
        spread = [self._all_of(length)[1][place] / self.places(length) for length in lengths.tolist()]
        return chance_of_sum(rounded(best_overlap(self._ranges[place], found)).sum(), spread, counts.tolist())

    def _all_of(self, length: int) -> tuple[Floats, Floats]:
        """Of all ranges of a length: the sum of overlaps with each name, and how many have each overlap in percent."""
        if length not in self._of_all:
            _, end = self.stretches.around(np.arange(self.steps))
            room = self.mask & (np.arange(self.steps) + length <= end)
            sums, spread = np.zeros(len(self.names)), np.zeros((len(self.names), PERCENT + 1))
            for place, ranges in enumerate(self._ranges):
                near = Found(np.maximum(ranges[:, 0] - length + 1, 0), ranges[:, 1])
                start = np.flatnonzero(covered(near, self.steps) & room)
                overlaps = best_overlap(ranges, Found(start, start + length))
                sums[place] = overlaps.sum()
                spread[place] = np.bincount(rounded(overlaps), minlength=PERCENT + 1)
            spread[:, 0] += self.places(length) - spread.sum(axis=1)
            self._of_all[length] = sums, spread
        return self._of_all[length]


def _kind(label: str) -> str:
    """``NP`` of ``B-NP``; any other label itself."""
    prefix, dash, kind = label.partition("-")
    return kind if dash and prefix in PREFIXES else label
