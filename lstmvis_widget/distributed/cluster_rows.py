"""A Dask array on a cluster as rows of states: what is asked of all rows is done where its chunks are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.cancelling import Check, Report

from .chunk_tasks import Following, over_chunks
from .chunk_values import source_values
from .client import ready_workers
from .cluster_build import ClusterBuild
from .lazy_dask import dask, distributed
from .rows import DaskRows
from .waiting import results_of

if TYPE_CHECKING:
    from lstmvis_widget.states.sources import States

Part = TypeVar("Part")

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

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        """These rows, a task a chunk."""
        ready_workers(self.client)
        [wanted] = dask.optimize(self.array[rows])
        parts = results_of(self.client, distributed.futures_of(self.client.persist(wanted)), "reading states")
        return np.concatenate(parts) if len(parts) != 1 else parts[0]

    def begin_index(self, states: States, threshold: float) -> ClusterBuild:
        """The build of an index on the cluster."""
        return ClusterBuild(self.client, self, states, threshold)

    def fold(
        self,
        part: Callable[[int, NDArray[Any]], Part],
        join: Callable[[Part, Part], Part],
        *,
        check: Check,
        progress: Report,
    ) -> Part | None:
        """What ``part`` gives for each chunk, joined on the cluster as a tree, in the order of the rows."""
        threads = sum(each.threads for each in ready_workers(self.client, check))
        if not self.shape[0]:
            return None
        tasks = over_chunks(self.client, self.array, PartOfChunk(part, self.dtype), threads)
        last: list[Any] = []
        while len(last) != 1:
            found = last or tasks.futures
            groups = [found[at : at + JOINED] for at in range(0, len(found), JOINED)]
            last = self.client.map(Joined(join), groups, pure=False)
        following = Following(tasks, "the states", progress)
        following.until(self.client, last, check)
        [joined] = results_of(self.client, last, "computing on the states", check)
        return None if joined is None else joined.value


@dataclass(frozen=True)
class Found:
    """What a chunk gave."""

    value: Any


@dataclass(frozen=True)
class PartOfChunk:
    """A function of the first row and the values of a block, as a task of a chunk."""

    part: Callable[[int, NDArray[Any]], Any]
    dtype: np.dtype[Any]

    def __call__(self, values: Any, place: tuple[slice, ...]) -> Found | None:
        """What it gives; None for a chunk without rows."""
        if not len(values):
            return None
        return Found(self.part(int(place[0].start), source_values(values, self.dtype)))


@dataclass(frozen=True)
class Joined:
    """Joins some results of successive blocks."""

    join: Callable[[Any, Any], Any]

    def __call__(self, found: Iterable[Found | None]) -> Found | None:
        """The result of all of these blocks."""
        values = [each.value for each in found if each is not None]
        return Found(reduce(self.join, values)) if values else None
