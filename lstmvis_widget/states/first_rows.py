"""The first rows of a dataset to which others are still being added."""

from __future__ import annotations

from typing import Any

import h5py
from numpy.typing import NDArray

from .chunks import starts_along
from .paths import picklable

Array = NDArray[Any]


class FirstRows:
    """The complete rows of a dataset, which may have more."""

    def __init__(self, dataset: h5py.Dataset, steps: int) -> None:
        self.shape, self.dtype = (steps, dataset.shape[1]), dataset.dtype
        self._dataset = dataset

    def __getitem__(self, rows: slice) -> Array:
        start, stop, _ = rows.indices(self.shape[0])
        found: Array = self._dataset[start:stop]
        return found

    def chunk_starts(self) -> Array | None:
        """Where the chunks begin."""
        return starts_along(self._dataset, 0)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_dataset": picklable(self._dataset)}
