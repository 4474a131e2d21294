"""A Dask array as rows of states."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class DaskRows:
    """Rows of a Dask array (T, D).

    Parameters
    ----------
    array : dask.array.Array
    client : distributed.Client, optional
        Whose cluster reads them.
    """

    def __init__(self, array: Any, client: Any = None) -> None:
        self.array, self.client = array, client
        self.shape: tuple[int, int] = tuple(array.shape)
        self.dtype: np.dtype[Any] = np.dtype(array.dtype)
        self.chunks = array.chunks

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        return np.asarray(self.array[rows].compute())


def rows_of(array: Any, client: Any = None) -> DaskRows:
    """The rows of a Dask array, which are read on the cluster of ``client``."""
    return DaskRows(array, client)
