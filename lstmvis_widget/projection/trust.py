"""How far to trust a map: whether neighbours on it are neighbours in the state space, and jumps are jumps."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .step_distances import step_distances

Array = NDArray[Any]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEIGHBOURS = 15
"""Neighbours of a step that are compared; fewer where there are fewer than 31 steps."""

SAMPLED = 2_000
"""Steps, and jumps, that trust is measured on, at most."""

TOLERANCE = 1e-12
"""Squared distances that differ by less, relative to the largest, are the same."""


class Trust(NamedTuple):
    """What `Projection.trust` holds, see there."""

    trustworthiness: float
    kept: float
    jumps: float


def scaled(rows: Array) -> Floats:
    """Rows relative to their middle, in units of their largest deviation: squares of these neither over- nor underflow.

    Distances keep their ratios.
    """
    doubles = rows.astype(np.float64)
    largest = np.abs(doubles).max(initial=0.0)
    if largest > 0:
        doubles /= largest
    doubles -= doubles.mean(axis=0) if len(doubles) else 0.0
    widest = np.abs(doubles).max(initial=0.0)
    return doubles / widest if widest > 0 else doubles


def squared_distances(rows: Floats, others: Floats) -> Floats:
    """Between each of n rows and each of m others, shape (n, m)."""
    squares: Floats = (rows**2).sum(axis=1)[:, None] + (others**2).sum(axis=1) - 2 * (rows @ others.T)
    np.maximum(squares, 0.0, out=squares)
    return squares


class StateNeighbours:
    """The neighbours of each of s steps in the state space, which maps are compared with.

    Parameters
    ----------
    rows : ndarray of shape (s, D)
        Finite states.
    """

    def __init__(self, rows: Array) -> None:
        values = scaled(rows)
        self._count = len(values)
        self.k = min(NEIGHBOURS, (self._count - 1) // 2)
        self._distances = squared_distances(values, values)
        np.fill_diagonal(self._distances, np.inf)
        self._sorted = np.sort(self._distances, axis=1)
        largest = self._distances[np.isfinite(self._distances)].max(initial=0.0)
        self._tolerance = TOLERANCE * max(largest, float((values**2).sum(axis=1).max(initial=0.0)))
        self._all_equal = largest <= self._tolerance

    def measured(self, positions: Floats) -> tuple[float, float]:
        """Trustworthiness of positions (s, 2), and the share of the true neighbours that they keep.

        A step as near as the k-th true neighbour is a true neighbour too. NaN for fewer than three steps, and where all
        states are equal.
        """
        k, count = self.k, self._count
        if k < 1 or self._all_equal:
            return np.nan, np.nan
        apart = np.take_along_axis(self._distances, nearest(positions, positions, k, same=True), axis=1)
        reach = self._sorted[:, k - 1] + self._tolerance
        kept = float((apart <= reach[:, None]).mean())
        beyond = 0
        for of_step, near in zip(self._sorted, apart - self._tolerance, strict=True):
            ranks = np.searchsorted(of_step, near) + 1
            beyond += int(np.maximum(ranks - k, 0).sum())
        return 1.0 - beyond * 2.0 / (count * k * (2 * count - 3 * k - 1)), kept


def nearest(positions: Floats, others: Floats, k: int, *, same: bool = False) -> Ints:
    """The k nearest of the other positions to each position, shape (n, k), in any order; ``same``: they are those."""
    values = scaled(np.concatenate([positions, others]))
    points, references = values[: len(positions)], values[len(positions) :]
    distances = np.zeros((len(points), len(references)))
    for axis in range(values.shape[1]):
        distances += (points[:, axis, None] - references[:, axis]) ** 2
    if same:
        np.fill_diagonal(distances, np.inf)
    found: Ints = np.argpartition(distances, k - 1, axis=1)[:, :k]
    return found


def jump_lengths(before: Array, after: Array) -> Floats:
    """The distance of each pair of rows, by `step_distances`."""
    if not len(before):
        return np.zeros(0)
    pairs = np.stack([before, after], axis=1).reshape(2 * len(before), -1)
    return step_distances(pairs, np.full(len(before), 2), progress=False)[::2]


def rank_correlation(first: Floats, second: Floats) -> float:
    """Spearman's: of mean ranks. NaN for fewer than three pairs, or where one side has one value only."""
    known = np.isfinite(first) & np.isfinite(second)
    if np.count_nonzero(known) < 3:
        return float("nan")
    ranks = [_mean_ranks(side[known]) for side in (first, second)]
    apart = [each - each.mean() for each in ranks]
    sizes = [float(np.sqrt((each**2).sum())) for each in apart]
    return float(apart[0] @ apart[1] / sizes[0] / sizes[1]) if min(sizes) > 0 else float("nan")


def _mean_ranks(values: Floats) -> Floats:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Floats = ((ends - counts + 1 + ends) / 2)[places]
    return ranks
