"""Many steps in few columns of pixels: the numbers and labels of each column.

A column is ``stride`` consecutive steps from a multiple of ``stride``, a power of two. So columns don't depend on the
view, and those of a larger stride are made of those of a smaller one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.places import reduced_at, repeated

ColumnEdges = NDArray[np.int64]
"""The first step of each column, and the end of the last column."""


SORTED_VALUES = 2**22
"""Values that are sorted at once, roughly."""


def column_edges(start: int, stop: int, stride: int) -> ColumnEdges:
    """The first step of each column that has steps in [start, stop), and ``stop``."""
    inner = np.arange(start // stride + 1, -(-stop // stride), dtype=np.int64) * stride
    return np.concatenate([[start], inner, [stop]]).astype(np.int64)


def column_means(values: NDArray[Any], edges: ColumnEdges) -> NDArray[np.float64]:
    """The mean of the values of each column without NaN; NaN if there is none.

    Here and below, the first of ``values`` is that of step ``edges[0]``.
    """
    known = ~np.isnan(values)
    at = edges[:-1] - edges[0]
    number = reduced_at(np.add, known.astype(np.int64), at)
    with np.errstate(invalid="ignore", over="ignore"):  # infinities of both signs have no mean
        means: NDArray[np.float64] = reduced_at(np.add, np.where(known, values, 0.0), at) / number
    return means


def column_maxima(values: NDArray[np.float64], edges: ColumnEdges) -> NDArray[np.float64]:
    """The greatest value of each column without NaN; NaN if there is none."""
    maxima: NDArray[np.float64] = reduced_at(np.fmax, values, edges[:-1] - edges[0])
    return maxima


def column_quantiles(values: NDArray[Any], edges: ColumnEdges, levels: int) -> NDArray[np.float32]:
    """Values at evenly spread places of each column's values without NaN, from the least to the greatest.

    Returns
    -------
    ndarray of float32, shape (columns, levels)
        At the places nearest to shares 0, 1 / (levels − 1), … 1 of a column's values in ascending order; NaN if it has
        none. Values beyond 32 bits are infinite.
    """
    found = np.full((len(edges) - 1, levels), np.nan, np.float32)
    widest = int(np.diff(edges).max())
    together = max(1, SORTED_VALUES // widest)
    for first in range(0, len(found), together):
        these = edges[first : first + together + 1]
        lengths = np.diff(these)
        rows = np.full((len(lengths), widest), np.nan, np.float32)
        with np.errstate(over="ignore"):
            rows[np.arange(widest) < lengths[:, None]] = values[these[0] - edges[0] : these[-1] - edges[0]]
        rows.sort(axis=1)  # NaN comes last
        known = np.count_nonzero(~np.isnan(rows), axis=1)
        places = np.rint(np.linspace(0, 1, levels) * np.maximum(known - 1, 0)[:, None]).astype(np.intp)
        found[first : first + together] = np.take_along_axis(rows, places, axis=1)
    return found


def column_counts(codes: NDArray[np.int32], edges: ColumnEdges, kept: int) -> NDArray[np.int64]:
    """How many steps of each column have each of the first ``kept`` labels, and any other: (columns, kept + 1)."""
    place = np.minimum(codes, kept).astype(np.int64)
    place += repeated(np.arange(len(edges) - 1, dtype=np.int64) * (kept + 2) + 1, np.diff(edges))
    counts = np.bincount(place, minlength=(len(edges) - 1) * (kept + 2)).reshape(-1, kept + 2)
    labelled: NDArray[np.int64] = counts[:, 1:].astype(np.int64)  # what comes first has no label
    return labelled


def column_modes(
    codes: NDArray[np.int32], edges: ColumnEdges, counts: NDArray[np.int64] | None = None
) -> NDArray[np.int32]:
    """The most frequent code of each column, the least of equally frequent ones; −1 if no step has a label.

    ``counts`` are those of `column_counts`, where they are known: where a label in them has at least as many steps as
    all others together, nothing else has to be counted.
    """
    found = np.full(len(edges) - 1, -1, np.int32)
    unsure = np.arange(len(found))
    if counts is not None and counts.shape[1] > 1:
        most = counts[:, :-1].max(axis=1)
        found[most > 0] = counts[most > 0, :-1].argmax(axis=1)
        unsure = np.flatnonzero(counts[:, -1] > most)
    lengths = np.diff(edges)[unsure]
    steps = repeated(edges[:-1][unsure] - edges[0] - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
    column_of_step, code_of_step = repeated(unsure, lengths), codes[steps]
    labelled = code_of_step >= 0
    if not labelled.any():
        return found
    labels = int(codes.max()) + 1
    pairs, numbers = np.unique(column_of_step[labelled] * labels + code_of_step[labelled], return_counts=True)
    column, code = np.divmod(pairs, labels)
    order = np.lexsort((-code, numbers, column))  # the last code of each column is its most frequent
    found[column[order]] = code[order]
    return found


def count_of_codes(codes: NDArray[np.int32], edges: ColumnEdges, wanted: NDArray[np.int32]) -> NDArray[np.int64]:
    """How many steps of each column have the code that is wanted there; 0 where that is negative."""
    same = (codes == repeated(wanted, np.diff(edges))) & (codes >= 0)
    counts: NDArray[np.int64] = reduced_at(np.add, same.astype(np.int64), edges[:-1] - edges[0])
    return counts
