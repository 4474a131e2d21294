"""Spelling out candidates in packed bits, from each step at which a cell switches off to the next such step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.bits import Bits, Words
from lstmvis_widget.work.cancelling import Check

from .bit_endings import Endings
from .bit_ranges import Rows, next_drop, words_at
from .engine import Candidates

Ints = NDArray[np.int64]


@dataclass
class Growing:
    """Ranges that are being extended, one from each start.

    Parameters
    ----------
    start : ndarray of int64, shape (n,)
    stop : ndarray of int64, shape (n,)
        The cells of ``held`` are on at all steps before it.
    end : ndarray of int64, shape (n,)
        The end of the start's sequence.
    held : ndarray of uint64, shape (rows, n)
        The selected cells that are on throughout, and off throughout the limit before the range.
    before : ndarray of uint64, shape (rows, n)
        The selected cells that are on at the step before the start: a range that holds only these is part of a longer
        one.
    """

    start: Ints
    stop: Ints
    end: Ints
    held: Words
    before: Words

    def __len__(self) -> int:
        return len(self.start)

    @staticmethod
    def joined(parts: Sequence[Growing]) -> Growing:
        """The ranges of all parts (at least one), one part after the other."""
        names = ("start", "stop", "end", "held", "before")
        return Growing(*(np.concatenate([getattr(part, name) for part in parts], axis=-1) for name in names))

    def where(self, keep: NDArray[np.bool_]) -> Growing:
        """Those for which ``keep`` is true."""
        return Growing(self.start[keep], self.stop[keep], self.end[keep], self.held[:, keep], self.before[:, keep])


def spelled(
    bits: Bits,
    rows: Rows,
    endings: Endings | None,
    ranges: Growing,
    *,
    least: int,
    max_length: int | None,
    check: Check,
) -> Iterator[Candidates]:
    """The candidates of these starts, with an overlap ≥ ``least`` and up to ``max_length`` steps, a few at a time.

    ``endings`` are those of these rows; None where there is no limit after the range.
    """
    while len(ranges):
        check()
        stop = next_drop(bits, ranges.held, ranges.stop, ranges.end, rows=rows, check=check)
        column = bits.column(np.minimum(stop, bits.steps - 1))
        kept = ranges.held & words_at(bits.words, rows, column)
        kept[:, stop == ranges.end] = 0
        inside = ranges.held
        if endings is not None:
            inside = inside & endings.at(stop, ranges.end, check)
        overlap = np.bitwise_count(inside).sum(axis=0, dtype=np.int64)
        found, length = overlap >= least, stop - ranges.start
        if max_length is not None:
            found &= length <= max_length
        if found.any():
            yield Candidates(ranges.start[found], stop[found], overlap[found])
        alive = np.bitwise_count(kept).sum(axis=0, dtype=np.int64) >= least
        alive &= (kept & ~ranges.before).any(axis=0)
        if max_length is not None:
            alive &= length < max_length
        ranges = Growing(ranges.start, stop + 1, ranges.end, kept, ranges.before).where(alive)
