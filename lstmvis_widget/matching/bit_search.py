"""The search in packed bits: candidates are bounded at all steps at once, and spelled out from few of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.blocks import SharedBlocks, blocks_of, count_of_blocks, in_threads
from lstmvis_widget.work.cancelling import Check, Report
from lstmvis_widget.work.scratch import scratch

from .bit_counts import CandidateCount
from .bit_endings import Endings
from .bit_gathering import gathered
from .bit_ranges import ALL, ALL_ONES, Rows, missing_around, off_over_windows, on_over_ranges, windows_of, words_at
from .bit_spelling import Growing, spelled
from .bounded import best_of_bounded
from .engine import Candidates, Ranked
from .length_counts import LengthCounts, SparseCounts
from .selection import Pattern

Ints = NDArray[np.int64]

BLOCK_STEPS = 2**16
"""Steps bounded at once, few enough for their words to stay in the processor's cache."""

STARTS_AT_ONCE = 2**17
"""Starts whose candidates are spelled out at once, which limits the memory that takes."""

SIZES_AT_ONCE = 2**12
"""Candidates of which all cells are counted at once."""

ENDINGS_BOUNDED = 2
"""With a limit after the range, candidates of this many of the shortest lengths are bounded length by length."""


class BitSearch:
    """The `Search` for selected cells in an `OnOffIndex`, a `BoundedSearch`.

    In the index of a part of the steps it finds the candidates that start in the part; those that end in it where it
    searches with time reversed. Anchors are numbered from the first of these steps.

    A pattern with a limit after the range only is searched with time reversed, where it is a limit before the range and
    bounds are tight. So ``before`` and ``after`` are in the direction of the search, and ``after`` is 0 wherever
    ``before`` is.
    """

    def __init__(self, index: OnOffIndex, selected: Ints, pattern: Pattern, sequences: Sequences) -> None:
        self._index, self._pattern = index, pattern
        self._reversed = pattern.off_after > 0 and pattern.off_before == 0
        self._bits = index.bits.backwards if self._reversed else index.bits
        self._sequences = sequences.reversed(index.steps) if self._reversed else sequences
        limits = pattern.off_before, pattern.off_after
        self._before, self._after = limits[::-1] if self._reversed else limits
        mask = index.mask(selected)
        self._used = np.flatnonzero(mask)  # the rows of words that hold selected cells
        self._mask = mask[self._used]
        self._rows: Rows = ALL if len(self._used) == len(mask) else self._used
        self._endings = Endings(self._bits, self._rows, self._after, self._sequences) if self._after else None

    @property
    def is_reversed(self) -> bool:
        """Whether it searches with time reversed."""
        return self._reversed

    def best(self, k: int, *, min_length: int, max_length: int | None, check: Check) -> Ranked:
        """At least the k best candidates of such lengths, in any order."""
        return best_of_bounded(self, k, min_length=min_length, max_length=max_length, check=check)

    def bounds(self, min_length: int, check: Check) -> NDArray[Any]:
        """For each own step, how many selected cells could be in a candidate that starts there; shape (own steps,).

        Without a limit after the range it is exact: the overlap of the shortest candidate from that step.
        """
        low, high = self._bits.own
        bounds: NDArray[Any] = np.zeros(high - low, np.min_scalar_type(int(np.bitwise_count(self._mask).sum())))
        blocks = SharedBlocks(blocks_of(high - low, BLOCK_STEPS, low), check)

        def bound_blocks() -> None:
            for start, stop in blocks:
                self._bound_block(bounds[start - low : stop - low], start, stop, min_length)

        in_threads(bound_blocks, blocks=count_of_blocks(high - low, BLOCK_STEPS))
        return bounds

    def _bound_block(self, bounds: NDArray[Any], start: int, stop: int, min_length: int) -> None:
        bits, count, room = self._bits, stop - start, scratch()
        missing = missing_around(self._sequences, (start, stop), self._before, min_length + self._after)
        if missing.all():
            return
        run, other = room.array("run", count), room.array("other", count)
        off = room.array("off", count + ENDINGS_BOUNDED)
        some, on = room.array("some", count, bool), room.array("on", count, np.uint8)
        begins = room.array("begins", count, bool)  # some cell of the candidate switches on at its start
        begins.fill(0)
        first_steps = self._sequences.starts_in(start, stop) - start
        # A candidate holds cells that switch off together: count those that do after each of the shortest lengths by
        # themselves, and all others together.
        endings = ENDINGS_BOUNDED if self._after else 0
        parts = [room.array(f"length {number}", count, bounds.dtype) for number in range(endings)]
        ends = start + min_length, stop + min_length + endings  # of the ranges of these lengths
        for part in parts:
            part.fill(0)
        for place, mask in enumerate(self._mask):
            row = bits.words[self._used[place]]
            np.bitwise_and(windows_of(bits, np.bitwise_and, row, (start, stop), min_length), mask, out=run)
            if self._before:
                behind = start - self._before, stop - self._before
                run &= np.invert(windows_of(bits, np.bitwise_or, row, behind, self._before), out=other)
            else:
                np.invert(bits.stretch(row, start - 1, stop - 1), out=other)
                other[first_steps] = ALL_ONES
                other &= run
                begins |= np.not_equal(other, 0, out=some)
            if endings:
                np.invert(windows_of(bits, np.bitwise_or, row, ends, self._after), out=off)
            for number, part in enumerate(parts):
                np.bitwise_and(run, off[number : number + count], out=other)
                np.add(part, np.bitwise_count(other, out=on), out=part)
                run &= bits.stretch(row, ends[0] + number, ends[0] + number + count)
            bounds += np.bitwise_count(run, out=on)
        for part in parts:
            np.maximum(bounds, part, out=bounds)
        np.copyto(bounds, 0, where=missing)
        if self._before == 0:
            np.copyto(bounds, 0, where=np.invert(begins, out=some))

    def candidates(
        self, anchors: Ints, *, min_length: int, max_length: int | None, least: int, check: Check
    ) -> Iterator[Candidates]:
        """All candidates of these anchors of such a length and overlap, a few at a time."""
        for part in _slices(len(anchors), STARTS_AT_ONCE):
            begun = self._begun(anchors[part] + self._bits.own[0], min_length, check)
            every = spelled(
                self._bits, self._rows, self._endings, begun, least=least, max_length=max_length, check=check
            )
            for found in every:
                yield self._forwards(found)

    def _forwards(self, found: Candidates) -> Candidates:
        if not self._reversed:
            return found
        return Candidates(self._bits.steps - found.stop, self._bits.steps - found.start, found.overlap)

    def _begun(self, start: Ints, min_length: int, check: Check) -> Growing:
        """The shortest ranges from these starts, in the direction of the search."""
        rows, mask = self._rows, self._mask[:, None]
        first, end = self._sequences.around(start)
        before = words_at(self._bits.words, rows, self._bits.column(np.maximum(start - 1, 0))) & mask
        before[:, start == first] = 0
        held = on_over_ranges(self._bits, start, start + min_length, rows, check=check) & mask
        if self._before:
            held &= off_over_windows(self._bits, start - self._before, self._before, rows, check=check)
        return Growing(start, start + min_length, end, held, before)

    def counts(self, min_length: int, check: Check, progress: Report) -> LengthCounts:
        """How many candidates there are of each length."""
        return self.sparse_counts(min_length, check, progress).dense()

    def sparse_counts(self, min_length: int, check: Check, progress: Report) -> SparseCounts:
        """The same without the lengths that no candidate has."""
        words, mask = gathered(self._bits.words, self._used, self._mask, check)
        limits = {"before": self._before, "after": self._after}
        counting = CandidateCount(self._bits.having(words), mask, self._sequences, min_length=min_length, **limits)
        return counting.run(check, progress)

    def sizes(self, found: Candidates, check: Check) -> Ints:
        """|S2| of each candidate, over all cells."""
        bits, before, after = self._index.bits, self._pattern.off_before, self._pattern.off_after
        sizes = np.zeros(len(found.start), np.int64)
        for part in _slices(len(sizes), SIZES_AT_ONCE):
            check()
            start, stop = found.start[part], found.stop[part]
            both = on_over_ranges(bits, start, stop, check=check)
            if before:
                both &= off_over_windows(bits, start - before, before, check=check)
            if after:
                both &= off_over_windows(bits, stop, after, check=check)
            sizes[part] = np.bitwise_count(both).sum(axis=0, dtype=np.int64)
        return sizes


def _slices(total: int, size: int) -> Iterator[slice]:
    """Slices of at most ``size`` that together cover 0…total."""
    return (slice(start, start + size) for start in range(0, total, size))
