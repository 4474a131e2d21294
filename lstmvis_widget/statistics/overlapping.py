"""How far ranges overlap those of a label, and how likely chance is to make them overlap as far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .ranges import Found

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

PERCENT = 100
"""Overlaps are rounded to this part of one for their distribution by chance."""

LEAST_P = 1e-12
"""A p below this can't be told from rounding."""


def best_overlap(ranges: Ints, found: Found) -> Floats:
    """The greatest overlap of each range that was found with one of some ranges; 0 where it meets none.

    Parameters
    ----------
    ranges : ndarray of int64, shape (n, 2)
        In order, not overlapping each other.
    found : Found

    Returns
    -------
    ndarray of float64
        0…1, the length of the intersection divided by that of the union.
    """
    best = np.zeros(len(found.start))
    first = np.searchsorted(ranges[:, 1], found.start, side="right")
    last = np.searchsorted(ranges[:, 0], found.stop, side="left") - 1
    rows = np.flatnonzero(first <= last)
    while len(rows):  # the first range that each meets, then the second, and so on
        start, stop = ranges[first[rows]].T
        begin, end = found.start[rows], found.stop[rows]
        shared = np.minimum(stop, end) - np.maximum(start, begin)
        overlap = shared / ((stop - start) + (end - begin) - shared)
        best[rows] = np.maximum(best[rows], overlap)
        first[rows] += 1
        rows = rows[first[rows] <= last[rows]]
    return best


def rounded(overlaps: Floats) -> Ints:
    """Overlaps in percent."""
    return np.rint(PERCENT * overlaps).astype(np.int64)


def chance_of_sum(total: int, spread: Sequence[NDArray[Any]], counts: Sequence[int]) -> float:
    """The probability that values drawn at random sum to at least ``total``.

    Parameters
    ----------
    total : int
    spread : sequence of ndarray of float
        For each kind of draw the probability of each value 0, 1, 2, …
    counts : sequence of int
        How many values are drawn of each kind, independently of each other.
    """
    if total <= 0:
        return 1.0
    size = 1 + sum(count * (len(each) - 1) for each, count in zip(spread, counts, strict=True))
    size = 1 << (size - 1).bit_length()
    turned = np.ones(size // 2 + 1, np.complex128)
    for each, count in zip(spread, counts, strict=True):
        turned *= np.fft.rfft(each, size) ** count
    chances = np.fft.irfft(turned, size)
    return float(np.clip(chances[total:].sum(), LEAST_P, 1.0))
