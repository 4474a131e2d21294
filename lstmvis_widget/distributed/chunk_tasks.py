"""One function for each chunk of an array, run where the chunk is.

Only what the function returns is kept. A chunk is a task of the cluster, with the array's own tasks before it, so that
whatever the array is made of stays what it was: files, results that the cluster holds, long computations. An array of
very many small chunks would keep the scheduler busy for longer than the workers; some of its chunks make one task.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.work.blocks import Block
from lstmvis_widget.work.cancelling import Check, Report, not_reported

from . import faults
from .keys import numbered_keys, short_key
from .lazy_dask import blockwise, cloudpickle, core, da, dask, distributed, highlevelgraph, layers, optimization, utils
from .waiting import wait_until

OfChunk = Callable[..., Any]
"""Takes the values of some successive rows, the slices that they are, rows first, and what stands beside these rows, if
anything does; can be pickled."""

SMALL = 2**23
"""Chunks of fewer bytes are put together, where there are many."""

TOGETHER = 2**25
"""Bytes of the chunks that are put together."""

SHARED = 4
"""Groups of chunks may need so many times their share of all tasks."""

FEW = 32
"""So many tasks more may be shared by all groups."""

MANY = 16
"""So many chunks for each thread of the cluster are many."""

LARGE = 2**17
"""Bytes of a function from which on it is sent to each worker once, instead of with each task."""

LARGE_GRAPH = "distributed.admin.large-graph-warning-threshold"
"""From what size on Dask warns of what is sent."""


@dataclass(frozen=True)
class ChunkTasks:
    """The tasks of all chunks, in the order of the rows.

    Parameters
    ----------
    rows : list of (int, int)
        The rows [start, stop) of each task.
    futures : list of distributed.Future
    """

    rows: list[Block]
    futures: list[Any]


class BesideRows(Protocol):
    """What stands beside the rows of an array."""

    def within(self, start: int, stop: int) -> Any:
        """What stands beside the rows [start, stop)."""


def over_chunks(
    client: Any, array: Any, function: OfChunk, threads: int, beside: BesideRows | None = None
) -> ChunkTasks:
    """Begin the tasks of an array (T, D) whose chunks hold whole rows.

    ``threads`` is how many tasks the cluster runs at once. A chunk's task gets what stands ``beside`` its rows alone.
    """
    ends = np.cumsum([0, *array.chunks[0]])
    count = len(array.chunks[0])
    size = array.nbytes / max(1, count)
    if count > MANY * threads and size < SMALL:
        groups = list(itertools.pairwise([*range(0, count, max(1, round(TOGETHER / max(1, size)))), count]))
        if can_be_grouped(array, groups):
            return _of_groups(client, array, function, groups, beside)
    rows = list(itertools.pairwise(ends.tolist()))
    name = short_key(_name_of(function))
    inputs = [array]
    if _is_large(function):
        inputs = [_in_chunks([function], f"function-{name}"), array]
        on_each: Callable[..., Any] = on_chunk
    else:
        on_each = partial(on_chunk, Sent(function))
    given = [part for each in inputs for part in (each.name, "ij")] + [layers.ArraySliceDep(array.chunks), "ij"]
    if beside is not None:
        inputs.append(_in_chunks([beside.within(*these) for these in rows], f"beside-{name}"))
        given += [inputs[-1].name, "ij"]
    blocks = {each.name: each.numblocks for each in inputs}
    layer = blockwise.blockwise(on_each, name, "ij", *given, numblocks=blocks)
    graph = highlevelgraph.HighLevelGraph.from_collections(name, layer, dependencies=inputs)
    tasks = da.Array(graph, name, (array.chunks[0], (1,)), meta=np.empty((0, 0), object))
    with dask.config.set({LARGE_GRAPH: "1GiB"}):  # what a fold sends is known
        futures = {future.key: future for future in distributed.futures_of(client.persist(tasks))}
    return ChunkTasks(rows, [futures[name, place, 0] for place in range(count)])


def _is_large(function: OfChunk) -> bool:
    """Whether a function is better sent to each worker once than with each task."""
    return len(cloudpickle.dumps(function)) > LARGE


@dataclass(frozen=True)
class Sent:
    """An object that a worker gets as it is, whatever Dask would take it for."""

    value: Any

    def __call__(self) -> Sent:
        """Itself: the result of a task that others use."""
        return self


def _in_chunks(objects: Sequence[Any], name: str) -> Any:
    """An array each chunk of which is an object."""
    each = {(name, place, 0): Sent(one) for place, one in enumerate(objects)}
    graph = highlevelgraph.HighLevelGraph.from_collections(name, each)
    return da.Array(graph, name, ((1,) * len(objects), (1,)), meta=np.empty((0, 0), object))


def on_chunk(function: Sent, values: NDArray[Any], place: Any, *beside: Sent) -> Any:
    """What the function gives for a chunk."""
    return function.value(values, place, *(each.value for each in beside))


def _name_of(function: OfChunk) -> str:
    return type(function).__name__.lower()


# -------------------------------------------------------------- many small chunks


def can_be_grouped(array: Any, groups: Sequence[Block]) -> bool:
    """Whether groups of chunks can be computed apart: the cluster holds nothing of them, and they share few tasks.

    Chunks from which the mean of all is subtracted share all tasks of the mean, which each group would compute again.
    """
    if distributed.futures_of(array):
        return False
    graph, keys = array.__dask_graph__(), list(core.flatten(array.__dask_keys__()))
    most = SHARED * len(graph) / len(groups) + FEW
    looked_at = [keys[slice(*groups[number])] for number in {0, len(groups) // 2, len(groups) - 1}]
    # A layer of a graph may be culled as a whole only, which is coarse; its tasks one by one, which takes long.
    coarse = [graph.cull(set(some)).to_dict() for some in looked_at]
    return all(len(optimization.cull(tasks, some)[0]) <= most for tasks, some in zip(coarse, looked_at, strict=True))


def _of_groups(
    client: Any, array: Any, function: OfChunk, groups: Sequence[Block], beside: BesideRows | None
) -> ChunkTasks:
    ends = np.cumsum([0, *array.chunks[0]])
    rows = [(int(ends[first]), int(ends[end])) for first, end in groups]
    given = [] if beside is None else [[Sent(beside.within(*these)) for these in rows]]
    with dask.config.set({LARGE_GRAPH: "1GiB"}):
        held = client.submit(Sent(SmallChunks(array)), key=short_key("held"))
        large = _is_large(function)
        shared = client.submit(Sent(function), key=short_key("function")) if large else Sent(function)
        keys = numbered_keys(_name_of(function), len(groups))
        futures = client.map(on_group, [held] * len(groups), groups, rows, *given, function=shared, key=keys)
    return ChunkTasks(rows, futures)


class SmallChunks:
    """The chunks of an array, for a worker that computes some of them in one task.

    Parameters
    ----------
    array : dask.array.Array
    """

    def __init__(self, array: Any) -> None:
        self._array = array

    @cached_property
    def _graph(self) -> dict[Any, Any]:
        return dict(utils.ensure_dict(self._array.__dask_graph__()))

    @cached_property
    def _keys(self) -> list[Any]:
        return list(core.flatten(self._array.__dask_keys__()))

    def values(self, first: int, end: int) -> NDArray[Any]:
        """The rows of the chunks ``first`` up to ``end``.

        Raises
        ------
        OSError
            One of them can't be computed; the message says which.
        """
        try:
            return np.concatenate(self._computed(self._keys[first:end]))
        except Exception:
            for number, key in enumerate(self._keys[first:end], 1):
                try:
                    self._computed([key])
                except Exception as error:
                    raise faults.unreadable(f"chunk {number} of these {end - first}", error) from error
            raise

    def _computed(self, keys: list[Any]) -> list[NDArray[Any]]:
        tasks, _ = optimization.cull(self._graph, keys)
        return [as_numpy(chunk) for chunk in core.get(tasks, keys)]

    def __getstate__(self) -> dict[str, Any]:
        return {"_array": self._array}


def on_group(chunks: Sent, group: Block, rows: Block, *beside: Sent, function: Sent) -> Any:
    """What the function gives for the rows of some chunks, which are computed here one after the other."""
    values = chunks.value.values(*group)
    return on_chunk(function, values, (slice(*rows), slice(0, values.shape[1])), *beside)


# ---------------------------------------------------------------------- waiting


class Following:
    """Follows tasks of chunks: how many have ended, and which rows can't be read. Ended ones are released.

    Parameters
    ----------
    tasks : ChunkTasks
    name : str
        What messages call the array.
    progress : callable
        Given the share of the rows done, 0…1.
    """

    def __init__(self, tasks: ChunkTasks, name: str, progress: Report = not_reported) -> None:
        self._left = list(zip(tasks.rows, tasks.futures, strict=True))
        self._name, self._progress = name, progress
        self._total = max(1, sum(stop - start for start, stop in tasks.rows))
        self._shown = math.inf

    def look(self) -> None:
        """Release what has ended; raise OSError where rows can't be read."""
        left = []
        for rows, future in self._left:
            if future.status == "error":
                error = future.exception()
                raise faults.unreadable(f"rows {rows[0]} to {rows[1]} of {self._name}", error) from error
            if future.status == "finished":
                future.release()
            else:
                left.append((rows, future))
        self._left = left
        share = 1 - sum(stop - start for (start, stop), _ in left) / self._total
        if share != self._shown:
            self._shown = share
            self._progress(share)

    def until(self, client: Any, futures: list[Any], check: Check) -> None:
        """Wait until these futures, which are made of the tasks, have ended; they are released if that fails."""
        try:
            wait_until(client, futures, check, self.look)
            self.look()
        except BaseException:
            for future in [*futures, *(future for _, future in self._left)]:
                future.release()
            self._left = []
            raise
