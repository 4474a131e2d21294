"""How densely the values of many cells and steps lie: counts of values in bins, of all values or of a random sample."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

BINS = 512
"""Bins of equal height over a range, in which values are counted."""

ENOUGH_VALUES = 2**12
"""Values of a column that are counted, at least, if it has as many. Then opacities are off by about 0.02."""

FEWEST_VALUES = 2**10
"""Values counted of a drawn column, at least: where there are fewer, after zooming in, the steps in view are read."""

MOST_EVERY = 16
"""Of so many values one is counted, at least: more would hardly cost less, since all are read for the extremes."""

PIECE_VALUES = 2**14
"""Values counted at once, roughly: they fit in the processor's cache."""

CYCLE = 32_771
"""After so many runs, a prime number, the sample takes the same places again: no period of the data agrees with it."""

Floats = NDArray[np.float32] | NDArray[np.float64]
Extent = tuple[float, float]


def sampled_every(stride: int, cells: int) -> int:
    """Of how many values one is counted where columns of so many steps and cells are drawn: a power of two."""
    return min(MOST_EVERY, 1 << max(0, (stride * cells // ENOUGH_VALUES).bit_length() - 1))


def is_enough(every: int, stride: int, cells: int) -> bool:
    """Whether one of ``every`` values tells how dense the values of a drawn column of ``stride`` steps are."""
    return every == 1 or stride * cells >= every * FEWEST_VALUES


def add_counts(
    counts: NDArray[np.uint32], values: Floats, size: int, extent: Extent, *, every: int, at: int, inside: bool
) -> None:
    """Count the values of whole columns, or of a part of one, in bins.

    Parameters
    ----------
    counts : ndarray of uint32, shape (columns, BINS)
        Changed: each counted value adds ``every``, so that the sums are those of all values, as far as a sample tells.
        Bin i holds the values v with ``int((v - low) * (BINS / (high - low))) == i`` in the precision of the values;
        the last bin also those equal to high. Values outside aren't counted.
    values : ndarray of float, shape (steps, cells)
        Row by row from the start of a column, or of one column.
    size : int
        Rows of a column; a last one may have fewer.
    extent : (float, float)
    every : int
        Of each run of so many of all values one is counted, in a place that is chosen at random and depends on the
        number of the run only. ``size`` is a multiple, unless all values belong to one column. 1: all of them.
    at : int
        Step of the first row.
    inside : bool
        Whether all values are known to lie in ``extent``.
    """
    cells = values.shape[1]
    whole = len(values) // size
    columns = values[: whole * size].reshape(whole, size * cells)
    _add_counts(counts[:whole], columns, extent, every, at * cells, inside=inside)
    if whole * size < len(values):
        rest = values[whole * size :].reshape(1, -1)
        _add_counts(counts[whole:], rest, extent, every, (at + whole * size) * cells, inside=inside)


def _add_counts(
    counts: NDArray[np.uint32], columns: Floats, extent: Extent, every: int, at: int, *, inside: bool
) -> None:
    """Count the values of columns, shape (columns, values), of which the first is number ``at`` of all values.

    Several columns begin with a run of ``every`` values, and have whole ones.
    """
    width = columns.shape[1]
    together = max(1, PIECE_VALUES // max(1, width // every))
    piece = width if together > 1 else PIECE_VALUES * every
    for first in range(0, len(columns), together):
        for begin in range(0, width, piece):
            values = columns[first : first + together, begin : begin + piece]
            if every > 1:
                places = _places(every, at + first * width + begin, values.size)
                values = values.reshape(-1).take(places).reshape(len(values), -1)
            found = _counted(values, extent, inside=inside)
            counts[first : first + together] += found if every == 1 else found * np.uint32(every)


def _places(every: int, at: int, count: int) -> NDArray[np.intp]:
    """The places of the sample among ``count`` values, the first of which is number ``at`` of all values.

    There is one in each run of ``every`` values, as far as it is among these.
    """
    starts, within = _random_places(every)
    first, before = divmod(at, every)
    runs = -(-(before + count) // every)
    begin = first % CYCLE
    places: NDArray[np.intp] = starts[:runs] + within[begin : begin + runs]
    if before or runs * every > before + count:
        places = places - before
        places = places[(places >= 0) & (places < count)]
    return places


@cache
def _random_places(every: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    within = np.random.default_rng(every).integers(0, every, CYCLE, dtype=np.intp)
    runs = PIECE_VALUES + 1  # a piece may begin within a run
    return np.arange(runs, dtype=np.intp) * every, np.concatenate([within, within[:runs]])


def _counted(values: Floats, extent: Extent, *, inside: bool) -> NDArray[np.uint32]:
    """The counts of the values of each row, shape (rows, BINS)."""
    places, counted = _places_of(values, extent, inside=inside)
    counts = np.bincount(places.ravel() if counted is None else places[counted], minlength=len(values) * (BINS + 1))
    found = counts.astype(np.uint32).reshape(-1, BINS + 1)
    found[:, BINS - 1] += found[:, BINS]
    return found[:, :BINS]


def mark(counts: NDArray[np.uint32], values: Floats, extent: Extent, *, inside: bool) -> None:
    """Have a bin with one of some values of a column, shape (columns, n), count one at least, if a sample had none."""
    places, counted = _places_of(values, extent, inside=inside)
    seen = np.zeros(len(values) * (BINS + 1), np.bool_)
    seen[places.ravel() if counted is None else places[counted]] = True
    found = seen.reshape(-1, BINS + 1)
    found[:, BINS - 1] |= found[:, BINS]
    np.maximum(counts, found[:, :BINS], out=counts)


def _places_of(values: Floats, extent: Extent, *, inside: bool) -> tuple[NDArray[np.int32], NDArray[np.bool_] | None]:
    """Row × (BINS + 1) + bin of each value, bin `BINS` at the upper end; and which lie inside, None: all of them."""
    low, high = extent
    scalar = values.dtype.type
    with np.errstate(invalid="ignore", over="ignore"):
        if np.isfinite(scalar(high) - scalar(low)):
            places = np.subtract(values, scalar(low))
            places *= scalar(BINS / (high - low))
        else:
            places = np.multiply(values, scalar(bins_a_unit(extent)))
            places -= scalar(low * bins_a_unit(extent))
        counted = None
        if not inside:
            counted = (values >= low) & (values <= high)
            places[~counted] = 0
        bins = places.astype(np.int32)
    if len(bins) > 1:
        bins += (np.arange(len(bins), dtype=np.int32) * (BINS + 1))[:, None]
    return bins, counted


def bins_a_unit(extent: Extent) -> float:
    """How many bins a unit of the values spans, also where the range is wider than the greatest float."""
    return 1 / (extent[1] / BINS - extent[0] / BINS)
