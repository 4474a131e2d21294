"""A Dask array on a cluster as rows of states: what is asked of all rows is done where its chunks are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.states.folding import Beside, Join, OfBlock, Part, Ranges
from lstmvis_widget.work.blocks import Block
from lstmvis_widget.work.cancelling import Check, Report

from .chunk_tasks import ChunkTasks, Following, over_chunks
from .client import active_client, check_ready, ready_workers
from .cluster_build import ClusterBuild
from .keys import numbered_keys
from .lazy_dask import da, dask, distributed
from .rows import DaskRows
from .waiting import results_of

if TYPE_CHECKING:
    from lstmvis_widget.states.sources import States

JOINED = 16
"""Results that one task joins."""


class ClusterRows(DaskRows):
    """Rows of a Dask array (T, D) on the cluster of a client.

    Parameters
    ----------
    array : dask.array.Array
    client : distributed.Client
    """

    def __init__(self, array: Any, client: Any) -> None:
        super().__init__(array)
        self.client = client

    def like(self, array: Any) -> Self:
        """Rows of another array on the same cluster."""
        return type(self)(array, self.client)

    def __reduce__(self) -> tuple[Any, ...]:
        """Where it is loaded the client that is active there has the array's cluster."""
        return _on_the_active_client, (self.array,)

    def __getitem__(self, key: Any) -> NDArray[Any]:
        """These rows, a task a chunk."""
        if isinstance(key, tuple):
            member, rows = key
            return self.like(self.array[member])[rows]
        check_ready(self.client)
        [wanted] = dask.optimize(self.array[key])
        futures = distributed.futures_of(self.client.persist(wanted))
        parts = [as_numpy(each) for each in results_of(self.client, futures, "reading states")]
        return np.concatenate(parts) if len(parts) != 1 else parts[0]

    def begin_index(self, states: States, threshold: float) -> ClusterBuild:
        """The build of an index on the cluster."""
        return ClusterBuild(self.client, self, states, threshold)

    def fold(
        self,
        of_block: OfBlock[Part],
        join: Join[Part],
        *,
        beside: Beside | None,
        ranges: Ranges | None,
        check: Check,
        progress: Report,
    ) -> Part | None:
        """What ``of_block`` makes of each chunk, joined on the cluster as a tree, in the order of the rows."""
        threads = sum(each.threads for each in ready_workers(self.client, check))
        picked = PickedRanges(tuple(ranges if ranges is not None else [(0, self.shape[0])]))
        if not picked.steps:
            return None
        array = self.array if ranges is None else da.concatenate([self.array[start:stop] for start, stop in ranges])
        given = None if beside is None else BesidePicked(beside, picked)
        tasks = over_chunks(self.client, array, PartOfChunk(of_block, join, picked), threads, given)
        last: list[Any] = []
        while len(last) != 1:
            found = last or tasks.futures
            groups = [found[at : at + JOINED] for at in range(0, len(found), JOINED)]
            last = self.client.map(Joined(join), groups, key=numbered_keys("joined", len(groups)))
        there = ChunkTasks([picked.around(*rows) for rows in tasks.rows], tasks.futures)
        following = Following(there, "the states", progress)
        following.until(self.client, last, check)
        [joined] = results_of(self.client, last, "computing on the states", check=check)
        return None if joined is None else joined.value


def _on_the_active_client(array: Any) -> DaskRows:
    client = active_client()
    return DaskRows(array) if client is None else ClusterRows(array, client)


@dataclass(frozen=True)
class PickedRanges:
    """Ranges of rows, one after the other, as an array that holds these rows alone has them."""

    ranges: tuple[Block, ...]

    @property
    def steps(self) -> int:
        """How many rows these are."""
        return sum(stop - start for start, stop in self.ranges)

    def parts(self, start: int, stop: int) -> list[Block]:
        """The ranges of rows that the rows [start, stop) of that array are."""
        found, at = [], 0
        for first, end in self.ranges:
            low, high = max(start - at, 0), min(stop - at, end - first)
            if low < high:
                found.append((first + low, first + high))
            at += end - first
        return found

    def around(self, start: int, stop: int) -> Block:
        """From the first of these rows to the last one."""
        parts = self.parts(start, stop)
        return (parts[0][0], parts[-1][1]) if parts else (start, stop)


@dataclass(frozen=True)
class Found:
    """What a chunk gave."""

    value: Any


@dataclass(frozen=True)
class BesidePicked:
    """What stands beside the rows of the array that holds picked rows alone."""

    beside: Beside
    picked: PickedRanges

    def within(self, start: int, stop: int) -> Any:
        """What stands beside some of them."""
        return self.beside.within(*self.picked.around(start, stop))


@dataclass(frozen=True)
class PartOfChunk:
    """What is made of blocks, as a task of a chunk of the picked rows."""

    of_block: OfBlock[Any]
    join: Join[Any]
    picked: PickedRanges

    def __call__(self, values: Any, place: tuple[slice, ...], *beside: Beside) -> Found | None:
        """What is made of it; None for a chunk without rows."""
        made, at = [], 0
        for start, stop in self.picked.parts(int(place[0].start), int(place[0].stop)):
            made.append(self.of_block(start, values[at : at + stop - start], *beside))
            at += stop - start
        return Found(reduce(self.join, made)) if made else None


@dataclass(frozen=True)
class Joined:
    """Joins some results of successive blocks."""

    join: Callable[[Any, Any], Any]

    def __call__(self, found: Iterable[Found | None]) -> Found | None:
        """What is made of all of these blocks."""
        values = [each.value for each in found if each is not None]
        return Found(reduce(self.join, values)) if values else None
