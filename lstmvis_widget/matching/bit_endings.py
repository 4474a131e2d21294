"""Which cells are off throughout the limit after ranges that stop somewhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.bits import Bits, Words
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Check

from .bit_ranges import Rows, looked_up_off, lookups_of, off_after

Ints = NDArray[np.int64]


class Endings:
    """The cells that are off for ``limit`` steps from where ranges stop, in the sequence of each range.

    They are looked up for few ranges. Once so many were looked up that finding them for all steps would have taken no
    longer, that is done.

    Parameters
    ----------
    bits : Bits
    rows : ndarray of int, or slice
        The rows of words that are wanted.
    limit : int
        At least 1.
    sequences : Sequences
    """

    def __init__(self, bits: Bits, rows: Rows, limit: int, sequences: Sequences) -> None:
        self._bits, self._rows, self._limit, self._sequences = bits, rows, limit, sequences
        self._looked_up = 0
        self._everywhere: Words | None = None

    def everywhere(self, check: Check) -> Words:
        """For each column, those of ranges that stop at its first step: as `bit_ranges.off_after`."""
        if self._everywhere is None:
            words = self._bits.words[self._rows]
            self._everywhere = off_after(self._bits, words, self._limit, self._sequences, check)
        return self._everywhere

    def at(self, stop: Ints, end: Ints, check: Check) -> Words:
        """Those of ranges that stop at some steps, and whose sequences end at ``end``; shape (rows, ranges).

        Right for cells that are on at the step before, and no others.
        """
        self._looked_up += lookups_of(len(stop), self._limit)
        if self._everywhere is None and self._looked_up < self._bits.words.shape[1] * self._limit.bit_length():
            latest = np.minimum(stop, self._bits.steps - self._limit)
            off = looked_up_off(self._bits, latest, self._limit, self._rows, check=check)
            off[:, stop + self._limit > end] = 0
        else:
            off = self.everywhere(check)[:, self._bits.column(np.minimum(stop, self._bits.steps - 1))]
            off[:, stop == end] = 0
        return off
