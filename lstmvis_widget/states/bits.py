"""On/off bits packed into words, a column a time step; or those of a part of the steps, with what lies beyond it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.scratch import scratch

WORD_BITS = 64

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Levels = list[tuple[int, Words]]

SUMMARY_STEPS = 64
"""Columns in a block of the first summary, and blocks of one summary in a block of the next."""


@dataclass(frozen=True)
class PartSteps:
    """Which steps the columns of a part's bits stand for.

    A part has a column for each of its own steps. What lies beyond its borders is constant over long pieces, and each
    piece has one column. So a cell that is on at one step and off at the next, or the other way round, changes where a
    column begins.

    Parameters
    ----------
    start, stop : int
        The part's own steps.
    steps : int
        T, the number of steps of all parts.
    before, after : ndarray of int64, shapes (m,) and (n,)
        How far from the border each piece before ``start`` ends, and each piece from ``stop`` on begins: ascending from
        0, outwards. The outermost piece has no end.
    """

    start: int
    stop: int
    steps: int
    before: Ints
    after: Ints

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.before) + self.stop - self.start + len(self.after)

    def column(self, steps: Ints) -> Ints:
        """The columns of some steps."""
        columns = steps - (self.start - len(self.before))
        low, high = self.plain
        if not len(steps) or (steps.min() >= low and steps.max() < high):
            return columns
        if (early := steps < self.start).any():
            away = self.start - 1 - steps[early]
            columns[early] = len(self.before) - np.searchsorted(self.before, away, side="right")
        if (late := steps >= self.stop).any():
            behind = len(self.before) + self.stop - self.start - 1
            columns[late] = behind + np.searchsorted(self.after, steps[late] - self.stop, side="right")
        return columns

    def first_step(self, columns: Ints) -> Ints:
        """The first steps of some columns; of the outermost piece before the part, the first step of all."""
        steps = columns + (self.start - len(self.before))
        if (early := columns < len(self.before)).any():
            steps[early] = self._begins_before[columns[early]]
        behind = len(self.before) + self.stop - self.start
        if (late := columns >= behind).any():
            steps[late] = self.stop + self.after[columns[late] - behind]
        return steps

    @cached_property
    def plain(self) -> tuple[int, int]:
        """The steps [start, stop), the own ones among them, that have a column each, one after the other."""
        before, after = (int(np.count_nonzero(side == np.arange(len(side)))) for side in (self.before, self.after))
        return max(0, self.start - before), min(self.steps, self.stop + after)

    @cached_property
    def _begins_before(self) -> Ints:
        return np.concatenate([np.zeros(1, np.int64), self.start - self.before[:0:-1]])

    @cached_property
    def backwards(self) -> PartSteps:
        """The same with time reversed."""
        return PartSteps(self.steps - self.stop, self.steps - self.start, self.steps, self.after, self.before)


@dataclass(frozen=True)
class Bits:
    """On/off bits, word-major: bit c % 64 of ``words[c // 64, t]`` says whether cell c is on at step t.

    Parameters
    ----------
    words : ndarray of uint64, shape (ceil(D / 64), columns)
    part : PartSteps, optional
        What the columns stand for, of a part of the steps. By default there is a column for each of all steps.
    """

    words: Words
    part: PartSteps | None = None

    @property
    def steps(self) -> int:
        """T, the number of time steps."""
        return int(self.words.shape[1]) if self.part is None else self.part.steps

    @property
    def own(self) -> tuple[int, int]:
        """The steps [start, stop) of the part, or all: whatever is asked of the bits starts at one of these."""
        return (0, self.steps) if self.part is None else (self.part.start, self.part.stop)

    @property
    def own_columns(self) -> slice:
        """The columns of these steps."""
        start, stop = self.own
        return slice(start + self.shift, stop + self.shift)

    @property
    def plain(self) -> tuple[int, int]:
        """The steps [start, stop) that have a column each, one after the other: the own ones, and those close by."""
        return self.own if self.part is None else self.part.plain

    @property
    def shift(self) -> int:
        """The column of a plain step less the step."""
        return 0 if self.part is None else len(self.part.before) - self.part.start

    def column(self, steps: Ints) -> Ints:
        """The columns of some steps."""
        return steps if self.part is None else self.part.column(steps)

    def columns(self, start: Ints, stop: Ints) -> tuple[Ints, Ints]:
        """The ranges of columns that stand for some ranges of steps, each of at least one step."""
        return (start, stop) if self.part is None else (self.part.column(start), self.part.column(stop - 1) + 1)

    def first_step(self, columns: Ints) -> Ints:
        """The first steps of some columns."""
        return columns if self.part is None else self.part.first_step(columns)

    def having(self, words: Words) -> Bits:
        """Other words for the same steps."""
        return Bits(words, self.part)

    def stretch(self, words: Words, start: int, stop: int) -> Words:
        """``words``, of shape (…, columns), at the steps from ``start`` to ``stop``: zeros where there is no step.

        A view, or an array of this thread that the next call uses again.
        """
        (low, high), shift = self.plain, self.shift
        if low <= start and stop <= high:
            return words[..., start + shift : stop + shift]
        found: Words = scratch().array("stretch", (*words.shape[:-1], stop - start))
        found.fill(0)
        first, last = min(max(start, low), stop), max(min(stop, high), start)
        if first < last:
            found[..., first - start : last - start] = words[..., first + shift : last + shift]
        if self.part is not None:
            for begin, end in ((max(start, 0), min(stop, low)), (max(start, high), min(stop, self.steps))):
                if begin < end:
                    found[..., begin - start : end - start] = words[..., self.part.column(np.arange(begin, end))]
        return found

    @cached_property
    def backwards(self) -> Bits:
        """The same bits with time reversed, as a view."""
        return Bits(self.words[:, ::-1], None if self.part is None else self.part.backwards)

    @cached_property
    def levels_on(self) -> Levels:
        """Pairs (n, the AND over each whole block of n columns): the bits themselves (n = 1), then their summaries."""
        return _levels(np.bitwise_and, self.words)

    @cached_property
    def levels_off(self) -> Levels:
        """The same with OR: a cell is off throughout a block where its bit is 0."""
        return _levels(np.bitwise_or, self.words)


def _levels(reduce: np.ufunc, words: Words) -> Levels:
    levels = [(1, words)]
    while levels[-1][1].shape[1] >= SUMMARY_STEPS:
        width, words = levels[-1]
        blocks = words.shape[1] // SUMMARY_STEPS
        grouped = words[:, : blocks * SUMMARY_STEPS].reshape(len(words), blocks, SUMMARY_STEPS)
        levels.append((width * SUMMARY_STEPS, reduce.reduce(grouped, axis=2)))
    return levels
