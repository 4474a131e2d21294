"""AND over ranges of steps, and how far cells stay on; the summaries of the bits skip long stretches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.index import SUMMARY_STEPS, Bits, Levels, Words
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.blocks import SharedBlocks, blocks_of, count_of_blocks, in_threads
from lstmvis_widget.work.cancelling import Check, never_cancelled

Ints = NDArray[np.int64]
Rows = NDArray[np.intp] | slice

ALL = slice(None)
ALL_ONES = ~np.uint64(0)

BLOCK_STEPS = 2**16
"""Steps looked at at once, few enough for their words to stay in the processor's cache."""

LOOKED_UP = 16
"""How many times as long it takes to look up a word anywhere as to look at one after the other."""

CHECKED_ROUNDS = 64
"""Rounds of a loop over steps between two calls of ``check``."""


def words_at(words: Words, rows: Rows, steps: Ints) -> Words:
    """Some rows of words at some steps; shape (rows, steps)."""
    return words[:, steps] if isinstance(rows, slice) else words[rows[:, None], steps]


def on_over_ranges(bits: Bits, start: Ints, stop: Ints, rows: Rows = ALL, *, check: Check = never_cancelled) -> Words:
    """The cells that are on at every step of each range; shape (rows, ranges)."""
    return _over_ranges(np.bitwise_and, bits.levels_on, (start, stop), rows, check)


def off_over_windows(bits: Bits, start: Ints, size: int, rows: Rows = ALL, *, check: Check = never_cancelled) -> Words:
    """The cells that are off at each of the ``size`` steps from each start; shape (rows, starts).

    ``start + size`` is at most the number of steps.
    """
    looked_up = len(start) * min(size, 2 * SUMMARY_STEPS) * LOOKED_UP
    if looked_up < bits.steps * size.bit_length():
        return ~_over_ranges(np.bitwise_or, bits.levels_off, (start, start + size), rows, check)
    order = np.argsort(start, kind="stable")
    in_order = start[order]
    numbers = np.arange(len(bits.words))[rows]
    off = np.empty((len(numbers), len(start)), np.uint64)
    blocks = SharedBlocks(blocks_of(bits.steps, BLOCK_STEPS), check)

    def look_at_blocks() -> None:
        for begin, end in blocks:
            here = slice(*np.searchsorted(in_order, [begin, end]))
            if here.start < here.stop:
                first, last = int(in_order[here.start]), int(in_order[here.stop - 1])
                for place, number in enumerate(numbers):
                    windows = over_windows(np.bitwise_or, bits.words[number, first : last + size], size)
                    off[place, order[here]] = ~windows[in_order[here] - first]

    in_threads(look_at_blocks, blocks=count_of_blocks(bits.steps, BLOCK_STEPS))
    return off


def _over_ranges(reduce: np.ufunc, levels: Levels, ranges: tuple[Ints, Ints], rows: Rows, check: Check) -> Words:
    """The words of each range reduced to one.

    A range is covered by single steps, then by whole blocks of a summary, then by single steps again.
    """
    start, stop = ranges
    words = levels[0][1]
    count = len(words) if isinstance(rows, slice) else len(rows)
    reduced: Words = np.full((count, len(start)), reduce.reduce(np.zeros(0, np.uint64)))  # what changes no word
    at = start.copy()
    left = np.arange(len(start))
    rounds = 0
    while len(left := left[at[left] < stop[left]]):
        rounds += 1
        if rounds % CHECKED_ROUNDS == 0:
            check()
        for level, some in _by_widest_block(levels, at[left], stop[left]):
            width, words = levels[level]
            here = left[some]
            reduced[:, here] = reduce(reduced[:, here], words_at(words, rows, at[here] // width))
            at[here] += width
    return reduced


def stretch(words: Words, start: int, stop: int) -> Words:
    """``words[..., start:stop]``, with zeros for steps before the first or after the last."""
    steps = words.shape[-1]
    if start >= 0 and stop <= steps:
        return words[..., start:stop]
    padded = np.zeros((*words.shape[:-1], stop - start), np.uint64)
    low, high = min(max(start, 0), steps), max(min(stop, steps), 0)
    if low < high:
        padded[..., low - start : high - start] = words[..., low:high]
    return padded


def over_windows(reduce: np.ufunc, words: Words, size: int) -> Words:
    """Element i is ``reduce`` over ``words[i : i + size]``; one element for each whole window, of which there is one.

    ``reduce`` is bitwise_and or bitwise_or. It takes a time that hardly depends on the size. Of size 1 it is a view.
    """
    count = len(words) - size + 1
    if size > count:
        # Each window is the end of the words before `count`, the words from there to `size`, and the beginning of the
        # words after that.
        windows: Words = reduce.accumulate(words[count - 1 :: -1])[::-1]
        windows = reduce(windows, reduce.reduce(words[count:size]))
        windows[1:] = reduce(windows[1:], reduce.accumulate(words[size:]))
        return windows
    windows, width = words, 1
    while width < size:
        step = min(width, size - width)
        windows = reduce(windows[: len(windows) - step], windows[step:])
        width += step
    return windows[:count]


def off_after(words: Words, limit: int, sequences: Sequences, check: Check) -> Words:
    """The cells that are off for ``limit`` steps from each step on, all in the sequence of the step before it.

    So these are off throughout the limit after a range that stops there. Shape as ``words``, (rows, T).
    """
    off = np.empty_like(words)
    blocks = SharedBlocks(blocks_of(words.shape[1], BLOCK_STEPS), check)

    def look_at_blocks() -> None:
        for start, stop in blocks:
            step = np.arange(start, stop)
            first, end = sequences.around_each(start, stop)
            missing = (step == first) | (step + limit > end)
            for row, found in zip(words, off, strict=True):
                windows = over_windows(np.bitwise_or, stretch(row, start, stop + limit - 1), limit)
                np.invert(windows, out=found[start:stop])
                found[start:stop][missing] = 0

    in_threads(look_at_blocks, blocks=count_of_blocks(words.shape[1], BLOCK_STEPS))
    return off


def next_drop(
    bits: Bits, held: Words, at: Ints, end: Ints, *, rows: Rows = ALL, check: Check = never_cancelled
) -> Ints:
    """For each column of ``held``, the first step in [at, end) at which one of its cells is off, else ``end``."""
    at = at.copy()
    left = np.arange(len(at))
    rounds = 0
    while len(left := left[at[left] < end[left]]):
        rounds += 1
        if rounds % CHECKED_ROUNDS == 0:
            check()
        dropped = np.zeros(len(left), bool)
        for level, some in _by_widest_block(bits.levels_on, at[left], end[left]):
            dropped[some] = _advance(bits, held, at, some=left[some], level=level, rows=rows)
        left = left[~dropped]
    return at


def _advance(bits: Bits, held: Words, at: Ints, *, some: NDArray[np.intp], level: int, rows: Rows) -> NDArray[np.bool_]:
    """Move ``at[some]`` past the widest block, up to this level, in which all cells stay on; true if there is none."""
    width, words = bits.levels_on[level]
    lost = held[:, some] & ~words_at(words, rows, at[some] // width)
    dropped: NDArray[np.bool_] = np.any(lost, axis=0)
    at[some[~dropped]] += width
    if level > 0 and dropped.any():
        dropped[dropped] = _advance(bits, held, at, some=some[dropped], level=level - 1, rows=rows)
    return dropped


def _by_widest_block(levels: Levels, at: Ints, stop: Ints) -> list[tuple[int, NDArray[np.intp]]]:
    """The positions grouped by level: that of the widest block that begins there and ends by ``stop``."""
    everywhere = np.arange(len(at))
    if int((stop - at).max()) < SUMMARY_STEPS:
        return [(0, everywhere)]
    level = np.zeros(len(at), np.intp)
    for above, (width, _) in enumerate(levels[1:], start=1):
        level[(at % width == 0) & (at + width <= stop)] = above
    return [(one, everywhere[level == one]) for one in np.unique(level).tolist()]
