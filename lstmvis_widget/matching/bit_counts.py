"""Counting all candidates by their length, in packed bits, without spelling out most of them.

Ranges of the same length from all starts of a block are looked at together, one length after the other: neighbouring
starts are neighbours in memory. Where few starts are left, their ranges are spelled out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.bits import Bits, Words
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.blocks import SharedBlocks, blocks_of, count_of_blocks, in_threads
from lstmvis_widget.work.cancelling import Check, Report
from lstmvis_widget.work.scratch import scratch

from .bit_endings import Endings
from .bit_ranges import ALL, ALL_ONES, end_of_last, missing_around, windows_of
from .bit_spelling import Growing, spelled
from .length_counts import SparseCounts

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

BLOCK_WORDS = 2**16
"""Words of the starts of a block: a few arrays of this size fit in the processor's cache."""

FEW_STARTS = 1 / 32
"""When this share of the starts of a whole block is left, their ranges are spelled out: that is faster from here on."""

SPELLED_STARTS = 2**16
"""Starts that are left to be spelled out together, about."""

DENSE_LENGTHS = 2**16
"""Shorter candidates are counted in an array, longer ones by those lengths that occur."""

MOST_JOINED = 256
"""Counts of long candidates that are joined together."""

CHECKED_LENGTHS = 16
"""Lengths that are looked at between two calls of ``check``."""


ARRAYS = ("held", "kept", "before", "fresh", "other words", "rest of words")
"""Names of arrays that are as large as a block."""


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
        self._block_steps = max(1, BLOCK_WORDS // len(mask))
        self._joined: Words | None = None  # all ones where the step before is of the same sequence
        self._end = end_of_last(bits, sequences)
        starts = sequences.starts_in(bits.own[0] + 1, bits.own[1])
        if len(starts):
            self._joined = np.full(bits.words.shape[1], ALL_ONES)
            self._joined[bits.column(starts)] = 0
        self._endings = Endings(bits, ALL, after, sequences) if after else None
        self._off_after: Words | None = None

    def run(self, check: Check, progress: Report) -> SparseCounts:
        """Count all; ``check`` is called now and then, ``progress`` gets the share done, 0…1."""
        if self._endings is not None:
            self._off_after = self._endings.everywhere(check)
        low, high = self._bits.own
        steps, size = high - low, self._block_steps
        begun = 0

        def before_each() -> None:
            nonlocal begun
            check()
            progress(min(1.0, begun / steps))
            begun += size

        blocks = SharedBlocks(blocks_of(steps, size, low), before_each)
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
        return SparseCounts.joined(each.sparse() for each in counted)

    def _block(self, start: int, stop: int, found: _Histograms, check: Check) -> Growing:
        """Count the candidates of these starts, and return the few ranges that are left to be spelled out."""
        bits, mask, room = self._bits, self._mask, scratch()
        shape = len(mask), stop - start
        held, kept, before, fresh, other, rest = (room.array(name, shape) for name in ARRAYS)
        self._hold(held, start, stop)
        np.bitwise_and(bits.stretch(bits.words, start - 1, stop - 1), mask, out=before)
        before[:, self._sequences.starts_in(start, stop) - start] = 0
        np.invert(before, out=fresh)
        alive = _any(np.bitwise_and(held, fresh, out=other), "alive")
        length, any_full = self._min_length, True
        while np.count_nonzero(alive) > FEW_STARTS * self._block_steps:
            if length % CHECKED_LENGTHS == 0:
                check()
            np.bitwise_and(held, bits.stretch(bits.words, start + length, stop + length), out=kept)
            if self._joined is not None:
                kept &= bits.stretch(self._joined, start + length, stop + length)
            kept[:, max(0, self._end - (start + length)) :] = 0
            inside, dropped = held, np.bitwise_xor(held, kept, out=other)
            if self._off_after is not None:
                dropped &= bits.stretch(self._off_after, start + length, stop + length)
                inside = dropped
            ends, full = _any(dropped, "ends"), 0
            ends &= alive
            if any_full:
                full = int(np.count_nonzero(ends & ~_any(np.bitwise_xor(inside, mask, out=rest), "rest")))
                any_full = not _any(np.bitwise_xor(held, mask, out=rest), "rest").all()
            found.add(length, int(np.count_nonzero(ends)), full)
            held, kept, length = kept, held, length + 1
            alive &= _any(np.bitwise_and(held, fresh, out=other), "ends")
        left = np.flatnonzero(alive)
        end = self._sequences.around(start + left)[1]
        return Growing(start + left, start + left + length, end, held[:, left], before[:, left])

    def _hold(self, held: Words, start: int, stop: int) -> None:
        """The selected cells that are on for the least length from each step, and off for the limit before it."""
        for number, row in enumerate(self._bits.words):
            on = windows_of(self._bits, np.bitwise_and, row, (start, stop), self._min_length)
            np.bitwise_and(on, self._mask[number], out=held[number])
            if self._before:
                behind = start - self._before, stop - self._before
                on = windows_of(self._bits, np.bitwise_or, row, behind, self._before)
                held[number] &= np.invert(on, out=scratch().array("off", stop - start))
        missing = missing_around(self._sequences, (start, stop), self._before, self._min_length + self._after)
        np.copyto(held, 0, where=missing)

    def _spell(self, ranges: Growing, found: _Histograms, check: Check) -> None:
        every = spelled(self._bits, ALL, self._endings, ranges, least=1, max_length=None, check=check)
        for candidates in every:
            found.add_spelled(candidates.stop - candidates.start, candidates.overlap)


class _Histograms:
    """Counts by length: of all candidates, and of those with all selected cells."""

    def __init__(self, selected: int) -> None:
        self._selected = selected
        self._every, self._full = np.zeros(1, np.int64), np.zeros(1, np.int64)
        self._long: list[SparseCounts] = []

    def add(self, length: int, every: int, full: int) -> None:
        """Add candidates of one length."""
        if length >= DENSE_LENGTHS:
            self._add_long(SparseCounts(np.array([length]), np.array([every]), np.array([full])))
            return
        self._make_room(length)
        self._every[length] += every
        self._full[length] += full

    def add_spelled(self, lengths: Ints, overlaps: Ints) -> None:
        """Add candidates one by one."""
        if (long := lengths >= DENSE_LENGTHS).any():
            full = (overlaps[long] == self._selected).astype(np.int64)
            self._add_long(SparseCounts.of(lengths[long], np.ones_like(full), full))
            lengths, overlaps = lengths[~long], overlaps[~long]
        if len(lengths):
            self._make_room(int(lengths.max()))
            self._every += np.bincount(lengths, minlength=len(self._every))
            self._full += np.bincount(lengths[overlaps == self._selected], minlength=len(self._full))

    def _add_long(self, counts: SparseCounts) -> None:
        self._long.append(counts)
        if len(self._long) >= MOST_JOINED:
            self._long = [SparseCounts.joined(self._long)]

    def _make_room(self, length: int) -> None:
        if length >= len(self._every):
            more = max(length + 1, 2 * len(self._every)) - len(self._every)
            self._every, self._full = np.pad(self._every, (0, more)), np.pad(self._full, (0, more))

    def sparse(self) -> SparseCounts:
        """The counts of the lengths that occur."""
        lengths = np.flatnonzero(self._every)
        return SparseCounts.joined([SparseCounts(lengths, self._every[lengths], self._full[lengths]), *self._long])


def _any(words: Words, name: str) -> Mask:
    """Where one of the rows has a bit: the array of this thread of this name."""
    room = scratch()
    some: Words = words[0]
    if len(words) > 1:
        some = np.bitwise_or.reduce(words, axis=0, out=room.array("some words", words.shape[1]))
    where: Mask = np.not_equal(some, 0, out=room.array(name, words.shape[1], bool))
    return where
