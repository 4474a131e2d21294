"""Hidden states from any source: opened, checked, and read in blocks of rows."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Mapping, Sized
from typing import Any, Protocol, Self, runtime_checkable

import h5py
import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.paths import as_path
from lstmvis_widget.hdf5 import untrusted
from lstmvis_widget.hdf5.file_watch import FileWatch
from lstmvis_widget.work.blocks import blocks_of
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported

from .cell_statistics import Moments, StatesReader
from .kept_statistics import kept_moments
from .on_off import OnRule, on_rule
from .transforms import Transform, transform_named

BLOCK_BYTES = 4 * 2**20
"""Size of the blocks in which states are read, in bytes of their own dtype."""

Array = NDArray[Any]


@runtime_checkable
class ArrayLike2D(Protocol):
    """The least that a source of states must have: a shape, a dtype and slices of rows."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(T, D)."""

    @property
    def dtype(self) -> Any:
        """Of the values."""

    def __getitem__(self, rows: slice, /) -> Any: ...


class States:
    """States of shape (T, D), read by rows from any source.

    Parameters
    ----------
    source : array_like of shape (T, D), path, or States
        Real floats, integers or booleans: an array, anything with ``shape``, ``dtype`` and row slicing (memmap, h5py
        dataset, zarr array…), or the path of an HDF5 file. The path is ``"file.h5"`` if only one dataset in it can be
        states, else ``"file.h5::group/dataset"``. A file may still be written with SWMR (single writer, multiple
        readers): then the states are the rows that are there now.
    transform : {None, "tanh", "abs", "split_signs", "standardise", "quantile"}
        Applied to every value when it is read. ``split_signs`` doubles D: c+ is column c, c− is column D + c.
        ``standardise`` subtracts the cell's mean and divides by its standard deviation; ``quantile`` gives the share of
        the cell's steps with a lower value. These two need all steps before the first value is read; see `prepare`.
    name : str, optional
        What messages call these states.

    Raises
    ------
    TypeError
        The source isn't an array, or its dtype is complex, object or text.
    ValueError
        The shape isn't 2-D, the transform is unknown, or not exactly one dataset of the file can be states.
    FileNotFoundError, OSError
        The path doesn't exist or isn't HDF5.
    """

    source: Any
    name: str
    _transform: Transform | None

    def __init__(self, source: Any, transform: str | None = None, name: str | None = None) -> None:
        if isinstance(source, States):
            if transform is not None and source.transform is not None:
                msg = f"these states already have the transform {source.transform!r}"
                raise ValueError(msg)
            self._transform = transform_named(transform) or source._transform  # noqa: SLF001  (of the same class)
            name = name or source.name
            source = source.source
        else:
            self._transform = transform_named(transform)
        self._preparing = threading.Lock()
        self._last_rule: tuple[float, OnRule] | None = None
        self._own_file: h5py.File | None = None
        if isinstance(source, str | os.PathLike):
            source = self._open_path(os.fspath(as_path(source)))
        elif not isinstance(source, ArrayLike2D):
            source = _as_array(source)
        self.source = source
        self._reading = threading.Lock()
        self._dataset_path = _dataset_path(source)
        self._watch = FileWatch(source.file) if isinstance(source, h5py.Dataset) else None
        self.name = name or _describe(source)
        try:
            self._check()
        except BaseException:
            self.close()
            raise

    def _open_path(self, path: str) -> h5py.Dataset:
        file_path, _, dataset = path.partition("::")
        self._own_file = untrusted.open_to_read(file_path)
        try:
            with untrusted.damage_as_os_error(file_path):
                return _find_dataset(self._own_file, file_path, dataset)
        except BaseException:
            self.close()
            raise

    def _check(self) -> None:
        shape = tuple(self.source.shape)
        if len(shape) != 2:
            msg = f"states must be 2-D, (time steps, cells); {self.name} has shape {shape}"
            raise ValueError(msg)
        source_dtype = _numpy_dtype(self.source)
        if source_dtype.kind not in "fiub":
            msg = f"states must be real numbers (float, integer or bool dtype); {self.name} has dtype {source_dtype}"
            raise TypeError(msg)
        self._source_cells = int(shape[1])
        self._source_dtype = native_numbers(np.empty(0, source_dtype)).dtype
        made = self._transform
        self.shape: tuple[int, int] = (int(shape[0]), made.cells(self._source_cells) if made else self._source_cells)
        self.dtype: np.dtype[Any] = made.dtype(self._source_dtype) if made else self._source_dtype

    @property
    def transform(self) -> str | None:
        """Name of the transform."""
        return None if self._transform is None else self._transform.name

    def prepare(self, *, check: Check = never_cancelled, progress: Report = not_reported) -> None:
        """Read all steps if the transform needs them. This happens once, at the latest with the first read.

        ``standardise`` takes one pass over the states, or none if their file keeps the mean and the spread, as files of
        `StateWriter` and `save_states` do. ``quantile`` takes one pass for each portion of the cells whose states fit
        into memory together (at most 1 GiB and a quarter of the free memory), and sorts them.

        Parameters
        ----------
        check : callable, optional
            Called before each block. An exception ends the work; another call begins anew.
        progress : callable, optional
            Given the share done, 0…1, before each block.

        Raises
        ------
        OSError
            The source can't be read.
        ValueError
            The values of a cell lie too far apart for double precision.
        """
        self._prepared(check, progress)

    def _prepared(self, check: Check = never_cancelled, progress: Report = not_reported) -> Transform | None:
        if self._transform is not None:
            with self._preparing:
                shape = self.shape[0], self._source_cells
                in_memory = type(self.source) is np.ndarray
                read, kept = self.read_source, self._kept_moments
                reader = StatesReader(shape, self._source_dtype, read, in_memory, kept, check, progress)
                self._transform = self._transform.fit(reader)
        return self._transform

    def _kept_moments(self) -> Moments | None:
        if self._dataset_path is None:
            return None
        with self._reading, contextlib.suppress(ValueError):  # the file has been closed; the next read says so
            return kept_moments(self._readable_source())
        return None

    @property
    def ndim(self) -> int:
        """Always 2."""
        return 2

    def __len__(self) -> int:
        return self.shape[0]

    def read(self, start: int, stop: int) -> Array:
        """Rows ``start`` to ``stop`` as an array of shape (stop − start, D) and dtype ``self.dtype``.

        Raises
        ------
        OSError
            The source can't be read; the message names it and the rows.
        """
        transform = self._prepared()
        values = self.read_source(start, stop)
        return values if transform is None else transform.apply(values)

    def read_source(self, start: int, stop: int) -> Array:
        """Rows ``start`` to ``stop`` of the source, without the transform.

        Raises
        ------
        OSError
            The source can't be read; the message names it and the rows.
        """
        try:
            values = self._read_source(start, stop)
        except Exception as error:
            msg = f"rows {start} to {stop} of {self.name} can't be read: {error}"
            raise OSError(msg) from error
        if values.shape[0] != stop - start:
            msg = (
                f"rows {start} to {stop} of {self.name} can't be read: it holds only {start + values.shape[0]} rows now"
            )
            raise OSError(msg)
        return native_numbers(values)

    def on_rule(self, threshold: float) -> OnRule:
        """The rule that says which values of `read_source` are on: exactly where those of `read` are ≥ the threshold.

        For a monotone transform the threshold is moved to the source, and nothing is transformed.
        """
        transform = self._prepared()
        if transform is None:
            return on_rule(threshold)
        if self._last_rule is None or self._last_rule[0] != threshold:  # the selection and the index share one
            self._last_rule = threshold, transform.on_rule(threshold, self._source_dtype, self._source_cells)
        return self._last_rule[1]

    @property
    def in_memory(self) -> bool:
        """Whether a threshold can be compared with an array in memory, without reading or transforming."""
        monotone = self._transform is None or self._transform.monotone
        return type(self.source) is np.ndarray and monotone

    def _read_source(self, start: int, stop: int) -> Array:
        if isinstance(self.source, np.ndarray):
            return np.asarray(self.source[start:stop])
        with self._reading:  # not every source allows two reads at once
            source = self._readable_source()
            if self._watch is not None:
                self._watch.check()
            return np.asarray(source[start:stop])

    def _readable_source(self) -> Any:
        """The source. A dataset is looked up again if its file was closed and opened again in this process."""
        if self._dataset_path is not None and not self.source:
            file_path, dataset = self._dataset_path
            reopened = _open_file_at(file_path)
            if reopened is None or dataset not in reopened:
                msg = f"the file {file_path!r} has been closed; open it again"
                raise ValueError(msg)
            self.source = reopened[dataset]
            self._watch = FileWatch(reopened)
        return self.source

    def blocks(self, block_rows: int | None = None) -> Iterator[tuple[int, int]]:
        """Ranges of rows that cover all T steps, each of about ``BLOCK_BYTES`` or of ``block_rows`` rows."""
        rows = block_rows or max(1, BLOCK_BYTES // max(1, self.shape[1] * self.dtype.itemsize))
        return blocks_of(self.shape[0], rows)

    def __getitem__(self, key: Any) -> Array:
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        if isinstance(rows, slice) and rows.step in (None, 1):
            start, stop, _ = rows.indices(len(self))
            return self.read(start, max(start, stop))[:, columns]
        if isinstance(rows, int | np.integer):
            row = range(len(self))[rows]
            cells: Array = self.read(row, row + 1)[0][columns]
            return cells
        wanted = np.arange(len(self))[rows]
        parts = [self.read(int(t), int(t) + 1) for t in wanted]
        return np.concatenate(parts or [self.read(0, 0)])[:, columns]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:  # noqa: FBT001  (numpy's protocol)
        return np.array(self.read(0, len(self)), dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        suffix = f", transform={self.transform!r}" if self.transform else ""
        return f"States({self.name}, shape={self.shape}, dtype={self.dtype}{suffix})"

    def close(self) -> None:
        """Close the file if it was opened here. A second call does nothing."""
        if self._own_file is not None:
            self._own_file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def as_states(source: Any) -> States:
    """``source`` as `States`; `States` are returned as they are."""
    return source if isinstance(source, States) else States(source)


def open_layers(source: Any, transform: str | Mapping[str, str | None] | None = None) -> dict[str, States]:
    """Open the layers of a model: a mapping of name to states, or states alone as the layer ``"states"``.

    Parameters
    ----------
    source : anything that `States` takes, or mapping
    transform : str or mapping, optional
        Of all layers, or name of the layer → its transform; layers that the mapping lacks have none.

    Raises
    ------
    ValueError
        There is no layer, a layer has no steps or no cells, or the layers differ in their number of steps; a transform
        is unknown, or is for a layer that isn't there.
    """
    named = named_layers(source)
    transforms = dict(transform) if isinstance(transform, Mapping) else dict.fromkeys(named, transform)
    for name in transforms:
        if name not in named:
            msg = f"transform names the layer {name!r}; there are {', '.join(map(repr, named))}"
            raise ValueError(msg)
    layers: dict[str, States] = {}
    try:
        for name, states in named.items():
            layers[name] = States(states, transforms.get(name))
        _check_not_empty(layers)
        check_same_length(layers)
    except BaseException:
        for states in layers.values():
            states.close()
        raise
    return layers


def named_layers(states: Any) -> dict[str, Any]:
    """The layers of a mapping by name, or states alone as the layer ``"states"``.

    Raises
    ------
    TypeError
        A name isn't text.
    ValueError
        There is no layer.
    """
    named = dict(states) if isinstance(states, Mapping) else {"states": states}
    if not named:
        msg = "states must hold at least one layer; got an empty mapping"
        raise ValueError(msg)
    for name in named:
        if not isinstance(name, str):
            msg = f"a layer's name must be text; got {name!r}"
            raise TypeError(msg)
    return named


def _check_not_empty(layers: Mapping[str, States]) -> None:
    for name, states in layers.items():
        if 0 in states.shape:
            msg = f"layer {name!r} needs at least one time step and one cell; its shape is {states.shape}"
            raise ValueError(msg)


def check_same_length(layers: Mapping[str, Sized]) -> None:
    """Raise ValueError where layers differ in their number of time steps."""
    lengths = {name: len(states) for name, states in layers.items()}
    if len(set(lengths.values())) > 1:
        msg = f"all layers must have the same number of time steps; got {lengths}"
        raise ValueError(msg)


def common_transform(layers: Mapping[str, States]) -> str | dict[str, str | None] | None:
    """The transform of all layers; if they differ, a mapping of layer name to transform."""
    transforms = {name: states.transform for name, states in layers.items()}
    different = set(transforms.values())
    return different.pop() if len(different) == 1 else transforms


def native_numbers(values: Array) -> Array:
    """Booleans as 0 and 1, and numbers in the byte order of this machine."""
    if values.dtype.kind == "b":
        return values.view(np.uint8)
    return values if values.dtype.isnative else values.astype(values.dtype.newbyteorder("="))


def _as_array(source: Any) -> Array:
    try:
        return np.asarray(source)
    except Exception as error:
        msg = f"states must be an array of shape (time steps, cells) or a path; got {type(source).__name__}: {error}"
        raise TypeError(msg) from error


def _numpy_dtype(source: Any) -> np.dtype[Any]:
    try:
        dtype: np.dtype[Any] = np.dtype(source.dtype)
    except TypeError:  # a dtype of another library: that of an array made of a slice counts
        try:
            dtype = np.asarray(source[:0]).dtype
        except Exception as error:
            msg = f"states of dtype {source.dtype} can't be converted to numpy: {error}"
            raise TypeError(msg) from error
    return dtype


def _dataset_path(source: Any) -> tuple[str, str] | None:
    return (source.file.filename, source.name) if isinstance(source, h5py.Dataset) else None


def _describe(source: Any) -> str:
    path = _dataset_path(source)
    return f"{path[0]}::{path[1].lstrip('/')}" if path else f"the {type(source).__name__} given as states"


def _open_file_at(path: str) -> h5py.File | None:
    for file_id in h5py.h5f.get_obj_ids(types=h5py.h5f.OBJ_FILE):
        file = h5py.File(file_id)
        if file.filename == path:
            return file
    return None


def _find_dataset(file: h5py.File, path: str, name: str) -> h5py.Dataset:
    if name:
        found = untrusted.find_if_there(file, name)
        if not isinstance(found, h5py.Dataset):
            msg = f"no dataset {name!r} in {path!r}; its datasets: {untrusted.listing(file)}"
            raise ValueError(msg)
        return untrusted.check_dataset(found)
    candidates = [item for _, item in untrusted.datasets(file) if item.ndim == 2 and item.dtype.kind in "fiub"]
    if len(candidates) != 1:
        listing = untrusted.listing(file)
        msg = f"say which dataset holds the states, as '{path}::dataset'; the datasets of {path!r}: {listing}"
        raise ValueError(msg)
    return untrusted.check_dataset(candidates[0])
