"""Many steps in few columns of pixels: the numbers and labels of each column.

A column is ``stride`` consecutive steps from a multiple of ``stride``, a power of two. So columns don't depend on the
view, and those of a larger stride are made of those of a smaller one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

ColumnEdges = NDArray[np.int64]
"""The first step of each column, and the end of the last column."""


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
    number = np.add.reduceat(known.astype(np.int64), at)
    with np.errstate(invalid="ignore", over="ignore"):  # infinities of both signs have no mean
        means: NDArray[np.float64] = np.add.reduceat(np.where(known, values, 0.0), at) / number
    return means


def column_maxima(values: NDArray[np.float64], edges: ColumnEdges) -> NDArray[np.float64]:
    """The greatest value of each column without NaN; NaN if there is none."""
    maxima: NDArray[np.float64] = np.fmax.reduceat(values, edges[:-1] - edges[0])
    return maxima


def column_modes(codes: NDArray[np.int32], edges: ColumnEdges) -> NDArray[np.int32]:
    """The most frequent code of each column, the least of equally frequent ones; −1 if no step has a label."""
    column_of_step = np.repeat(np.arange(len(edges) - 1, dtype=np.int64), np.diff(edges))
    labelled = codes >= 0
    found = np.full(len(edges) - 1, -1, np.int32)
    if not labelled.any():
        return found
    labels = int(codes.max()) + 1
    pairs, counts = np.unique(column_of_step[labelled] * labels + codes[labelled], return_counts=True)
    column, code = np.divmod(pairs, labels)
    order = np.lexsort((-code, counts, column))  # the last code of each column is its most frequent
    found[column[order]] = code[order]
    return found
