"""The search in several parts at once: candidates of all are bounded before any is spelled out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.matching.bit_search import BitSearch
from lstmvis_widget.matching.engine import Candidates
from lstmvis_widget.matching.length_counts import SparseCounts
from lstmvis_widget.matching.selection import Pattern
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Check, Report, part

from .parts import Part

Ints = NDArray[np.int64]


class PartsSearch:
    """A `BoundedSearch` for the candidates of some parts; their anchors are numbered one part after the other.

    Parameters
    ----------
    parts : sequence of Part
        In the order of time; some may be missing.
    selected : ndarray of int64
        Sorted, at least one cell.
    pattern : Pattern
    sequences : Sequences
        At least those with steps in the parts.
    """

    def __init__(self, parts: Sequence[Part], selected: Ints, pattern: Pattern, sequences: Sequences) -> None:
        some = [each for each in parts if each.start < each.stop]
        within = [sequences.around_steps(each.start, each.stop) for each in some]
        self._searches = [
            BitSearch(each.index, selected, pattern, inside) for each, inside in zip(some, within, strict=True)
        ]
        self._stops = np.array([each.stop for each in some], np.int64)
        self._ends = np.cumsum([each.stop - each.start for each in some], dtype=np.int64)  # of the parts' anchors

    def bounds(self, min_length: int, check: Check) -> NDArray[Any]:
        """For each anchor a number that no candidate of at least ``min_length`` steps exceeds in overlap."""
        bounds = [each.bounds(min_length, check) for each in self._searches]
        return bounds[0] if len(bounds) == 1 else np.concatenate([np.zeros(0, np.uint8), *bounds])

    def candidates(
        self, anchors: Ints, *, min_length: int, max_length: int | None, least: int, check: Check
    ) -> Iterator[Candidates]:
        """All candidates of these anchors of such a length and overlap, a few at a time."""
        begin = first = 0
        for search, end in zip(self._searches, self._ends.tolist(), strict=True):
            stop = int(np.searchsorted(anchors, end))
            here = anchors[first:stop] - begin
            yield from search.candidates(here, min_length=min_length, max_length=max_length, least=least, check=check)
            begin, first = end, stop

    def sizes(self, found: Candidates, check: Check) -> Ints:
        """|S2| of each candidate, over all cells."""
        sizes = np.zeros(len(found.start), np.int64)
        if not len(sizes):
            return sizes
        anchored = found.stop - 1 if self._searches[0].is_reversed else found.start
        place = np.searchsorted(self._stops, anchored, side="right")
        for number in np.unique(place).tolist():
            here = place == number
            sizes[here] = self._searches[number].sizes(found.where(here), check)
        return sizes

    def counts(self, min_length: int, check: Check, progress: Report) -> SparseCounts:
        """How many candidates there are of each length."""
        share = [0.0, *(self._ends / max(1, self._ends[-1:].sum())).tolist()]
        return SparseCounts.joined(
            search.sparse_counts(min_length, check, part(progress, *share[number : number + 2]))
            for number, search in enumerate(self._searches)
        )
