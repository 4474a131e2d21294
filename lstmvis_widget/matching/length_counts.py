"""How many candidates there are of each length."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class LengthCounts(NamedTuple):
    """Entry L of ``every`` counts the candidates of L steps, of ``full`` those with all selected cells.

    Both have the shape (longest + 1,); (1,) without candidates.
    """

    every: Ints
    full: Ints


class SparseCounts(NamedTuple):
    """The same for the lengths that occur alone: one candidate of a million steps makes no array of a million.

    Parameters
    ----------
    lengths : ndarray of int64, shape (n,)
        Ascending.
    every, full : ndarray of int64, shape (n,)
        How many candidates of each of these lengths there are, at least one; and how many with all selected cells.
    """

    lengths: Ints
    every: Ints
    full: Ints

    @staticmethod
    def of(lengths: Ints, every: Ints, full: Ints) -> SparseCounts:
        """Counts of lengths in any order, of which some may occur more than once, or not at all."""
        distinct, where = np.unique(lengths, return_inverse=True)
        sums = np.zeros((2, len(distinct)), np.int64)
        for total, counts in zip(sums, (every, full), strict=True):
            np.add.at(total, where, counts)
        some = sums[0] > 0
        return SparseCounts(distinct[some], sums[0][some], sums[1][some])

    @staticmethod
    def joined(counted: Iterable[SparseCounts]) -> SparseCounts:
        """The counts of all together."""
        none = np.zeros(0, np.int64)
        columns = zip(SparseCounts(none, none, none), *counted, strict=True)
        return SparseCounts.of(*(np.concatenate(column) for column in columns))

    def dense(self) -> LengthCounts:
        """The counts of all lengths from 0 to the longest."""
        longest = int(self.lengths[-1]) if len(self.lengths) else 0
        every, full = np.zeros(longest + 1, np.int64), np.zeros(longest + 1, np.int64)
        every[self.lengths], full[self.lengths] = self.every, self.full
        return LengthCounts(every, full)
