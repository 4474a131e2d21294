"""The best candidates of a search that can bound them: candidates are spelled out from few steps alone.

The number of selected cells that stay on for ``min_length`` steps from a start bounds the overlap of every candidate
that starts there. An engine computes such bounds for all starts at once. Candidates are spelled out only from starts
whose bound reaches the k-th best overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.cancelling import Check
from lstmvis_widget.work.scratch import scratch

from .engine import Candidates, Ranked

Ints = NDArray[np.int64]


BOUNDS_AT_ONCE = 2**16
"""Bounds looked at at once."""


class BoundedSearch(Protocol):
    """What `best_of_bounded` asks.

    Each candidate has one *anchor*, a number 0 … n − 1 of what is searched: the step it starts at or, where the engine
    searches with time reversed, the number of steps after it.

    ``check`` is called now and then; what it raises ends the work.
    """

    def bounds(self, min_length: int, check: Check) -> NDArray[Any]:
        """For each anchor a number that no candidate of at least ``min_length`` steps exceeds in overlap.

        Unsigned integers of shape (n,). An anchor of bound 0 has no candidates. The closer the bounds, the less is
        spelled out.
        """

    def candidates(
        self, anchors: Ints, *, min_length: int, max_length: int | None, least: int, check: Check
    ) -> Iterator[Candidates]:
        """All candidates of these anchors with ``min_length`` to ``max_length`` steps and an overlap ≥ ``least``.

        The anchors ascend. ``least`` is at least 1, and the bound of each anchor is at least ``least``. Candidates come
        a few at a time, in any order, so that neither the engine nor the caller has to hold all of them.
        """

    def sizes(self, found: Candidates, check: Check) -> Ints:
        """|S2| of each candidate: how many of all cells follow the pattern there."""


def best_of_bounded(search: BoundedSearch, k: int, *, min_length: int, max_length: int | None, check: Check) -> Ranked:
    """All candidates with at least the overlap of the k-th best, in any order."""
    bounds = search.bounds(min_length, check)
    at_least = _histogram(bounds)[::-1].cumsum()[::-1]  # anchors whose bound is at least v
    wanted = k
    while True:
        reached = np.flatnonzero(at_least[1:] >= wanted)
        least = int(reached[-1]) + 1 if len(reached) else 1
        anchors = _reaching(bounds, least)
        spelled = search.candidates(anchors, min_length=min_length, max_length=max_length, least=least, check=check)
        found = Candidates.joined(spelled)
        if len(found.start) >= k or least == 1:
            break
        wanted = int(at_least[least]) * 4
    if len(found.overlap) > k:
        kth = np.partition(found.overlap, len(found.overlap) - k)[len(found.overlap) - k]
        found = found.where(found.overlap >= kth)
    return Ranked(found.start, found.stop, found.overlap, search.sizes(found, check))


def _histogram(bounds: NDArray[Any]) -> Ints:
    """How many anchors have each bound from 0 to the greatest, which is at least 1 here."""
    counts = np.zeros(max(2, int(bounds.max(initial=0)) + 1), np.int64)
    for start in range(0, len(bounds), BOUNDS_AT_ONCE):
        some = bounds[start : start + BOUNDS_AT_ONCE]
        whole = scratch().array("bounds", len(some), np.int64)
        np.copyto(whole, some)
        counts += np.bincount(whole, minlength=len(counts))
    return counts


def _reaching(bounds: NDArray[Any], least: int) -> Ints:
    """The anchors whose bound is at least ``least``."""
    found = [np.zeros(0, np.int64)]
    for start in range(0, len(bounds), BOUNDS_AT_ONCE):
        some = bounds[start : start + BOUNDS_AT_ONCE]
        reached = np.greater_equal(some, least, out=scratch().array("reached", len(some), bool))
        found.append(np.flatnonzero(reached) + start)
    return np.concatenate(found)
