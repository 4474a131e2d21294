"""BinCounts of the values of cells in bins, made block by block where the rows are, and added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.places import repeated
from lstmvis_widget.work.blocks import blocks_of
from lstmvis_widget.work.cancelling import Check, Report, part

from .aligning import SIGNS, Alignment, Floats, Ints
from .bin_edges import bin_edges
from .binned_rows import Rows, Turned, Values, in_blocks, turned_at_once
from .counted_rows import CountedRows, CountedSteps

USUAL_BINS, FEWEST_BINS = 2**13, 16
"""Bins for the values of a cell, and the fewest where their counts would take too much memory."""

COUNTS_BYTES = 2**29
"""Memory for the counts of all bins."""

TURNED_BYTES = 2**26
"""Bytes of a block that are sorted at once, where the rows are."""


class BinCounts(NamedTuple):
    """How many steps of some groups lie in each bin of each cell.

    Attributes
    ----------
    counts : ndarray of unsigned int, shape (cells, groups, bins)
        Steps in each bin.
    ends : dict of int to ndarray of float, shape (cells, bins)
        By sign: the least (1) and the greatest (−1) value in each bin, of the first groups; undefined if it has none.
    unknown : ndarray of int64, shape (cells, groups)
        How many of the steps in the bin of −∞ are NaN: these are never on.
    """

    counts: NDArray[Any]
    ends: dict[int, Values]
    unknown: Ints

    @classmethod
    def none(cls, shape: tuple[int, int, int], dtype: np.dtype[Any], *, many: bool) -> Self:
        """Of no steps; ``many`` says whether 32 bits may be too few."""
        cells, groups, bins = shape
        return cls(
            np.zeros(shape, np.uint64 if many else np.uint32),
            {sign: np.full((cells, bins), sign * np.inf, dtype) for sign in SIGNS},
            np.zeros((cells, groups), np.int64),
        )

    def add(self, cell: int, turned: Turned, edges: Values, fitted: int) -> None:
        """Count the values of a cell, which are sorted in place; ``fitted`` is how many of the groups have ends."""
        self.unknown[cell] += turned.unknown[cell]
        for name in np.flatnonzero(np.diff(turned.parts)).tolist():
            values = turned.values[cell, turned.parts[name] : turned.parts[name + 1]]
            values.sort()
            filled, starts, stops = filled_bins(values, edges)
            self.counts[cell, name, filled] += (stops - starts).astype(self.counts.dtype)
            if name < fitted:
                starts = np.maximum(starts, turned.unknown[cell, name])  # NaN comes first, and is no end
                known = starts < stops
                filled, first, last = filled[known], values[starts[known]], values[stops[known] - 1]
                for sign, of_bins in ((1, first), (-1, last)):
                    ends, nearer = self.ends[sign][cell], np.minimum if sign > 0 else np.maximum
                    ends[filled] = nearer(ends[filled], of_bins)

    def joined(self, other: BinCounts) -> BinCounts:
        """With those of other steps."""
        ends = {
            sign: (np.minimum if sign > 0 else np.maximum)(each, other.ends[sign]) for sign, each in self.ends.items()
        }
        wide = np.result_type(self.counts, other.counts, np.uint32)
        counts = np.add(self.counts, other.counts, dtype=wide)
        return BinCounts(counts, ends, self.unknown + other.unknown)


class Counted(NamedTuple):
    """What the first pass finds.

    Attributes
    ----------
    edges : ndarray of float, shape (cells, bins − 1)
    counts, ends, unknown
        See `BinCounts`. Group 0 are the fitted steps without any of the labels, group 1 those with the first one, and
        so on; then the same for the held-out steps. The fitted steps have ends.
    """

    edges: Values
    counts: NDArray[Any]
    ends: dict[int, Values]
    unknown: Ints

    def lowest(self, cell: int) -> int:
        """The bin of −∞, and of NaN."""
        return int(np.searchsorted(self.edges[cell], -np.inf, side="right"))


def counted_in_bins(asked: Alignment, check: Check, progress: Report) -> tuple[Rows, Counted]:
    """The first pass."""
    rows, cells = Rows(asked), len(asked.cells)
    groups = (asked.names + 1) * (2 if asked.held_out else 1)
    bins = _bins_for(cells, groups)
    sample = rows.sample(check)
    edges = np.empty((cells, bins - 1), rows.dtype)

    def choose(cell: int, _: int, __: Check) -> None:
        edges[cell] = bin_edges(sample[:, cell], bins)

    each_cell = list(blocks_of(cells, 1))
    in_blocks(each_cell, choose, check, part(progress, 0, 0.02))
    group = np.maximum(asked.codes + 1, 0)
    group[asked.fitted :] += (asked.names + 1) * asked.held_out
    counting = Counting(asked.cells, edges, (groups, asked.names + 1), many=len(group) >= 2**32)
    share = part(progress, 0.02, 1)
    if asked.states.elsewhere is not None:
        beside = CountedSteps(asked.counted, group, groups)
        found = asked.states.fold(
            counting, BinCounts.joined, beside=beside, ranges=beside.ranges, check=check, progress=share
        )
        return rows, Counted(edges, *(found or counting.nothing()))
    counts = counting.nothing()
    for turned in rows.turned(rows.blocks(0, len(group)), group, groups, check, share):

        def count(cell: int, _: int, __: Check, turned: Turned = turned) -> None:
            counts.add(cell, turned, edges[cell], asked.names + 1)

        in_blocks(each_cell, count, check, turned.progress)
    return rows, Counted(edges, *counts)


@dataclass(frozen=True)
class Counting:
    """BinCounts the values of a block of rows in bins; ``BinCounts.joined`` adds those of two blocks.

    Parameters
    ----------
    cells : ndarray of int64
    edges : ndarray of float, shape (cells, bins − 1)
    groups : (int, int)
        How many groups of steps there are, and how many of these have ends.
    many : bool
        Whether 32 bits may be too few for a count.
    """

    cells: Ints
    edges: Values
    groups: tuple[int, int]
    many: bool

    def nothing(self) -> BinCounts:
        """The counts of no steps."""
        shape = len(self.cells), self.groups[0], self.edges.shape[1] + 1
        return BinCounts.none(shape, self.edges.dtype, many=self.many)

    def __call__(self, first: int, values: NDArray[Any], counted: CountedRows) -> BinCounts:
        """The counts of the counted rows; what stands beside each is its group."""
        counts = self.nothing()
        at_once = max(1, TURNED_BYTES // max(1, len(self.cells) * self.edges.itemsize))
        for start, stop in blocks_of(len(values), at_once):
            rows, group, _ = counted.of(first + start, stop - start)
            if not len(group):
                continue
            turned = turned_at_once(values[start:stop][rows][:, self.cells], group, self.groups[0], self.edges.dtype)
            for cell, edges in enumerate(self.edges):
                counts.add(cell, turned, edges, self.groups[1])
        return counts if self.many else counts._replace(counts=_in_few_bytes(counts.counts))


def _in_few_bytes(counts: NDArray[Any]) -> NDArray[Any]:
    """The same counts, to be sent."""
    return counts.astype(np.min_scalar_type(counts.max(initial=0)))


def filled_bins(values: Values, edges: Values) -> tuple[Ints, Ints, Ints]:
    """The bins that hold some sorted values, and where the values of each of these begin and end."""
    if len(values) > len(edges):
        starts = bin_starts(values, edges)
        filled = np.flatnonzero(np.diff(starts))
        return filled, starts[filled], starts[filled + 1]
    bins = np.searchsorted(edges, values, side="right")
    begins = np.flatnonzero(np.diff(bins, prepend=-1))
    return bins[begins], begins, np.append(begins[1:], len(values))


def bin_starts(values: Values, edges: Values) -> Ints:
    """Where each bin begins among sorted values, and their number."""
    if len(values) > len(edges):
        within = np.searchsorted(values, edges)
    else:
        bins = np.searchsorted(edges, values, side="right")
        within = np.cumsum(np.bincount(bins, minlength=len(edges) + 1))[:-1]
    return np.concatenate([[0], within, [len(values)]])


def bin_of_each(values: Values, edges: Values) -> NDArray[np.uint16]:
    """The bin of each value."""
    order = values.argsort()
    starts = bin_starts(values[order], edges)
    bins = np.empty(len(values), np.uint16)
    bins[order] = repeated(np.arange(len(starts) - 1), np.diff(starts))
    return bins


def _bins_for(cells: int, groups: int) -> int:
    """How many bins the values of each cell are put into, a power of two, if each is counted for so many groups."""
    room = COUNTS_BYTES // (cells * (groups + 2) * np.dtype(np.uint32).itemsize)
    return 1 << int(max(FEWEST_BINS, min(USUAL_BINS, room))).bit_length() - 1


def ranks_of_bins(counts: NDArray[Any]) -> tuple[Floats, Ints]:
    """The rank of the steps in each bin, and how many there are, from counts of shape (groups, bins)."""
    sizes = counts.sum(0, dtype=np.int64)
    ranks: Floats = np.cumsum(sizes) - (sizes - 1) / 2
    return ranks, sizes
