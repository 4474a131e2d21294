"""A straight line from the values of each cell to the numbers of a track, and how much of these it tells."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.blocks import blocks_of

Floats = NDArray[np.float64]

LEAST_EXPONENT = -1000
"""Values below 2 to the power of this stay as small: a greater factor would be infinite."""


IN_CACHE = 2**14
"""Steps that are summed at once, so that they stay in the cache."""


class Moments:
    """Means, and sums of squares and products about them, of the values of cells and of numbers.

    Steps come in any portions. Those at which a cell isn't finite don't count for it.

    Parameters
    ----------
    exponents : ndarray of int, shape (cells,)
        Values are divided by 2 to the power of these, so that their squares are neither infinite nor 0.
    """

    def __init__(self, exponents: NDArray[np.int64]) -> None:
        self.exponents = exponents
        shape = (len(exponents),)
        self.steps = np.zeros(shape)
        self.x, self.y, self.xx, self.xy, self.yy = np.zeros((5, *shape))
        self._least, self._greatest = np.full((2, *shape), np.inf), np.full((2, *shape), -np.inf)  # of both

    def add(self, cell: int, values: NDArray[Any], numbers: Floats) -> None:
        """Add some steps of a cell: its values, and the numbers there, both of shape (steps,)."""
        factor = 2.0 ** -float(self.exponents[cell])
        for start, stop in blocks_of(len(values), IN_CACHE):
            some, theirs = values[start:stop], numbers[start:stop]
            known = np.isfinite(some)
            if not known.all():
                some, theirs = some[known], theirs[known]
            if len(some):
                with np.errstate(over="ignore", invalid="ignore"):
                    self._join(cell, some.astype(np.float64) * factor, theirs)

    def _join(self, cell: int, x: Floats, y: Floats) -> None:
        """Join the moments of further steps to those so far (Chan, Golub and LeVeque 1983).

        Sums are numpy's own: threads of a linear algebra would wait for each other within those of the caller.
        """
        for which, some in enumerate((x, y)):
            self._least[which, cell] = min(self._least[which, cell], some.min())
            self._greatest[which, cell] = max(self._greatest[which, cell], some.max())
        before, more = float(self.steps[cell]), len(x)
        share = more / (before + more)
        mean_x, mean_y = x.mean(), y.mean()
        x, y = x - mean_x, y - mean_y
        away_x, away_y = mean_x - self.x[cell], mean_y - self.y[cell]
        self.xx[cell] += (x * x).sum() + away_x**2 * before * share
        self.xy[cell] += (x * y).sum() + away_x * away_y * before * share
        self.yy[cell] += (y * y).sum() + away_y**2 * before * share
        self.x[cell] += away_x * share
        self.y[cell] += away_y * share
        self.steps[cell] += more

    def joined(self, other: Moments) -> Moments:
        """Those of these steps and of others, in the same units."""
        found = Moments(self.exponents)
        found.steps = self.steps + other.steps
        share = np.divide(other.steps, found.steps, out=np.zeros_like(found.steps), where=found.steps > 0)
        away_x, away_y = other.x - self.x, other.y - self.y
        found.x, found.y = self.x + away_x * share, self.y + away_y * share
        found.xx = self.xx + other.xx + away_x**2 * self.steps * share
        found.xy = self.xy + other.xy + away_x * away_y * self.steps * share
        found.yy = self.yy + other.yy + away_y**2 * self.steps * share
        found._least, found._greatest = (
            np.minimum(self._least, other._least),
            np.maximum(self._greatest, other._greatest),
        )
        return found

    @property
    def r2(self) -> Floats:
        """R² of the best line, 0…1, Pearson's correlation squared; NaN where all values, or all numbers, are alike."""
        known = self._varies & self._numbers_vary
        with np.errstate(over="ignore", invalid="ignore"):
            return np.minimum(_ratio(self.xy, self.xx, known) * _ratio(self.xy, self.yy, known), 1.0)

    def r2_on(self, others: Moments) -> Floats:
        """R² on other steps of the line that is best on these: at most 1, below 0 where their mean were better."""
        with np.errstate(over="ignore", invalid="ignore"):
            slope = _ratio(self.xy, self.xx, self._varies)
            away = others.y - self.y - slope * (others.x - self.x)
            errors = others.steps * away**2 + others.yy - 2 * slope * others.xy + slope**2 * others.xx
            return 1 - _ratio(errors, others.yy, others._numbers_vary & ~np.isnan(slope))

    @property
    def _varies(self) -> NDArray[np.bool_]:
        varies: NDArray[np.bool_] = (self._least[0] < self._greatest[0]) & (self.xx > 0)
        return varies

    @property
    def _numbers_vary(self) -> NDArray[np.bool_]:
        vary: NDArray[np.bool_] = (self._least[1] < self._greatest[1]) & (self.yy > 0)
        return vary


def exponents_of(largest: NDArray[Any]) -> NDArray[np.int64]:
    """For each of these sizes, the power of 2 right above it."""
    return np.maximum(np.frexp(largest.astype(np.float64))[1], LEAST_EXPONENT).astype(np.int64)


def _ratio(above: Floats, below: Floats, known: NDArray[np.bool_]) -> Floats:
    ratio: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=known)
    return ratio
