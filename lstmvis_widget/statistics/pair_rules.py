"""Rules of two cells, such as "on where one is on and the other isn't": how often each holds, and where it should."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.blocks import blocks_of
from lstmvis_widget.work.cancelling import Check

from .cell_thresholds import OnBits

Ints = NDArray[np.int64]
Floats = NDArray[Any]

RULES = ("a and b", "a or b", "a and not b", "a or not b", "not a and not b", "not a or not b")
"""Every rule that needs both cells and joins them by "and" or "or": a is ``cell``, b is ``other``.

The first two and the last two are the same with the cells swapped.
"""

NEGATED = ((False, False), (False, True), (True, True))
"""Whether each cell of the rules is negated: two rules each."""

ROWS_VALUES = 2**22
"""Zeros and ones that are multiplied at once."""

PAIRS_AT_ONCE = 2**20
"""Pairs of cells whose rules are judged at once."""

EXACT_IN_SINGLE = 2**23
"""Up to so many steps, single precision holds every count exactly."""


class Together(NamedTuple):
    """At how many of some steps two cells are on together.

    Attributes
    ----------
    both : ndarray of float, shape (D, D)
        On its diagonal, at how many steps each cell is on.
    steps : int
    """

    both: Floats
    steps: int

    @classmethod
    def counted(cls, bits: OnBits, rows: Ints, check: Check) -> Together:
        """The counts of some rows, by multiplying matrices of zeros and ones; single precision where it is exact."""
        both = np.zeros((bits.cells, bits.cells), np.float32 if bits.steps <= EXACT_IN_SINGLE else np.float64)
        for start, stop in blocks_of(len(rows), max(1, ROWS_VALUES // max(1, bits.cells))):
            check()
            on = bits.rows(rows[start:stop])
            both += on.T @ on
        return cls(both, len(rows))

    @classmethod
    def labelled(cls, every: Together, bits: OnBits, rows: Ints, has: NDArray[np.bool_], check: Check) -> Together:
        """The counts of those rows that have a label, of which ``every`` has all: the fewer ones are counted."""
        if 2 * has.sum() <= len(rows):
            return cls.counted(bits, rows[has], check)
        others = cls.counted(bits, rows[~has], check)
        return cls(every.both - others.both, every.steps - others.steps)

    def in_double(self) -> Together:
        """The same in double precision, in which close shares of counts differ."""
        return self._replace(both=self.both.astype(np.float64))

    def of_rules(self, start: int, stop: int) -> Iterator[tuple[Floats, Floats, Floats]]:
        """For each rule at how many steps it holds, of the pairs (a, b) with ``start`` ≤ a < ``stop`` and any b.

        Also at how many its first part holds ("a" or "not a"), and its second one; shapes (stop − start, D), or such
        that they broadcast.
        """
        alone, steps = np.diagonal(self.both), self.both.dtype.type(self.steps)
        a, b, both = alone[start:stop, None], alone[None], self.both[start:stop]
        for one, other in NEGATED:
            first, second = steps - a if one else a, steps - b if other else b
            together = steps - a - b + both if one else a - both if other else both
            yield together, first, second
            yield first + second - together, first, second


class Pair(NamedTuple):
    """A rule of two cells, and its counts."""

    f1: float
    cell: int
    other: int
    rule: int
    hits: int
    on: int


class Judged(NamedTuple):
    """Rules of pairs of cells as signs of a label, by F1.

    A rule that says the same as one of its two cells alone, or that always holds, is none of two cells and left out.

    Attributes
    ----------
    every, labelled : Together
        The counts of all steps, and of those with the label.
    """

    every: Together
    labelled: Together

    def _f1(self) -> Iterator[tuple[int, int, Floats, Floats, Floats]]:
        """The first cell of some pairs and the number of a rule, with its F1, hits, and steps at which it holds."""
        cells = len(self.every.both)
        label_steps = self.every.both.dtype.type(self.labelled.steps)
        for start, stop in blocks_of(cells, max(1, PAIRS_AT_ONCE // max(1, cells))):
            upper = np.arange(cells)[None] > np.arange(start, stop)[:, None]
            rules = zip(self.every.of_rules(start, stop), self.labelled.of_rules(start, stop), strict=True)
            for rule, ((on, first, second), (hits, _, _)) in enumerate(rules):
                of_two = (on != first) & (on != second) & (on != self.every.steps)
                if NEGATED[rule // 2][0] == NEGATED[rule // 2][1]:
                    of_two &= upper
                f1 = 2 * hits / np.where(of_two, on + label_steps, np.inf).astype(on.dtype)
                yield start, rule, f1, hits, on

    def greatest(self) -> float:
        """The greatest F1 of any rule of any pair; 0 without any."""
        return max((float(f1.max(initial=0)) for _, _, f1, _, _ in self._f1()), default=0.0)

    def in_dtype(self, pair: Pair) -> float:
        """The F1 of a pair in the precision of `greatest`, so that equal ones are equal."""
        as_counts = self.every.both.dtype.type
        return float(2 * as_counts(pair.hits) / (as_counts(pair.on) + as_counts(self.labelled.steps)))

    def best(self, k: int) -> list[Pair]:
        """The k rules with the highest F1 above 0: of equally good ones that of the lower cells, then of `RULES`."""
        exact = Judged(*(counts.in_double() for counts in self))
        found: list[Pair] = []
        for start, rule, f1, hits, on in exact._f1():
            flat = f1.reshape(-1)
            least = np.partition(flat, len(flat) - k)[len(flat) - k] if len(flat) > k else 0
            places = np.flatnonzero((flat >= least) & (flat > 0))
            places = places[np.argsort(-flat[places], kind="stable")[:k]]
            for row, other in zip(*np.unravel_index(places, f1.shape), strict=True):
                counts = int(hits[row, other]), int(on[row, other])
                found.append(Pair(float(f1[row, other]), start + int(row), int(other), rule, *counts))
            found = sorted(found, key=lambda pair: (-pair.f1, *pair[1:4]))[:k]
        return found


class Single(NamedTuple):
    """The best rule of one cell: on (sign 1), or not on (−1)."""

    f1: float
    cell: int
    sign: int


def best_single(judged: Judged) -> Single:
    """The cell that is the best sign of a label alone, by F1: of equally good ones the lowest, on before off."""
    on, hits = (np.diagonal(counts.both).astype(np.float64) for counts in judged)
    steps, label_steps = judged.every.steps, judged.labelled.steps
    f1 = np.stack([2 * hits / (on + label_steps), 2 * (label_steps - hits) / (steps - on + label_steps)], axis=1)
    cell, sign = divmod(int(f1.argmax()), 2)
    return Single(float(f1[cell, sign]), cell, 1 - 2 * sign)


def holds(rule: int, a: NDArray[np.bool_], b: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where a rule of two cells holds."""
    one, other = NEGATED[rule // 2]
    first, second = a ^ one, b ^ other
    return first | second if rule % 2 else first & second
