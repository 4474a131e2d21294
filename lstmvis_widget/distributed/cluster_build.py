"""The build of an index on a cluster: chunks are packed where they are, and joined to parts that stay there.

The states stay where they are: a word of bits for 64 cells is all that leaves a chunk. Parts are made of chunks that
follow each other; each then gets what lies beyond its borders, which is two numbers a cell and side. All of this is
tasks that depend on each other, so what a lost worker held is made again from its chunks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.partitions.borders import Border, Lead, borders
from lstmvis_widget.partitions.parted_index import PartedIndex
from lstmvis_widget.partitions.parts import Part, PartWords, packed_part
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.states.on_off import OnRule
from lstmvis_widget.work.blocks import Block, blocks_of
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported

from . import faults
from .chunk_tasks import ChunkTasks, Following, over_chunks
from .chunk_values import source_values
from .client import Worker, ready_workers
from .keys import numbered_keys, short_key
from .parts_on_cluster import PartsOnCluster, PartsThere
from .rows import DaskRows

if TYPE_CHECKING:
    from lstmvis_widget.states.sources import States

PART_STEPS = 500_000
"""Steps of a part, at least: each part takes some time that doesn't depend on its steps."""

PARTS_A_THREAD = 2
"""Parts for each thread of the cluster, at most: few of them make little work, two let it be shared out evenly."""

MOST_MEMORY = 0.6
"""The share of the workers' memory that bits may take: above it Dask begins to write results to disk."""

PACKED_BYTES = 2**22
"""Bytes of states that are thresholded at once."""


class ClusterBuild:
    """The build of an index of states on a cluster. Once it was cancelled it begins anew.

    Parameters
    ----------
    client : distributed.Client
    rows : DaskRows
    states : States
        They read from these rows.
    threshold : float
    """

    broken = False
    nbytes = 0

    def __init__(self, client: Any, rows: DaskRows, states: States, threshold: float) -> None:
        self._client, self._rows, self._states, self._threshold = client, rows, states, threshold

    def run(self, *, progress: Report | None = None, check: Check = never_cancelled) -> PartedIndex:
        """The index. ``progress`` gets the share of the rows that are packed.

        Raises
        ------
        OSError
            Rows can't be read, the bits don't fit into the workers' memory, or the cluster has gone.
        """
        steps, cells = self._states.shape
        parts = self._made(progress or not_reported, check)
        holder = PartsOnCluster(self._client, parts, again=self._made)
        return PartedIndex(holder, steps=steps, cells=cells, threshold=self._threshold)

    def _made(self, progress: Report, check: Check) -> PartsThere:
        """The parts, once all are there."""
        steps, cells = self._states.shape
        workers = ready_workers(self._client, check)
        _check_memory(workers, steps, cells)
        rule = self._states.on_rule(self._threshold)
        threads = sum(each.threads for each in workers)
        tasks = over_chunks(self._client, self._rows.array, PackedChunk(rule, self._rows.dtype, cells), threads)
        stretches = parts_of(tasks.rows, threads)
        parts = self._parts(tasks, stretches, workers)
        Following(tasks, self._states.name, progress).until(self._client, parts, check)
        return PartsThere(parts, np.append([tasks.rows[some][0][0] for some in stretches], steps))

    def _parts(self, tasks: ChunkTasks, stretches: Sequence[slice], workers: Sequence[Worker]) -> list[Any]:
        """The tasks that make parts of stretches of packed chunks, shared out among the workers."""
        client, count = self._client, len(stretches)
        there = [{"workers": [each], "allow_other_workers": True} for each in shared_out(count, workers)]
        words = [
            client.submit(JoinedWords(self._states.shape[1]), tasks.futures[some], key=key, **place)
            for some, key, place in zip(stretches, numbered_keys("words", count), there, strict=True)
        ]
        leads = client.map(lead_of, words, key=numbered_keys("lead", count))
        found = client.submit(Borders(), leads, key=short_key("borders"))
        return [
            client.submit(FinishedPart(), words[number], number, found, key=key, **place)
            for number, (key, place) in enumerate(zip(numbered_keys("part", count), there, strict=True))
        ]


def _check_memory(workers: Sequence[Worker], steps: int, cells: int) -> None:
    """Raise OSError where the bits take more of the workers' memory than they may."""
    if any(each.memory == 0 for each in workers):
        return
    bits, memory = OnOffIndex.bytes_for(steps, cells), sum(each.memory for each in workers)
    if bits > MOST_MEMORY * memory:
        raise faults.too_little_memory(bits, memory, MOST_MEMORY, cells)


def parts_of(rows: Sequence[Block], threads: int) -> list[slice]:
    """Which successive chunks make a part: they have about equally many rows.

    Parameters
    ----------
    rows : sequence of (int, int)
        The rows [start, stop) of each chunk.
    threads : int
        How many tasks the cluster runs at once.
    """
    stops = np.array([stop for _, stop in rows], np.int64)
    total = int(stops[-1])
    count = min(max(1, total // PART_STEPS), PARTS_A_THREAD * threads)
    wanted = np.arange(1, count) * total / count
    cuts = np.unique(np.append(np.searchsorted(stops, wanted) + 1, [0, len(rows)]))
    return [slice(first, end) for first, end in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)]


def shared_out(count: int, workers: Sequence[Worker]) -> list[str]:
    """For each of so many parts the address of a worker: each worker gets as many as its share of all threads."""
    ends = np.cumsum([each.threads for each in workers])
    places = np.searchsorted(ends, (np.arange(count) + 0.5) * ends[-1] / count, side="right")
    return [workers[place].address for place in places.tolist()]


# ---------------------------------------------------------------------- on workers


@dataclass(frozen=True)
class PackedChunk:
    """Thresholds and packs a chunk."""

    rule: OnRule
    dtype: np.dtype[Any]
    cells: int

    def __call__(self, values: Any, place: tuple[slice, ...]) -> PartWords:
        """The bits of a chunk."""
        blocks = self._blocks(values)
        return packed_part(blocks, self.rule, first=int(place[0].start), steps=len(values), cells=self.cells)

    def _blocks(self, values: Any) -> Iterator[NDArray[Any]]:
        row_bytes = max(1, values.shape[1] * self.dtype.itemsize)
        for start, stop in blocks_of(len(values), max(1, PACKED_BYTES // row_bytes)):
            yield source_values(values[start:stop], self.dtype)


@dataclass(frozen=True)
class JoinedWords:
    """Joins the bits of successive chunks."""

    cells: int

    def __call__(self, chunks: Sequence[PartWords]) -> PartWords:
        """The bits of all."""
        return PartWords(np.concatenate([each.words for each in chunks], axis=1), chunks[0].first, self.cells)


def lead_of(words: PartWords) -> Lead:
    """What the parts beside a part have to know of it."""
    return words.lead()


@dataclass(frozen=True)
class Borders:
    """What lies beyond each part."""

    def __call__(self, leads: Sequence[Lead]) -> list[Border]:
        """For the leads of all parts."""
        return borders(leads)


@dataclass(frozen=True)
class FinishedPart:
    """A part with what lies beyond it."""

    def __call__(self, words: PartWords, number: int, found: Sequence[Border]) -> Part:
        """The part of this number."""
        return Part(words, found[number])
