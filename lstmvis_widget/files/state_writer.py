"""Writing states into a file block by block. `lstmvis_widget.files` documents the layout."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

import h5py
import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstmvis_widget.given.paths import as_path
from lstmvis_widget.given.tables import is_table
from lstmvis_widget.hdf5.disk_space import DISK_FULL, ReservedSpace, abandon_file, error_number
from lstmvis_widget.hdf5.growing_dataset import (
    CHUNK_BYTES,
    NARROW_CHUNK_BYTES,
    GrowingDataset,
    PackedDataset,
    preallocated_dataset,
)
from lstmvis_widget.hdf5.texts import key_of
from lstmvis_widget.states.kept_statistics import KeptMoments
from lstmvis_widget.timeline.data_frames import without_tokens
from lstmvis_widget.timeline.pieces import spaces_of
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.timeline.vocabulary import as_vocabulary, texts_of_ids
from lstmvis_widget.work.atomic_file import check_absent

from .block_checks import (
    check_same,
    checked_compression,
    checked_dtype,
    checked_layers,
    checked_source,
    checked_tokens,
    checked_tracks,
)
from .from_paths import given_vocabulary
from .text_writer import TextWriter
from .track_writers import IdWriter, TrackWriter, track_bytes, track_writer

LAYOUT = "lstmvis-widget 1"
"""Value of the attribute ``layout`` of a file."""

Array = NDArray[Any]


class StateWriter:
    """Write states into a file while they are computed, block by block.

    The file can be explored while it is written. However the writing ends (by an exception, a full disk, ``kill -9``),
    the file holds every block whose `append` has returned, and `StateExplorer.open` shows them.

    Parameters
    ----------
    path : path
        Of the HDF5 file to make.
    vocabulary : mapping, sequence, tokenizer or path, optional
        What tokens that are ids stand for, as for `StateExplorer`.
    compression : {None, "gzip", "lzf"}
        Of the states. A reader of compressed states has to unpack whole chunks of 256 KB.
    dtype : {None, "float16", "float32", "float64"}
        The precision in which states are stored; None: their own. float16 has 11 significant bits: a value between
        6e-5 and 65504 moves by at most 1/2048 of itself (in [−1, 1] by less than 0.00025), a smaller one by at most
        3e-8. The largest error is in `rounding`, and in the file. A value beyond the range raises.
    source : str or mapping of str to str, int or float, optional
        Where the states come from; kept in the attributes of the file.
    overwrite : bool, default False
        Whether to replace a file that is there.
    statistics : bool, default True
        Whether the finished file keeps the mean and the spread of each cell, so that the transform ``"standardise"``
        needs no pass over the states.

    Raises
    ------
    FileExistsError
        There is a file, and ``overwrite`` is False.
    OSError
        The file can't be made.
    TypeError, ValueError
        An argument isn't allowed.

    Examples
    --------
    Write states while a model computes them, a sentence at a time:

    >>> import numpy as np
    >>> from lstmvis_widget import StateExplorer, StateWriter
    >>> sentences = [["the", "cat", "sat"], ["a", "dog", "ran", "off"]]
    >>> with StateWriter("states.h5", source="my model, epoch 7") as writer:
    ...     for words in sentences:
    ...         hidden = np.tanh(np.arange(len(words) * 2.0).reshape(len(words), 2))
    ...         writer.append({"layer 1": hidden}, words)
    ...         writer.end_sequence()
    >>> explorer = StateExplorer.open("states.h5")
    >>> explorer.tokens[:], explorer.sequences
    (['the', 'cat', 'sat', 'a', 'dog', 'ran', 'off'], (3, 4))
    """

    _live = True  # readable at any moment
    _steps_expected: int | None = None

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        vocabulary: Any = None,
        compression: str | None = None,
        dtype: DTypeLike | None = None,
        source: str | Mapping[str, str | float] | None = None,
        overwrite: bool = False,
        statistics: bool = True,
    ) -> None:
        self.path = as_path(path)
        self._compression = checked_compression(compression)
        self._dtype = checked_dtype(dtype)
        self._vocabulary = None if vocabulary is None else as_vocabulary(given_vocabulary(vocabulary))
        about = checked_source(source)
        self._layers: dict[str, GrowingDataset] = {}
        self._with_statistics = bool(statistics)
        self._statistics: dict[str, KeptMoments] = {}
        self._tokens: TextWriter | IdWriter | None = None
        self._tracks: dict[str, TrackWriter] = {}
        self._steps = self._sequence_steps = self._appended = 0
        self._rounding: dict[str, float] = {}
        self._failed = self._abandoned = self._is_finished = False
        check_absent(self.path, overwrite=overwrite)
        if overwrite:
            self.path.unlink(missing_ok=True)
        try:
            self._file = h5py.File(self.path, "x", libver=("v110", "latest"), track_order=True)
        except OSError as error:
            msg = f"the file {str(self.path)!r} can't be made: {error}"
            raise type(error)(error.errno, msg) if error.errno else OSError(msg) from error
        with self._writing():
            self._space = ReservedSpace(self._file)
            self._file.attrs["layout"] = LAYOUT
            self._file.attrs.update(about)

    # --------------------------------------------------------------- writing

    def append(self, states: Mapping[str, Any] | Any, tokens: Any = None, tracks: Any = None) -> None:
        """Add n time steps.

        Parameters
        ----------
        states : mapping of str to array_like of shape (n, D), or one such array
            For each layer the states after each of the n tokens; one array is the layer ``"states"``. The layers,
            their D and dtype, whether there are tokens, and the tracks must be the same as in the first block.
        tokens : sequence of n str or n int, optional
            Integers are ids, and need the ``vocabulary``. See `tokens_of`.
        tracks : mapping or data frame, optional
            Name → n labels, n numbers, or a track of n steps, as `StateExplorer` takes them. The targets of an
            `OutputTrack` are n, or one for all steps of the block.

        Raises
        ------
        TypeError, ValueError
            The block isn't like the first one, or its lengths disagree. Nothing of it is written then.
        OSError
            The block can't be written, as on a full disk; the message says how many steps are complete and can be
            read.

        Examples
        --------
        Two blocks of one text, with a track:

        >>> from lstmvis_widget import StateWriter
        >>> with StateWriter("states.h5") as writer:
        ...     writer.append([[0.1], [0.9]], ["the", "cat"], {"pos": ["DET", "NOUN"]})
        ...     writer.append([[0.4]], ["sat"], {"pos": ["VERB"]})
        ...     writer.steps
        3
        """
        self._check_open()
        layers = checked_layers(states)
        rows = len(next(iter(layers.values())))
        checked = None if tokens is None else checked_tokens(tokens, rows, with_vocabulary=self._vocabulary is not None)
        annotations = checked_tracks(without_tokens(tracks, self._texts(checked) if is_table(tracks) else None), rows)
        if rows == 0:
            return
        if self._layers:
            self._check_like_first(layers, checked, annotations)
        stored = {name: self._stored(name, values) for name, values in layers.items()}
        self._take_space(stored, checked, annotations)
        with self._writing():
            if not self._layers:
                self._begin(stored, checked, annotations)
            for name, values in stored.items():
                self._layers[name].append(values)
            for name, moments in self._statistics.items():
                moments.add(stored[name])
            if self._tokens is not None:
                self._tokens.append(checked)  # type: ignore[arg-type]
            for name, track in annotations.items():
                self._tracks[name].append(track)
            if self._rounding:
                self._rounding_there[:] = list(self._rounding.values())
            self._appended += 1
            self._commit(self._steps + rows)
            self._steps += rows
            self._sequence_steps += rows

    def end_sequence(self) -> None:
        """End a sequence: the steps since the last end belong together. Without new steps it does nothing.

        Examples
        --------
        No match crosses the end of a sequence:

        >>> from lstmvis_widget import StateExplorer, StateWriter
        >>> with StateWriter("states.h5") as writer:
        ...     for song in [[[0.1], [0.9], [0.2]], [[0.5]]]:
        ...         writer.append(song)
        ...         writer.end_sequence()
        >>> explorer = StateExplorer.open("states.h5")
        >>> explorer.sequences
        (3, 1)
        """
        self._check_open()
        if self._sequence_steps:
            with self._writing():
                self._append_sequences([self._sequence_steps])
                self._commit(self._steps)

    def _append_sequences(self, lengths: Sequence[int]) -> None:
        self._sequences.append(np.asarray(lengths, np.int64))
        self._sequence_steps = 0

    @property
    def steps(self) -> int:
        """How many time steps are complete.

        Examples
        --------
        How far has the writing come?

        >>> from lstmvis_widget import StateWriter
        >>> with StateWriter("states.h5") as writer:
        ...     for block in range(3):
        ...         writer.append([[0.1], [0.9]])
        ...         print(writer.steps)
        2
        4
        6
        """
        return self._steps

    @property
    def rounding(self) -> dict[str, float]:
        """For each layer the largest difference between a value and its stored value; empty without ``dtype``.

        Examples
        --------
        Half the room on disk costs little precision:

        >>> import numpy as np
        >>> from lstmvis_widget import StateWriter
        >>> with StateWriter("states.h5", dtype="float16") as writer:
        ...     writer.append(np.linspace(-1, 1, 300, dtype="float32").reshape(100, 3))
        ...     writer.rounding["states"] < 0.00025
        True
        """
        return dict(self._rounding)

    def close(self) -> None:
        """Finish the file; a second time does nothing.

        Examples
        --------
        Without ``with``, close it yourself:

        >>> from lstmvis_widget import StateExplorer, StateWriter
        >>> writer = StateWriter("states.h5")
        >>> writer.append([[0.1], [0.9]])
        >>> writer.close()
        >>> explorer = StateExplorer.open("states.h5")
        >>> explorer
        StateExplorer(states: states, 2 steps × 1 cells, threshold 0.3)
        """
        self._close(finish=True)

    def _close(self, *, finish: bool) -> None:
        if self._abandoned or not self._file:
            return
        try:
            if finish and not self._failed and self._layers:
                self._finish()
        finally:
            self._let_go()

    def _finish(self) -> None:
        """Say that no more steps come; a second time does nothing."""
        if self._is_finished:
            return
        self._is_finished = True
        with self._writing():
            if self._sequence_steps:
                self._append_sequences([self._sequence_steps])
            for layer in self._layers.values():
                layer.finish()
            for moments in self._statistics.values():
                moments.finish()
            self._commit(self._steps, finished=True)

    def _let_go(self) -> None:
        if not self._abandoned:
            with self._writing():
                self._file.close()
                self._space.release_unused()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._close(finish=kind is None)

    def __repr__(self) -> str:
        layers = ", ".join(self._layers) or "no layers yet"
        return f"StateWriter({str(self.path)!r}, {self._steps:,} steps, {layers})"

    # -------------------------------------------------------------- checking

    def _texts(self, tokens: Array | list[str] | None) -> Sequence[str] | None:
        return texts_of_ids(tokens, self._vocabulary).tolist() if isinstance(tokens, np.ndarray) else tokens

    def _check_open(self) -> None:
        if self._failed or not self._file:
            msg = f"{str(self.path)!r} isn't being written any more"
            raise ValueError(msg)

    def _check_like_first(
        self, layers: Mapping[str, Array], tokens: Array | list[str] | None, tracks: Mapping[str, Track]
    ) -> None:
        check_same("layers", list(self._layers), list(layers))
        for name, values in layers.items():
            there = self._layers[name].dataset
            if values.shape[1:] != there.shape[1:]:
                msg = f"layer {name!r} had {there.shape[1]} cells in the first block; this one has {values.shape[1]}"
                raise ValueError(msg)
            if self._dtype is None and not np.can_cast(values.dtype, there.dtype, "safe"):
                msg = f"layer {name!r} was {there.dtype} in the first block; this one is {values.dtype}"
                raise TypeError(msg)
        kinds = [
            "no tokens" if each is None else "ids" if isinstance(each, IdWriter | np.ndarray) else "strings"
            for each in (self._tokens, tokens)
        ]
        if kinds[0] != kinds[1]:
            msg = f"the first block had {kinds[0]}; this one has {kinds[1]}"
            raise ValueError(msg)
        check_same("tracks", list(self._tracks), list(tracks))
        for name, track in tracks.items():
            self._tracks[name].check(track, name)

    def _stored(self, name: str, values: Array) -> Array:
        if self._dtype is None:
            return values
        with np.errstate(over="ignore"):
            stored = values.astype(self._dtype)
        lost = np.isinf(stored) & np.isfinite(values)
        if lost.any():
            largest = np.abs(values[lost]).max()
            msg = f"layer {name!r} has values up to {largest:g}, beyond the range of {self._dtype}"
            raise ValueError(msg)
        finite = np.isfinite(values)
        error = np.abs(values[finite].astype(np.float64) - stored[finite].astype(np.float64))
        self._rounding[name] = max(self._rounding.get(name, 0.0), float(error.max(initial=0.0)))
        return stored

    # ------------------------------------------------------------ the layout

    def _begin(
        self, layers: Mapping[str, Array], tokens: Array | list[str] | None, tracks: Mapping[str, Track]
    ) -> None:
        """Make every dataset of the file: HDF5 allows no new ones once others may read it."""
        file = self._file
        states = file.create_group("states", track_order=True)
        for name, values in layers.items():
            self._layers[name] = self._growing_layer(states, name, values)
            if self._with_statistics:
                self._statistics[name] = KeptMoments(file, key_of(name), values.shape[1])
        if tokens is not None:
            self._tokens = IdWriter(file) if isinstance(tokens, np.ndarray) else TextWriter(file.create_group("tokens"))
        if self._vocabulary is not None:
            vocabulary = file.create_group("vocabulary")
            vocabulary.create_dataset("ids", data=np.array(list(self._vocabulary), np.int64))
            TextWriter(vocabulary).append(list(self._vocabulary.values()))
            spaces = [spaces_of(text) for text in self._vocabulary.values()]
            if any(spaces):
                vocabulary.create_dataset("spaces", data=np.array(spaces, np.uint8))
        self._begin_tracks(file.create_group("tracks", track_order=True), tracks)
        self._sequences = GrowingDataset(file, "sequences", (), np.int64)
        if self._rounding:
            self._rounding_there = preallocated_dataset(file, "rounding", (len(layers),), np.float64)
        self._committed = preallocated_dataset(file, "committed", (4,), np.int64)
        file.flush()
        if self._live:
            file.swmr_mode = True

    def _begin_tracks(self, group: h5py.Group, tracks: Mapping[str, Track]) -> None:
        for name, track in tracks.items():
            self._tracks[name] = track_writer(group, name, track)

    def _growing_layer(self, states: h5py.Group, name: str, values: Array) -> GrowingDataset:
        key, across = key_of(name), values.shape[1:]
        if self._compression is None:
            return GrowingDataset(states, key, across, values.dtype, most=self._steps_expected)
        packing = {"compression": self._compression, "shuffle": True}
        if not self._live:
            return GrowingDataset(states, key, across, values.dtype, most=self._steps_expected, **packing)
        return PackedDataset(states, key, across, values.dtype, waiting=self._file.require_group("waiting"), **packing)

    def _commit(self, steps: int, *, finished: bool = False) -> None:
        """Write all blocks to disk, and only then the number of complete steps."""
        if self._live or finished:
            parts = [*self._layers.values(), *self._tracks.values(), self._sequences]
            for part in parts if self._tokens is None else [*parts, self._tokens]:
                part.flush()
            self._committed[:] = [steps, self._sequences.rows, finished, self._appended % 2]
            self._committed.flush()

    def _take_space(
        self, layers: Mapping[str, Array], tokens: Array | list[str] | None, tracks: Mapping[str, Track]
    ) -> None:
        """Reserve space before any of a block is written: so a full disk leaves a file that can be closed."""
        rows = len(next(iter(layers.values())))
        values = sum(each.nbytes + 4 * CHUNK_BYTES + 8 * each[:1].nbytes for each in layers.values())
        texts = sum(4 * len(token) + 8 for token in tokens) if isinstance(tokens, list) else 8 * rows
        annotations = sum(track_bytes(track) for track in tracks.values())
        try:
            self._space.reserve(values + texts + annotations + 4 * NARROW_CHUNK_BYTES * (3 + 4 * len(tracks)))
        except OSError as error:
            self._failed = True
            raise self._error(error) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Raise an OSError that says how many steps are complete for whatever fails; nothing more is written then."""
        try:
            yield
        except Exception as error:
            self._failed = self._abandoned = True
            abandon_file(self._file, self)
            raise self._error(error) from error
        except BaseException:  # an interruption, which never comes in the middle of a call of HDF5
            self._failed = True
            raise

    def _error(self, error: BaseException) -> OSError:
        number = error_number(error)
        reason = "the disk is full" if number in DISK_FULL else str(error)
        msg = f"{str(self.path)!r} can't be written: {reason}. Its first {self._steps:,} steps are complete"
        return OSError(number or errno.EIO, msg)
