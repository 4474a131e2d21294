"""Some ranges of the rows of an array, as an array that has these rows and few others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np

from lstmvis_widget.states.folding import Beside, Ranges, clipped
from lstmvis_widget.work.blocks import Block

from .lazy_dask import Array, da

FEW = 64
"""So many ranges are cut out one by one. Of more, the chunks that have some of their rows are taken whole."""


class Piece(NamedTuple):
    """Rows [start, stop) of the whole array, which begin at row ``at`` of the picked one."""

    start: int
    stop: int
    at: int


@dataclass(frozen=True)
class PickedRanges:
    """Where the rows of a picked array come from.

    Parameters
    ----------
    stretches : tuple of (int, int)
        The rows of the whole array that it has, one stretch after the other.
    wanted : tuple of (int, int), optional
        Those of these rows that are looked at. None: all.
    """

    stretches: tuple[Block, ...]
    wanted: tuple[Block, ...] | None = None

    @classmethod
    def of(cls, array: Array, ranges: Ranges | None) -> tuple[Array, Self]:
        """The picked array of some ranges of rows (None: of all), and where its rows come from."""
        if ranges is None:
            return array, cls(((0, int(array.shape[0])),))
        if len(ranges) <= FEW:
            return da.concatenate([array[start:stop] for start, stop in ranges]), cls(tuple(ranges))
        bounds = np.cumsum((0, *array.chunks[0]))
        firsts, ends = np.array(ranges, np.int64).T
        open_ = np.zeros(len(bounds), np.int64)  # ranges that begin in a chunk, less those that end before it
        np.add.at(open_, np.searchsorted(bounds, firsts, side="right") - 1, 1)
        np.add.at(open_, np.searchsorted(bounds, ends), -1)
        chunks = np.flatnonzero(open_.cumsum()[:-1])
        stretches = zip(bounds[chunks].tolist(), bounds[chunks + 1].tolist(), strict=True)
        return array.blocks[chunks.tolist()], cls(tuple(stretches), tuple(ranges))

    def pieces(self, start: int, stop: int) -> Iterator[Piece]:
        """The rows that are looked at among the rows [start, stop) of the picked array."""
        begin = 0
        for first, end in self.stretches:
            low, high = max(start - begin, 0), min(stop - begin, end - first)
            if low < high:
                whole = (first + low, first + high)
                for some in [whole] if self.wanted is None else clipped([whole], self.wanted):
                    yield Piece(*some, begin + some[0] - first)
            begin += end - first

    def around(self, start: int, stop: int) -> Block:
        """From the first of these rows to the last one."""
        found = list(self.pieces(start, stop))
        return (found[0].start, found[-1].stop) if found else (0, 0)


@dataclass(frozen=True)
class BesidePicked:
    """What stands beside the rows of a picked array."""

    beside: Beside
    picked: PickedRanges

    def within(self, start: int, stop: int) -> Any:
        """What stands beside some of them."""
        return self.beside.within(*self.picked.around(start, stop))
