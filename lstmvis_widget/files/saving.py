"""Saving states, tokens and tracks in one file. `lstmvis_widget.files` documents the layout."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack, closing
from functools import partial
from typing import Any

from numpy.typing import ArrayLike, DTypeLike

from lstmvis_widget.given.paths import as_path
from lstmvis_widget.states.given import given_states
from lstmvis_widget.states.orientation import explaining_transposed
from lstmvis_widget.states.output_track import OutputTrack, check_targets
from lstmvis_widget.states.sources import BLOCK_BYTES, States
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.timeline.tracks import Track, Tracks
from lstmvis_widget.work.atomic_file import atomic_file, check_absent
from lstmvis_widget.work.blocks import blocks_of
from lstmvis_widget.work.cancelling import Report
from lstmvis_widget.work.showing import Progress, shown

from .from_paths import OpenedTracks, given_tokens, given_tracks, given_vocabulary
from .output_writers import OutputTrackWriter
from .state_writer import StateWriter


def save_states(
    path: str | os.PathLike[str],
    states: Any,
    tokens: Any = None,
    tracks: Any = None,
    *,
    sequences: ArrayLike | None = None,
    vocabulary: Any = None,
    compression: str | None = None,
    dtype: DTypeLike | None = None,
    source: str | Mapping[str, str | float] | None = None,
    overwrite: bool = False,
    statistics: bool = True,
    progress: Progress = None,
) -> dict[str, float]:
    """Write states, tokens and tracks into one file, which `StateExplorer.open` opens.

    States on disk are read and written in blocks of a few MB. The file appears when it is complete; until then it has
    another name beside ``path``.

    Parameters
    ----------
    path : path
        Of the HDF5 file to make.
    states : array_like of shape (T, D), path, or mapping
        In any form that `StateExplorer` takes.
    tokens : sequence of T str or T int, optional
        Words, or ids with their ``vocabulary``.
    tracks : mapping or data frame, optional
        Annotations by name, as for `StateExplorer`.
    sequences : sequence of int, optional
        Lengths of the sequences, which sum to T.
    vocabulary : mapping, sequence, tokenizer or path, optional
        What ids stand for, as for `StateExplorer`.
    compression : {None, "gzip", "lzf"}
        Of the states, as for `StateWriter`.
    dtype : {None, "float16", "float32", "float64"}
        The precision in which states are stored; None: their own. See `StateWriter`.
    source : str or mapping of str to str, int or float, optional
        Where the states come from; kept in the attributes of the file.
    overwrite : bool, default False
        Whether to replace a file that is there.
    statistics : bool, default True
        Whether the file keeps the mean and the spread of each cell, for the transform ``"standardise"``.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    dict of str to float
        For each layer the largest difference between a value and its stored value; empty without ``dtype``.

    Raises
    ------
    FileExistsError
        There is a file, and ``overwrite`` is False.
    OSError
        The states can't be read, or the file can't be written, as on a full disk.
    TypeError, ValueError
        An argument isn't allowed, or lengths disagree.

    Examples
    --------
    Keep the states of a model with their words in one file, at half the size:

    >>> import numpy as np
    >>> from lstmvis_widget import StateExplorer, save_states
    >>> from lstmvis_widget.datasets import load_parens
    >>> parens = load_parens()
    >>> rounding = save_states("parens.h5", parens.states, parens.tokens, parens.tracks, dtype="float16")
    >>> rounding["layer 2"] < 0.01
    True
    >>> explorer = StateExplorer.open("parens.h5", layer="layer 2", transform="tanh")
    >>> explorer
    StateExplorer(parens: layer 2, 10,000 steps × 100 cells, threshold 0.3)
    """
    path = as_path(path)
    check_absent(path, overwrite=overwrite)
    given = given_states(states, tokens=tokens, tracks=tracks, sequences=sequences)
    layers, tokens, tracks, sequences = given.layers, given.tokens, given.tracks, given.sequences
    with ExitStack() as opened:
        for layer in layers.values():
            opened.callback(layer.close)
        steps = len(next(iter(layers.values())))
        tokens, vocabulary = given_tokens(tokens, steps), given_vocabulary(vocabulary)
        with explaining_transposed(layers, tokens, tracks, sequences, stacklevel=2):
            read = None if tokens is None else Tokens(tokens, steps, vocabulary)
            texts = None if read is None else read.ids if read.ids is not None else read
            bounds = Sequences.of(sequences, steps)
            fits = partial(check_targets, sequences=bounds)
            opened_tracks = opened.enter_context(closing(OpenedTracks(steps)))
            annotations = Tracks(given_tracks(tracks, read), steps, lambda: None, opened_tracks, fits)
            lengths = None if sequences is None else bounds.lengths.tolist()
        options: dict[str, Any] = {"vocabulary": vocabulary, "compression": compression, "dtype": dtype}
        with (
            shown(progress, f"writing {path.name}") as report,
            atomic_file(path, overwrite=overwrite) as unfinished,
            _WholeWriter(unfinished, **options, source=source, statistics=statistics) as writer,
        ):
            writing = report
            for layer in layers.values():
                writing = layer.prepare_first(writing)
            writer.write(layers, texts, annotations, lengths, writing)
        return writer.rounding


class _WholeWriter(StateWriter):
    """Writes a file of known length that nobody reads before it is finished."""

    _live = False

    def write(
        self,
        layers: Mapping[str, States],
        tokens: Any,
        tracks: Mapping[str, Track],
        lengths: list[int] | None,
        progress: Report,
    ) -> None:
        """Write all layers in blocks of the same rows."""
        steps = self._steps_expected = len(next(iter(layers.values())))
        row_bytes = sum(states.shape[1] * states.dtype.itemsize for states in layers.values())
        row_bytes += sum(track.scores(0, 1).nbytes for track in tracks.values() if isinstance(track, OutputTrack))
        rows = max(1, BLOCK_BYTES // row_bytes)
        for start, stop in blocks_of(steps, rows):
            progress(start / steps)
            self.append(
                {name: states.read(start, stop) for name, states in layers.items()},
                None if tokens is None else tokens[start:stop],
                {name: track.part(start, stop) for name, track in tracks.items()},
            )
        for name, track in tracks.items():
            if isinstance(track, OutputTrack) and track.targets is not None and not track.targets_are_by_step:
                self._output_track(name).set_targets(track.targets)
        if lengths is not None:
            self._append_sequences(lengths)
        progress(1.0)

    def _output_track(self, name: str) -> OutputTrackWriter:
        writer = self._tracks[name]
        assert isinstance(writer, OutputTrackWriter)  # noqa: S101  (made for the kind of the first block)
        return writer
