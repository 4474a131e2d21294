"""Counting all candidates by their length, in packed bits, without spelling out most of them.

Ranges of the same length from all starts of a block are looked at together, one length after the other: neighbouring
starts are neighbours in memory. Where few starts are left, their ranges are spelled out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.index import Bits, Words
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.blocks import SharedBlocks, blocks_of, count_of_blocks, in_threads
from lstmvis_widget.work.cancelling import Check, Report

from .bit_ranges import ALL, ALL_ONES, off_after, over_windows, stretch
from .bit_spelling import Growing, spelled
from .engine import LengthCounts

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

BLOCK_WORDS = 2**16
"""Words of the starts of a block: a few arrays of this size fit in the processor's cache."""

FEW_STARTS = 1 / 32
"""When this share of the starts of a block is left, their ranges are spelled out: that is faster from here on."""

SPELLED_STARTS = 2**16
"""Starts that are left to be spelled out together, about."""

CHECKED_LENGTHS = 16
"""Lengths that are looked at between two calls of ``check``."""


class CandidateCount:
    """Counts the candidates of each length.

    Parameters
    ----------
    bits : Bits
        With the selected cells, and maybe others.
    mask : ndarray of uint64, shape (rows,)
        The selected cells.
    sequences : Sequences
    before, after : int
        How many steps cells have to be off before and after a range.
    min_length : int
        Shorter ranges are no candidates.
    """

    def __init__(
        self, bits: Bits, mask: Words, sequences: Sequences, *, before: int, after: int, min_length: int
    ) -> None:
        self._bits, self._mask, self._sequences = bits, mask[:, None], sequences
        self._before, self._after, self._min_length = before, after, min_length
        self._selected = int(np.bitwise_count(mask).sum())
        self._joined: Words | None = None  # all ones where the step before is of the same sequence
        if len(sequences) > 1:
            self._joined = np.full(bits.steps, ALL_ONES)
            self._joined[sequences.starts] = 0
        self._off_after: Words | None = None

    def run(self, check: Check, progress: Report) -> LengthCounts:
        """Count all; ``check`` is called now and then, ``progress`` gets the share done, 0…1."""
        if self._after:
            self._off_after = off_after(self._bits.words, self._after, self._sequences, check)
        steps, size = self._bits.steps, max(1, BLOCK_WORDS // len(self._mask))
        begun = 0

        def before_each() -> None:
            nonlocal begun
            check()
            progress(min(1.0, begun / steps))
            begun += size

        blocks = SharedBlocks(blocks_of(steps, size), before_each)
        counted: list[_Histograms] = []

        def count_blocks() -> None:
            found = _Histograms(self._selected)
            counted.append(found)
            left: list[Growing] = []
            for start, stop in blocks:
                left.append(self._block(start, stop, found, check))
                if sum(map(len, left)) >= SPELLED_STARTS:
                    self._spell(Growing.joined(left), found, check)
                    left = []
            if left:
                self._spell(Growing.joined(left), found, check)

        in_threads(count_blocks, blocks=count_of_blocks(steps, size))
        return _Histograms.sum_of(counted)

    def _block(self, start: int, stop: int, found: _Histograms, check: Check) -> Growing:
        """Count the candidates of these starts, and return the few ranges that are left to be spelled out."""
        steps, words, mask = np.arange(start, stop), self._bits.words, self._mask
        first, end = self._sequences.around_each(start, stop)
        valid = (steps - self._before >= first) & (steps + self._min_length + self._after <= end)
        held = self._held_at(start, stop) * valid
        before = stretch(words, start - 1, stop - 1) * (steps > first) & mask
        fresh, length, any_full = ~before, self._min_length, True
        alive = _any(held & fresh)
        while np.count_nonzero(alive) > FEW_STARTS * len(steps):
            if length % CHECKED_LENGTHS == 0:
                check()
            kept = held & stretch(words, start + length, stop + length)
            if self._joined is not None:
                kept &= stretch(self._joined, start + length, stop + length)
            inside, dropped = held, held ^ kept
            if self._off_after is not None:
                inside = dropped = dropped & stretch(self._off_after, start + length, stop + length)
            ends, full = alive & _any(dropped), 0
            if any_full:
                full = int(np.count_nonzero(ends & (inside == mask).all(axis=0)))
                any_full = bool((held == mask).all(axis=0).any())
            found.add(length, int(np.count_nonzero(ends)), full)
            held, length = kept, length + 1
            alive &= _any(held & fresh)
        left = np.flatnonzero(alive)
        return Growing(start + left, start + left + length, end[left], held[:, left], before[:, left])

    def _held_at(self, start: int, stop: int) -> Words:
        """The selected cells that are on for the least length from each step, and off for the limit before it."""
        held = np.empty((len(self._mask), stop - start), np.uint64)
        for number, row in enumerate(self._bits.words):
            ahead = stretch(row, start, stop + self._min_length - 1)
            held[number] = over_windows(np.bitwise_and, ahead, self._min_length)
            if self._before:
                behind = stretch(row, start - self._before, stop - 1)
                held[number] &= ~over_windows(np.bitwise_or, behind, self._before)
        held &= self._mask
        return held

    def _spell(self, ranges: Growing, found: _Histograms, check: Check) -> None:
        every = spelled(self._bits, ALL, self._off_after, ranges, least=1, max_length=None, check=check)
        for candidates in every:
            found.add_spelled(candidates.stop - candidates.start, candidates.overlap)


class _Histograms:
    """Counts by length: of all candidates, and of those with all selected cells."""

    def __init__(self, selected: int) -> None:
        self._selected = selected
        self.every, self.full = np.zeros(1, np.int64), np.zeros(1, np.int64)

    def add(self, length: int, every: int, full: int) -> None:
        """Add candidates of one length."""
        self._make_room(length)
        self.every[length] += every
        self.full[length] += full

    def add_spelled(self, lengths: Ints, overlaps: Ints) -> None:
        """Add candidates one by one."""
        self._make_room(int(lengths.max()))
        self.every += np.bincount(lengths, minlength=len(self.every))
        self.full += np.bincount(lengths[overlaps == self._selected], minlength=len(self.full))

    def _make_room(self, length: int) -> None:
        if length >= len(self.every):
            more = max(length + 1, 2 * len(self.every)) - len(self.every)
            self.every, self.full = np.pad(self.every, (0, more)), np.pad(self.full, (0, more))

    @staticmethod
    def sum_of(counted: list[_Histograms]) -> LengthCounts:
        """The sums, as long as the longest candidate."""
        room = max(len(each.every) for each in counted)
        every, full = np.zeros(room, np.int64), np.zeros(room, np.int64)
        for each in counted:
            every[: len(each.every)] += each.every
            full[: len(each.full)] += each.full
        longest = int(np.flatnonzero(every)[-1]) if every.any() else 0
        return LengthCounts(every[: longest + 1], full[: longest + 1])


def _any(words: Words) -> Mask:
    """Where one of the rows has a bit."""
    some: Mask = (words[0] if len(words) == 1 else np.bitwise_or.reduce(words, axis=0)) != 0
    return some
