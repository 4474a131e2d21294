"""States, tokens and tracks in one file: written whole or block by block, and opened again.

A file is HDF5, and any program that reads HDF5 reads it. T is the number of time steps, D that of the cells of a layer:

==========================  =================  ======================================================================
``states/<layer>``          (T, D)             real numbers; row t is the state after reading token t. Chunks hold
                                               whole rows, 256 KB of them; compressed or not
``tokens``                  (T,) or texts      what was read: integer ids, or texts; may be missing
``vocabulary/ids``          (V,) integers      with ids: which ids have the texts in ``vocabulary``, in this order
``tracks/<name>/values``    (T,) numbers       a continuous track; NaN: no value
``tracks/<name>/codes``     (T,) integers      a categorical track: the place of each step's label in ``labels``
                                               (texts); −1: no label
… with ``scores``           (T, k) both        a top-k track
``sequences``               (n,) integers      lengths of the sequences; without it there is one
``committed``               4 integers         steps and sequences that are complete; 1 if the file is finished; the
                                               half of ``waiting`` that is valid. Datasets may have more rows than are
                                               complete, which mean nothing. Without it all rows are complete
``waiting/<layer>``         (2, n, D)          while compressed states are being written: rows from the last full chunk
                                               on, of n rows
``statistics/<layer>``      ``mean`` (D,),     over the finite values of each cell in the first ``steps`` steps, of a
                            ``spread`` (D,),   finished file: mean and standard deviation (ddof 0); may be missing
                            ``steps`` (1,)
``rounding``                (layers,) numbers  the largest error of storing each layer in another precision
attributes of the file                         ``layout``, and where the states come from
==========================  =================  ======================================================================

*Texts* are a group of ``utf8`` (uint8), all of them one after the other, and ``ends`` (n integers), text i being
``utf8[ends[i − 1]:ends[i]]``; a dataset of n strings is read as well. In the name of a layer or track, ``%2F`` stands
for ``/``, and ``%25`` for ``%``. Layers and tracks are in the order in which they were made.

Other HDF5 files: `describe` says what is in one, and `StateExplorer` takes the paths of datasets in it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lstmvis_widget.hdf5 import untrusted
from lstmvis_widget.states.sources import BLOCK_BYTES, States, open_layers
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.timeline.tracks import CategoricalTrack, ContinuousTrack, TopKTrack, Track, Tracks
from lstmvis_widget.work.atomic_file import atomic_file, check_absent

from .describing import FileDescription, ItemDescription, describe
from .reading import Contents, read_file
from .state_writer import StateWriter
from .track_readers import tokens_in, track_in
from .vocabulary import read_vocabulary

__all__ = [
    "Contents",
    "FileDescription",
    "ItemDescription",
    "StateWriter",
    "describe",
    "read_file",
    "read_vocabulary",
    "save_states",
    "tokens_at",
    "track_at",
]


def save_states(
    path: str | os.PathLike[str],
    states: Any,
    tokens: Any = None,
    tracks: Mapping[str, Any] | None = None,
    *,
    sequences: ArrayLike | None = None,
    vocabulary: Any = None,
    compression: str | None = None,
    dtype: DTypeLike | None = None,
    source: str | Mapping[str, str | float] | None = None,
    overwrite: bool = False,
    statistics: bool = True,
) -> dict[str, float]:
    """Write states, tokens and tracks into one file, which `StateExplorer.open` opens.

    States that aren't in memory are read and written in blocks of a few MB. The file is there once it is complete:
    until then it has another name beside it.

    Parameters
    ----------
    path : path
        Of the HDF5 file to make.
    states, tokens, tracks, sequences, vocabulary
        As `StateExplorer` takes them.
    compression, dtype, source, overwrite, statistics
        As `StateWriter` takes them.

    Returns
    -------
    dict of str to float
        For each layer the largest difference between a value and what is stored; empty without ``dtype``.

    Raises
    ------
    FileExistsError
        There is a file, and ``overwrite`` is False.
    OSError
        Something can't be read or written, as where the disk is full.
    TypeError, ValueError
        An argument isn't allowed, or lengths disagree.
    """
    check_absent(path, overwrite=overwrite)
    layers = open_layers(states)
    try:
        steps = len(next(iter(layers.values())))
        tokens = tokens_at(tokens) if isinstance(tokens, str | os.PathLike) else tokens
        vocabulary = read_vocabulary(vocabulary) if isinstance(vocabulary, str | os.PathLike) else vocabulary
        texts = None if tokens is None else _checked_tokens(tokens, steps, vocabulary)
        annotations = Tracks(tracks, steps, lambda: None)
        lengths = None if sequences is None else Sequences.of(sequences, steps).lengths.tolist()
        options: dict[str, Any] = {"vocabulary": vocabulary, "compression": compression, "dtype": dtype}
        with (
            atomic_file(path, overwrite=overwrite) as part,
            _WholeWriter(part, **options, source=source, statistics=statistics) as writer,
        ):
            writer.write(layers, texts, annotations, lengths)
        return writer.rounding
    finally:
        for layer in layers.values():
            layer.close()


class _WholeWriter(StateWriter):
    """Writes a file of known length that nobody reads before it is finished."""

    _live = False

    def write(
        self, layers: Mapping[str, States], tokens: Any, tracks: Mapping[str, Track], lengths: list[int] | None
    ) -> None:
        """Write all layers in blocks of the same rows."""
        steps = self._steps_expected = len(next(iter(layers.values())))
        row_bytes = sum(states.shape[1] * states.dtype.itemsize for states in layers.values())
        rows = max(1, BLOCK_BYTES // row_bytes)
        for start in range(0, steps, rows):
            stop = min(start + rows, steps)
            self.append(
                {name: states.read(start, stop) for name, states in layers.items()},
                None if tokens is None else tokens[start:stop],
                {name: _part(track, start, stop) for name, track in tracks.items()},
            )
        if lengths is not None:
            self._append_sequences(lengths)


def _part(track: Track, start: int, stop: int) -> Track:
    if isinstance(track, ContinuousTrack):
        return ContinuousTrack(track.values[start:stop])
    if isinstance(track, CategoricalTrack):
        return CategoricalTrack(track[start:stop])
    return TopKTrack(track.labels[start:stop], track.scores[start:stop])


def _checked_tokens(tokens: Any, steps: int, vocabulary: Any) -> Any:
    """Ids as they are, everything else as strings."""
    checked = Tokens(tokens, steps, vocabulary)
    return np.asarray(tokens) if vocabulary is not None else checked


# ---------------------------------------------- parts of any file, by path


def tokens_at(path: str | os.PathLike[str], steps: int | None = None) -> Any:
    """T strings or T ids from ``"file.h5::dataset"``.

    Raises
    ------
    OSError
        The file can't be opened or read.
    TypeError, ValueError
        There is no such dataset, it holds no tokens, or not T of them.
    """
    with _item_at(path, "tokens") as item:
        return tokens_in(item, steps)


def track_at(path: str | os.PathLike[str], steps: int | None = None) -> Track:
    """A track from ``"file.h5::dataset"``: T numbers or T strings, or a group as `save_states` writes it.

    Raises
    ------
    OSError
        The file can't be opened or read.
    TypeError, ValueError
        There is no such dataset, it holds no track, or not of T steps.
    """
    with _item_at(path, "a track") as item:
        return track_in(item, steps)


@contextlib.contextmanager
def _item_at(path: str | os.PathLike[str], what: str) -> Any:
    file_path, _, name = os.fspath(path).partition("::")
    if not name:
        msg = f"say which dataset holds {what}, as '{file_path}::dataset'; describe({file_path!r}) lists them"
        raise ValueError(msg)
    with untrusted.open_to_read(file_path) as file, untrusted.told_of(file_path):
        try:
            item = untrusted.find(file, name)
        except KeyError:
            msg = f"no dataset {name!r} in {file_path!r}; describe({file_path!r}) lists them"
            raise ValueError(msg) from None
        yield item
