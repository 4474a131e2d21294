"""Ranges that labels are counted in, in whatever form they are given."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.matching.matches import Match

Ints = NDArray[np.int64]


class Found(NamedTuple):
    """Ranges [start, stop) to count labels in, such as matches."""

    start: Ints
    stop: Ints

    def rows(self, rows: Any) -> Found:
        """Some of the ranges: a slice, row numbers, or a mask."""
        return Found(self.start[rows], self.stop[rows])


def as_found(matches: Any) -> Found:
    """The ranges of `Matches`, of one or more `Match`, of a table with these columns, or of an array (n, 2)."""
    if hasattr(matches, "start") and hasattr(matches, "stop"):
        return Found(*(np.atleast_1d(np.asarray(each, np.int64)) for each in (matches.start, matches.stop)))
    rows = list(matches)
    given = np.asarray([row[:2] for row in rows] if rows and isinstance(rows[0], Match) else rows)
    if given.size == 0:
        given = np.zeros((0, 2), np.int64)
    elif given.shape == (2,):
        given = given[None]
    if given.ndim != 2 or given.shape[1] != 2 or given.dtype.kind not in "iu":
        raise ValueError(
            f"matches must be ranges, pairs of integers (start, stop); got shape {given.shape} of {given.dtype}"
        )
    return Found(*given.T.astype(np.int64))


def without(found: Found, exclude: ArrayLike | None) -> Found:
    """The ranges that don't overlap ``exclude``, a range or several."""
    if exclude is None:
        return found
    first, end = (np.sort(each) for each in as_found(exclude))
    # Of the ranges that begin before a match ends, all have to end before it begins.
    return found.rows(np.searchsorted(first, found.stop) == np.searchsorted(end, found.start, side="right"))


def covered(found: Found, steps: int) -> NDArray[np.bool_]:
    """Which of the steps lie in a range; shape (steps,)."""
    change = np.zeros(steps + 1, np.int64)
    np.add.at(change, found.start, 1)
    np.add.at(change, found.stop, -1)
    return np.cumsum(change[:-1]) > 0
