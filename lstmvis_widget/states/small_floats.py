"""Floats of 8 and 16 bits that numpy lacks, and the least number above zero of any dtype."""

from __future__ import annotations

import sys
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy, is_small_float, library_of

Array = NDArray[Any]


def least_above_zero(array: Any) -> float:
    """The least number above zero that an array of floats, of any library, can hold."""
    known = getattr(array, "least_above_zero", None)
    if known is not None:
        return float(known)
    if is_small_float(array.dtype):  # which a library has defined that is imported, therefore
        limits = sys.modules["torch" if library_of(array.dtype) == "torch" else "ml_dtypes"].finfo(array.dtype)
        return float(limits.smallest_normal) * float(limits.eps)
    try:
        dtype = np.dtype(array.dtype)
    except TypeError:  # of another library
        dtype = as_numpy(array[:0]).dtype
    return max(float(np.finfo(dtype if dtype.kind == "f" else np.float64).smallest_subnormal), 5e-324)


class SmallFloatRows:
    """Floats of 8 or 16 bits that numpy lacks, kept as their bits and read as float32, which holds them exactly.

    Parameters
    ----------
    bits : ndarray of uint8 or uint16
        Of any shape.
    kind : {"BF16", "F8_E4M3", "F8_E5M2"}
        Their names in safetensors files.
    """

    KINDS: ClassVar[dict[str, float]] = {"BF16": 2.0**-133, "F8_E4M3": 2.0**-9, "F8_E5M2": 2.0**-16}
    """The least number above zero of each kind."""

    def __init__(self, bits: Array, kind: str) -> None:
        self._bits, self._kind = bits, kind
        self.shape, self.dtype = bits.shape, np.dtype(np.float32)
        self.least_above_zero = self.KINDS[kind]

    def __getitem__(self, rows: Any) -> Array:
        return self._decoded(np.asarray(self._bits[rows]))

    def _decoded(self, bits: Array) -> Array:
        if self._kind == "BF16":
            wide = bits.astype(np.uint32)
            wide <<= np.uint32(16)
            return wide.view(np.float32)
        if self._kind == "F8_E5M2":  # the upper half of float16
            return (bits.astype(np.uint16) << np.uint16(8)).view(np.float16).astype(np.float32)
        return np.take(_E4M3, bits)


def _all_e4m3() -> NDArray[np.float32]:
    """The 256 numbers with 4 bits of exponent and 3 of fraction: no infinity, and NaN where all these bits are 1."""
    codes = np.arange(256)
    exponent, fraction = (codes >> 3) & 15, codes & 7
    magnitude = np.where(exponent > 0, (8 + fraction) * 2.0 ** (exponent - 10.0), fraction * 2.0**-9)
    magnitude[(codes & 127) == 127] = np.nan
    return np.where(codes < 128, magnitude, -magnitude).astype(np.float32)


_E4M3 = _all_e4m3()
