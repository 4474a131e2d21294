"""Sums over steps of what cells have to do with numbers, made block by block where the rows are, and added up."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.blocks import blocks_of
from lstmvis_widget.work.cancelling import never_cancelled

from .bin_counts import bin_of_each
from .binned_rows import turned_at_once
from .counted_rows import CountedRows
from .dealt_numbers import DealtRanks, RankProducts
from .line_fits import Moments

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

RANKED_BYTES = 2**26
"""Bytes of ranks that are held at once."""


class NumberSums(NamedTuple):
    """Sums over some steps: of ranks, for the observed arrangement and for drawn ones, and of values and numbers."""

    observed: RankProducts
    drawn: RankProducts
    moments: Moments

    def joined(self, other: NumberSums) -> NumberSums:
        """With those of other steps."""
        return NumberSums(
            self.observed.joined(other.observed), self.drawn.joined(other.drawn), self.moments.joined(other.moments)
        )

    @property
    def products(self) -> RankProducts:
        """Those of all arrangements, the observed one first."""
        return RankProducts(*(np.concatenate(each) for each in zip(self.observed, self.drawn, strict=True)))


@dataclass(frozen=True)
class SummingNumbers:
    """Makes the sums of a block of rows; ``NumberSums.joined`` adds those of two blocks.

    Parameters
    ----------
    cells : ndarray of int64
    edges : ndarray of float, shape (cells, bins − 1)
    ranks : ndarray of float64, shape (bins, cells)
        Of the steps in each bin.
    exponents : ndarray of int64, shape (cells,)
        Of `Moments`.
    drawn : DealtRanks
    """

    cells: Ints
    edges: NDArray[Any]
    ranks: Floats
    exponents: Ints
    drawn: DealtRanks

    def nothing(self) -> NumberSums:
        """Of no steps."""
        cells = len(self.cells)
        drawn = RankProducts.none(len(self.drawn.arrangements), cells)
        return NumberSums(RankProducts.none(1, cells), drawn, Moments(self.exponents))

    def __call__(self, first: int, values: NDArray[Any], counted: CountedRows) -> NumberSums:
        """Of the counted rows; what stands beside each is its number, and the rank of that."""
        sums = self.nothing()
        at_once = max(1, RANKED_BYTES // max(1, 8 * len(self.cells)))
        for start, stop in blocks_of(len(values), at_once):
            rows, theirs, numbers = counted.of(first + start, stop - start)
            if not len(theirs):
                continue
            one_group = np.zeros(len(theirs), np.int64)
            turned = turned_at_once(values[start:stop][rows][:, self.cells], one_group, 1, self.edges.dtype)
            for cell, of_cell in enumerate(turned.values):
                sums.moments.add(cell, of_cell, np.ascontiguousarray(theirs[:, 0]))
            binned = np.stack([bin_of_each(*each) for each in zip(turned.values, self.edges, strict=True)], axis=1)
            ranks = np.take_along_axis(self.ranks, binned, axis=0)
            sums.observed.products[0] += theirs[:, 1] @ ranks
            sums.observed.squares[0] += (theirs[:, 1] ** 2).sum()
            self.drawn.add(sums.drawn, numbers, ranks, never_cancelled, threading.Lock())
        return sums
