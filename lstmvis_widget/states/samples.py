"""A sample of a layer: one for all that is told from the values when a layer is first shown."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.cancelling import Check, never_cancelled
from lstmvis_widget.work.showing import Progress

from .chunks import RowChunks
from .folding import every_row
from .sources import States

Array = NDArray[Any]
Ints = NDArray[np.int64]

SAMPLE_VALUES = 2_000_000
"""Values of a larger layer that are read."""

RUNS = 64
"""Runs of successive rows in a sample, spread evenly."""

UNPACKED_BYTES = 2**27
"""Bytes of chunks that are unpacked for a sample, roughly…"""

LEAST_CHUNKS = 8
"""…but this number of chunks in any case."""


@dataclass(frozen=True)
class LayerSample:
    """Some rows of a layer.

    Attributes
    ----------
    source : ndarray of shape (n, cells of the source)
        As they are in the source.
    values : ndarray of shape (n, D)
        After the transform.
    """

    source: Array
    values: Array

    def thinned(self, most: int) -> LayerSample:
        """At most so many values, in rows spread evenly."""
        step = -(-self.source.size // most)
        return self if step <= 1 else LayerSample(self.source[::step], self.values[::step])


def sample_of(states: States, *, check: Check = never_cancelled, progress: Progress = None) -> LayerSample:
    """All rows of a layer if they have at most `SAMPLE_VALUES` values; else runs of rows, spread evenly.

    Where the transform reads all states first, the sample is taken out of that pass, which ``check`` and ``progress``
    are for, as in `States.prepare`. Else whole chunks are read, each once, and few where they are long.

    Raises
    ------
    OSError, ValueError
        The layer can't be read or transformed.
    """
    wanted = _Wanted(states)
    states.prepare(check=check, progress=progress, seen=wanted.see)
    source = wanted.rows(states)
    return LayerSample(source, states.transformed(source))


class _Wanted:
    """The rows of a sample, which are seen in a pass over the states, or else read."""

    def __init__(self, states: States) -> None:
        self._starts, self._length = runs_of_rows(len(states), states.source_cells, states.chunks)
        self._found: dict[int, Array] = {}  # by their starts

    def see(self, start: int, rows: Array) -> None:
        """Take what is wanted out of the rows from step ``start`` on, which follow those seen before."""
        for at in self._starts[(self._starts < start + len(rows)) & (self._starts + self._length > start)].tolist():
            part = rows[max(at - start, 0) : max(at + self._length - start, 0)]
            known = self._found.get(at)
            self._found[at] = part.copy() if known is None else np.concatenate([known, part])

    def rows(self, states: States) -> Array:
        """All that is wanted."""
        if states.elsewhere is not None:
            runs = [(at, at + self._length) for at in self._starts.tolist()]
            return np.concatenate(states.fold_source(every_row, operator.add, ranges=runs) or ())
        if states.chunks is not None and states.chunks.parts > 1 and states.can_read_apart and not self._found:
            return states.rows_apart(-(-len(states) // (len(self._starts) * self._length)))
        for at in self._starts.tolist():
            if len(self._found.get(at, ())) < self._length:
                self._found[at] = states.read_source(at, at + self._length)
        return np.concatenate([self._found[at] for at in self._starts.tolist()])


def runs_of_rows(steps: int, cells: int, chunks: RowChunks | None = None) -> tuple[Ints, int]:
    """The first rows of the runs of a sample, in ascending order, and the length of each."""
    rows = max(1, SAMPLE_VALUES // max(1, cells))
    if rows >= steps:
        return np.zeros(1, np.int64), steps
    runs = min(RUNS, rows)
    length = rows // runs
    starts = np.linspace(0, steps - length, runs).astype(np.int64)
    return (starts if chunks is None else _within_chunks(starts, length, chunks)), length


def _within_chunks(starts: Ints, length: int, chunks: RowChunks) -> Ints:
    """As many runs, each within one chunk if it is long enough, of as few chunks as `UNPACKED_BYTES` asks for."""
    number = len(chunks.bounds) - 1
    bytes_of_chunk = int(chunks.bounds[-1]) * chunks.row_bytes / number
    most = int(max(LEAST_CHUNKS, UNPACKED_BYTES // bytes_of_chunk))
    of_run = np.searchsorted(chunks.bounds, starts, side="right") - 1
    if len(np.unique(of_run)) > most:
        of_run = np.linspace(0, number - 1, most).astype(np.int64)[np.arange(len(starts)) * most // len(starts)]
    chosen, place, sharing = np.unique(of_run, return_inverse=True, return_counts=True)
    first = np.concatenate([[0], np.cumsum(sharing)[:-1]])
    rank = np.arange(len(starts)) - first[place]  # among the runs of the chunk
    begin, end = chunks.bounds[chosen][place], chunks.bounds[chosen + 1][place]
    spare = np.maximum(end - begin - length, 0)
    moved: Ints = begin + spare * rank // np.maximum(sharing[place] - 1, 1)
    return np.minimum(moved, int(chunks.bounds[-1]) - length)
