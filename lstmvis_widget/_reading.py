"""Reading what `files` lays out, and tokens and tracks from any place in an HDF5 file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from . import _hdf5, _texts
from .sources import States
from .tracks import CategoricalTrack, ContinuousTrack, TopKTrack, Track

Array = NDArray[Any]


@dataclass
class Contents:
    """What a file holds, ready for ``StateExplorer(**contents.arguments())``.

    Parameters
    ----------
    file : h5py.File
        Still open; the states are read from it.
    states : dict of str to States
    tokens : list of str, int64 array, or None
    vocabulary : dict of int to str, or None
    tracks : dict of str to Track
    sequences : list of int, or None
    about : dict of str to str or float
        Where it comes from.
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
    """Packed states whose last rows still wait for their chunk to be full.

    Parameters
    ----------
    packed : h5py.Dataset of shape (≥ steps − steps % chunk, D)
    waiting : h5py.Dataset of shape (2, chunk, D)
    slot : int
        In which half of ``waiting`` the rows are.
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


class _FirstRows:
    """The rows of a dataset that are complete."""

    def __init__(self, dataset: h5py.Dataset, steps: int) -> None:
        self.shape, self.dtype = (steps, dataset.shape[1]), dataset.dtype
        self._dataset = dataset

    def __getitem__(self, rows: slice) -> Array:
        start, stop, _ = rows.indices(self.shape[0])
        found: Array = self._dataset[start:stop]
        return found


def read_file(path: str | os.PathLike[str]) -> Contents:
    """What a file holds that is laid out as `files` says.

    Raises
    ------
    OSError
        It can't be opened or read, isn't HDF5, or is damaged.
    ValueError
        It is laid out otherwise, holds no steps, or lengths in it disagree.
    TypeError
        Something in it is of a wrong type.
    """
    file = _hdf5.open_to_read(path)
    try:
        with _hdf5.told_of(path):
            return _contents(file, os.fspath(path))
    except BaseException:
        file.close()
        raise


def read_vocabulary(path: str | os.PathLike[str]) -> dict[int, str]:
    """The vocabulary in such a file, which need hold nothing else.

    Raises
    ------
    OSError
        It can't be opened or read, isn't HDF5, or is damaged.
    ValueError
        There is no vocabulary in it.
    """
    with _hdf5.open_to_read(path) as file, _hdf5.told_of(path):
        vocabulary = _vocabulary(file)
    if vocabulary is None:
        msg = f"there is no vocabulary in {os.fspath(path)!r}"
        raise ValueError(msg)
    return vocabulary


def _contents(file: h5py.File, path: str) -> Contents:
    datasets = _layer_datasets(file, path)
    steps, sequence_count, finished, slot = _committed(file, path, datasets)
    states: dict[str, States] = {}
    for name, dataset in datasets.items():
        rows = _complete_rows(file, name, dataset, steps, slot, finished=finished)
        states[name] = States(rows, name=_hdf5.name_in_file(dataset))
    return Contents(
        file=file,
        states=states,
        tokens=_tokens(file, steps),
        vocabulary=_vocabulary(file),
        tracks=_tracks(file, steps),
        sequences=_sequences(file, path, steps, sequence_count),
        about={key: _plain(value) for key, value in file.attrs.items() if key != "layout"},
        finished=finished,
        rounding=_rounding(file, list(datasets)),
    )


def _layer_datasets(file: h5py.File, path: str) -> dict[str, h5py.Dataset]:
    group = _get(file, "states")
    if not isinstance(group, h5py.Group) or not len(group):
        msg = (
            f"{path!r} isn't laid out as save_states does: it has no layers in a group 'states'. "
            f"describe({path!r}) lists what there is; StateExplorer('{path}::group/dataset') explores one of them"
        )
        raise ValueError(msg)
    datasets = {}
    for key in group:
        dataset = _hdf5.find(file, f"states/{key}")
        if not isinstance(dataset, h5py.Dataset) or dataset.ndim != 2:
            msg = f"'states/{key}' in {path!r} must be a dataset of shape (time steps, cells)"
            raise ValueError(msg)
        datasets[_texts.name_of(key)] = _hdf5.check_dataset(dataset)
    return datasets


def _committed(file: h5py.File, path: str, datasets: Mapping[str, h5py.Dataset]) -> tuple[int, int | None, bool, int]:
    """Steps, sequences (None: all), whether it is finished, and where rows wait; of a file without it, all its rows."""
    record = _get(file, "committed")
    lengths = {name: dataset.shape[0] for name, dataset in datasets.items()}
    if isinstance(record, h5py.Dataset):
        if record.shape != (4,) or record.dtype.kind != "i":
            msg = f"'committed' in {path!r} must be 4 integers; it is {record.dtype} of shape {record.shape}"
            raise ValueError(msg)
        steps, sequences, finished, slot = (int(number) for number in _hdf5.read_whole(record))
        return steps, sequences if sequences <= steps else None, finished == 1, slot % 2
    if len(set(lengths.values())) > 1:
        msg = f"the layers in {path!r} differ in their number of time steps: {lengths}"
        raise ValueError(msg)
    return next(iter(lengths.values())), None, True, 0


def _complete_rows(file: h5py.File, name: str, dataset: h5py.Dataset, steps: int, slot: int, *, finished: bool) -> Any:
    waiting = None if finished else _get(file, f"waiting/{_texts.key_of(name)}")
    if waiting is not None:
        if (
            not isinstance(waiting, h5py.Dataset)
            or dataset.chunks is None
            or waiting.shape != (2, dataset.chunks[0], dataset.shape[1])
            or waiting.dtype != dataset.dtype
        ):
            msg = f"what waits to be packed of layer {name!r} must be like the layer"
            raise ValueError(msg)
        _check_length(_hdf5.name_in_file(dataset), dataset.shape[0], steps - steps % dataset.chunks[0])
        return _UnfinishedRows(dataset, _hdf5.check_dataset(waiting), slot, steps)
    _check_length(_hdf5.name_in_file(dataset), dataset.shape[0], steps)
    return dataset if dataset.shape[0] == steps else _FirstRows(dataset, steps)


def _check_length(name: str, rows: int, steps: int) -> None:
    if rows < steps or steps < 0:
        msg = f"{name} must have {steps} rows, as the file says; it has {rows}, {steps - rows} too few"
        raise ValueError(msg)


def _get(file: h5py.File, path: str) -> h5py.Group | h5py.Dataset | None:
    try:
        return _hdf5.find(file, path)
    except KeyError:
        return None


# ------------------------------------------------------- tokens and the like


def texts_in(item: h5py.Group | h5py.Dataset, count: int | None = None) -> list[str]:
    """The first ``count`` of the strings of a dataset, or of a group as `_texts` writes it; without, all of them."""
    if isinstance(item, h5py.Dataset):
        return [each.decode("utf-8", "replace") for each in _hdf5.read_whole(item, count).reshape(-1).tolist()]
    parts = [_hdf5.child(item, name) for name in (_texts.UTF8, _texts.ENDS)]
    utf8, ends = (each if isinstance(each, h5py.Dataset) and each.ndim == 1 else None for each in parts)
    if utf8 is None or ends is None or utf8.dtype != np.uint8 or ends.dtype.kind not in "iu":
        msg = f"{_hdf5.name_in_file(item)} must hold texts: strings, or the datasets 'utf8' (uint8) and 'ends'"
        raise ValueError(msg)
    return _texts.decode(_hdf5.read_whole(utf8), _hdf5.read_whole(ends, count))


def _is_texts(item: Any) -> bool:
    if isinstance(item, h5py.Dataset):
        return item.dtype.kind == "S" or _hdf5.is_text(item)
    return isinstance(item, h5py.Group) and _texts.ENDS in item.keys()  # noqa: SIM118  (`in item` follows links)


def _length(item: Any) -> int:
    rows = item if isinstance(item, h5py.Dataset) else _hdf5.child(item, _texts.ENDS)
    if not isinstance(rows, h5py.Dataset) or rows.ndim == 0:
        msg = f"{_hdf5.name_in_file(item)} must have one entry a time step"
        raise ValueError(msg)
    return int(rows.shape[0])


def _tokens(file: h5py.File, steps: int) -> Any:
    item = _get(file, "tokens")
    return None if item is None else tokens_in(item, steps, complete=_get(file, "committed") is None)


def tokens_in(item: h5py.Group | h5py.Dataset, steps: int | None = None, *, complete: bool = True) -> Any:
    """T strings or T ids. With ``complete`` there have to be just ``steps``, else at least as many."""
    length = _length(item)
    if steps is not None and ((length != steps) if complete else (length < steps)):
        msg = f"{_hdf5.name_in_file(item)} holds {length} tokens for {steps} time steps, {_difference(length, steps)}"
        raise ValueError(msg)
    if _is_texts(item):
        return texts_in(item, steps)
    if not isinstance(item, h5py.Dataset) or item.ndim != 1 or item.dtype.kind not in "iu":
        kind = f"{item.dtype} of shape {item.shape}" if isinstance(item, h5py.Dataset) else "a group"
        msg = f"{_hdf5.name_in_file(item)} must hold one string or one integer id a time step; it is {kind}"
        raise TypeError(msg)
    return _hdf5.read_whole(item, steps)


def _difference(length: int, steps: int) -> str:
    return f"{abs(length - steps)} too {'many' if length > steps else 'few'}"


def _vocabulary(file: h5py.File) -> dict[int, str] | None:
    group = _get(file, "vocabulary")
    if group is None:
        return None
    if _is_texts(group) and isinstance(group, h5py.Dataset):
        return dict(enumerate(texts_in(group)))
    ids = _hdf5.child(group, "ids")
    if not isinstance(ids, h5py.Dataset) or ids.dtype.kind not in "iu" or ids.ndim != 1:
        msg = f"{_hdf5.name_in_file(group)} must be strings, or a group of 'ids' (integers) and texts"
        raise ValueError(msg)
    numbers, texts = _hdf5.read_whole(ids).tolist(), texts_in(group)
    if len(numbers) != len(texts):
        msg = f"{_hdf5.name_in_file(group)} has {len(numbers)} ids and {len(texts)} texts"
        raise ValueError(msg)
    return dict(zip(numbers, texts, strict=True))


def _sequences(file: h5py.File, path: str, steps: int, count: int | None) -> list[int] | None:
    item = _get(file, "sequences")
    if item is None:
        return None
    if not isinstance(item, h5py.Dataset) or item.ndim != 1 or item.dtype.kind not in "iu":
        msg = f"'sequences' in {path!r} must be the lengths of the sequences (integers)"
        raise ValueError(msg)
    if item.shape[0] > steps or (count is not None and item.shape[0] < count):
        msg = f"'sequences' in {path!r} has {item.shape[0]} lengths for {steps} time steps"
        raise ValueError(msg)
    lengths: list[int] = _hdf5.read_whole(item, count).tolist()
    if count is not None and sum(lengths) < steps:  # the last one has no end yet
        lengths.append(steps - sum(lengths))
    return lengths


def _rounding(file: h5py.File, layers: list[str]) -> dict[str, float]:
    item = _get(file, "rounding")
    if not isinstance(item, h5py.Dataset) or item.shape != (len(layers),) or item.dtype.kind != "f":
        return {}
    return dict(zip(layers, _hdf5.read_whole(item).tolist(), strict=True))


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


# -------------------------------------------------------------------- tracks


def _tracks(file: h5py.File, steps: int) -> dict[str, Track]:
    group = _get(file, "tracks")
    if not isinstance(group, h5py.Group):
        return {}
    complete = _get(file, "committed") is None
    found = {key: _hdf5.find(file, f"tracks/{key}") for key in group}
    return {_texts.name_of(key): track_in(item, steps, complete=complete) for key, item in found.items()}


def track_in(item: h5py.Group | h5py.Dataset, steps: int | None = None, *, complete: bool = True) -> Track:
    """A track: a dataset of T numbers or strings, or a group as `save_states` writes it."""
    name = _hdf5.name_in_file(item)
    parts = {key: _hdf5.child(item, key) for key in ("values", "codes", "labels", "scores")}
    if isinstance(item, h5py.Dataset):
        parts["values"] = item
    main = next((part for part in (parts["codes"], parts["values"], item) if part is not None), item)
    if main is item and isinstance(item, h5py.Group) and not _is_texts(item):
        msg = f"{name} must be a dataset, or a group of 'values', or of 'codes' and 'labels'"
        raise ValueError(msg)
    length = _length(main)
    steps = length if steps is None else steps
    if (length != steps) if complete else (length < steps):
        msg = f"{name} holds {length} entries for {steps} time steps, {_difference(length, steps)}"
        raise ValueError(msg)
    if parts["codes"] is not None:
        return _coded_track(name, parts, steps)
    if _is_texts(main):
        return CategoricalTrack(texts_in(main, steps))
    if not isinstance(main, h5py.Dataset) or main.ndim != 1:
        msg = f"{name} must have one number or one string a time step"
        raise ValueError(msg)
    return ContinuousTrack(_hdf5.read_whole(main, steps))


def _coded_track(name: str, parts: Mapping[str, Any], steps: int) -> Track:
    codes, labels, scores = (parts.get(key) for key in ("codes", "labels", "scores"))
    if labels is None or codes is None or not isinstance(codes, h5py.Dataset) or codes.dtype.kind not in "iu":
        msg = f"{name} must hold 'codes' (integers) and 'labels'"
        raise ValueError(msg)
    table = [*texts_in(labels), None]
    numbers = _hdf5.read_whole(codes, steps).astype(np.int64)
    if numbers.size and not (numbers.min() >= -1 and numbers.max() < len(table) - 1):
        msg = f"the codes of {name} must lie in −1…{len(table) - 2}; they lie in {numbers.min()}…{numbers.max()}"
        raise ValueError(msg)
    found = np.array(table, object)[numbers]
    if scores is None:
        if found.ndim != 1:
            msg = f"{name} must have one code a time step; its shape is {found.shape}"
            raise ValueError(msg)
        return CategoricalTrack(found.tolist())
    if not isinstance(scores, h5py.Dataset) or scores.dtype.kind not in "fiu" or scores.shape[0] < steps:
        msg = f"the scores of {name} must be {steps} rows of numbers"
        raise ValueError(msg)
    return TopKTrack(found, _hdf5.read_whole(scores, steps))
