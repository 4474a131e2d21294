"""Columns as their distinct entries, and the number of one of these for each step: what is looked at is then short."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Codes = NDArray[np.integer[Any]]

MISSING = -1
"""The code of a step without a label."""

COUNTED_SPAN = 4
"""Integers are counted instead of sorted if they span at most so many times their number…"""

COUNTED_VALUES = 2**20
"""…or at most so many values."""


@dataclass(frozen=True)
class CodedLabels:
    """The labels of some steps.

    Parameters
    ----------
    names : tuple of str
        The distinct labels, in any order.
    codes : ndarray of int
        For each step the place of its label in ``names``, `MISSING` for no label. Of any shape.
    """

    names: tuple[str, ...]
    codes: Codes

    @classmethod
    def of(cls, texts: Iterable[str | None], codes: Codes) -> CodedLabels:
        """Where step i has ``texts[codes[i]]``: None is no label, and equal texts are one label."""
        places: dict[str, int] = {}
        merged = [MISSING if text is None else places.setdefault(text, len(places)) for text in texts]
        return cls(tuple(places), taken(merged, codes))

    def __len__(self) -> int:
        return len(self.codes)

    def texts(self, missing: str | None = None) -> NDArray[np.object_]:
        """The label of each step, in the shape of ``codes``."""
        return np.array([*self.names, missing], object)[self.codes]


def taken(numbers: Sequence[int] | Array, codes: Codes) -> NDArray[np.int32]:
    """``numbers[codes]``, and `MISSING` where that is the code."""
    found: NDArray[np.int32] = np.append(np.asarray(numbers, np.int32), np.int32(MISSING))[codes]
    return found


def distinct_rows(rows: Sequence[Hashable]) -> tuple[list[Any], NDArray[np.int32]]:
    """The distinct ones of some objects, in the order in which they come first, and the place of each among these."""
    distinct = list(dict.fromkeys(rows))
    places = dict(zip(distinct, range(len(distinct)), strict=True))
    return distinct, np.fromiter(map(places.__getitem__, rows), np.int32, len(rows))


def distinct_objects(rows: Sequence[Any]) -> tuple[list[Any], NDArray[np.int32]]:
    """The same for objects that aren't compared: only the same object counts as equal."""
    objects = dict(zip(map(id, rows), rows, strict=True))
    return list(objects.values()), distinct_rows(list(map(id, rows)))[1]


def distinct_numbers(numbers: Array) -> tuple[Array, Codes]:
    """The distinct ones of numbers or times of one axis, told apart by their bits, and the place of each among these.

    So −0.0 isn't 0.0, and there may be several NaN.
    """
    same_size = f"u{numbers.dtype.itemsize}"
    if numbers.dtype.itemsize > 8:  # the long doubles of some machines
        return np.unique(numbers, return_inverse=True, equal_nan=False)
    plain = np.ascontiguousarray(numbers)
    bits = plain.view(same_size) if plain.dtype.kind not in "iu" else plain
    distinct, codes, _ = counted(bits)
    return distinct.view(plain.dtype), codes


def counted(integers: Array) -> tuple[Array, Codes, NDArray[np.int64]]:
    """The distinct integers in ascending order, the place of each of ``integers`` among them, and how often they come.

    Integers that span few values are counted, which is faster than sorting them.
    """
    integers = integers.astype(integers.dtype.newbyteorder("="), copy=False)
    low, high = (int(integers.min()), int(integers.max())) if integers.size else (0, 0)
    if high - low > max(COUNTED_SPAN * integers.size, COUNTED_VALUES) or high >= 2**63:
        found, places, counts = np.unique(integers, return_inverse=True, return_counts=True)
        return found, places.reshape(integers.shape), counts
    offsets = integers.astype(np.int64) - low
    counts = np.bincount(offsets.reshape(-1), minlength=1).astype(np.int64, copy=False)
    there = np.flatnonzero(counts).astype(np.int64, copy=False)  # numpy's own have 32 bits in Pyodide
    table = np.zeros(len(counts), np.int32)
    table[there] = np.arange(len(there), dtype=np.int32)
    return (there + low).astype(integers.dtype), table[offsets], counts[there]
