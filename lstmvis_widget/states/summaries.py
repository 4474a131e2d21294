"""Columns of pixels, summed up block by block where the rows are, and joined: the same however rows are divided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .density import BINS, Extent, Floats, add_counts, mark

PIECE_BYTES = 2**23
"""What is looked at in one go: in smaller pieces, threads wait for each other more than they work."""

FEW = 8
"""Rows that are reduced to one in one go."""

Ends = tuple[Floats, Floats]
"""The least and the greatest finite value of each cell that is counted, in one column."""


@dataclass(frozen=True)
class Summing:
    """Sums up the columns of a block of rows. ``Summary.joined`` joins those of two blocks.

    Parameters
    ----------
    stride : int
        Steps in a column, a power of two.
    stop : int
        The step after the last column: a multiple of ``stride``, or T.
    cells : ndarray of int64, or None
        The cells whose envelopes are kept; None: all.
    plain : int
        So many of the cells, the first ones, are no mirrors. These are counted.
    extent : (float, float)
    every : int
        One of so many values is counted; a divisor of ``stride``.
    dtype : numpy dtype
        In which values are looked at.
    """

    stride: int
    stop: int
    cells: NDArray[np.int64] | None
    plain: int
    extent: Extent
    every: int
    dtype: np.dtype[Any]

    def __call__(self, first: int, values: NDArray[Any]) -> Summary:
        """The columns that have rows in the block that begins at row ``first``."""
        begin, end = first // self.stride, -(-(first + len(values)) // self.stride)
        low, high = np.full((2, end - begin, values.shape[1]), np.nan, self.dtype)
        counts = np.zeros((end - begin, BINS), np.uint32)
        rows = max(1, PIECE_BYTES // max(1, values.shape[1] * self.dtype.itemsize))
        for at, until in _cuts(first, first + len(values), self.stride, rows):
            piece = values[at - first : until - first].astype(self.dtype, copy=False)
            size = min(self.stride, until - at)
            of = slice(at // self.stride - begin, -(-until // self.stride) - begin)
            least, greatest, finite = _extremes(piece, size)
            np.fmin(low[of], least, out=low[of])
            np.fmax(high[of], greatest, out=high[of])
            least, greatest = least[:, : self.plain], greatest[:, : self.plain]
            inside = finite and bool(least.min() >= self.extent[0]) and bool(greatest.max() <= self.extent[1])
            self._count(counts[of], piece[:, : self.plain], size, at, inside=inside)
        return self._summary(first, first + len(values), low, high, counts)

    def _count(self, counts: NDArray[np.uint32], values: Floats, size: int, at: int, *, inside: bool) -> None:
        """Count a sample of the values, and all of those in the last rows, which have no place in a sample."""
        sampled = max(0, min(len(values), self.stop // self.every * self.every - at))
        if sampled:
            add_counts(counts, values[:sampled], size, self.extent, every=self.every, at=at, inside=inside)
        if sampled < len(values):
            add_counts(counts[-1:], values[sampled:], size, self.extent, every=1, at=at, inside=inside)

    def _summary(self, first: int, stop: int, low: Floats, high: Floats, counts: NDArray[np.uint32]) -> Summary:
        begin, plain = first // self.stride, (low[:, : self.plain], high[:, : self.plain])
        open_ends = {}
        if self.every > 1:
            whole = [self.is_whole(begin + place, first, stop) for place in range(len(counts))]
            for place, is_whole in enumerate(whole):
                if not is_whole:
                    open_ends[begin + place] = plain[0][place].copy(), plain[1][place].copy()
            inner = slice(whole.index(True), whole.index(True) + sum(whole)) if any(whole) else slice(0)
            self.mark(counts[inner], plain[0][inner], plain[1][inner])
        extremes = np.fmin.reduce(plain[0], axis=1), np.fmax.reduce(plain[1], axis=1)
        if self.cells is not None:
            low, high = low[:, self.cells], high[:, self.cells]
        return Summary(self, first, stop, (Run(low, high, *extremes, counts),), open_ends)

    def is_whole(self, column: int, first: int, stop: int) -> bool:
        """Whether all steps of a column lie in [first, stop)."""
        return first <= column * self.stride and min((column + 1) * self.stride, self.stop) <= stop

    def mark(self, counts: NDArray[np.uint32], low: Floats, high: Floats) -> None:
        """Have the bins of the least and greatest values of whole columns count one at least."""
        together = max(1, PIECE_BYTES // max(1, self.plain * self.dtype.itemsize))
        for first in range(0, len(counts), together):
            some = slice(first, first + together)
            mark(counts[some], np.concatenate([low[some], high[some]], axis=1), self.extent, inside=False)


class Run(NamedTuple):
    """Some successive columns; see `lstmvis_widget.states.envelopes.PixelColumns`."""

    low: Floats
    high: Floats
    lowest: Floats
    highest: Floats
    counts: NDArray[np.uint32]

    def part(self, rows: slice) -> Run:
        """Some of the columns."""
        return Run(self.low[rows], self.high[rows], self.lowest[rows], self.highest[rows], self.counts[rows])

    def with_more(self, other: Run) -> Run:
        """A column of which both have steps."""
        return Run(
            np.fmin(self.low, other.low),
            np.fmax(self.high, other.high),
            np.fmin(self.lowest, other.lowest),
            np.fmax(self.highest, other.highest),
            self.counts + other.counts,
        )


@dataclass(frozen=True)
class Summary:
    """The columns that have rows in [start, stop).

    Attributes
    ----------
    of : Summing
    start, stop : int
    runs : tuple of Run
        The columns, one after the other.
    open_ends : dict of int to (ndarray, ndarray)
        By the numbers of columns that have other rows, too: the extremes of all cells that are counted, whose bins are
        marked once all rows are there. Empty where all values are counted.
    """

    of: Summing
    start: int
    stop: int
    runs: tuple[Run, ...]
    open_ends: dict[int, Ends]

    def __getstate__(self) -> dict[str, Any]:
        """Counts in as few bytes as they need."""
        runs = [run._replace(counts=run.counts.astype(np.min_scalar_type(run.counts.max()))) for run in self.runs]
        return self.__dict__ | {"runs": tuple(runs)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        runs = [run._replace(counts=run.counts.astype(np.uint32)) for run in state["runs"]]
        self.__dict__.update(state | {"runs": tuple(runs)})

    def joined(self, other: Summary) -> Summary:
        """With the columns of the rows right after these."""
        runs, further = self.runs, other.runs
        open_ends = self.open_ends | other.open_ends
        if other.start % self.of.stride:
            column = other.start // self.of.stride
            shared = runs[-1].part(slice(-1, None)).with_more(further[0].part(slice(1)))
            if column in open_ends:
                (low, high), (least, greatest) = self.open_ends[column], other.open_ends[column]
                ends = np.fmin(low, least), np.fmax(high, greatest)
                if self.of.is_whole(column, self.start, other.stop):
                    self.of.mark(shared.counts, ends[0][None], ends[1][None])
                    del open_ends[column]
                else:
                    open_ends[column] = ends
            parts = runs[-1].part(slice(-1)), shared, further[0].part(slice(1, None))
            runs, further = runs[:-1] + tuple(part for part in parts if len(part.counts)), further[1:]
        return Summary(self.of, self.start, other.stop, runs + further, open_ends)

    def whole(self) -> Run:
        """All columns."""
        return Run(*(np.concatenate(each) for each in zip(*self.runs, strict=True)))


def _cuts(start: int, stop: int, stride: int, rows: int) -> Iterator[tuple[int, int]]:
    """Pieces of about so many rows that are whole columns, or lie in one column."""
    at = start
    while at < stop:
        end = min(stop, at + rows)
        if at % stride == 0 and end - at >= stride:
            end -= (end - at) % stride
        else:
            end = min(end, (at // stride + 1) * stride)
        yield at, end
        at = end


def grouped(reduce: np.ufunc, rows: NDArray[Any], size: int) -> NDArray[Any]:
    """Reduce each ``size`` rows, a power of two or all of them, to one; the last group may have fewer."""
    if size == 1:
        return rows
    whole = len(rows) // size * size
    parts = [_reduced(reduce, rows[:whole], size)]
    if len(rows) > whole:
        parts.append(reduce.reduce(rows[whole:], axis=0, dtype=rows.dtype)[None])
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _reduced(reduce: np.ufunc, rows: NDArray[Any], size: int) -> NDArray[Any]:
    """Reduce each ``size`` rows, first those far apart: so numpy gets long runs, however short the rows are."""
    groups, rest = len(rows) // size, rows.shape[1:]
    while size > 1:
        few = FEW if size % FEW == 0 else size
        size //= few
        rows = reduce.reduce(rows.reshape(groups, few, size, *rest), axis=1, dtype=rows.dtype)
    return rows.reshape(groups, *rest)


def _extremes(values: Floats, size: int) -> tuple[Floats, Floats, bool]:
    """The least and greatest finite values of each ``size`` rows, and whether all values are finite."""
    low, high = grouped(np.minimum, values, size), grouped(np.maximum, values, size)
    if np.isfinite(low).all() and np.isfinite(high).all():  # minimum and maximum pass on NaN
        return low, high, True
    values = np.where(np.isfinite(values), values, values.dtype.type(np.nan))
    return grouped(np.fmin, values, size), grouped(np.fmax, values, size), False
