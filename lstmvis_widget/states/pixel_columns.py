"""What many steps have in few columns: of on cells, of numbers and of labels.

A column is a run of ``stride`` time steps, a power of two, that begins at a multiple of it; so the columns of one
stride are the same wherever one looks, and those of a larger stride are made of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .index import OnOffIndex

COUNTED_STEPS = 2**16
"""On cells are counted in blocks of so many steps."""

ColumnEdges = NDArray[np.int64]
"""The first step of each column, and the end of the last."""


def column_edges(start: int, stop: int, stride: int) -> ColumnEdges:
    """The first step of each column that has steps in [start, stop), and ``stop``."""
    inner = np.arange(start // stride + 1, -(-stop // stride), dtype=np.int64) * stride
    return np.concatenate([[start], inner, [stop]]).astype(np.int64)


def mean_on(index: OnOffIndex, cells: NDArray[np.int64], edges: ColumnEdges) -> NDArray[np.float32]:
    """How many of ``cells`` are on at the steps of each column, on average."""
    mask = index.mask(cells)[:, None]
    total = np.zeros(int(edges[-1] - edges[0]), np.uint32)
    for at in range(0, len(total), COUNTED_STEPS):
        start = int(edges[0]) + at
        on = np.bitwise_count(index.bits.words[:, start : min(start + COUNTED_STEPS, int(edges[-1]))] & mask)
        total[at : at + on.shape[1]] = on.sum(axis=0, dtype=np.uint32)
    return column_means(total, edges).astype(np.float32)


def column_means(values: NDArray[Any], edges: ColumnEdges) -> NDArray[np.float64]:
    """The mean of the values of the steps of each column but NaN; NaN where there is no value.

    ``values`` begins with the step ``edges[0]``; so it does for the functions below.
    """
    known = ~np.isnan(values)
    at = edges[:-1] - edges[0]
    number = np.add.reduceat(known.astype(np.int64), at)
    with np.errstate(invalid="ignore", over="ignore"):  # infinities of both signs have no mean
        means: NDArray[np.float64] = np.add.reduceat(np.where(known, values, 0.0), at) / number
    return means


def column_maxima(values: NDArray[np.float64], edges: ColumnEdges) -> NDArray[np.float64]:
    """The greatest value of each column but NaN; NaN where there is no value."""
    maxima: NDArray[np.float64] = np.fmax.reduceat(values, edges[:-1] - edges[0])
    return maxima


def column_modes(codes: NDArray[np.int32], edges: ColumnEdges) -> NDArray[np.int32]:
    """The code that most steps of each column have, of equally many the least; −1 where none has one."""
    columns = np.repeat(np.arange(len(edges) - 1, dtype=np.int64), np.diff(edges))
    labelled = codes >= 0
    found = np.full(len(edges) - 1, -1, np.int32)
    if not labelled.any():
        return found
    labels = int(codes.max()) + 1
    pairs, counts = np.unique(columns[labelled] * labels + codes[labelled], return_counts=True)
    column, code = np.divmod(pairs, labels)
    order = np.lexsort((-code, counts, column))  # the last one of each column is the one
    found[column[order]] = code[order]
    return found
