"""States in files as a Dask array, whose chunks are parts of the files, which workers open by their paths."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.paths import part_of_file
from lstmvis_widget.states.chunks import RowChunks, starts_along
from lstmvis_widget.states.file_rows import FileRows
from lstmvis_widget.states.rows import Stretch
from lstmvis_widget.work.blocks import Block

from . import faults
from .cluster_rows import ClusterRows
from .lazy_dask import Array, base, da

CHUNK_BYTES = 2**26, 2**28
"""Bytes of a chunk where a file has more: so many, or up to the second number where there would be too many chunks."""

MOST_CHUNKS = 4096
"""Chunks of all files together, at most, as long as chunks can be made larger."""


def rows_of_files(stretches: Sequence[Stretch], client: Any) -> ClusterRows:
    """The rows of files on the cluster of a client, whose workers see the files under the same paths."""
    return ClusterRows(as_dask(stretches), client)


def as_dask(stretches: Sequence[Stretch]) -> Array:
    """The rows of files, one file after the other, as a Dask array (T, D). No values are read.

    A chunk is a file, or some rows of a long one: whole chunks of it, where it is packed.

    Parameters
    ----------
    stretches : sequence of Stretch
        At least one, of `FileRows` of the same number of cells and the same dtype.

    Returns
    -------
    dask.array.Array
    """
    total = sum(len(each) * _row_bytes(each) for each in stretches)
    size = min(max(CHUNK_BYTES[0], total // MOST_CHUNKS), CHUNK_BYTES[1])
    parts = [(each, *block) for each in stretches for block in _blocks(each, size)]
    name = f"states-in-files-{base.tokenize([(*_version(each), start, stop) for each, start, stop in parts])}"
    graph = {
        (name, number, 0): (rows_in_file, each.source, each.member, start, stop)
        for number, (each, start, stop) in enumerate(parts)
    }
    rows = tuple(stop - start for _, start, stop in parts)
    first = stretches[0]
    return da.Array(graph, name, (rows, (first.cells,)), meta=np.empty((0, 0), first.source.dtype))


def _row_bytes(stretch: Stretch) -> int:
    return max(1, stretch.cells * int(stretch.source.dtype.itemsize))


def _blocks(stretch: Stretch, size: int) -> Iterator[Block]:
    """Ranges of rows of the file, of about so many bytes, that cover the stretch; one at least."""
    starts = starts_along(stretch.source, 0 if stretch.member is None else 1)
    rows, most = (max(1, each // _row_bytes(stretch)) for each in (size, CHUNK_BYTES[1]))
    ends = np.arange(rows, stretch.stop, rows)
    if starts is not None and len(starts):
        ends = RowChunks.starting_at(starts, stretch.stop, _row_bytes(stretch)).bounds[1:]
    start = stretch.start
    for end, following in pairwise(
        [*ends[(ends > start) & (ends < stretch.stop)].tolist(), stretch.stop, stretch.stop]
    ):
        if following - start > rows or end == stretch.stop:
            parts = max(1, -(-(end - start) // most))  # of one chunk of the file, which is unpacked for each of them
            cuts = [start + (end - start) * part // parts for part in range(parts + 1)]
            yield from pairwise(cuts)
            start = end


def _version(stretch: Stretch) -> tuple[Any, ...]:
    """What tells rows of a file from those of another one, or of the same one after it was written again."""
    source = stretch.source
    found = part_of_file(source.path).path.stat()
    return source.path, source.shape, str(source.dtype), stretch.member, found.st_mtime_ns, found.st_size


def rows_in_file(source: FileRows, member: int | None, start: int, stop: int) -> NDArray[Any]:
    """Some rows of a file, as a worker reads them.

    Raises
    ------
    OSError
        They can't be read; the message names the file.
    """
    try:
        return Stretch(source, 0, source.shape[-2], member).read(start, stop)
    except FileNotFoundError as error:
        raise faults.unseen_file(source.path, _worker()) from error


def _worker() -> str:
    """The address of the worker that this runs on."""
    try:
        return str(sys.modules["distributed.worker"].get_worker().address)
    except (KeyError, ValueError):
        return "of this process"
