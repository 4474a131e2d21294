"""Principal axes of states: of all steps, by their covariance, or of a sample where that would take long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.sources import States
from lstmvis_widget.work.blocks import blocks_of
from lstmvis_widget.work.cancelling import Check, Report

from .moments import Frame, Moments, Summing, Sums, first_look, widest_frame
from .rows_at import rows_at

Array = NDArray[Any]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_PRODUCTS = 2**35
"""Products of two values that a covariance is summed from at most: half a second of two processors."""

SAMPLE_PRODUCTS, PRODUCTS_A_VALUE = 2**31, 4
"""Where all steps have more, so many of a sample are summed, or so many for each value of all states: these take about
half as long as reading the value from memory does."""

STEPS_A_CELL, FEWEST_STEPS = 4, 5_000
"""…but there are at least so many steps for each cell, and in all."""

RUN = 8
"""Successive steps that a sample consists of: a file is read by runs."""

GATHERED_ROWS = 8192
"""Rows of a sample that are multiplied at once."""

PRODUCTS_AT_ONCE = 2**19 - 1
"""Products that positions are summed from at once: BLAS doesn't divide so few among threads, which takes it far longer
than the sums do, and the rows stay in the cache."""

WHOLE_CELLS, WHOLE_CELLS_OF_SAMPLE = 1024, 256
"""Of more cells, few axes are found by iteration instead of all at once."""

ITERATIONS, SPARE_AXES, RESIDUAL = 60, 10, 1e-9

RITZ_EVERY = 5
"""Iterations after which axes are read off: of a sample, which is only begun with, after the first of these."""


@dataclass(frozen=True, eq=False)
class PrincipalAxes:
    """The directions along which states vary most.

    Attributes
    ----------
    mean : ndarray of float64, shape (D,)
        A state at the origin.
    axes : ndarray of float64, shape (k, D)
        Unit vectors, of which the largest element is positive. Zeros where there are fewer than k dimensions.
    explained : ndarray of float64, shape (k,)
        Share of the variance along each axis, 0…1; 0 where states don't vary.
    steps : int
        How many steps they were computed from.
    scale : float
        The states are divided by it before they are multiplied, so that nothing overflows; a power of two.
    """

    mean: Floats
    axes: Floats
    explained: Floats
    steps: int
    scale: float = 1.0

    def positions(self, rows: Array) -> Floats:
        """Where rows (n, D) lie along the axes, shape (n, k); NaN for a row with a value that isn't finite."""
        mean, along = self.mean / self.scale, np.ascontiguousarray(self.axes.T)
        found = np.empty((len(rows), len(self.axes)))
        with np.errstate(over="ignore", invalid="ignore"):
            for start, stop in blocks_of(len(rows), max(1, PRODUCTS_AT_ONCE // max(1, self.axes.size))):
                found[start:stop] = (rows[start:stop].astype(np.float64) / self.scale - mean) @ along
            found *= self.scale
        found[~np.isfinite(found).all(axis=1)] = np.nan
        return found


def most_steps(states: States) -> int:
    """How many steps the axes come from, at most."""
    steps, cells = states.shape
    if steps * cells**2 <= MOST_PRODUCTS:
        return steps
    products = max(SAMPLE_PRODUCTS, PRODUCTS_A_VALUE * steps * cells)
    return min(steps, int(max(products // cells**2, STEPS_A_CELL * cells, FEWEST_STEPS)))


def moments_of(states: States, seed: int, check: Check, progress: Report) -> Moments:
    """Mean and covariance of all steps that are finite, or of a sample; see `principal_axes`."""
    cells, most = states.shape[1], most_steps(states)
    frame = first_look(states, check)
    sample = _sampled(len(states), most, seed) if most < len(states) else None

    def moments(within: Frame, some: Ints | None) -> Moments:
        summing = Summing(within)
        if some is None and states.elsewhere is not None:
            found = states.fold(summing, Sums.joined, check=check, progress=progress)
            return Moments(within, cells, [] if found is None else [found])
        # BLAS uses all processors by itself.
        return Moments(within, cells, (summing(0, rows) for rows in _rows(states, some, check, progress)))

    known = moments(frame, sample)
    if known.are_unsure:
        known = moments(widest_frame(states, frame.shift, check), sample)
    if known.count == 0:  # a sample without any finite step
        known = moments(frame, None)
    return known


def axes_of(known: Moments, count: int, *, exact: bool = True) -> PrincipalAxes:
    """The axes of these moments; ``exact``: to the last digit."""
    covariance = known.covariance()
    variances, axes = _leading(covariance, count, exact=exact)
    total = float(np.trace(covariance))
    explained = np.clip(variances, 0, None) / total if total > 0 else np.zeros(count)
    return PrincipalAxes(known.mean, signed(axes), np.minimum(explained, 1.0), known.count, known.frame.scale)


def axes_of_rows(rows: Array, count: int, seed: int, check: Check, progress: Report) -> PrincipalAxes:
    """The axes of rows in memory."""
    return axes_of(moments_of(States(rows), seed, check, progress), count)


def _sampled(steps: int, most: int, seed: int) -> Ints:
    """Ascending steps: whole runs of successive ones, chosen at random."""
    run = min(RUN, most)
    starts = np.sort(np.random.default_rng(seed).choice(steps // run, most // run, replace=False)) * run
    found: Ints = (starts[:, None] + np.arange(run)).reshape(-1)
    return found


def _rows(states: States, sample: Ints | None, check: Check, progress: Report) -> Iterator[Array]:
    """The rows of all steps, or of the sample, in blocks."""
    if sample is None:
        for start, stop in states.blocks():
            check()
            progress(start / len(states))
            yield states.read(start, stop)
        return
    for start, stop in blocks_of(len(sample), GATHERED_ROWS):
        progress(start / len(sample))
        yield rows_at(states, sample[start:stop], check)


def _leading(covariance: Floats, count: int, *, exact: bool) -> tuple[Floats, Floats]:
    """The largest eigenvalues in descending order, and their eigenvectors as rows; zeros for those beyond D."""
    cells = len(covariance)
    many = cells > (WHOLE_CELLS if exact else WHOLE_CELLS_OF_SAMPLE)
    found = _iterated(covariance, count, exact=exact) if many and count < cells // 4 else None
    if found is None:
        values, vectors = np.linalg.eigh(covariance)
        found = values[::-1], vectors.T[::-1]
    variances, axes = np.zeros(count), np.zeros((count, cells))
    used = min(count, cells)
    variances[:used], axes[:used] = found[0][:used], found[1][:used]
    axes[variances <= 0] = 0.0
    return variances, axes


def _iterated(covariance: Floats, count: int, *, exact: bool) -> tuple[Floats, Floats] | None:
    """The same by subspace iteration, with Rayleigh–Ritz steps; None where it isn't exact and has to be."""
    size = np.abs(covariance).max()
    if size == 0:
        return None
    basis = np.random.default_rng(0).standard_normal((len(covariance), count + SPARE_AXES))
    largest, vectors = np.zeros(count), np.zeros((len(covariance), count))
    for number in range(ITERATIONS if exact else RITZ_EVERY):
        basis, _ = np.linalg.qr(covariance @ basis)
        if number % RITZ_EVERY == RITZ_EVERY - 1:
            applied = covariance @ basis
            values, turn = np.linalg.eigh(basis.T @ applied)
            vectors = (basis @ turn)[:, ::-1][:, :count]
            largest = values[::-1][:count]
            rest = (applied @ turn)[:, ::-1][:, :count] - vectors * largest
            if (np.linalg.norm(rest, axis=0) <= RESIDUAL * max(largest[0], 0.0)).all():
                return largest, vectors.T
    return None if exact else (largest, vectors.T)


def signed(axes: Floats) -> Floats:
    """The axes with the sign that makes the largest element positive; of elements as large, the first counts."""
    sizes = np.abs(axes)
    largest = (sizes >= sizes.max(axis=1, initial=0.0, keepdims=True) * (1 - 1e-6)).argmax(axis=1)
    signs = np.sign(axes[np.arange(len(axes)), largest])
    turned: Floats = axes * np.where(signs == 0, 1.0, signs)[:, None]
    return turned
