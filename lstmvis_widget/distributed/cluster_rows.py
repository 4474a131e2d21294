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
from lstmvis_widget.work.cancelling import Check, Report

from .chunk_tasks import ChunkTasks, Following, over_chunks
from .client import active_client, check_ready, ready_workers
from .cluster_build import ClusterBuild
from .keys import numbered_keys
from .lazy_dask import dask, distributed
from .picked_ranges import BesidePicked, PickedRanges
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
        if not self.shape[0] or (ranges is not None and not len(ranges)):
            return None
        array, picked = PickedRanges.of(self.array, ranges)
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
class Found:
    """What a chunk gave."""

    value: Any


@dataclass(frozen=True)
class PartOfChunk:
    """What is made of blocks, as a task of a chunk of the picked rows."""

    of_block: OfBlock[Any]
    join: Join[Any]
    picked: PickedRanges

    def __call__(self, values: Any, place: tuple[slice, ...], *beside: Beside) -> Found | None:
        """What is made of it; None for a chunk without rows."""
        first, made = int(place[0].start), []
        for start, stop, at in self.picked.pieces(first, int(place[0].stop)):
            made.append(self.of_block(start, values[at - first : at - first + stop - start], *beside))
        return Found(reduce(self.join, made)) if made else None


@dataclass(frozen=True)
class Joined:
    """Joins some results of successive blocks."""

    join: Callable[[Any, Any], Any]

    def __call__(self, found: Iterable[Found | None]) -> Found | None:
        """What is made of all of these blocks."""
        values = [each.value for each in found if each is not None]
        return Found(reduce(self.join, values)) if values else None
