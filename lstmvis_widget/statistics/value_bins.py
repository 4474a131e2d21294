"""Bins for the values of cells, in the order of the values, narrow where a sample of them is dense."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
Ints = NDArray[np.int64]
Keys = NDArray[Any]

TOP_BITS = 11
"""Bits of a value in single precision that choose its row in the table: the sign, the exponent, 2 of the mantissa."""

TOPS = 1 << TOP_BITS
LOW_BITS = 32 - TOP_BITS
SHIFT_BITS = 5
"""A row holds the first bin of its values, and in the last bits how many low bits of a value are left out."""

NARROW = 4
"""Where all values of a sample lie in a range this many times narrower than their distance from 0, zero is moved."""

SIGN: dict[np.dtype[Any], Any] = {np.dtype(np.float32): np.int32(-(2**31)), np.dtype(np.float64): np.int64(-(2**63))}
"""The bit of the sign, by precision."""


def working_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Single precision for what it holds exactly, else double precision."""
    exact = dtype.itemsize <= 4 if dtype.kind == "f" else dtype.itemsize <= 2
    return np.dtype(np.float32 if exact else np.float64)


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


class ValueBins:
    """Which of ``bins`` bins each value of each cell falls into: a greater value never into a lower bin.

    A value is taken in single precision, where each quarter of what lies between two powers of two is a stretch. A
    quarter of the bins is divided evenly among all stretches. The others are shared by the stretches in which the
    sample has values: each is divided evenly into a power of two of bins, as many as its share of the sample allows. So
    bins are narrow where values are dense, and values of any size have bins, also those that the sample doesn't have:
    with 32,768 bins, 16 for each power of two.

    Before that, values beyond single precision are multiplied by a power of two, and where all values of a cell lie
    close together, far from 0, their median is subtracted. Rounding keeps the order.

    Parameters
    ----------
    sample : ndarray of float32 or float64, shape (n, D)
        Values of each cell, NaN replaced by −∞.
    bins : int
        At least 16.
    """

    def __init__(self, sample: Floats, bins: int) -> None:
        self.bins = bins
        self.dtype = sample.dtype
        cells = sample.shape[1]
        self._centre, self._scale = _centres(sample), np.ones(cells, sample.dtype)
        self._moved = bool(self._centre.any())
        if self.dtype == np.float64:
            self._scale = _scales(sample - self._centre)
        self._scaled = bool((self._scale != 1).any())
        self._first = (np.arange(cells) * TOPS).astype(np.uint32)
        tops = (self._keys(sample.copy()) >> LOW_BITS).T
        self._table = np.stack([_rows(np.bincount(of_cell, minlength=TOPS), bins) for of_cell in tops])

    def of(self, values: Floats) -> NDArray[np.uint32]:
        """The bins of values, shape (n, D), which are overwritten."""
        keys = self._keys(values)
        tops = keys >> LOW_BITS
        tops += self._first
        rows: NDArray[np.uint32] = self._table.reshape(-1).take(tops.astype(np.int64), mode="wrap")
        keys &= (1 << LOW_BITS) - 1
        keys >>= rows & ((1 << SHIFT_BITS) - 1)
        rows >>= SHIFT_BITS
        rows += keys
        return rows

    def least(self, bins: Ints) -> Keys:
        """For each of these bins of each cell, shape (n, D), the least key (see `ordered`) of a value in it.

        Of an empty bin it is that of the next bin above it that has values at all.
        """
        ends = ordered(np.array([-np.inf, np.inf], self.dtype))
        low, high = np.full(bins.shape, ends[0]), np.full(bins.shape, ends[1])
        for _ in range(8 * self.dtype.itemsize):
            middle = low + (high - low) // ends.dtype.type(2)
            enough = self.of(in_order(middle)) >= bins
            high = np.where(enough, middle, high)
            low = np.where(enough, low, np.minimum(middle + ends.dtype.type(1), high))
        return high

    def _keys(self, values: Floats) -> NDArray[np.uint32]:
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            if self._moved:
                values -= self._centre
            if self._scaled:
                values *= self._scale
            return ordered(values.astype(np.float32, copy=False))


def _centres(sample: Floats) -> Floats:
    """For each cell the middle of its values if they lie close together, far from 0; else 0."""
    centres = np.zeros(sample.shape[1], sample.dtype)
    for cell, values in enumerate(sample.T):
        finite = values[np.isfinite(values)]
        if len(finite):
            low, high = finite.min(), finite.max()
            with np.errstate(over="ignore"):
                if high - low < min(abs(low), abs(high)) / NARROW:
                    centres[cell] = _middle(finite)
    return centres


def _middle(values: Floats) -> Any:
    """The upper median."""
    return np.partition(values, len(values) // 2)[len(values) // 2]


def _scales(sample: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each cell a power of two that brings its usual value near 1."""
    scales = np.ones(sample.shape[1])
    for cell, values in enumerate(sample.T):
        sizes = np.abs(values[np.isfinite(values) & (values != 0)])
        if len(sizes):
            _, exponent = np.frexp(_middle(sizes))
            scales[cell] = np.ldexp(1.0, int(np.clip(-exponent, -1000, 1000)))
    return scales


def _rows(counts: Ints, bins: int) -> NDArray[np.uint32]:
    """The rows of the table for a cell whose sample has so many values in each stretch."""
    together = max(1, 4 * TOPS // bins)  # stretches of few values that share a bin
    least = max(1, bins // (4 * TOPS))  # bins of any stretch
    shares = (bins - TOPS * least // together) * counts / max(1, counts.sum())
    _, exponents = np.frexp(np.maximum(shares, least))
    powers = np.minimum(exponents - 1, LOW_BITS).astype(np.int64)
    widths = np.where((powers > 0) | (together == 1), together << powers, 1)
    firsts = (np.cumsum(widths) - widths) // together
    rows: NDArray[np.uint32] = (firsts << SHIFT_BITS | (LOW_BITS - powers)).astype(np.uint32)
    return rows
