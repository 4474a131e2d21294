"""What lies beyond the borders of a part of the steps, in two numbers a cell and side.

A cell stays on for some steps from a border, and off for some steps after that. More need not be known: a candidate
that reaches beyond the border holds the cell until it switches off, and asks of a limit whether it stays off for long
enough. The numbers are found in the neighbouring part alone (`reach_of`); where a cell's runs reach over several parts,
they are chained (`borders`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.bits import WORD_BITS, Words
from lstmvis_widget.states.index import Packer, sums_of_bits
from lstmvis_widget.states.on_off import on_rule

Ints = NDArray[np.int64]

FIRST_LOOK = 64
"""Steps from a border that are looked at first: most cells switch on and off within few."""

LONGEST_LOOK = 4096
"""Steps looked at at once, at most."""

SINGLE_STEPS = 64
"""Steps beyond a border that are pieces by themselves, at least one: most questions reach no further than these."""

PACKED_VALUES = 2**22
"""Values of pieces that are packed at once."""


class Reach(NamedTuple):
    """For how many steps from a border each cell stays on, and for how many after that it is off; shape (D,) each."""

    on: Ints
    off: Ints

    @staticmethod
    def nowhere(cells: int) -> Reach:
        """That of a border with no steps beyond it."""
        return Reach(np.zeros(cells, np.int64), np.zeros(cells, np.int64))

    def before(self, steps: int, nearer: Reach) -> Reach:
        """The reach from a border with ``steps`` steps in between, whose own reach is ``nearer``."""
        whole = nearer.on == steps
        through = ~whole & (nearer.on + nearer.off == steps) & (self.on == 0)
        on = np.where(whole, steps + self.on, nearer.on)
        off = np.where(whole, self.off, np.where(through, nearer.off + self.off, nearer.off))
        return Reach(on, off)

    def pieces(self) -> tuple[Ints, Words]:
        """Pieces throughout which no cell switches on or off.

        Returns
        -------
        (ndarray of int64, shape (n,), ndarray of uint64, shape (ceil(D / 64), n))
            How far from the border each piece begins, ascending from 0, and which cells are on there. From where a cell
            switches on again it counts as on: nothing is asked beyond.
        """
        again = self.on + self.off
        begins = np.unique(np.concatenate([np.arange(SINGLE_STEPS), self.on, again]))
        words = np.empty((-(-len(self.on) // WORD_BITS), len(begins)), np.uint64)
        packer, rule = Packer(len(self.on)), on_rule(1)
        at_once = max(1, PACKED_VALUES // max(1, len(self.on)))
        for first in range(0, len(begins), at_once):
            some = begins[first : first + at_once, None]
            words[:, first : first + at_once] = packer.pack((some < self.on) | (some >= again), rule).T
        return begins, words


@dataclass(frozen=True)
class Lead:
    """What the parts beside a part have to know of it.

    Parameters
    ----------
    first, steps : int
        Its first step, and how many it has.
    front, back : Reach
        From its first step on, and back from its last one, within the part.
    """

    first: int
    steps: int
    front: Reach
    back: Reach


@dataclass(frozen=True)
class Border:
    """What lies beyond a part.

    Parameters
    ----------
    steps : int
        T, the number of steps of all parts.
    before, after : Reach
        Back from the step before the part, and on from the step after it.
    """

    steps: int
    before: Reach
    after: Reach


def reach_of(words: Words, cells: int) -> Reach:
    """The reach from the first of some steps on, within these; ``words`` of shape (ceil(D / 64), steps)."""
    on, off = (np.zeros((len(words), WORD_BITS), np.int64) for _ in range(2))
    staying, gone = Packer(cells).pack(np.ones((1, cells)), on_rule(1))[0].copy(), np.zeros(len(words), np.uint64)
    at, width = 0, FIRST_LOOK
    while at < words.shape[1] and len(rows := np.flatnonzero(staying | gone)):
        seen = words[rows, at : at + width]
        at, width = at + seen.shape[1], min(2 * width, LONGEST_LOOK)
        switched = staying[rows] & ~np.bitwise_and.reduce(seen, axis=1)
        switched |= gone[rows] & np.bitwise_or.reduce(seen, axis=1)
        same, changing = rows[switched == 0], rows[switched != 0]
        on[same] += seen.shape[1] * counts_of_bits(staying[same, None])
        off[same] += seen.shape[1] * counts_of_bits(gone[same, None])
        seen = seen[switched != 0]
        still = np.bitwise_and.accumulate(seen, axis=1) & staying[changing, None]
        again = np.bitwise_or.accumulate(seen & ~still, axis=1)
        away = (staying | gone)[changing, None] & ~(still | again)
        on[changing] += counts_of_bits(still)
        off[changing] += counts_of_bits(away)
        staying[changing], gone[changing] = still[:, -1], away[:, -1]
    return Reach(on.reshape(-1)[:cells], off.reshape(-1)[:cells])


def counts_of_bits(words: Words) -> Ints:
    """In how many words of each row each bit is set; of shape (rows, 64) for words of shape (rows, n), n ≥ 1."""
    padded = np.zeros((len(words), 1 << (words.shape[1] - 1).bit_length()), np.uint64)
    padded[:, : words.shape[1]] = words
    counts = np.zeros((len(words), WORD_BITS), np.int64)
    bits = np.arange(WORD_BITS, dtype=np.uint64)
    for power, digits in enumerate(sums_of_bits(padded)):
        counts += ((digits[:, None] >> bits) & np.uint64(1)).astype(np.int64) << power
    return counts


def borders(leads: Sequence[Lead]) -> list[Border]:
    """What lies beyond each of all parts, from the leads of all, in the order of time.

    Raises
    ------
    ValueError
        The parts don't follow each other without gaps from step 0 on.
    """
    steps = 0
    for number, lead in enumerate(leads):
        if lead.first != steps:
            raise ValueError(f"part {number} must begin at step {steps}, where the part before ends; got {lead.first}")
        steps += lead.steps
    after = _chained([(lead.steps, lead.front) for lead in leads[::-1]])[::-1]
    before = _chained([(lead.steps, lead.back) for lead in leads])
    return [Border(steps, *sides) for sides in zip(before, after, strict=True)]


def _chained(parts: list[tuple[int, Reach]]) -> list[Reach]:
    """For parts in order, each with its steps and its own reach: the reach of all that come before it in the list."""
    found: list[Reach] = []
    for number, (_, own) in enumerate(parts):
        if number == 0:
            found.append(Reach.nowhere(len(own.on)))
        else:
            found.append(found[-1].before(*parts[number - 1]))
    return found
