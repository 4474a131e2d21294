"""Which rows are counted, and what is known of each of these, for work where the rows are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.picked_rows import MOST_RANGES, NEAR_ELSEWHERE, ranges_around
from lstmvis_widget.work.blocks import Block

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class CountedRows:
    """Some rows from ``start`` on, and a value beside each of those that are counted.

    Attributes
    ----------
    start : int
    counted : ndarray of bool, shape (n,), or None
        Which of the rows are counted; None: all.
    values : ndarray
        Of the counted ones.
    number : int
        How many rows are counted before these.
    """

    start: int
    counted: NDArray[np.bool_] | None
    values: NDArray[Any]
    number: int

    def of(self, first: int, count: int) -> tuple[slice | Ints, NDArray[Any], slice]:
        """Which of ``count`` rows from ``first`` on are counted, their values, and their numbers among all that are."""
        low, high = first - self.start, first - self.start + count
        rows: slice | Ints = slice(None)
        if self.counted is not None:
            rows = np.flatnonzero(self.counted[low:high])
            low = int(np.count_nonzero(self.counted[:low]))
            high = low + len(rows)
        return rows, self.values[low:high], slice(self.number + low, self.number + high)

    def within(self, start: int, stop: int) -> CountedRows:
        """Some of the rows."""
        _, values, numbers = self.of(start, stop - start)
        counted = None if self.counted is None else self.counted[start - self.start : stop - self.start]
        return CountedRows(start, counted, values, numbers.start)


class CountedSteps:
    """The counted steps of all, with a value of each.

    Parameters
    ----------
    counted : ndarray of int64
        Ascending.
    values : ndarray
        Numbers from 0 to ``most`` are sent in as few bits as they need.
    most : int, optional
        None: values are sent as they are.
    """

    def __init__(self, counted: Ints, values: NDArray[Any], most: int | None = None) -> None:
        self._counted = counted
        self._values = values if most is None else values.astype(np.min_scalar_type(most))

    @property
    def ranges(self) -> list[Block]:
        """Ranges of rows with all that are counted."""
        return ranges_around(self._counted, NEAR_ELSEWHERE, MOST_RANGES)

    def within(self, start: int, stop: int) -> CountedRows:
        """Those in [start, stop)."""
        low, high = np.searchsorted(self._counted, [start, stop]).tolist()
        counted = None
        if high - low < stop - start:
            counted = np.zeros(stop - start, np.bool_)
            counted[self._counted[low:high] - start] = True
        return CountedRows(start, counted, self._values[low:high], low)
