"""Reading a file. `lstmvis_widget.files` documents its layout."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.paths import AnyPath, as_path
from lstmvis_widget.hdf5 import untrusted
from lstmvis_widget.hdf5.global_heap import check_global_heaps
from lstmvis_widget.hdf5.texts import key_of, name_of
from lstmvis_widget.states.chunks import starts_along
from lstmvis_widget.states.first_rows import FirstRows
from lstmvis_widget.states.paths import picklable
from lstmvis_widget.states.sources import States
from lstmvis_widget.timeline.pieces import with_spaces
from lstmvis_widget.timeline.tracks import Track

from .track_readers import is_still_to_come, is_texts, texts_in, tokens_in, track_in

Array = NDArray[Any]


@dataclass
class Contents:
    """What a file holds, for ``StateExplorer(**contents.arguments())``.

    Parameters
    ----------
    file : h5py.File
        Left open: the states are read from it.
    states : dict of str to States
    tokens : list of str, int64 array, or None
    vocabulary : dict of int to str, or None
    tracks : dict of str to Track
    sequences : list of int, or None
    about : dict of str to str or float
        The source of the states.
    finished : bool
        Whether its writer has closed it.
    rounding : dict of str to float
        For each layer the largest error of storing it in another precision.
    """

    file: h5py.File
    states: dict[str, States]
    tokens: Any
    vocabulary: dict[int, str] | None
    tracks: dict[str, Track]
    sequences: list[int] | None
    about: dict[str, Any]
    finished: bool
    rounding: dict[str, float]

    def arguments(self) -> dict[str, Any]:
        """The keyword arguments of `StateExplorer`."""
        names = ("states", "tokens", "vocabulary", "tracks", "sequences")
        return {name: getattr(self, name) for name in names}


class _UnfinishedRows:
    """Compressed states whose last rows still wait for their chunk to be full.

    Parameters
    ----------
    packed : h5py.Dataset of shape (≥ steps − steps % chunk, D)
    waiting : h5py.Dataset of shape (2, chunk, D)
    slot : int
        The half of ``waiting`` that holds the rows.
    steps : int
    """

    def __init__(self, packed: h5py.Dataset, waiting: h5py.Dataset, slot: int, steps: int) -> None:
        self.shape, self.dtype = (steps, packed.shape[1]), packed.dtype
        self._packed, self._waiting, self._slot = packed, waiting, slot
        self._full = steps - steps % packed.chunks[0]

    def __getitem__(self, rows: slice) -> Array:
        start, stop, _ = rows.indices(self.shape[0])
        middle = min(max(start, self._full), stop)
        waiting = self._waiting[self._slot, middle - self._full : stop - self._full] if stop > self._full else None
        if waiting is None or start >= self._full:
            found: Array = self._packed[start:stop] if waiting is None else waiting
            return found
        return np.concatenate([self._packed[start:middle], waiting])

    def chunk_starts(self) -> Array | None:
        """Where the chunks begin."""
        found = starts_along(self._packed, 0)
        return None if found is None else np.append(found, self._full)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_packed": picklable(self._packed), "_waiting": picklable(self._waiting)}


def read_file(path: str | os.PathLike[str]) -> Contents:
    """Read a file, and leave it open for its states.

    Raises
    ------
    OSError
        The file can't be opened or read, isn't HDF5, or is damaged.
    ValueError
        The file has another layout, holds no steps, or has lengths that disagree.
    TypeError
        A dataset in it has the wrong type.
    """
    file = untrusted.open_to_read(path)
    try:
        with untrusted.damage_as_os_error(path):
            return _contents(file, os.fspath(as_path(path)))
    except BaseException:
        file.close()
        raise


def vocabulary_in(path: AnyPath, name: str = "vocabulary") -> dict[int, str]:
    """Read the vocabulary of a file, which need hold nothing else.

    Raises
    ------
    OSError
        The file can't be opened or read, isn't HDF5, or is damaged.
    ValueError
        There is no vocabulary of this name in it.
    """
    with untrusted.open_to_read(path) as file, untrusted.damage_as_os_error(path):
        vocabulary = _vocabulary(file, name)
    if vocabulary is None:
        what = "vocabulary" if name == "vocabulary" else f"dataset {name!r}"
        msg = f"there is no {what} in {os.fspath(as_path(path))!r}"
        raise ValueError(msg)
    return vocabulary


def _contents(file: h5py.File, path: str) -> Contents:
    datasets = _layer_datasets(file, path)
    steps, sequence_count, finished, slot = _committed(file, path, datasets)
    states: dict[str, States] = {}
    for name, dataset in datasets.items():
        rows = _complete_rows(file, name, dataset, steps, slot, finished=finished)
        states[name] = States(rows, name=untrusted.name_in_file(dataset))
    return Contents(
        file=file,
        states=states,
        tokens=_tokens(file, steps),
        vocabulary=_vocabulary(file),
        tracks=_tracks(file, steps),
        sequences=_sequences(file, path, steps, sequence_count),
        about=_about(file),
        finished=finished,
        rounding=_rounding(file, list(datasets)),
    )


def _layer_datasets(file: h5py.File, path: str) -> dict[str, h5py.Dataset]:
    group = untrusted.find_if_there(file, "states")
    if not isinstance(group, h5py.Group) or not len(group):
        msg = (
            f"{path!r} isn't laid out as save_states does: it has no layers in a group 'states'. "
            f"describe({path!r}) lists what there is; StateExplorer('{path}::group/dataset') explores one of them"
        )
        raise ValueError(msg)
    datasets = {}
    for key in group:
        dataset = untrusted.find(file, f"states/{key}")
        if not isinstance(dataset, h5py.Dataset) or dataset.ndim != 2:
            msg = f"'states/{key}' in {path!r} must be a dataset of shape (time steps, cells)"
            raise ValueError(msg)
        datasets[name_of(key)] = untrusted.check_dataset(dataset)
    return datasets


def _committed(file: h5py.File, path: str, datasets: Mapping[str, h5py.Dataset]) -> tuple[int, int | None, bool, int]:
    """Complete steps and sequences (None: all), whether the file is finished, and the valid half of ``waiting``.

    Without ``committed`` all rows are complete.
    """
    record = untrusted.find_if_there(file, "committed")
    lengths = {name: dataset.shape[0] for name, dataset in datasets.items()}
    if isinstance(record, h5py.Dataset):
        if record.shape != (4,) or record.dtype.kind != "i":
            msg = f"'committed' in {path!r} must be 4 integers; it is {record.dtype} of shape {record.shape}"
            raise ValueError(msg)
        steps, sequences, finished, slot = (int(number) for number in untrusted.read_whole(record))
        return steps, sequences if sequences <= steps else None, finished == 1, slot % 2
    if len(set(lengths.values())) > 1:
        msg = f"the layers in {path!r} differ in their number of time steps: {lengths}"
        raise ValueError(msg)
    return next(iter(lengths.values())), None, True, 0


def _complete_rows(file: h5py.File, name: str, dataset: h5py.Dataset, steps: int, slot: int, *, finished: bool) -> Any:
    waiting = None if finished else untrusted.find_if_there(file, f"waiting/{key_of(name)}")
    if waiting is not None:
        if (
            not isinstance(waiting, h5py.Dataset)
            or dataset.chunks is None
            or waiting.shape != (2, dataset.chunks[0], dataset.shape[1])
            or waiting.dtype != dataset.dtype
        ):
            msg = f"the rows of layer {name!r} that wait to be packed must be like the layer"
            raise ValueError(msg)
        _check_length(untrusted.name_in_file(dataset), dataset.shape[0], steps - steps % dataset.chunks[0])
        return _UnfinishedRows(dataset, untrusted.check_dataset(waiting), slot, steps)
    _check_length(untrusted.name_in_file(dataset), dataset.shape[0], steps)
    return dataset if dataset.shape[0] == steps else FirstRows(dataset, steps)


def _check_length(name: str, rows: int, steps: int) -> None:
    if rows < steps or steps < 0:
        msg = f"{name} must have {steps} rows, as the file says; it has {rows}, {steps - rows} too few"
        raise ValueError(msg)


def _tokens(file: h5py.File, steps: int) -> Any:
    item = untrusted.find_if_there(file, "tokens")
    return None if item is None else tokens_in(item, steps, complete=untrusted.find_if_there(file, "committed") is None)


def _vocabulary(file: h5py.File, name: str = "vocabulary") -> dict[int, str] | None:
    group = untrusted.find_if_there(file, name)
    if group is None:
        return None
    if is_texts(group) and isinstance(group, h5py.Dataset):
        return dict(enumerate(texts_in(group)))
    ids = untrusted.child(group, "ids")
    if not isinstance(ids, h5py.Dataset) or ids.dtype.kind not in "iu" or ids.ndim != 1:
        msg = f"{untrusted.name_in_file(group)} must be strings, or a group of 'ids' (integers) and texts"
        raise ValueError(msg)
    numbers, texts = untrusted.read_whole(ids).tolist(), texts_in(group)
    if len(numbers) != len(texts):
        msg = f"{untrusted.name_in_file(group)} has {len(numbers)} ids and {len(texts)} texts"
        raise ValueError(msg)
    spaces = untrusted.child(group, "spaces")
    if spaces is not None:
        if not isinstance(spaces, h5py.Dataset) or spaces.dtype.kind != "u" or spaces.shape != (len(texts),):
            msg = f"{untrusted.name_in_file(group)} must have 'spaces', a byte for each of {len(texts)} texts"
            raise ValueError(msg)
        texts = list(map(with_spaces, texts, untrusted.read_whole(spaces).tolist()))
    return dict(zip(numbers, texts, strict=True))


def _sequences(file: h5py.File, path: str, steps: int, count: int | None) -> list[int] | None:
    item = untrusted.find_if_there(file, "sequences")
    if item is None:
        return None
    if not isinstance(item, h5py.Dataset) or item.ndim != 1 or item.dtype.kind not in "iu":
        msg = f"'sequences' in {path!r} must be the lengths of the sequences (integers)"
        raise ValueError(msg)
    if item.shape[0] > steps or (count is not None and item.shape[0] < count):
        msg = f"'sequences' in {path!r} has {item.shape[0]} lengths for {steps} time steps"
        raise ValueError(msg)
    lengths: list[int] = untrusted.read_whole(item, count).tolist()
    if count is not None and sum(lengths) < steps:  # the last sequence has no end yet
        lengths.append(steps - sum(lengths))
    return lengths


def _rounding(file: h5py.File, layers: list[str]) -> dict[str, float]:
    item = untrusted.find_if_there(file, "rounding")
    if not isinstance(item, h5py.Dataset) or item.shape != (len(layers),) or item.dtype.kind != "f":
        return {}
    return dict(zip(layers, untrusted.read_whole(item).tolist(), strict=True))


def _about(file: h5py.File) -> dict[str, Any]:
    check_global_heaps(file.filename)
    return {key: _plain(value) for key, value in file.attrs.items() if key != "layout"}


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _tracks(file: h5py.File, steps: int) -> dict[str, Track]:
    group = untrusted.find_if_there(file, "tracks")
    if not isinstance(group, h5py.Group):
        return {}
    complete = untrusted.find_if_there(file, "committed") is None
    found = {key: untrusted.find(file, f"tracks/{key}") for key in group}
    return {
        name_of(key): track_in(item, steps, complete=complete)
        for key, item in found.items()
        if not is_still_to_come(item, steps)
    }
