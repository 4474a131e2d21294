"""Numpy arrays that lie in the graph of a Dask array, and would be sent to a cluster with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.memory import format_bytes

from .lazy_dask import Array, blockwise

MOST_EMBEDDED = 10**7
"""Bytes of numpy arrays that a graph may hold."""

DEEPEST = 6
"""Levels of tasks within tasks, and of lists in these, that are looked at."""


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
    found = {id(each): each.nbytes for layer in layers.values() for value in _values(layer) for each in _arrays(value)}
    return sum(found.values())


def _values(layer: Mapping[Any, Any]) -> Iterator[Any]:
    """The tasks of a layer; of one that says what to do with each chunk, what it does that with."""
    if isinstance(layer, blockwise.Blockwise):
        yield from (value for value, index in layer.indices if index is None)
        yield from layer.io_deps.values()
    else:
        yield from layer.values()


def _arrays(value: Any, level: int = 0) -> Iterator[NDArray[Any]]:
    if isinstance(value, np.ndarray):
        yield value
        return
    if level == DEEPEST:
        return
    within: list[Any] = []
    if isinstance(value, list | tuple | set):
        within += value
    elif isinstance(value, Mapping):
        within += value.values()
    elif isinstance(value, partial):
        within += [*value.args, *value.keywords.values()]
    else:  # a task of Dask, or a value in its graph
        within += [getattr(value, name, None) for name in ("args", "kwargs", "value")]
    for each in within:
        yield from _arrays(each, level + 1)
