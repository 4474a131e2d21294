"""Places and counts in the type that numpy asks for where it doesn't convert them itself.

Everywhere in this package they have 64 bits. Numpy's own type for them has 32 where addresses have, as in Pyodide, and
some of its functions then refuse those of 64 bits. These functions are called here and nowhere else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def repeated(values: ArrayLike, counts: ArrayLike) -> NDArray[Any]:
    """Each value as often as its count says."""
    return np.repeat(values, np.asarray(counts).astype(np.intp, copy=False))


def reduced_at(
    reduce: np.ufunc, values: NDArray[Any], starts: NDArray[np.integer[Any]], **options: Any
) -> NDArray[Any]:
    """``reduce.reduceat``: over the values from each start to the next, along the first axis."""
    reduced: NDArray[Any] = reduce.reduceat(values, starts.astype(np.intp, copy=False), **options)
    return reduced
