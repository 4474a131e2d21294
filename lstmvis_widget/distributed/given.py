"""What of Dask can be states, and what to do with the rest: checks at the door, before anything is computed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lstmvis_widget.given.arrays import as_numpy

from .lazy_dask import Array, da

OTHERS = {
    "dask.dataframe": "give its numbers as an array with known chunks, table.to_dask_array(lengths=True)",
    "dask.bag": (
        "make arrays of its partitions, dask.array.concatenate([dask.array.from_delayed(part, (rows, cells), dtype) …])"
    ),
    "dask.delayed": "say what it will be, dask.array.from_delayed(value, shape=(time steps, cells), dtype='float32')",
}
"""Collections of Dask that are no arrays: the module of their types, and what to do with them."""


def check(source: Any) -> None:
    """Raise where something of Dask can't be states, whatever its place in a list or a mapping.

    Raises
    ------
    TypeError
        It is no array: a table, a bag or a delayed value.
    ValueError
        The sizes of its chunks aren't known.
    """
    if not isinstance(source, da.Array):
        module = type(source).__module__
        hint = next((hint for name, hint in OTHERS.items() if module.startswith(name)), "give a dask.array.Array")
        msg = f"states can't be a {type(source).__name__} of Dask: {hint}"
        raise TypeError(msg)
    if any(math.isnan(length) for length in source.shape):
        msg = (
            f"the sizes of the chunks of this Dask array aren't known, its shape is {source.shape}: "
            "call states.compute_chunk_sizes() first, which computes them once, or make the array with known shapes"
        )
        raise ValueError(msg)


def of_numpy(array: Array) -> Array:
    """The array with chunks of numpy: chunks of another library, such as sparse ones, are made dense one by one."""
    if isinstance(array._meta, np.ndarray):  # noqa: SLF001  (Dask has no other name for what chunks are made of)
        return array
    return array.map_blocks(as_numpy, dtype=array.dtype, meta=np.empty((0,) * array.ndim, array.dtype))


def with_whole_rows(array: Array) -> Array:
    """The array (…, T, D) with all cells in one chunk, which is joined from several when it is computed."""
    return array if array.numblocks[-1:] in ((), (1,)) else array.rechunk({array.ndim - 1: -1})


def dtype_read(array: Array) -> np.dtype[Any]:
    """The dtype of the rows: masked integers are read as floats, with NaN."""
    masked = isinstance(array._meta, np.ma.MaskedArray) and array.dtype.kind in "iub"  # noqa: SLF001
    return np.dtype(np.float64) if masked else np.dtype(array.dtype)
