"""AND over ranges of steps, and how far cells stay on; the summaries of the bits skip long stretches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.index import SUMMARY_STEPS, Bits, Words
from lstmvis_widget.work.cancelling import Check, never_cancelled

Ints = NDArray[np.int64]
Rows = NDArray[np.intp] | slice

ALL = slice(None)
ALL_ONES = ~np.uint64(0)


def words_at(words: Words, rows: Rows, steps: Ints) -> Words:
    """Some rows of words at some steps; shape (rows, steps)."""
    return words[:, steps] if isinstance(rows, slice) else words[rows[:, None], steps]


def and_over_ranges(bits: Bits, start: Ints, stop: Ints, rows: Rows = ALL) -> Words:
    """The cells that are on at every step of each range; shape (rows, ranges).

    A range is covered by single steps, then by whole blocks of a summary, then by single steps again.
    """
    count = len(bits.words) if isinstance(rows, slice) else len(rows)
    both = np.full((count, len(start)), ALL_ONES)
    at = start.copy()
    left = np.arange(len(start))
    while len(left := left[at[left] < stop[left]]):
        for level, some in _by_widest_block(bits, at[left], stop[left]):
            width, words = bits.levels[level]
            here = left[some]
            both[:, here] &= words_at(words, rows, at[here] // width)
            at[here] += width
    return both


def next_drop(
    bits: Bits, held: Words, at: Ints, end: Ints, *, rows: Rows = ALL, check: Check = never_cancelled
) -> Ints:
    """For each column of ``held``, the first step in [at, end) at which one of its cells is off, else ``end``."""
    at = at.copy()
    left = np.arange(len(at))
    rounds = 0
    while len(left := left[at[left] < end[left]]):
        rounds += 1
        if rounds % 64 == 0:
            check()
        dropped = np.zeros(len(left), bool)
        for level, some in _by_widest_block(bits, at[left], end[left]):
            dropped[some] = _advance(bits, held, at, some=left[some], level=level, rows=rows)
        left = left[~dropped]
    return at


def _advance(bits: Bits, held: Words, at: Ints, *, some: NDArray[np.intp], level: int, rows: Rows) -> NDArray[np.bool_]:
    """Move ``at[some]`` past the widest block, up to this level, in which all cells stay on; true if there is none."""
    width, words = bits.levels[level]
    lost = held[:, some] & ~words_at(words, rows, at[some] // width)
    dropped: NDArray[np.bool_] = np.any(lost, axis=0)
    at[some[~dropped]] += width
    if level > 0 and dropped.any():
        dropped[dropped] = _advance(bits, held, at, some=some[dropped], level=level - 1, rows=rows)
    return dropped


def _by_widest_block(bits: Bits, at: Ints, stop: Ints) -> list[tuple[int, NDArray[np.intp]]]:
    """The positions grouped by level: that of the widest block that begins there and ends by ``stop``."""
    everywhere = np.arange(len(at))
    if int((stop - at).max()) < SUMMARY_STEPS:
        return [(0, everywhere)]
    level = np.zeros(len(at), np.intp)
    for above, (width, _) in enumerate(bits.levels[1:], start=1):
        level[(at % width == 0) & (at + width <= stop)] = above
    return [(one, everywhere[level == one]) for one in np.unique(level).tolist()]
