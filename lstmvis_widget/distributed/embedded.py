"""Numpy arrays that lie in the graph of a Dask array, and would be sent to a cluster with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from lstmvis_widget.work.memory import format_bytes

from .graph_values import values_in
from .lazy_dask import Array, blockwise

MOST_EMBEDDED = 10**7
"""Bytes of numpy arrays that a graph may hold."""


def check_not_embedded(array: Array) -> None:
    """Raise ValueError where so much data lies in the graph of an array that it can't be sent with each task.

    The message says what to give instead. In one process such an array is fine.
    """
    size = embedded_bytes(array)
    if size > MOST_EMBEDDED:
        msg = (
            f"this Dask array holds {format_bytes(size)} of numpy arrays, as dask.array.from_array makes them, which "
            f"would be sent to the cluster within its tasks; {format_bytes(MOST_EMBEDDED)} may be. Give the numpy "
            "array itself, which is worked on here; or write it once where all workers can read it: "
            "dask.array.to_zarr(states, path), and give dask.array.from_zarr(path)"
        )
        raise ValueError(msg)


def embedded_bytes(array: Array) -> int:
    """Bytes of the numpy arrays, memory maps too, that lie in the graph of a Dask array."""
    graph = array.__dask_graph__()
    layers = getattr(graph, "layers", {"": graph})
    values = (value for layer in layers.values() for task in _tasks(layer) for value in values_in(task))
    return sum({id(each): each.nbytes for each in values if isinstance(each, np.ndarray)}.values())


def _tasks(layer: Mapping[Any, Any]) -> Iterator[Any]:
    """The tasks of a layer; of one that says what to do with each chunk, what it does that with."""
    if isinstance(layer, blockwise.Blockwise):
        yield from (value for value, index in layer.indices if index is None)
        yield from layer.io_deps.values()
    else:
        yield from layer.values()
