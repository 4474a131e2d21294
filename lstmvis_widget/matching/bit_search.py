"""The search in packed bits: candidates are bounded at all steps at once, and spelled out from few of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.index import OnOffIndex, Words
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.blocks import SharedBlocks, blocks_of, in_threads
from lstmvis_widget.work.cancelling import Check

from .bit_ranges import ALL, Rows, and_over_ranges, next_drop, words_at
from .engine import Candidates
from .selection import Pattern

Ints = NDArray[np.int64]

BLOCK_STEPS = 2**16
"""Steps bounded at once, few enough for their words to stay in the processor's cache."""

STARTS_AT_ONCE = 2**17
"""Starts whose candidates are spelled out at once, which limits the memory that takes."""

ENDINGS_BOUNDED = 2
"""With a limit after the range, candidates of this many of the shortest lengths are bounded length by length."""


class BitSearch:
    """The `Search` for selected cells in an `OnOffIndex`.

    A pattern with a limit after the range only is searched with time reversed, where it is a limit before the range and
    bounds are tight. So ``before`` and ``after`` are in the direction of the search, and ``after`` is 0 wherever
    ``before`` is.
    """

    def __init__(self, index: OnOffIndex, selected: Ints, pattern: Pattern, sequences: Sequences) -> None:
        self._index, self._pattern = index, pattern
        self._reversed = pattern.off_after > 0 and pattern.off_before == 0
        self._bits = index.bits.backwards if self._reversed else index.bits
        self._sequences = sequences.reversed() if self._reversed else sequences
        limits = pattern.off_before, pattern.off_after
        self._before, self._after = limits[::-1] if self._reversed else limits
        mask = index.mask(selected)
        self._used = np.flatnonzero(mask)  # the rows of words that hold selected cells
        self._mask = mask[self._used]
        self._rows: Rows = ALL if len(self._used) == len(mask) else self._used

    def bounds(self, min_length: int, check: Check) -> NDArray[Any]:
        """For each step, how many selected cells could be in a candidate that starts there; shape (T,).

        Without a limit after the range it is exact: the overlap of the shortest candidate from that step.
        """
        bounds: NDArray[Any] = np.zeros(self._bits.steps, np.uint16 if len(self._mask) < 1024 else np.uint32)
        blocks = SharedBlocks(blocks_of(self._bits.steps, BLOCK_STEPS), check)

        def bound_blocks() -> None:
            for start, stop in blocks:
                self._bound_block(bounds[start:stop], start, stop, min_length)

        in_threads(bound_blocks, blocks=blocks)
        return bounds

    def _bound_block(self, bounds: NDArray[Any], start: int, stop: int, min_length: int) -> None:
        steps = np.arange(start, stop)
        first, end = self._sequences.around_each(start, stop)
        valid = (steps - self._before >= first) & (steps + min_length + self._after <= end)
        if not valid.any():
            return
        begins = np.zeros(stop - start, bool)  # some cell of the candidate switches on at its start
        inside = steps > first
        # A candidate holds cells that switch off together: count those that do after each of the shortest lengths by
        # themselves, and all others together.
        parts = [np.zeros_like(bounds) for _ in range(ENDINGS_BOUNDED if self._after else 0)]
        for number, mask in zip(self._used, self._mask, strict=True):
            row = self._bits.words[number]
            run = _and_ahead(row[start : stop + min_length - 1], min_length, stop - start)
            run &= mask
            for step in range(1, self._before + 1):
                run &= ~_shifted(row, start - step, stop - step)
            if self._before == 0:
                begins |= (run & ~np.where(inside, _shifted(row, start - 1, stop - 1), np.uint64(0))) != 0
            for length, part in enumerate(parts, start=min_length):
                following = _shifted(row, start + length, stop + length)
                np.add(part, np.bitwise_count(run & ~following), out=part)
                run &= following
            bounds += np.bitwise_count(run)
        for part in parts:
            np.maximum(bounds, part, out=bounds)
        bounds[~valid] = 0
        if self._before == 0:
            bounds[~begins] = 0

    def candidates(
        self, anchors: Ints, *, min_length: int, max_length: int | None, least: int, check: Check
    ) -> Iterator[Candidates]:
        """All candidates of these anchors of such a length and overlap, a few at a time."""
        for part in _slices(len(anchors), STARTS_AT_ONCE):
            for found in self._spell(anchors[part], min_length, max_length, least, check):
                yield self._forwards(found)

    def _forwards(self, found: Candidates) -> Candidates:
        if not self._reversed:
            return found
        return Candidates(self._bits.steps - found.stop, self._bits.steps - found.start, found.overlap)

    def _spell(
        self, starts: Ints, min_length: int, max_length: int | None, least: int, check: Check
    ) -> Iterator[Candidates]:
        """The candidates from ``starts`` in the direction of the search: from stop to stop, at all starts together."""
        words = self._bits.words
        first, end = self._sequences.around(starts)
        before = words_at(words, self._rows, np.maximum(starts - 1, 0)) & self._mask[:, None]
        before[:, starts == first] = 0
        held = and_over_ranges(self._bits, starts, starts + min_length, self._rows) & self._mask[:, None]
        for step in range(1, self._before + 1):
            held &= ~words_at(words, self._rows, starts - step)
        stop = starts + min_length
        while len(starts):
            check()
            stop = next_drop(self._bits, held, stop, end, rows=self._rows, check=check)
            kept = held & words_at(words, self._rows, np.minimum(stop, self._bits.steps - 1))
            kept[:, stop == end] = 0
            inside = self._ending(held & ~kept, stop, end) if self._after else held
            overlap = np.bitwise_count(inside).sum(axis=0, dtype=np.int64)
            found = overlap >= least
            if max_length is not None:
                found &= stop - starts <= max_length
            if found.any():
                yield Candidates(starts[found], stop[found], overlap[found])
            alive = np.bitwise_count(kept).sum(axis=0, dtype=np.int64) >= least
            alive &= (kept & ~before).any(axis=0)
            if max_length is not None:
                alive &= stop - starts < max_length
            starts, stop, end, held, before = (
                starts[alive],
                stop[alive] + 1,
                end[alive],
                kept[:, alive],
                before[:, alive],
            )

    def _ending(self, dropped: Words, stop: Ints, end: Ints) -> Words:
        """The cells, of those that switch off at ``stop``, that stay off throughout the limit after it."""
        ending = dropped.copy()
        for step in range(self._after):
            exists = stop + step < end
            ending &= ~words_at(self._bits.words, self._rows, np.where(exists, stop + step, 0))
            ending[:, ~exists] = 0
        return ending

    def sizes(self, found: Candidates, check: Check) -> Ints:
        """|S2| of each candidate, over all cells."""
        bits = self._index.bits
        sizes = np.zeros(len(found.start), np.int64)
        for part in _slices(len(sizes), STARTS_AT_ONCE):
            check()
            start, stop = found.start[part], found.stop[part]
            both = and_over_ranges(bits, start, stop)
            for step in range(1, self._pattern.off_before + 1):
                both &= ~bits.words[:, start - step]
            for step in range(self._pattern.off_after):
                both &= ~bits.words[:, stop + step]
            sizes[part] = np.bitwise_count(both).sum(axis=0, dtype=np.int64)
        return sizes


def _and_ahead(words: Words, length: int, count: int) -> Words:
    """AND of each of the first ``count`` words with the ``length`` − 1 after it; past the end there are zeros."""
    if len(words) < count + length - 1:
        words = np.concatenate([words, np.zeros(count + length - 1 - len(words), np.uint64)])
    run, width = words.copy() if length == 1 else words, 1
    while width < length:
        step = min(width, length - width)
        run = run[: len(run) - step] & run[step:]
        width += step
    return run[:count]


def _shifted(row: Words, start: int, stop: int) -> Words:
    """``row[start:stop]``, with zeros for steps before or after the row."""
    if start >= 0 and stop <= len(row):
        return row[start:stop]
    shifted = np.zeros(stop - start, np.uint64)
    low, high = max(start, 0), min(stop, len(row))
    shifted[low - start : max(high, low) - start] = row[low:high]
    return shifted


def _slices(total: int, size: int) -> Iterator[slice]:
    """Slices of at most ``size`` that together cover 0…total."""
    return (slice(start, start + size) for start in range(0, total, size))
