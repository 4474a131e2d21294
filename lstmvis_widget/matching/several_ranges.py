"""Which cells follow the on/off pattern at most of several ranges of time steps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.numbers import checked_number
from lstmvis_widget.states.bits import WORD_BITS
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.states.sources import States, as_states
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported, part
from lstmvis_widget.work.showing import Progress, shown

from .bit_ranges import off_over_windows, on_over_ranges
from .engine import Engine
from .selection import Pattern, check_ranges, follows_at

Ints = NDArray[np.int64]

MOST_SKIPPED = 64
"""Steps between two ranges that are read along with both: they take less time than another read."""

RANGES_AT_ONCE = 4096
"""Ranges looked up in an index at once."""

ROUNDING = 1e-9
"""A share of ranges is at most this far from the number it was made from: 1 − 8/9 of 9 ranges is one range."""


def select_cells_at(
    states: Any,
    ranges: ArrayLike | Iterable[tuple[int, int]],
    threshold: float,
    *,
    off_before: int = 0,
    off_after: int = 0,
    tolerance: float = 0.0,
    sequences: ArrayLike | None = None,
    check: Check = never_cancelled,
    progress: Progress = None,
) -> Ints:
    """Cells that follow the on/off pattern at all of several ranges, or at most of them.

    Of n ranges a cell may fail to follow the pattern at ``tolerance`` × n, rounded down. `select_cells` says what it
    means to follow the pattern. A range whose limit steps aren't all in its sequence counts, too: no cell follows the
    pattern there, which uses up some of the tolerance.

    Parameters
    ----------
    states : array_like of shape (T, D)
        Or anything else that `States` takes.
    ranges : array_like of int, shape (n, 2), n ≥ 1
        Half-open ranges [start, stop), 0 ≤ start < stop ≤ T, in any order; they may overlap. One that is given more
        than once counts once.
    threshold : float
        In units of the states.
    off_before, off_after : int, default 0
        Limits in steps, as for `select_cells`.
    tolerance : float, default 0
        The share of the ranges at which a cell needn't follow the pattern, 0 ≤ tolerance < 1. At one range at least it
        has to.
    sequences : array_like of int, optional
        Lengths of the sequences, which sum to T. No range crosses the end of one, and limit steps lie in the sequence
        of their range. By default one sequence of all steps, or the sequences of states in many files, see `States`.
    check : callable, optional
        Called before each block of states is read; it may raise to end the work.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    ndarray of int64
        Sorted numbers of the cells. With one range they are those of `select_cells`.

    Raises
    ------
    TypeError
        An argument is no number, or the ranges aren't pairs of integers.
    ValueError
        There is no range, one is empty, reversed, outside the states or crosses the end of a sequence; a limit is
        negative, the threshold isn't finite, or the tolerance isn't within 0 ≤ tolerance < 1.

    References
    ----------
    Strobelt, Gehrmann, Pfister, Rush: LSTMVis (2018), section 4, for one range. Several are this package's own.

    Examples
    --------
    Which cells are on at every "said the"? With a tolerance, a cell may be off at some of these places:

    >>> import numpy as np
    >>> from lstmvis_widget import select_cells_at
    >>> from lstmvis_widget.datasets import load_alice
    >>> alice = load_alice()
    >>> states = np.tanh(alice.states["layer 1"])
    >>> starts = [t for t in range(len(states)) if alice.tokens[t : t + 2] == ["said", "the"]]
    >>> len(starts)
    23
    >>> ranges = [(start, start + 2) for start in starts]
    >>> select_cells_at(states, ranges, 0.3, sequences=alice.sequences)
    array([  2,  11,  40,  44,  48,  49,  52,  58,  66,  68,  71,  72,  78,
            79,  89,  90,  97, 104, 107, 116, 119, 123, 125, 126, 127, 135,
           138])
    >>> select_cells_at(states, ranges, 0.3, tolerance=0.1, sequences=alice.sequences)
    array([  2,  11,  24,  37,  40,  44,  48,  49,  52,  58,  66,  68,  71,
            72,  78,  79,  89,  90,  91,  97, 104, 107, 116, 119, 123, 125,
           126, 127, 135, 138])
    """
    opened = as_states(states)
    pattern = Pattern(threshold, off_before, off_after)
    share = checked_tolerance(tolerance)
    within = Sequences.of(opened.sequences if sequences is None else sequences, len(opened))
    places = Places.of(check_ranges(ranges, len(opened)), pattern, within)
    if not len(places.ranges):
        raise ValueError("ranges must have at least one range (start, stop); got none")
    check_inside(places.ranges, within)
    with shown(progress, "looking for the cells that follow the pattern") as report:
        reading = opened.prepare_first(report, check)
        missed = count_missed(
            opened, places, pattern, most=misses_allowed(len(places.ranges), share), check=check, progress=reading
        )
    return np.flatnonzero(missed <= misses_allowed(len(places.ranges), share)).astype(np.int64, copy=False)


def checked_tolerance(value: Any) -> float:
    """A share of ranges that may be missed, 0 ≤ tolerance < 1, or a TypeError or ValueError."""
    number = float(checked_number("tolerance", value))
    if not 0 <= number < 1:
        raise ValueError(f"tolerance must be at least 0 and below 1; got {number:g}")
    return number


def misses_allowed(ranges: int, tolerance: float) -> int:
    """At how many of so many ranges a cell needn't follow the pattern: at one at least it has to."""
    return max(0, min(ranges - 1, math.floor(tolerance * ranges + ROUNDING)))


def check_inside(ranges: Ints, sequences: Sequences) -> None:
    """Refuse a range that crosses the end of a sequence with a ValueError."""
    first, end = sequences.around(ranges[:, 0])
    crossing = ranges[:, 1] > end
    if crossing.any():
        at = int(crossing.argmax())
        start, stop = ranges[at].tolist()
        raise ValueError(
            f"a range must not cross a sequence's end; [{start}, {stop}) crosses that of [{first[at]}, {end[at]})"
        )


@dataclass(frozen=True)
class Places:
    """Distinct ranges in the order of time, and which of them have all limit steps of a pattern in their sequence.

    Parameters
    ----------
    ranges : ndarray of int64, shape (n, 2)
    complete : ndarray of bool, shape (n,)
    """

    ranges: Ints
    complete: NDArray[np.bool_]

    @classmethod
    def of(cls, ranges: ArrayLike, pattern: Pattern, sequences: Sequences) -> Places:
        """The places of some ranges, of shape (n, 2), in any order."""
        distinct = np.unique(np.asarray(ranges, np.int64).reshape(-1, 2), axis=0)
        reach = pattern.within(int(sequences.bounds[-1]))
        low, high = sequences.around(distinct[:, 0])
        inside = (distinct[:, 0] - reach.off_before >= low) & (distinct[:, 1] + reach.off_after <= high)
        return cls(distinct, inside)

    @property
    def usable(self) -> Ints:
        """The ranges at which a cell can follow the pattern."""
        return self.ranges[self.complete]


def read_together(first: Ints, last: Ints, most: int) -> Iterator[tuple[int, int, slice]]:
    """Stretches of steps to read at once: first and last step (half-open), and which of the reaches lie in it.

    Reach i is [first[i], last[i]), those of ranges in the order of time. A stretch of more than ``most`` steps has one.
    """
    begin = 0
    while begin < len(first):
        end, low, high = begin + 1, int(first[begin]), int(last[begin])
        while end < len(first) and first[end] - high <= MOST_SKIPPED:
            lower, higher = min(low, int(first[end])), max(high, int(last[end]))
            if higher - lower > most:
                break
            end, low, high = end + 1, lower, higher
        yield low, high, slice(begin, end)
        begin = end


def count_missed(
    states: States,
    places: Places,
    pattern: Pattern,
    *,
    most: int,
    check: Check = never_cancelled,
    progress: Report = not_reported,
) -> Ints:
    """At how many of the places each cell fails to follow the pattern, as far as that is at most ``most``.

    It reads no further once all cells fail at more.
    """
    missed = np.full(states.shape[1], np.count_nonzero(~places.complete))
    usable, pattern = places.usable, pattern.within(len(states))
    reaches = pattern.reach(usable[:, 0], usable[:, 1])
    rule = states.on_rule(pattern.threshold)
    for first, last, rows in read_together(*reaches, states.block_rows):
        if not len(missed) or missed.min() > most:
            break
        check()
        progress(rows.start / len(usable))
        here: list[tuple[int, int]] = usable[rows].tolist()
        if last - first > states.block_rows:
            [(start, stop)] = here
            report = part(progress, rows.start / len(usable), rows.stop / len(usable))
            missed += ~follows_at(states, start, stop, pattern, rule=rule, check=check, progress=report)
        else:
            on = rule(states.read_source(first, last), None)
            for start, stop in here:
                missed += ~_follows(on, start - first, stop - first, pattern)
    return missed


def _follows(on: NDArray[np.bool_], start: int, stop: int, pattern: Pattern) -> NDArray[np.bool_]:
    """Which cells follow the pattern at the rows [start, stop), whose limit rows are there."""
    follows = np.logical_and.reduce(on[start:stop], axis=0)
    if pattern.off_before:
        follows &= ~np.logical_or.reduce(on[start - pattern.off_before : start], axis=0)
    if pattern.off_after:
        follows &= ~np.logical_or.reduce(on[stop : stop + pattern.off_after], axis=0)
    return np.asarray(follows)


def count_missed_in_index(
    index: OnOffIndex | Engine, places: Places, pattern: Pattern, *, check: Check = never_cancelled
) -> Ints:
    """The same as `count_missed`, from an index at the threshold of the pattern, which takes no read of the states."""
    usable, pattern = places.usable, pattern.within(index.steps)
    if isinstance(index, OnOffIndex):
        missed = len(usable) - count_following(index, usable, pattern, check)
    else:
        missed = index.missed(usable, pattern, check)
    return np.count_nonzero(~places.complete) + missed


def count_following(index: OnOffIndex, ranges: Ints, pattern: Pattern, check: Check) -> Ints:
    """At how many of some ranges (n, 2), whose limit steps exist, each cell follows the pattern; in the bits.

    Ranges start in the part, if the index is that of a part of the steps.
    """
    bits = index.bits
    followed = np.zeros((len(bits.words), WORD_BITS), np.int64)
    for begin in range(0, len(ranges), RANGES_AT_ONCE):
        check()
        start, stop = ranges[begin : begin + RANGES_AT_ONCE].T
        words = on_over_ranges(bits, start, stop, check=check)
        if pattern.off_before:
            words &= off_over_windows(bits, start - pattern.off_before, pattern.off_before, check=check)
        if pattern.off_after:
            words &= off_over_windows(bits, stop, pattern.off_after, check=check)
        of_each = words.astype("<u8", copy=False).view(np.uint8).reshape(*words.shape, -1)
        followed += np.unpackbits(of_each, axis=2, bitorder="little").sum(axis=1, dtype=np.int64)
    return followed.reshape(-1)[: index.cells]
