"""Sinks of recorded rows: memory, or a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.files.recording_writer import RecordingWriter
from lstmvis_widget.given.paths import as_path
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.timeline.tracks import TopKTrack, Track
from lstmvis_widget.timeline.vocabulary import Vocabulary, texts_of_ids
from lstmvis_widget.work.atomic_file import check_absent

from .outputs import OUTPUT_TRACK
from .predictions import TRACK

Array = NDArray[Any]

BLOCK_BYTES = 2**26
"""Bytes of a block in which rows are gathered: more than what the C library keeps for itself when it is freed."""


@dataclass(frozen=True)
class Rows:
    """n steps of one sequence.

    Parameters
    ----------
    states : dict of str to ndarray of shape (n, D)
    ids : int64 ndarray of shape (n,), or None
    best : (float32 ndarray, int64 ndarray), each of shape (n, k), or None
        The probabilities and numbers of the likeliest labels.
    scores : ndarray of shape (n, C), or None
        What the model expects after each step.
    """

    states: dict[str, Array]
    ids: Array | None
    best: tuple[Array, Array] | None
    scores: Array | None = None


class Sink(Protocol):
    """Takes the rows of one sequence after the other."""

    def append(self, rows: Rows) -> None:
        """Add to the open sequence."""

    def end_sequence(self) -> None:
        """End the open sequence, if there is one."""


class Streams:
    """Sorts the rows of sequences that run side by side in a batch into one sequence after the other.

    Parameters
    ----------
    sink : Sink
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._waiting: dict[int, list[Rows]] = defaultdict(list)

    def append(self, stream: int, rows: Rows) -> None:
        """Add to a sequence. The first one goes to the sink at once, since nothing comes before it."""
        if stream == 0:
            self._sink.append(rows)
        else:
            self._waiting[stream].append(rows)

    def end(self) -> None:
        """End all of these sequences."""
        self._sink.end_sequence()
        for stream in sorted(self._waiting):
            for rows in self._waiting.pop(stream):
                self._sink.append(rows)
            self._sink.end_sequence()


class Gathered:
    """Rows of one kind that come in pieces.

    They are copied into large blocks, which the system gets back at once when they are let go of: so all rows are never
    in memory twice.
    """

    def __init__(self) -> None:
        self._blocks: list[Array] = []
        self._filled = 0  # rows of the last block

    def append(self, rows: Array) -> None:
        """Add some rows, (n, …)."""
        start = 0
        while start < len(rows):
            last = self._blocks[-1] if self._blocks else None
            if last is None or self._filled == len(last) or last.dtype != rows.dtype:
                self._end_block()
                each = max(1, rows[:1].nbytes)
                last = np.empty((max(1, BLOCK_BYTES // each), *rows.shape[1:]), rows.dtype)
                self._blocks.append(last)
            some = rows[start : start + len(last) - self._filled]
            last[self._filled : self._filled + len(some)] = some
            self._filled += len(some)
            start += len(some)

    def _end_block(self) -> None:
        if self._blocks:
            self._blocks[-1] = self._blocks[-1][: self._filled]
        self._filled = 0

    def taken(self) -> Array:
        """All rows. Nothing is kept."""
        self._end_block()
        blocks, self._blocks = self._blocks, []
        end = sum(map(len, blocks))
        found = np.empty((end, *blocks[0].shape[1:]), np.result_type(*{block.dtype for block in blocks}))
        while blocks:
            block = blocks.pop()
            found[end - len(block) : end] = block
            end -= len(block)
        return found


class MemorySink:
    """Keeps all rows in memory.

    Parameters
    ----------
    dtype : numpy dtype, optional
        Of the states; None: their own.
    """

    def __init__(self, dtype: Any = None) -> None:
        self._dtype = checked_dtype(dtype)
        self._states: dict[str, Gathered] = defaultdict(Gathered)
        self._ids, self._best = Gathered(), (Gathered(), Gathered())
        self._has_ids = self._has_best = False
        self.scores = Gathered()
        self._open = 0
        self.sequences: list[int] = []

    def append(self, rows: Rows) -> None:
        """Add to the open sequence."""
        for name, values in rows.states.items():
            self._states[name].append(values.astype(self._dtype or values.dtype, copy=False))
        if rows.ids is not None:
            self._has_ids = True
            self._ids.append(rows.ids)
        if rows.best is not None:
            self._has_best = True
            for gathered, values in zip(self._best, rows.best, strict=True):
                gathered.append(values)
        if rows.scores is not None:
            self.scores.append(rows.scores)
        self._open += len(next(iter(rows.states.values())))

    def end_sequence(self) -> None:
        """End the open sequence, if there is one."""
        if self._open:
            self.sequences.append(self._open)
        self._open = 0

    def taken(self) -> Rows:
        """All rows, one sequence after the other. Nothing is kept."""
        states = {name: gathered.taken() for name, gathered in self._states.items()}
        best = (self._best[0].taken(), self._best[1].taken()) if self._has_best else None
        return Rows(states, self._ids.taken() if self._has_ids else None, best)


class FileSink:
    """Writes rows into a file, as a context manager. The file is made with the first rows.

    Parameters
    ----------
    path : path
    dtype : numpy dtype, optional
        Of the states; None: their own.
    vocabulary : mapping or sequence, optional
        id → string.
    overwrite : bool
        Whether to replace a file that is there.
    output_track : callable or None
        Makes a track of scores, if there are any.
    late_output : bool, default False
        Whether the track of outputs comes after the last step, by `write_output`.

    Attributes
    ----------
    sequences : list of int
        Lengths of those that have ended.

    Raises
    ------
    FileExistsError
        There is a file, and ``overwrite`` is False.
    """

    def __init__(
        self,
        path: Any,
        dtype: Any,
        vocabulary: Vocabulary | None,
        *,
        overwrite: bool,
        output_track: Callable[[Array], OutputTrack] | None,
        late_output: bool = False,
    ) -> None:
        self._path, self._vocabulary = as_path(path), vocabulary
        self._output_track, self._late = output_track, OUTPUT_TRACK if late_output else None
        check_absent(self._path, overwrite=overwrite)
        self._options: dict[str, Any] = {"dtype": checked_dtype(dtype), "overwrite": overwrite}
        self._writer: RecordingWriter | None = None
        self._stack = ExitStack()
        self._open = 0
        self.sequences: list[int] = []

    def append(self, rows: Rows) -> None:
        """Add to the open sequence."""
        if self._writer is None:
            self._writer = self._begin(rows)
        tokens: Any = rows.ids
        if tokens is not None and self._vocabulary is None:
            tokens = [str(token) for token in tokens.tolist()]
        tracks: dict[str, Track] = {} if rows.best is None else {TRACK: track_of(*rows.best, self._vocabulary)}
        if rows.scores is not None and self._output_track is not None:
            tracks[OUTPUT_TRACK] = self._output_track(rows.scores)
        self._writer.append(rows.states, tokens, tracks)
        self._open += len(next(iter(rows.states.values())))

    def _begin(self, rows: Rows) -> RecordingWriter:
        vocabulary = None if rows.ids is None else self._vocabulary
        exact = any(values.dtype == np.float64 for values in rows.states.values())
        precision = np.float64 if exact else np.float32
        return self._stack.enter_context(
            RecordingWriter(self._path, late=self._late, late_dtype=precision, vocabulary=vocabulary, **self._options)
        )

    def end_sequence(self) -> None:
        """End the open sequence, if there is one."""
        if self._writer is not None:
            self._writer.end_sequence()
        if self._open:
            self.sequences.append(self._open)
        self._open = 0

    def finish(self) -> None:
        """Say that no more steps come: the file is complete then, but for the outputs."""
        if self._writer is not None:
            self._writer.finish()

    def write_output(self, track: OutputTrack) -> None:
        """Write the track of outputs that comes after the last step."""
        assert self._writer is not None  # noqa: S101  (there are steps)
        self._writer.write_output(track)

    def set_targets(self, targets: NDArray[np.int32]) -> None:
        """Write the targets of the outputs."""
        assert self._writer is not None  # noqa: S101  (there are steps)
        self._writer.set_targets(OUTPUT_TRACK, targets)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)


def checked_dtype(dtype: Any) -> np.dtype[Any] | None:
    """A floating-point dtype, or None.

    Raises
    ------
    TypeError
        The dtype isn't a floating-point one.
    """
    if dtype is None:
        return None
    checked: np.dtype[Any] = np.dtype(dtype)
    if checked.kind != "f":
        msg = f"dtype must be float16, float32, float64 or None; got {dtype!r}"
        raise TypeError(msg)
    return checked


def track_of(probabilities: Array, labels: Array, vocabulary: Vocabulary | None) -> TopKTrack:
    """Predictions as a track, with the strings of the vocabulary."""
    return TopKTrack(texts_of_ids(labels, vocabulary), probabilities)
