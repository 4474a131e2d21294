"""Folding: of ranges that overlap each other, keep the best."""

from __future__ import annotations

import bisect

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def folded_into(start: Ints, stop: Ints) -> Ints:
    """For ranges [start, stop), best first: the row of the best kept range that each overlaps, its own if it is kept.

    A range is kept if it shares no step with a range kept before.
    """
    kept: list[tuple[int, int, int]] = []  # (start, stop, row), disjoint, sorted
    into = np.arange(len(start))
    for row, (first, end) in enumerate(zip(start.tolist(), stop.tolist(), strict=True)):
        low = bisect.bisect_right(kept, first, key=lambda each: each[1])
        high = bisect.bisect_left(kept, end, key=lambda each: each[0])
        if low < high:
            into[row] = min(better for _, _, better in kept[low:high])
        else:
            kept.insert(low, (first, end, row))
    return into
