"""Arrays that a thread uses again and again for what it works out in between.

A fresh array of some hundred kilobytes costs more than the numbers in it where the C library gives memory back to the
system at once, as it does under the settings of Dask's workers: then each page of it is mapped and cleared anew.
"""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

LARGEST = 2**22
"""Bytes of an array that is kept, at most: a larger one is made each time."""


class Scratch:
    """The arrays of one thread, by name. Whoever uses a name has that array until the name is used again."""

    def __init__(self) -> None:
        self._kept: dict[str, NDArray[np.uint8]] = {}

    def array(self, name: str, shape: int | tuple[int, ...], dtype: DTypeLike = np.uint64) -> NDArray[Any]:
        """An array of this shape, which holds anything."""
        wanted = math.prod(shape) if isinstance(shape, tuple) else shape
        size = wanted * np.dtype(dtype).itemsize
        kept = self._kept.get(name)
        if kept is None or len(kept) < size:
            kept = np.empty(size, np.uint8)
            if size <= LARGEST:
                self._kept[name] = kept
        return kept[:size].view(dtype).reshape(shape)


def scratch() -> Scratch:
    """The arrays of this thread."""
    found: Scratch | None = getattr(_of_thread, "scratch", None)
    if found is None:
        found = _of_thread.scratch = Scratch()
    return found


_of_thread = threading.local()
