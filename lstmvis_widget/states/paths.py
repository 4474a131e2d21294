"""States in files: which kinds of files are opened, and how their arrays are pickled."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import h5py
import numpy as np

from lstmvis_widget.given.paths import AnyPath, absolute, part_of_file
from lstmvis_widget.hdf5 import untrusted
from lstmvis_widget.hdf5.file_watch import FileWatch

from .array_files import open_npy, open_npz, open_safetensors
from .table_files import ARROW, PARQUET
from .table_rows import TableLayout, TableRows, open_states_of_table

KINDS = "HDF5, .npy, .npz, .safetensors, .parquet, .arrow, and folders of zarr"

UNREAD = {
    **dict.fromkeys((".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle"), "torch.load(path, weights_only=True)"),
    **dict.fromkeys((".csv", ".tsv", ".txt"), "pandas.read_csv(path).to_numpy()"),
    ".mat": "scipy.io.loadmat(path)['name']",
}
"""Endings of files that aren't read here, and what reads them."""


class Closable(Protocol):
    """What has been opened."""

    def close(self) -> None:
        """Let go of it."""


@dataclass(frozen=True)
class OpenedFile:
    """An array in a file.

    Parameters
    ----------
    array : array_like
        A dataset of h5py, a memory map, an array of zarr…
    name : str
        What messages call it.
    file : Closable, optional
        What has to be closed.
    watch : FileWatch
        Says when the file has changed since.
    """

    array: Any
    name: str
    file: Closable | None
    watch: FileWatch


def open_path(path: AnyPath, layout: TableLayout | None = None) -> OpenedFile:
    """Open the states at ``"file"`` or ``"file::name of the array in it"``.

    Parameters
    ----------
    path : path
    layout : TableLayout, optional
        Of a table that has been opened before, in which nothing is looked for again.

    Raises
    ------
    FileNotFoundError, OSError
        There is no such file, it can't be opened, is damaged, or is of another kind; or another program is writing it.
    TypeError, ValueError
        The array can't be states, or not exactly one in the file can be and none is named.
    ImportError
        It is a folder of zarr, or a table, and zarr or pyarrow isn't installed.
    """
    file, name = part_of_file(path)
    kind = _kind_of(file)
    if kind is None:
        opened = untrusted.open_to_read(file)
        try:
            with untrusted.damage_as_os_error(file):
                dataset = _find_dataset(opened, str(file), name)
        except BaseException:
            opened.close()
            raise
        return OpenedFile(dataset, untrusted.name_in_file(dataset), opened, FileWatch(opened))
    array: Any = open_states_of_table(file, name, layout) if kind is open_states_of_table else kind(file, name)
    if type(array) is not np.ndarray:  # else it has been read
        with contextlib.suppress(AttributeError):  # an array of zarr pickles itself
            array.path_of_states = absolute(path)
    shown = f"{file}{'::' * bool(name)}{name}"
    return OpenedFile(array, shown, array if isinstance(array, TableRows) else None, FileWatch(file))


def _kind_of(file: Path) -> Callable[[Path, str], Any] | None:
    """The function that opens a file, by its ending or its first bytes; None for HDF5, and for what isn't there."""
    kinds: dict[str, Callable[[Path, str], Any]] = {
        ".npy": open_npy,
        ".npz": open_npz,
        ".safetensors": open_safetensors,
        **dict.fromkeys((*PARQUET, *ARROW), open_states_of_table),
    }
    if file.is_dir():
        return _open_zarr
    if not file.is_file():
        return None
    suffix = file.suffix.lower()
    if suffix in kinds:
        return kinds[suffix]
    with file.open("rb") as content:
        begins = content.read(8)
    if begins.startswith(b"\x93NUMPY"):
        return open_npy
    if suffix in UNREAD and begins != untrusted.SIGNATURE:
        msg = f"{str(file)!r} isn't opened here; states are read from {KINDS}. Read it yourself: {UNREAD[suffix]}"
        raise OSError(msg)
    return None


# ---------------------------------------------------------------------- zarr


def _open_zarr(folder: Path, name: str) -> Any:
    if not any((folder / each).exists() for each in ("zarr.json", ".zarray", ".zgroup")):
        more = _instead_of(folder)
        msg = f"{str(folder)!r} isn't a file, but a folder, and none of zarr; states are read from {KINDS}{more}"
        raise OSError(msg)
    try:
        zarr = importlib.import_module("zarr")
    except ImportError as error:
        msg = f"{str(folder)!r} needs zarr: pip install zarr"
        raise ImportError(msg) from error
    try:
        # Of a missing folder zarr reads zeros: a relative one would be missing in another working directory.
        opened = zarr.open(str(folder.absolute()), mode="r")
        found = dict(_zarr_arrays(opened)) if hasattr(opened, "keys") else {"": opened}
    except Exception as error:
        msg = f"{str(folder)!r} can't be read as a folder of zarr: {error}"
        raise OSError(msg) from error
    chosen = found.get(name.strip("/")) if name else _only(found)
    if chosen is None:
        listed = ", ".join(f"{path} {tuple(each.shape)}" for path, each in found.items() if path) or "none"
        wanted = (
            f"no array {name!r} in {str(folder)!r}"
            if name
            else f"say which array holds the states, as '{folder}::path'"
        )
        msg = f"{wanted}; its arrays: {listed}"
        raise ValueError(msg)
    _check_codecs(chosen, str(folder))
    return chosen


def _instead_of(folder: Path) -> str:
    """What to give in place of a folder that isn't read as states, for a message."""
    if (folder / "lstm.yml").exists():
        return "; StateExplorer.from_lstmvis opens a project of LSTMVis"
    if (folder / "dataset_dict.json").exists():
        return "; of a data set give one of its parts, the folder that save_to_disk has made for it"
    endings = (".npy", ".npz", ".safetensors", *PARQUET, *ARROW, ".h5", ".hdf5", ".zarr")
    found = next((each.suffix for each in sorted(folder.iterdir()) if each.suffix in endings), None)
    return "" if found is None else f"; its files together are {str(folder / f'*{found}')!r}"


def _zarr_arrays(group: Any, prefix: str = "", level: int = 0) -> Iterator[tuple[str, Any]]:
    for key in sorted(group.keys()):
        item = group[key]
        if not hasattr(item, "keys"):
            yield prefix + key, item
        elif level < untrusted.MOST_LEVELS:
            yield from _zarr_arrays(item, f"{prefix}{key}/", level + 1)


def _check_codecs(array: Any, name: str) -> None:
    """Raise where reading would unpickle: the file says itself how it is unpacked."""
    described = array.metadata.to_dict() if hasattr(array, "metadata") else {}
    if "pickle" in repr([described.get(key) for key in ("filters", "compressor", "codecs")]):
        msg = f"{name!r} is packed with pickle, which isn't read; if you trust it, open it with zarr and pass the array"
        raise OSError(msg)


def _only(found: dict[str, Any]) -> Any:
    """The only array that can be states: of two axes, else of three."""
    for axes in (2, 3):
        fitting = [each for each in found.values() if len(each.shape) == axes and np.dtype(each.dtype).kind in "fiub"]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return found.get("")


# ---------------------------------------------------------------------- HDF5


def _find_dataset(file: h5py.File, path: str, name: str) -> h5py.Dataset:
    if name:
        found = untrusted.find_if_there(file, name)
        if not isinstance(found, h5py.Dataset):
            msg = f"no dataset {name!r} in {path!r}; its datasets: {untrusted.listing(file)}"
            raise ValueError(msg)
        return untrusted.check_dataset(found)
    only = _only(dict(untrusted.datasets(file)))
    if only is None:
        listing = untrusted.listing(file)
        msg = f"say which dataset holds the states, as '{path}::dataset'; the datasets of {path!r}: {listing}"
        raise ValueError(msg)
    return untrusted.check_dataset(only)


# ------------------------------------------------------------------- pickles


class FileReference:
    """Stands for an array of a file in a pickle: it is loaded as that array, from the file as it is then.

    Parameters
    ----------
    path : str
        As `open_path` takes it, absolute.
    shape : tuple of int
    dtype : numpy dtype
        Those of the array; the file must still have them when it is loaded.
    """

    def __init__(self, path: str, shape: tuple[int, ...], dtype: Any) -> None:
        self._arguments = path, tuple(shape), np.dtype(dtype)

    def __reduce__(self) -> tuple[Any, ...]:
        """Load it as the array."""
        return _reopened, self._arguments


def picklable(source: Any) -> Any:
    """The source, or what stands for it in a pickle if it is an array of a file."""
    if isinstance(source, h5py.Dataset):
        if not source:
            raise ValueError("the file of these states has been closed; open it again to pickle them")
        file = Path(source.file.filename).absolute()
        return FileReference(f"{file}::{source.name}", source.shape, source.dtype)
    path = getattr(source, "path_of_states", None)
    return source if path is None else FileReference(path, source.shape, source.dtype)


def _reopened(path: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:
    return reopen(path, shape, dtype).array


def reopen(path: str, shape: tuple[int, ...], dtype: np.dtype[Any], layout: TableLayout | None = None) -> OpenedFile:
    """Open an array again, which has to have the shape and the dtype that it had.

    Parameters
    ----------
    path : str
        As `open_path` takes it.
    shape : tuple of int
    dtype : numpy dtype
    layout : TableLayout, optional
        As for `open_path`.

    Raises
    ------
    FileNotFoundError, OSError, TypeError, ImportError
        As of `open_path`.
    ValueError
        The array has another shape or dtype now.
    """
    opened = open_path(path, layout)
    found = tuple(opened.array.shape), np.dtype(opened.array.dtype)
    if found != (shape, dtype):
        if opened.file is not None:
            opened.file.close()
        now, then = (f"of shape {each[0]} and dtype {each[1]}" for each in (found, (shape, dtype)))
        msg = f"{path!r} has changed since these states were opened first: it is {now}, and was {then}"
        raise ValueError(msg)
    return opened
