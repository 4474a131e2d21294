"""AND over ranges of steps, and how far cells stay on; the summaries of the bits skip long stretches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.places import reduced_at, repeated
from lstmvis_widget.states.bits import SUMMARY_STEPS, Bits, Levels, Words
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.blocks import Block, SharedBlocks, blocks_of, count_of_blocks, in_threads
from lstmvis_widget.work.cancelling import Check, never_cancelled
from lstmvis_widget.work.scratch import scratch

Ints = NDArray[np.int64]
Rows = NDArray[np.intp] | slice

ALL = slice(None)
ALL_ONES = ~np.uint64(0)

BLOCK_STEPS = 2**16
"""Steps looked at at once, few enough for their words to stay in the processor's cache."""

LOOKED_UP = 16
"""How many times as long it takes to look up a word anywhere as to look at one after the other."""

FEW_COLUMNS = 512
"""Words at fewer columns are looked up in all rows at once: they fit in a small array."""

CHECKED_ROUNDS = 64
"""Rounds of a loop over steps between two calls of ``check``."""


def words_at(words: Words, rows: Rows, columns: Ints) -> Words:
    """Some rows of words at some columns; shape (rows, columns).

    It may be an array of this thread that the next call uses again.
    """
    if len(columns) < FEW_COLUMNS:
        return words[:, columns] if isinstance(rows, slice) else words[rows[:, None], columns]
    if words.strides[-1] < 0:  # numpy would turn all words round first
        words, columns = words[:, ::-1], words.shape[1] - 1 - columns
    numbers = range(len(words)) if isinstance(rows, slice) else rows.tolist()
    found: Words = scratch().array("words at", (len(numbers), len(columns)))
    for place, number in enumerate(numbers):
        words[number].take(columns, out=found[place], mode="clip")
    return found


def on_over_ranges(bits: Bits, start: Ints, stop: Ints, rows: Rows = ALL, *, check: Check = never_cancelled) -> Words:
    """The cells that are on at every step of each range; shape (rows, ranges)."""
    return _over_ranges(np.bitwise_and, bits.levels_on, bits.columns(start, stop), rows, check)


def off_over_windows(bits: Bits, start: Ints, size: int, rows: Rows = ALL, *, check: Check = never_cancelled) -> Words:
    """The cells that are off at each of the ``size`` steps from each start; shape (rows, starts).

    ``start`` is at least 0, and ``start + size`` at most the number of steps.
    """
    if lookups_of(len(start), size) < bits.words.shape[1] * size.bit_length():
        return looked_up_off(bits, start, size, rows, check=check)
    numbers = np.arange(len(bits.words))[rows]
    off = np.empty((len(numbers), len(start)), np.uint64)
    low, high = bits.plain
    order = np.argsort(start, kind="stable")
    within = slice(*np.searchsorted(start[order], [low, high - size + 1]))  # those of windows of plain steps
    in_order, places = start[order][within], order[within]
    blocks = SharedBlocks(blocks_of(high - low, BLOCK_STEPS, low), check)

    def look_at_blocks() -> None:
        for begin, end in blocks:
            here = slice(*np.searchsorted(in_order, [begin, end]))
            if here.start < here.stop:
                first, last = int(in_order[here.start]), int(in_order[here.stop - 1])
                for place, number in enumerate(numbers):
                    windows = windows_of(bits, np.bitwise_or, bits.words[number], (first, last + 1), size)
                    off[place, places[here]] = ~windows[in_order[here] - first]

    in_threads(look_at_blocks, blocks=count_of_blocks(high - low, BLOCK_STEPS))
    beyond = np.delete(order, within)
    if len(beyond):
        for place, number in enumerate(numbers):
            off[place, beyond] = ~_over_borders(bits, np.bitwise_or, bits.words[number], start[beyond], size)
    return off


def lookups_of(count: int, size: int) -> int:
    """What `looked_up_off` takes, in units of what each word takes where all are looked at, one after the other."""
    return count * min(size, 2 * SUMMARY_STEPS) * LOOKED_UP


def looked_up_off(bits: Bits, start: Ints, size: int, rows: Rows = ALL, *, check: Check = never_cancelled) -> Words:
    """The same as `off_over_windows`, looked up start by start."""
    off = _over_ranges(np.bitwise_or, bits.levels_off, bits.columns(start, start + size), rows, check)
    return np.invert(off, out=off)


def _over_ranges(reduce: np.ufunc, levels: Levels, ranges: tuple[Ints, Ints], rows: Rows, check: Check) -> Words:
    """The words of each range of columns reduced to one.

    A range is covered by single columns, then by whole blocks of a summary, then by single columns again.
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
            found = words_at(words, rows, at[here] // width)
            if len(here) == len(start):
                reduce(reduced, found, out=reduced)
            else:
                reduced[:, here] = reduce(reduced[:, here], found)
            at[here] += width
    return reduced


def windows_of(bits: Bits, reduce: np.ufunc, row: Words, starts: Block, size: int) -> Words:
    """Element i is ``reduce`` over the ``size`` steps from the i-th start on; of starts from one to another.

    ``row`` is a row of the words of ``bits``. What is found is anything where one of the steps doesn't exist. It is a
    view, or an array of this thread that the next call uses again.
    """
    start, stop = starts
    (low, high), shift = bits.plain, bits.shift
    begin = min(max(start, low), stop)
    end = max(min(stop, high - size + 1), begin)
    if (begin, end) == (start, stop):
        return over_windows(reduce, row[start + shift : stop + size - 1 + shift], size)
    found: Words = scratch().array("windows", stop - start)
    if begin < end:
        within = over_windows(reduce, row[begin + shift : end + size - 1 + shift], size)
        found[begin - start : end - start] = within
    for first, last in ((start, begin), (end, stop)):
        if first < last:
            beyond = 0 if bits.part is None else _over_borders(bits, reduce, row, np.arange(first, last), size)
            found[first - start : last - start] = beyond
    return found


def _over_borders(bits: Bits, reduce: np.ufunc, row: Words, start: Ints, size: int) -> Words:
    """``reduce`` over the ``size`` steps from each start, of which some are beyond the plain steps."""
    last_step = bits.steps - 1
    first = bits.column(np.clip(start, 0, last_step))
    last = bits.column(np.clip(start + size - 1, 0, last_step))
    found = np.empty(len(start), np.uint64)
    left = np.ones(len(start), bool)
    for pivot in (bits.plain[0] + bits.shift, bits.plain[1] - 1 + bits.shift):
        # All windows over the same column: each is the end of the words up to there, and the beginning of the others.
        some = np.flatnonzero(left & (first <= pivot) & (last >= pivot))
        if len(some):
            lowest = int(first[some].min())
            back = reduce.accumulate(row[lowest : pivot + 1][::-1])[::-1]
            ahead = reduce.accumulate(row[pivot : int(last[some].max()) + 1])
            found[some] = reduce(back[first[some] - lowest], ahead[last[some] - pivot])
            left[some] = False
    some = np.flatnonzero(left)
    if len(some):  # within few pieces beyond a border
        pairs, which = np.unique(np.stack([first[some], last[some] + 1]), axis=1, return_inverse=True)
        padded = np.append(row, np.zeros(1, np.uint64))  # numpy takes each end of a window for a beginning, too
        found[some] = reduced_at(reduce, padded, pairs.T.reshape(-1))[::2][which.reshape(-1)]
    return found


def over_windows(reduce: np.ufunc, words: Words, size: int) -> Words:
    """Element i is ``reduce`` over ``words[i : i + size]``; one element for each whole window, of which there is one.

    ``reduce`` is bitwise_and or bitwise_or. It takes a time that hardly depends on the size. Of size 1 it is a view,
    else an array of this thread that the next call uses again.
    """
    count = len(words) - size + 1
    rooms = [scratch().array(name, len(words)) for name in ("over", "over in turn")]
    if size > count:
        # Each window is the end of the words before `count`, the words from there to `size`, and the beginning of the
        # words after that.
        windows: Words = reduce.accumulate(words[count - 1 :: -1], out=rooms[0][:count])[::-1]
        reduce(windows, reduce.reduce(words[count:size]), out=windows)
        reduce(windows[1:], reduce.accumulate(words[size:], out=rooms[1][: count - 1]), out=windows[1:])
        return windows
    windows, width = words, 1
    while width < size:
        step = min(width, size - width)
        windows = reduce(windows[: len(windows) - step], windows[step:], out=rooms[0][: len(windows) - step])
        rooms.reverse()
        width += step
    return windows[:count]


def missing_around(sequences: Sequences, starts: Block, before: int, after: int) -> NDArray[np.bool_]:
    """Whether one of the ``before`` steps before each step is missing in its sequence, or one of ``after`` from it on.

    ``starts`` are the first step and the end of these steps.
    """
    start, stop = starts
    first, last = np.searchsorted(sequences.bounds, [start + 1, stop])
    begin, end = sequences.bounds[first - 1 : last], sequences.bounds[first : last + 1]
    complete_from = np.minimum(begin + before, end)
    complete_to = np.maximum(end - after + 1, complete_from)
    edges = np.append(np.stack([begin, complete_from, complete_to], axis=1).reshape(-1), stop)
    missing = np.tile([True, False, True], len(begin))
    return repeated(missing, np.diff(np.clip(edges, start, stop)))


def off_after(bits: Bits, words: Words, limit: int, sequences: Sequences, check: Check) -> Words:
    """The cells that are off for ``limit`` steps from the first of each column on, in the sequence of the step before.

    So these are off throughout the limit after a range that stops there. ``words`` are rows of those of ``bits``; shape
    as these, (rows, columns). No range stops before the own steps of a part.
    """
    off = np.zeros_like(words)
    (low, high), shift = bits.own, bits.shift
    blocks = SharedBlocks(blocks_of(high - low, BLOCK_STEPS, low), check)

    def look_at_blocks() -> None:
        for start, stop in blocks:
            missing = missing_around(sequences, (start, stop), 1, limit)
            for row, found in zip(words, off[:, start + shift : stop + shift], strict=True):
                np.invert(windows_of(bits, np.bitwise_or, row, (start, stop), limit), out=found)
                np.copyto(found, 0, where=missing)

    in_threads(look_at_blocks, blocks=count_of_blocks(high - low, BLOCK_STEPS))
    behind = np.arange(bits.own_columns.stop, words.shape[1])
    step = bits.first_step(behind)
    inside = step + limit <= end_of_last(bits, sequences)
    for row, found in zip(words, off, strict=True):
        found[behind[inside]] = ~_over_borders(bits, np.bitwise_or, row, step[inside], limit)
    return off


def end_of_last(bits: Bits, sequences: Sequences) -> int:
    """The end of the sequence of the last own step."""
    return int(sequences.around([bits.own[1] - 1])[1][0])


def next_drop(
    bits: Bits, held: Words, at: Ints, end: Ints, *, rows: Rows = ALL, check: Check = never_cancelled
) -> Ints:
    """For each column of ``held``, the first step in [at, end) at which one of its cells is off, else ``end``.

    The cells of ``held`` are on at the step before ``at``.
    """
    column, stop = bits.columns(at, end)
    if bits.part is None:
        column = column.copy()
    left = np.arange(len(at))
    rounds = 0
    while len(left := left[column[left] < stop[left]]):
        rounds += 1
        if rounds % CHECKED_ROUNDS == 0:
            check()
        dropped = np.zeros(len(left), bool)
        for level, some in _by_widest_block(bits.levels_on, column[left], stop[left]):
            dropped[some] = _advance(bits, held, column, some=left[some], level=level, rows=rows)
        left = left[~dropped]
    if bits.part is None:
        return column
    dropped = np.flatnonzero(column < stop)
    steps = end.copy()
    steps[dropped] = np.maximum(bits.first_step(column[dropped]), at[dropped])
    return steps


def _advance(bits: Bits, held: Words, at: Ints, *, some: NDArray[np.intp], level: int, rows: Rows) -> NDArray[np.bool_]:
    """Move ``at[some]`` past the widest block, up to this level, in which all cells stay on; true if there is none."""
    width, words = bits.levels_on[level]
    lost = words_at(words, rows, at[some] // width)
    np.invert(lost, out=lost)
    lost &= held if len(some) == len(at) else held[:, some]
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
