"""Edges of bins for the values of cells, in the order of the values, close together where a sample of them is dense."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
Keys = NDArray[Any]

SPREAD = 4
"""One of so many bins is spread over all sizes that numbers have; the others lie where the sample is dense."""

SIGN: dict[np.dtype[Any], Any] = {np.dtype(np.float32): np.int32(-(2**31)), np.dtype(np.float64): np.int64(-(2**63))}
"""The bit of the sign, by precision."""


def working_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Single precision for what it holds exactly, else double precision."""
    exact = dtype.itemsize <= 4 if dtype.kind == "f" else dtype.itemsize <= 2
    return np.dtype(np.float32 if exact else np.float64)


def bin_edges(sample: Floats, bins: int) -> Floats:
    """Values at which bins begin, other than the lowest bin: sorted, of shape (bins − 1,).

    A quarter of them is spread evenly over the numbers of this precision: with 8,192 bins and single precision, 4 for
    each power of two. The others are quantiles of the sample, so bins are narrow where values are dense, whatever their
    scale; between two values of the sample they are as far apart as the numbers that the precision has there.

    Parameters
    ----------
    sample : ndarray of float32 or float64, shape (n,)
        Values of a cell, without NaN.
    bins : int
        At least 16.
    """
    spread = bins // SPREAD
    ends = ordered(np.array([-np.inf, np.inf], sample.dtype))
    keys = np.concatenate([_between(ends, spread), _between(np.sort(ordered(sample.copy())), bins - 1 - spread)])
    edges: Floats = np.sort(in_order(keys))
    return edges


def _between(keys: Keys, number: int) -> Keys:
    """So many keys from the first to the last of these, with equally many of these, about, between each two."""
    places = np.linspace(0, len(keys) - 1, number)
    before = places.astype(np.int64)
    low, high = keys[before], keys[np.minimum(before + 1, len(keys) - 1)]
    between: Keys = low + ((places - before) * (high - low)).astype(keys.dtype)
    return between


def ordered(values: Floats) -> Keys:
    """Unsigned integers in the same order as these values, which aren't NaN; both zeros get the same. In place."""
    values += values.dtype.type(0)  # −0 becomes 0
    signed = values.view(np.dtype(f"i{values.itemsize}"))
    flipped = signed >> (8 * values.itemsize - 1)
    flipped |= SIGN[values.dtype]
    signed ^= flipped
    return signed.view(np.dtype(f"u{values.itemsize}"))


def in_order(keys: Keys) -> Floats:
    """The values of these keys: the inverse of `ordered`."""
    signed = keys.view(np.dtype(f"i{keys.itemsize}"))
    sign = SIGN[np.dtype(f"f{keys.itemsize}")]
    return np.where(signed < 0, signed ^ sign, ~signed).view(np.dtype(f"f{keys.itemsize}"))
