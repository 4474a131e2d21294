"""The rows of some steps, read without the others where that can be."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.blocks import Block, blocks_of
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported, part

from .folding import clipped
from .sources import States

Array = NDArray[Any]
Ints = NDArray[np.int64]

NEAR, NEAR_ELSEWHERE = 32, 2**12
"""Steps that are nearer to each other are read together, here and where rows lie elsewhere."""

MOST_RANGES = 128
"""Ranges of rows that are asked for at once, where they lie elsewhere."""

BROUGHT_BYTES = 2**26
"""Bytes of rows that come here at once from elsewhere."""


def picked_rows(
    states: States,
    steps: Ints,
    cells: Ints | None = None,
    *,
    check: Check = never_cancelled,
    progress: Report = not_reported,
) -> Iterator[tuple[slice, Array]]:
    """The rows of some steps, some of them at a time. Where rows lie elsewhere, only these come here.

    Parameters
    ----------
    states : States
    steps : ndarray of int64
        Ascending.
    cells : ndarray of int64, optional
        By default all.
    check, progress : callable, optional
        Called before each read; ``check`` may raise to end the work.

    Yields
    ------
    places : slice
        Which of the steps they are of.
    rows : ndarray of shape (n, cells)

    Raises
    ------
    OSError
        The source can't be read.
    """
    if states.elsewhere is not None:
        width = states.shape[1] if cells is None else len(cells)
        at_once = max(1, BROUGHT_BYTES // max(1, width * states.dtype.itemsize))
        for low, high in blocks_of(len(steps), at_once):
            some, share = steps[low:high], part(progress, low / len(steps), high / len(steps))
            brought = states.fold(
                Picked(cells),
                operator.add,
                beside=Steps(some),
                ranges=ranges_around(some, NEAR_ELSEWHERE, MOST_RANGES),
                check=check,
                progress=share,
            )
            yield slice(low, high), np.concatenate(brought or ())
        return
    for start, stop in clipped(states.blocks(), ranges_around(steps, NEAR)):
        check()
        progress(start / len(states))
        low, high = np.searchsorted(steps, [start, stop]).tolist()
        if low < high:
            rows = states.read(start, stop)
            some = rows if high - low == stop - start else rows[steps[low:high] - start]
            yield slice(low, high), some if cells is None else some[:, cells]


@dataclass(frozen=True)
class Steps:
    """Some steps, which stand beside the rows of all steps.

    Parameters
    ----------
    steps : ndarray of int64
        Ascending.
    """

    steps: Ints

    def within(self, start: int, stop: int) -> Steps:
        """Those in [start, stop)."""
        low, high = np.searchsorted(self.steps, [start, stop])
        return Steps(self.steps[low:high])


@dataclass(frozen=True)
class Picked:
    """Takes the rows of some steps, and of these some cells, out of blocks; ``operator.add`` joins them.

    Parameters
    ----------
    cells : ndarray of int64, optional
        By default all.
    """

    cells: Ints | None = None

    def __call__(self, first: int, values: Array, steps: Steps) -> tuple[Array]:
        """The rows of those of the steps that lie in the block."""
        rows = values[steps.within(first, first + len(values)).steps - first]
        return (rows if self.cells is None else rows[:, self.cells],)


def ranges_around(steps: Ints, near: int, most: int | None = None) -> list[Block]:
    """Ranges with all these ascending steps, and others only between those that are near to each other.

    With ``most`` there are no more ranges than that: they leave out the longest stretches between steps.
    """
    if not len(steps):
        return []
    gaps = np.diff(steps)
    far = np.flatnonzero(gaps > near)
    if most is not None and len(far) >= most:
        far = np.sort(far[np.argsort(-gaps[far], kind="stable")[: most - 1]])
    starts = steps[np.append(0, far + 1)]
    stops = steps[np.append(far, len(steps) - 1)] + 1
    return list(zip(starts.tolist(), stops.tolist(), strict=True))
