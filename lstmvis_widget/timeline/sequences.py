"""Sequences: ranges of time steps that belong together, such as documents, songs or sentences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.numbers import LARGEST, checked_ints
from lstmvis_widget.given.places import repeated

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Sequences:
    """The bounds of sequences, which cover all steps.

    Parameters
    ----------
    bounds : ndarray of int64, shape (n + 1,)
        Sequence i is the range [bounds[i], bounds[i + 1]).
    """

    bounds: Ints

    @classmethod
    def of(cls, lengths: ArrayLike | None, steps: int) -> Sequences:
        """The sequences of the given lengths, or one sequence of all steps.

        Parameters
        ----------
        lengths : array_like of int, or None
            Each at least 1; they sum to ``steps``. In any form that `checked_ints` takes.
        steps : int
            T.

        Raises
        ------
        TypeError, ValueError
            The lengths aren't integers, one is below 1, or their sum isn't T.
        """
        if lengths is None:
            return cls(np.array([0, steps], np.int64))
        if isinstance(lengths, set | frozenset):
            raise TypeError(f"sequences must be lengths in the order of the text; got a set, {brief(lengths)}")
        given = checked_ints("sequences", lengths, low=-LARGEST)
        short = np.flatnonzero(given < 1)
        if len(short):
            msg = f"a sequence must have at least one step; sequence {short[0]} has length {given[short[0]]}"
            raise ValueError(msg)
        total = sum(given.tolist())  # of Python's integers, which don't wrap round
        if total != steps:
            msg = f"the lengths of the sequences must sum to the {steps} time steps; they sum to {total}"
            raise ValueError(msg)
        return cls(np.concatenate([[0], np.cumsum(given)]))

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @property
    def lengths(self) -> Ints:
        """Length of each sequence, in steps."""
        return np.diff(self.bounds)

    @property
    def starts(self) -> Ints:
        """First step of each sequence."""
        return self.bounds[:-1]

    def at(self, step: int) -> int:
        """The number of the sequence of a step."""
        return int(np.searchsorted(self.bounds, step, side="right")) - 1

    def around(self, steps: ArrayLike) -> tuple[Ints, Ints]:
        """For each step the bounds [first, end) of its sequence."""
        sequence = np.searchsorted(self.bounds, np.asarray(steps), side="right") - 1
        return self.bounds[sequence], self.bounds[sequence + 1]

    def around_each(self, start: int, stop: int) -> tuple[Ints, Ints]:
        """The same for all steps of [start, stop), which may lie in several sequences."""
        first, last = np.searchsorted(self.bounds, [start, stop])
        bounds = self.bounds[first - (self.bounds[first] > start) : last + 1]
        steps: Ints = np.diff(np.clip(bounds, start, stop)).astype(np.int64)
        return repeated(bounds[:-1], steps), repeated(bounds[1:], steps)

    def starts_in(self, start: int, stop: int) -> Ints:
        """Starts of sequences within [start, stop)."""
        first, last = np.searchsorted(self.bounds, [start, stop])
        return self.bounds[first : min(last, len(self))]

    def up_to(self, step: int) -> Sequences:
        """The sequences of the steps before ``step``, the last one as far as it reaches."""
        return Sequences(np.append(self.bounds[self.bounds < step], step))

    def of_steps(self, steps: Ints) -> Sequences:
        """The sequences of some steps, which ascend, with these steps numbered from 0; without those of no step."""
        return Sequences(np.unique(np.searchsorted(steps, self.bounds)))

    def around_steps(self, start: int, stop: int) -> Sequences:
        """The sequences that have steps in [start, stop) alone, with the numbers that these steps have among all."""
        first = int(np.searchsorted(self.bounds, start, side="right")) - 1
        return Sequences(self.bounds[first : int(np.searchsorted(self.bounds, stop)) + 1])

    def reversed(self, steps: int) -> Sequences:
        """The same with time running backwards from the last of ``steps`` steps, T."""
        return Sequences(steps - self.bounds[::-1])
