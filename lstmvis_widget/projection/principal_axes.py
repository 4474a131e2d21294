"""Principal axes of states, in one pass over blocks of steps, and the positions of states along them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.sources import States
from lstmvis_widget.work.blocks import Block, SharedBlocks, blocks_of, in_threads
from lstmvis_widget.work.cancelling import Check, Report

Array = NDArray[Any]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_PRODUCTS = 2**30
"""Products of two values that a covariance is summed from in any case: that takes some hundredths of a second."""

PRODUCTS_A_VALUE = 8
"""Products for each value of all states, at most: these take about as long as reading the value from memory does."""

STEPS_A_CELL, FEWEST_STEPS = 4, 5_000
"""…but there are at least so many steps for each cell, and in all."""

GATHERED_ROWS = 8192
"""Rows of a sample that are multiplied at once."""

PRODUCTS_AT_ONCE = 2**17
"""Products that positions, and the covariance of few cells, are summed from at once: BLAS doesn't divide so few among
threads, which takes it far longer than the sums do, and the rows stay in the cache."""

FEWEST_ROWS = 16
"""…unless fewer rows than this have so many."""

DOUBLE_VALUES = 2**22
"""Fewer values are computed with in double precision whatever their dtype."""

LOOKED_AT, RUNS = 1024, 16
"""Steps that are read first to find a value near the mean, and the runs that they come in."""

SINGLE_SCALES = 2.0**-40, 2.0**40
"""Between these scales, squares stay within the range of float32."""

WHOLE_CELLS = 256
"""Of more cells, few axes are found by iteration instead of all at once."""

ITERATIONS, SPARE_AXES, RESIDUAL = 60, 10, 1e-9


@dataclass(frozen=True, eq=False)
class PrincipalAxes:
    """The directions along which states vary most.

    Attributes
    ----------
    mean : ndarray of float64, shape (D,)
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

    def positions(self, rows: Array, *, single: bool = False) -> Floats:
        """Where rows (n, D) lie along the axes, shape (n, k); NaN for a row with a value that isn't finite."""
        with np.errstate(over="ignore", invalid="ignore"):
            found = self._along(rows, np.float32 if single else np.float64)
            unsure = np.flatnonzero(~np.isfinite(found).all(axis=1))
            if len(unsure):
                again = self._along(rows[unsure], np.float64)
                again[~np.isfinite(rows[unsure]).all(axis=1)] = np.nan
                found[unsure] = again
        return found

    def _along(self, rows: Array, dtype: type) -> Floats:
        """The positions in this precision, from rows that fit the cache."""
        scale = 1.0 if dtype is np.float32 else self.scale
        mean: Array = (self.mean / scale).astype(dtype)
        along: Array = np.ascontiguousarray(self.axes.T, dtype)
        found = np.empty((len(rows), len(self.axes)))
        for start, stop in blocks_of(len(rows), max(1, PRODUCTS_AT_ONCE // max(1, self.axes.size))):
            some = rows[start:stop] if scale == 1 else rows[start:stop].astype(dtype) / dtype(scale)
            found[start:stop] = np.subtract(some, mean, dtype=dtype) @ along
        found *= scale
        return found


def principal_axes(states: States, count: int, seed: int, check: Check, progress: Report) -> PrincipalAxes:
    """The first axes of the steps whose states are finite; those of a random sample where all would take long.

    Parameters
    ----------
    states : States
        At least one step is finite.
    count : int
        k.
    seed : int
        Of the sample.
    check : callable
        Called before each block.
    progress : callable

    Raises
    ------
    ValueError
        No step has finite values only.
    OSError
        The states can't be read.
    """
    steps, cells = states.shape
    products = max(MOST_PRODUCTS, PRODUCTS_A_VALUE * steps * cells)
    most = max(products // max(1, cells) ** 2, STEPS_A_CELL * cells, FEWEST_STEPS)
    sample = np.sort(np.random.default_rng(seed).choice(steps, most, replace=False)) if steps > most else None
    shift, scale = _first_look(states, check)
    known = _Moments(states, sample, shift, scale, check=check, progress=progress)
    if known.are_unsure:
        known = _Moments(states, sample, shift, _scale(_widest(states, shift, check)), check=check, progress=progress)
    if known.count == 0:  # a sample without any finite step
        known = _Moments(states, None, shift, scale, check=check, progress=progress)
    variances, axes = _leading(known.covariance(), count)
    total = float(np.trace(known.covariance()))
    explained = np.clip(variances, 0, None) / total if total > 0 else np.zeros(count)
    return PrincipalAxes(known.mean, _signed(axes), np.minimum(explained, 1.0), known.count, known.scale)


def positions_of(states: States, axes: PrincipalAxes, check: Check, progress: Report) -> Floats:
    """The positions of all steps, in one pass over the states; NaN for steps that aren't finite."""
    steps = len(states)
    found = np.empty((steps, len(axes.axes)))
    single = _in_single_precision(states, axes.scale)
    begun = 0

    def before_each() -> None:
        check()
        progress(min(1.0, begun / max(1, steps)))

    shared = SharedBlocks(states.blocks(), before_each)

    def project_blocks() -> None:
        nonlocal begun
        for start, stop in shared:
            begun = max(begun, stop)
            found[start:stop] = axes.positions(states.read(start, stop), single=single)

    in_threads(project_blocks)
    return found


def _in_single_precision(states: States, scale: float) -> bool:
    fits = SINGLE_SCALES[0] < scale < SINGLE_SCALES[1]
    return fits and states.dtype in (np.float16, np.float32) and states.shape[0] * states.shape[1] > DOUBLE_VALUES


def _first_look(states: States, check: Check) -> tuple[Floats, float]:
    """Values near the mean of each cell, exactly the value of a cell that is constant, and the scale around them."""
    steps = len(states)
    if steps <= LOOKED_AT:
        runs: Iterator[Block] = iter([(0, steps)])
    else:
        runs = iter([(int(at), int(at) + LOOKED_AT // RUNS) for at in np.linspace(0, steps - LOOKED_AT // RUNS, RUNS)])
    rows = np.concatenate([_finite_rows(states.read(start, stop)) for start, stop in runs])
    if len(rows) == 0:
        for start, stop in states.blocks():
            check()
            rows = _finite_rows(states.read(start, stop))
            if len(rows):
                break
        else:
            raise ValueError(
                f"no step of the states has finite values only, of {steps:,} steps: there is nothing to put on a map"
            )
    rows = rows.astype(np.float64)
    largest = _scale(float(np.abs(rows).max(initial=0.0)))
    mean = (rows / largest).mean(axis=0) * largest
    shift = np.where((rows == rows[0]).all(axis=0), rows[0], mean)
    return shift, _scale(_apart(rows, shift))


def _finite_rows(rows: Array) -> Array:
    return rows[np.isfinite(rows).all(axis=1)]


def _apart(rows: Array, shift: Floats) -> float:
    """The largest distance of a value from the shift, no larger than a float holds."""
    with np.errstate(over="ignore"):
        apart = float(np.abs(rows - shift).max(initial=0.0))
    return min(apart, float(np.finfo(np.float64).max) / 4)


def _widest(states: States, shift: Floats, check: Check) -> float:
    widest = 0.0
    for start, stop in states.blocks():
        check()
        widest = max(widest, _apart(_finite_rows(states.read(start, stop)), shift))
    return widest


def _scale(largest: float) -> float:
    """A power of two of about this size; 1 for 0."""
    return float(2.0 ** np.clip(np.ceil(np.log2(largest)), -1000, 1022)) if largest > 0 else 1.0


class _Moments:
    """Sums of values and of their products, relative to a shift and a scale."""

    def __init__(
        self, states: States, sample: Ints | None, shift: Floats, scale: float, *, check: Check, progress: Report
    ) -> None:
        cells = states.shape[1]
        self._states, self._sample, self._shift, self.scale = states, sample, shift, scale
        self._single = _in_single_precision(states, scale)
        self.count, self._sums, self._products = 0, np.zeros(cells), np.zeros((cells, cells))
        # BLAS uses all processors by itself.
        for rows in self._rows(check, progress):
            count, sums, products = self._of(rows)
            with np.errstate(over="ignore", invalid="ignore"):
                self.count += count
                self._sums += sums
                self._products += products

    def _rows(self, check: Check, progress: Report) -> Iterator[Array]:
        """The rows of all steps, or of the sample, in blocks."""
        gathered: list[Array] = []
        for start, stop in self._states.blocks():
            check()
            progress(start / len(self._states))
            if self._sample is None:
                yield self._states.read(start, stop)
                continue
            first, end = np.searchsorted(self._sample, [start, stop])
            if first < end:
                gathered.append(self._states.read(start, stop)[self._sample[first:end] - start])
            if sum(map(len, gathered)) >= GATHERED_ROWS:
                yield np.concatenate(gathered)
                gathered = []
        if gathered:
            yield np.concatenate(gathered)

    def _of(self, rows: Array) -> tuple[int, Floats, Floats]:
        with np.errstate(over="ignore", invalid="ignore"):
            if self._single:
                centred = rows.astype(np.float32) - self._shift.astype(np.float32)
                centred *= np.float32(1 / self.scale)
                products = _products(centred).astype(np.float64)
                if np.isfinite(products).all():
                    # The shift was rounded: what it lacks is in the sums, in double precision.
                    return len(rows), centred.sum(axis=0, dtype=np.float64), products
            rows = _finite_rows(rows)
            exact = rows.astype(np.float64) / self.scale - self._shift_for_doubles() / self.scale
            return len(rows), exact.sum(axis=0), _products(exact)

    def _shift_for_doubles(self) -> Floats:
        """The shift that the others are relative to."""
        return self._shift.astype(np.float32).astype(np.float64) if self._single else self._shift

    @property
    def are_unsure(self) -> bool:
        """Whether values are so much farther from the shift than expected, or so much nearer, that squares fail."""
        if self.count == 0:
            return False
        trace = float(np.trace(self._products)) / self.count
        return not np.isfinite(self._products).all() or trace < 1e-100

    @property
    def mean(self) -> Floats:
        """Mean of each cell."""
        mean: Floats = self._shift_for_doubles() + self._sums / max(1, self.count) * self.scale
        return mean

    def covariance(self) -> Floats:
        """Mean products of deviations from the mean (ddof 0), in squares of the scale."""
        mean = self._sums / max(1, self.count)
        covariance: Floats = self._products / max(1, self.count) - np.outer(mean, mean)
        return covariance


def _products(rows: Array) -> Array:
    """The sums of the products of each two columns, shape (D, D)."""
    at_once = PRODUCTS_AT_ONCE // max(1, rows.shape[1]) ** 2
    if at_once < FEWEST_ROWS:
        whole: Array = rows.T @ rows
        return whole
    products: Array = np.zeros((rows.shape[1],) * 2, rows.dtype)
    for start, stop in blocks_of(len(rows), at_once):
        some = rows[start:stop]
        products += some.T @ some
    return products


def _leading(covariance: Floats, count: int) -> tuple[Floats, Floats]:
    """The largest eigenvalues in descending order, and their eigenvectors as rows; zeros for those beyond D."""
    cells = len(covariance)
    found = _iterated(covariance, count) if cells > WHOLE_CELLS and count < cells // 4 else None
    if found is None:
        values, vectors = np.linalg.eigh(covariance)
        found = values[::-1], vectors.T[::-1]
    variances, axes = np.zeros(count), np.zeros((count, cells))
    used = min(count, cells)
    variances[:used], axes[:used] = found[0][:used], found[1][:used]
    axes[variances <= 0] = 0.0
    return variances, axes


def _iterated(covariance: Floats, count: int) -> tuple[Floats, Floats] | None:
    """The same by subspace iteration, with a Rayleigh–Ritz step; None where it doesn't converge."""
    size = np.abs(covariance).max()
    if size == 0:
        return None
    basis = np.random.default_rng(0).standard_normal((len(covariance), count + SPARE_AXES))
    for number in range(ITERATIONS):
        basis, _ = np.linalg.qr(covariance @ basis)
        if number % 5 == 4:
            applied = covariance @ basis
            values, turn = np.linalg.eigh(basis.T @ applied)
            vectors = (basis @ turn)[:, ::-1][:, :count]
            largest = values[::-1][:count]
            rest = (applied @ turn)[:, ::-1][:, :count] - vectors * largest
            if (np.linalg.norm(rest, axis=0) <= RESIDUAL * max(largest[0], 0.0)).all():
                return largest, vectors.T
    return None


def _signed(axes: Floats) -> Floats:
    """The axes with the sign that makes the largest element positive; of elements as large, the first counts."""
    sizes = np.abs(axes)
    largest = (sizes >= sizes.max(axis=1, initial=0.0, keepdims=True) * (1 - 1e-6)).argmax(axis=1)
    signs = np.sign(axes[np.arange(len(axes)), largest])
    signed: Floats = axes * np.where(signs == 0, 1.0, signs)[:, None]
    return signed


def axes_of_rows(rows: Array, count: int, seed: int, check: Check, progress: Report) -> PrincipalAxes:
    """The axes of rows in memory."""
    return principal_axes(States(rows), count, seed, check, progress)
