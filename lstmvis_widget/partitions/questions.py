"""What can be asked of some of the parts, and how the answers of others are joined with theirs.

Each question takes any of the parts, in the order of time, and answers for what starts or lies in these. Where parts
lie in several places, each place is asked once. Answers are numbers to be added up, if nothing else is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.matching.bounded import best_of_bounded
from lstmvis_widget.matching.engine import Ranked
from lstmvis_widget.matching.length_counts import SparseCounts
from lstmvis_widget.matching.selection import Pattern
from lstmvis_widget.matching.several_ranges import count_following
from lstmvis_widget.states.pixel_columns import ColumnEdges
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported

from .parts import Part
from .search import PartsSearch

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Query:
    """A question for the best candidates, or for the number of all of them. It is small when pickled.

    Parameters
    ----------
    selected : ndarray of int64
        S1, sorted, at least one cell.
    pattern : Pattern
        With limits of at most T steps.
    min_length : int
        At most T + 1.
    max_length : int, optional
    k : int, default 0
        How many of the best are wanted.
    """

    selected: Ints
    pattern: Pattern
    min_length: int
    max_length: int | None = None
    k: int = 0

    def __reduce__(self) -> tuple[Callable[..., Query], tuple[Any, ...]]:
        mask = np.zeros(int(self.selected[-1]) + 1, bool)
        mask[self.selected] = True
        limits = self.pattern.threshold, self.pattern.off_before, self.pattern.off_after
        return _query, (np.packbits(mask).tobytes(), limits, self.min_length, self.max_length, self.k)


def _query(mask: bytes, limits: tuple[float, int, int], *options: Any) -> Query:
    return Query(np.flatnonzero(np.unpackbits(np.frombuffer(mask, np.uint8))), Pattern(*limits), *options)


def best_of(
    parts: Sequence[Part],
    query: Query,
    sequences: Sequences,
    *,
    check: Check = never_cancelled,
    progress: Report = not_reported,  # noqa: ARG001  (it takes too little time)
) -> Ranked:
    """The k best candidates of these parts, the best one first; `joined_best` joins those of others with them.

    Parameters
    ----------
    parts : sequence of Part
    query : Query
    sequences : Sequences
        All, or at least those with steps in these parts, as `Sequences.around_steps` gives.
    check : callable, optional
        Called now and then; it may raise to end the work.
    progress : callable, optional
        Given the share done, 0…1.
    """
    search = PartsSearch(parts, query.selected, query.pattern, sequences)
    found = best_of_bounded(search, query.k, min_length=query.min_length, max_length=query.max_length, check=check)
    return found.first(query.k)


def joined_best(found: Iterable[Ranked], k: int) -> Ranked:
    """The k best of all together, the best one first."""
    none = np.zeros(0, np.int64)
    columns = zip(Ranked(none, none, none, none), *found, strict=True)
    return Ranked(*(np.concatenate(column) for column in columns)).first(k)


def counts_of(
    parts: Sequence[Part],
    query: Query,
    sequences: Sequences,
    *,
    check: Check = never_cancelled,
    progress: Report = not_reported,
) -> SparseCounts:
    """How many candidates of these parts there are of each length; parameters as of `best_of`.

    `joined_counts` joins those of others with them.
    """
    return PartsSearch(parts, query.selected, query.pattern, sequences).counts(query.min_length, check, progress)


def joined_counts(counted: Iterable[SparseCounts]) -> SparseCounts:
    """The counts of all together."""
    return SparseCounts.joined(counted)


def count_on(
    parts: Sequence[Part],
    cells: Ints,
    steps: Ints,
    *,
    check: Check = never_cancelled,
    progress: Report = not_reported,  # noqa: ARG001
) -> Ints:
    """How many of ``cells`` are on at each of ``steps``: 0 at steps of other parts."""
    counts = np.zeros(len(steps), np.int64)
    for each in parts:
        check()
        here = np.flatnonzero((steps >= each.start) & (steps < each.stop))
        counts[here] = each.index.count_on(cells, steps[here])
    return counts


def sum_on(
    parts: Sequence[Part],
    cells: Ints,
    edges: ColumnEdges,
    *,
    check: Check = never_cancelled,
    progress: Report = not_reported,  # noqa: ARG001
) -> Ints:
    """How many of ``cells`` are on, in all steps of each column together; ``edges`` as of `column_edges`."""
    sums = np.zeros(len(edges) - 1, np.int64)
    for each, columns, inside in _columns_in(parts, edges):
        check()
        sums[columns] += each.index.sum_on(cells, inside)
    return sums


def counts_on(
    parts: Sequence[Part],
    cells: Ints,
    edges: ColumnEdges,
    stride: int,
    *,
    check: Check = never_cancelled,
    progress: Report = not_reported,  # noqa: ARG001
) -> Ints:
    """At how many steps of each column each of ``cells`` is on; shape (columns, cells)."""
    counts = np.zeros((len(edges) - 1, len(cells)), np.int64)
    for each, columns, inside in _columns_in(parts, edges):
        check()
        counts[columns] += each.index.counts_on(cells, inside, stride)
    return counts


def _columns_in(parts: Sequence[Part], edges: ColumnEdges) -> Iterator[tuple[Part, slice, ColumnEdges]]:
    """Each part with the columns that have steps in it, and the edges of what lies in it."""
    for each in parts:
        start, stop = max(each.start, int(edges[0])), min(each.stop, int(edges[-1]))
        if start < stop:
            first = int(np.searchsorted(edges, start, side="right")) - 1
            last = int(np.searchsorted(edges, stop))
            yield each, slice(first, last), np.clip(edges[first : last + 1], start, stop)


def steps_on(
    parts: Sequence[Part],
    cells: Ints | None = None,
    *,
    check: Check = never_cancelled,
    progress: Report = not_reported,  # noqa: ARG001
) -> Ints:
    """At how many steps of these parts each of ``cells`` (by default every cell) is on; shape (n,)."""
    return sum((each.index.steps_on(cells, check) for each in parts), np.zeros(1, np.int64))


def following(
    parts: Sequence[Part],
    ranges: Ints,
    pattern: Pattern,
    *,
    check: Check = never_cancelled,
    progress: Report = not_reported,  # noqa: ARG001
) -> Ints:
    """At how many of the ranges (n, 2) that start in these parts each cell follows the pattern; shape (D,).

    The limit steps of all ranges exist.
    """
    followed = np.zeros(1, np.int64)
    for each in parts:
        here = ranges[(ranges[:, 0] >= each.start) & (ranges[:, 0] < each.stop)]
        if len(here):
            followed = followed + count_following(each.index, here, pattern, check)
    return followed
