"""The tasks of a Dask array, of which those that some chunks need are taken out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from .lazy_dask import Array, core, optimization, utils

MOST_WRITTEN_OUT = 20_000
"""So many tasks are written out whole, once. Of more, layers that say what to do with each chunk stay as they are."""


class ChunkGraph:
    """The tasks of an array (T, D) whose chunks hold whole rows.

    Parameters
    ----------
    array : dask.array.Array
    """

    def __init__(self, array: Array) -> None:
        self._array = array

    @cached_property
    def keys(self) -> list[Any]:
        """The key of each chunk, in the order of the rows."""
        return list(core.flatten(self._array.__dask_keys__()))

    @cached_property
    def _written_out(self) -> dict[Any, Any] | None:
        graph = self._array.__dask_graph__()
        there = all(getattr(layer, "is_materialized", bool)() for layer in graph.layers.values())
        return dict(utils.ensure_dict(graph)) if there or len(graph) <= MOST_WRITTEN_OUT else None

    def tasks(self, keys: Sequence[Any]) -> dict[Any, Any]:
        """The tasks that these chunks need."""
        graph = self._written_out
        if graph is None:  # layers are culled coarsely, without writing out the others
            graph = self._array.__dask_graph__().cull(set(keys)).to_dict()
        found: dict[Any, Any] = optimization.cull(graph, list(keys))[0]
        return found

    def __getstate__(self) -> dict[str, Any]:
        return {"_array": self._array}
