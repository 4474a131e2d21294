"""The ranks of the numbers of a track, as they are and dealt anew, and how cells go with them."""

from __future__ import annotations

import threading
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.places import repeated
from lstmvis_widget.timeline.labels import MISSING
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.blocks import blocks_of as ranges_of
from lstmvis_widget.work.cancelling import Check

from .rearranging import Blocks, blocks_of, draws_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

AT_ONCE = 2**21
"""Numbers that are dealt at once; after so many it may be cancelled."""


def codes_of(values: Floats) -> tuple[Floats, Ints]:
    """The different values, ascending, and the place of each step's among them: `MISSING` for NaN, which isn't counted.

    Parameters
    ----------
    values : ndarray of float64, shape (T,)
    """
    codes, known = np.full(len(values), MISSING, np.int64), ~np.isnan(values)
    different, codes[known] = np.unique(values[known], return_inverse=True)
    return different, codes


class DealtNumbers:
    """Arrangements of numbers among counted steps: the observed one, number 0, and draws of others.

    They are dealt as labels are (see `blocks_of`): rotated within sequences, or swapped among them where they are the
    same throughout each.

    Parameters
    ----------
    codes : ndarray of int64, shape (T,)
        The place of each step's number among the different ones, in their order; steps of code `MISSING` don't count.
    sequences : Sequences
    draws : int
        At most so many.
    seed : int
    """

    def __init__(self, codes: Ints, sequences: Sequences, draws: int, seed: int) -> None:
        self.blocks = blocks_of(codes, sequences)
        self.bounds = self.blocks.bounds
        self.steps = int(self.bounds[-1])
        ways = self.blocks.rearranging
        self._arrangements = [next(ways.every()), *(draws_of(ways, draws, seed) if draws else ())]

    def __len__(self) -> int:
        return len(self._arrangements)

    def codes(self, arrangement: int, blocks: Ints) -> Ints:
        """The codes that stand at some blocks after an arrangement."""
        return self.blocks.codes[self.blocks.rearranging.moved(blocks, self._arrangements[arrangement])]

    def dealt_ranks(self) -> DealtRanks:
        """The ranks of the numbers in each arrangement."""
        return DealtRanks(self.blocks, self._arrangements, self.ranks())

    def observed_ranks(self) -> Floats:
        """The rank of the number of each counted step as observed, less the mean of all."""
        every = np.arange(len(self.blocks.codes))
        return repeated(self.dealt_ranks().at(0, every), np.diff(self.bounds))

    def ranks(self) -> list[Floats]:
        """For each arrangement the rank of each code, less the mean of all steps; equal numbers share their mean rank.

        Where blocks of different sizes swap their numbers, more steps have some and fewer have others, so ranks change.
        """
        every, sizes = np.arange(len(self.bounds) - 1), np.diff(self.bounds)
        count = int(self.blocks.codes.max(initial=-1)) + 1
        first = _centred_ranks(np.bincount(self.codes(0, every), sizes, count))
        if len(np.unique(sizes)) < 2:
            return [first] * len(self)
        rest = (_centred_ranks(np.bincount(self.codes(each, every), sizes, count)) for each in range(1, len(self)))
        return [first, *rest]


def _centred_ranks(counts: NDArray[Any]) -> Floats:
    ranks: Floats = np.cumsum(counts) - (counts - 1) / 2 - (counts.sum() + 1) / 2
    return ranks


class RankProducts(NamedTuple):
    """For each arrangement, sums over steps: of the products of the ranks of cells and numbers, and of the squares.

    Attributes
    ----------
    products : ndarray of float64, shape (arrangements, cells)
    squares : ndarray of float64, shape (arrangements,)
        Of the ranks of the numbers, less their mean.
    """

    products: Floats
    squares: Floats

    @classmethod
    def none(cls, arrangements: int, cells: int) -> Self:
        """Of no steps."""
        return cls(np.zeros((arrangements, cells)), np.zeros(arrangements))

    def joined(self, other: RankProducts) -> RankProducts:
        """With those of other steps."""
        return RankProducts(self.products + other.products, self.squares + other.squares)


class DealtRanks(NamedTuple):
    """The ranks of numbers in some arrangements of these.

    Attributes
    ----------
    blocks : Blocks
    arrangements : list of ndarray
    ranks : list of ndarray
        For each arrangement the rank of each code.
    """

    blocks: Blocks
    arrangements: list[Ints]
    ranks: list[Floats]

    def at(self, arrangement: int, places: Ints) -> Floats:
        """The ranks of the numbers that stand at some blocks."""
        moved = self.blocks.rearranging.moved(places, self.arrangements[arrangement])
        ranks: Floats = self.ranks[arrangement][self.blocks.codes[moved]]
        return ranks

    def add(self, total: RankProducts, numbers: slice, ranks: Floats, check: Check, adding: threading.Lock) -> None:
        """Add some of the counted steps to the sums, given the ranks of the cells there, of shape (steps, cells)."""
        places, sizes, sums = self.blocks.summed(numbers, ranks)
        for first, end in ranges_of(len(self.arrangements), max(1, AT_ONCE // max(1, len(places)))):
            check()
            theirs = np.stack([self.at(each, places) for each in range(first, end)])
            products, squares = theirs @ sums, theirs**2 @ sizes
            with adding:
                total.products[first:end] += products
                total.squares[first:end] += squares

    def drawn(self) -> DealtRanks:
        """The arrangements other than the observed one, in few bytes."""
        return DealtRanks(self.blocks.to_send(), self.arrangements[1:], self.ranks[1:])


class RankCorrelations:
    """Spearman's correlations of some cells with the numbers in each arrangement.

    Parameters
    ----------
    dealt : DealtNumbers
    spread : ndarray of float64, shape (cells,)
        The standard deviation of the ranks of each cell.
    """

    def __init__(self, dealt: DealtNumbers, spread: Floats) -> None:
        self._steps, self._spread, self._ranks = dealt.steps, spread, dealt.dealt_ranks()
        self._sums = RankProducts.none(len(dealt), len(spread))
        self._adding = threading.Lock()

    def add(self, numbers: slice, ranks: Floats, check: Check) -> None:
        """Add some of the counted steps, given the ranks of the cells there, of shape (steps, cells)."""
        self._ranks.add(self._sums, numbers, ranks, check, self._adding)

    def found(self, sums: RankProducts | None = None) -> Floats:
        """The correlations, of shape (arrangements, cells); NaN where all numbers, or all values, are alike.

        ``sums`` are those of all steps, where these weren't added here.
        """
        products, squares = sums or self._sums
        steps = max(1, self._steps)
        scale = np.sqrt(squares / steps)[:, None] * self._spread * steps
        rho = np.divide(products, scale, out=np.full(scale.shape, np.nan), where=scale > 0)
        found: Floats = np.clip(rho, -1, 1)
        return found


def spread_of_ranks(counts: NDArray[Any]) -> float:
    """The standard deviation of ranks, where so many steps share each; 0 where all share one."""
    ties = counts[counts > 0].astype(np.float64)
    if len(ties) < 2:
        return 0.0
    steps = ties.sum()
    return float(np.sqrt((steps**2 - 1) / 12 - ((ties**3 - ties) / steps).sum() / 12))
