"""Which cells follow the on/off pattern at many ranges, found where the rows are: no states come here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.on_off import is_on
from lstmvis_widget.states.sources import States
from lstmvis_widget.work.blocks import Block
from lstmvis_widget.work.cancelling import Check, Report

Ints = NDArray[np.int64]
Following = dict[int, NDArray[np.bool_]]
"""Number of a range → which cells follow the pattern at those of its steps, and limit steps, that were looked at."""


def following_elsewhere(
    states: States, ranges: Ints, reaches: Ints, threshold: float, *, check: Check, progress: Report
) -> NDArray[np.bool_]:
    """Which cells are on at all steps of each range, and off at the steps beside it; shape (n, D).

    Parameters
    ----------
    states : States
        Whose rows lie elsewhere.
    ranges, reaches : ndarray of int64, shape (n, 2), n ≥ 1
        Each range [start, stop), and the steps that it takes with its limit steps, all of which exist.
    threshold : float
    check, progress : callable
        As of `States.fold`.
    """
    beside = RangesBeside(np.arange(len(ranges)), ranges, reaches)
    found = states.fold(
        FollowingInBlock(threshold), at_both, beside=beside, ranges=joined(reaches), check=check, progress=progress
    )
    follows: Following = found or {}
    return np.array([follows[number] for number in range(len(ranges))])


def joined(reaches: Ints) -> list[Block]:
    """The same steps as ranges that ascend and don't overlap."""
    found: list[Block] = []
    for start, stop in reaches[np.argsort(reaches[:, 0], kind="stable")].tolist():
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], stop)
        else:
            found.append((start, stop))
    return found


@dataclass(frozen=True)
class RangesBeside:
    """The ranges whose steps are looked at.

    Parameters
    ----------
    numbers : ndarray of int64, shape (n,)
    ranges, reaches : ndarray of int64, shape (n, 2)
    """

    numbers: Ints
    ranges: Ints
    reaches: Ints

    def within(self, start: int, stop: int) -> Self:
        """Those that reach into the rows [start, stop)."""
        here = (self.reaches[:, 0] < stop) & (self.reaches[:, 1] > start)
        return type(self)(self.numbers[here], self.ranges[here], self.reaches[here])


@dataclass(frozen=True)
class FollowingInBlock:
    """Which cells follow the pattern at the steps of a block."""

    threshold: float

    def __call__(self, first: int, values: NDArray[Any], beside: RangesBeside) -> Following:
        """For each range that reaches into the rows from ``first`` on."""
        on, here = is_on(values, self.threshold), beside.within(first, first + len(values))
        found: Following = {}
        for number, (start, stop), (low, high) in zip(
            here.numbers.tolist(), here.ranges.tolist(), here.reaches.tolist(), strict=True
        ):
            steps = np.arange(max(low, first), min(high, first + len(values)))
            wanted = (steps >= start) & (steps < stop)
            found[number] = (on[steps - first] == wanted[:, None]).all(axis=0)
        return found


def at_both(some: Following, others: Following) -> Following:
    """Which cells follow the pattern at the steps of both."""
    shared = some.keys() & others.keys()
    return some | others | {number: some[number] & others[number] for number in shared}
