"""Candidates of the match ranking: bounded at all starts at once, and spelled out start by start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.index import Bits, Words
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.blocks import SharedBlocks, blocks_of, in_threads

from .bit_ranges import ALL, Rows, and_over_ranges, next_drop, words_at

Ints = NDArray[np.int64]

BLOCK_STEPS = 2**16
"""Steps bounded at once: their words stay in the processor's cache."""

STARTS_AT_ONCE = 2**17
"""Starts whose candidates are spelled out at once, which bounds the memory that takes."""

ENDINGS_BOUNDED = 2
"""With a limit after the range, the shortest candidates are bounded for each of so many lengths by themselves."""


@dataclass
class Candidates:
    """Ranges [start, stop) and the number of selected cells in each."""

    start: Ints
    stop: Ints
    overlap: Ints

    @staticmethod
    def joined(parts: list[Candidates]) -> Candidates:
        """All of several, one after the other."""
        columns = [[getattr(part, name) for part in parts] for name in ("start", "stop", "overlap")]
        return Candidates(*(np.concatenate([np.zeros(0, np.int64), *column]) for column in columns))

    def where(self, keep: NDArray[np.bool_]) -> Candidates:
        """Those for which ``keep`` is true."""
        return Candidates(self.start[keep], self.stop[keep], self.overlap[keep])


@dataclass
class Spelling:
    """Spells out candidates start by start.

    ``before`` and ``after`` are limits in steps; ``after`` is zero unless ``before`` isn't.
    """

    bits: Bits
    selected: Words
    before: int
    after: int
    sequences: Sequences
    check: Callable[[], None]

    def __post_init__(self) -> None:
        used = np.flatnonzero(self.selected)  # the rows of words that hold selected cells
        self.mask = self.selected[used]
        self.rows: Rows = ALL if len(used) == len(self.selected) else used

    def bounds(self, min_length: int) -> NDArray[Any]:
        """For each step, how many selected cells could be in a candidate that starts there; shape (T,).

        Without a limit after the range that many cells are in the shortest candidate from that start.
        """
        bounds: NDArray[Any] = np.zeros(self.bits.steps, np.uint16 if len(self.mask) < 1024 else np.uint32)
        blocks = SharedBlocks(blocks_of(self.bits.steps, BLOCK_STEPS), self.check)

        def bound_blocks() -> None:
            for start, stop in blocks:
                self._bound_block(bounds[start:stop], start, stop, min_length)

        in_threads(bound_blocks)
        return bounds

    def _bound_block(self, bounds: NDArray[Any], start: int, stop: int, min_length: int) -> None:
        steps = np.arange(start, stop)
        first, end = self.sequences.around_each(start, stop)
        valid = (steps - self.before >= first) & (steps + min_length + self.after <= end)
        if not valid.any():
            return
        begins = np.zeros(stop - start, bool)  # some cell of the candidate switches on at its start
        inside = steps > first
        # Cells that end together are in one candidate: those that end after the shortest lengths, and all others.
        parts = [np.zeros_like(bounds) for _ in range(ENDINGS_BOUNDED if self.after else 0)]
        for number, mask in zip(np.flatnonzero(self.selected), self.mask, strict=True):
            row = self.bits.words[number]
            run = _and_ahead(row[start : stop + min_length - 1], min_length, stop - start)
            run &= mask
            for step in range(1, self.before + 1):
                run &= ~_shifted(row, start - step, stop - step)
            if self.before == 0:
                begins |= (run & ~np.where(inside, _shifted(row, start - 1, stop - 1), np.uint64(0))) != 0
            for length, part in enumerate(parts, start=min_length):
                following = _shifted(row, start + length, stop + length)
                np.add(part, np.bitwise_count(run & ~following), out=part)
                run &= following
            bounds += np.bitwise_count(run)
        for part in parts:
            np.maximum(bounds, part, out=bounds)
        bounds[~valid] = 0
        if self.before == 0:
            bounds[~begins] = 0

    def candidates(self, starts: Ints, min_length: int, least: int, max_length: int | None) -> Candidates:
        """All candidates from these starts with an overlap of at least ``least``."""
        parts: list[Candidates] = []
        for part in slices(len(starts), STARTS_AT_ONCE):
            parts.extend(self.spell(starts[part], min_length, least, max_length))
        return Candidates.joined(parts)

    def spell(self, starts: Ints, min_length: int, least: int, max_length: int | None) -> Iterator[Candidates]:
        """The candidates from ``starts``, which have a bound of at least ``least``, a few at a time."""
        words = self.bits.words
        first, end = self.sequences.around(starts)
        before = words_at(words, self.rows, np.maximum(starts - 1, 0)) & self.mask[:, None]
        before[:, starts == first] = 0
        held = and_over_ranges(self.bits, starts, starts + min_length, self.rows) & self.mask[:, None]
        for step in range(1, self.before + 1):
            held &= ~words_at(words, self.rows, starts - step)
        stop = starts + min_length
        while len(starts):
            self.check()
            stop = next_drop(self.bits, held, stop, end, rows=self.rows, check=self.check)
            kept = held & words_at(words, self.rows, np.minimum(stop, self.bits.steps - 1))
            kept[:, stop == end] = 0
            inside = self._ending(held & ~kept, stop, end) if self.after else held
            overlap = np.bitwise_count(inside).sum(axis=0, dtype=np.int64)
            found = overlap >= least
            if max_length is not None:
                found &= stop - starts == max_length
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
        """Of the cells that switch off at ``stop``, those that stay off for all of the limit after it."""
        ending = dropped.copy()
        for step in range(self.after):
            exists = stop + step < end
            ending &= ~words_at(self.bits.words, self.rows, np.where(exists, stop + step, 0))
            ending[:, ~exists] = 0
        return ending


def _and_ahead(words: Words, length: int, count: int) -> Words:
    """AND of each of the first ``count`` words with the ``length`` − 1 that follow it; past the end there are zeros."""
    if len(words) < count + length - 1:
        words = np.concatenate([words, np.zeros(count + length - 1 - len(words), np.uint64)])
    run, width = words.copy() if length == 1 else words, 1
    while width < length:
        step = min(width, length - width)
        run = run[: len(run) - step] & run[step:]
        width += step
    return run[:count]


def _shifted(row: Words, start: int, stop: int) -> Words:
    """``row[start:stop]``, with zeros for what lies before or after the row."""
    if start >= 0 and stop <= len(row):
        return row[start:stop]
    shifted = np.zeros(stop - start, np.uint64)
    low, high = max(start, 0), min(stop, len(row))
    shifted[low - start : max(high, low) - start] = row[low:high]
    return shifted


def slices(total: int, size: int) -> Iterator[slice]:
    """Slices of at most ``size`` that cover 0…total."""
    return (slice(start, start + size) for start in range(0, total, size))
