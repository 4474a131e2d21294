"""One function for each chunk of an array, run where the chunk is.

Only what the function returns is kept. A chunk is a task of the cluster, with the array's own tasks before it, so that
whatever the array is made of stays what it was: files, results that the cluster holds, long computations. An array of
very many small chunks would keep the scheduler busy for longer than the workers; some of its chunks make one task.
"""

from __future__ import annotations

import itertools
import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.blocks import Block
from lstmvis_widget.work.cancelling import Check, Report, not_reported

from . import faults
from .lazy_dask import blockwise, da, distributed, highlevelgraph, layers
from .waiting import wait_until

OfChunk = Callable[[NDArray[Any], Any], Any]
"""Takes the values of some successive rows, and the slices that they are, rows first; can be pickled."""

SMALL = 2**23
"""Chunks of fewer bytes are put together, where there are many."""

TOGETHER = 2**25
"""Bytes of the chunks that are put together."""

MANY = 16
"""So many chunks for each thread of the cluster are many."""


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


def over_chunks(client: Any, array: Any, function: OfChunk, threads: int) -> ChunkTasks:
    """Begin the tasks of an array (T, D) whose chunks hold whole rows.

    ``threads`` is how many tasks the cluster runs at once.
    """
    ends = np.cumsum([0, *array.chunks[0]])
    count = len(array.chunks[0])
    size = array.nbytes / max(1, count)
    if count > MANY * threads and size < SMALL and not distributed.futures_of(array):
        return _of_groups(client, array, function, _grouped(ends, max(1, round(TOGETHER / max(1, size)))))
    name = f"{_name_of(function)}-{uuid.uuid4().hex}"
    places = layers.ArraySliceDep(array.chunks)
    blocks = {array.name: array.numblocks}
    layer = blockwise.blockwise(function, name, "ij", array.name, "ij", places, "ij", numblocks=blocks)
    graph = highlevelgraph.HighLevelGraph.from_collections(name, layer, dependencies=[array])
    tasks = da.Array(graph, name, (array.chunks[0], (1,)), meta=np.empty((0, 0), object))
    futures = {future.key: future for future in distributed.futures_of(client.persist(tasks))}
    rows = list(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))
    return ChunkTasks(rows, [futures[name, place, 0] for place in range(count)])


def _name_of(function: OfChunk) -> str:
    return type(function).__name__.lower()


# -------------------------------------------------------------- many small chunks


def _grouped(ends: NDArray[np.int64], together: int) -> list[Block]:
    bounds = [*ends[:-1:together].tolist(), int(ends[-1])]
    return list(itertools.pairwise(bounds))


def _of_groups(client: Any, array: Any, function: OfChunk, groups: list[Block]) -> ChunkTasks:
    held = client.submit(Held(array), pure=False)
    starts, stops = zip(*groups, strict=True)
    futures = client.map(OfGroup(function), [held] * len(groups), starts, stops, pure=False)
    return ChunkTasks(groups, futures)


@dataclass(frozen=True)
class Held:
    """An array that a worker gets as it is, without its values."""

    array: Any

    def __call__(self) -> Held:
        """Itself: the result of a task that others use."""
        return self


@dataclass(frozen=True)
class OfGroup:
    """A task that reads some successive chunks itself, one by one."""

    function: OfChunk

    def __call__(self, held: Held, start: int, stop: int) -> Any:
        """What the function gives for these rows."""
        values = held.array[start:stop].compute(scheduler="synchronous")
        return self.function(values, (slice(start, stop), slice(0, values.shape[1])))


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
