"""HDF5 files that may hold anything: opened, searched and read without trusting what they say of themselves.

Nothing outside the file is read: no external link is followed, and no dataset whose values lie in other files. Nothing
is allocated before it is known to fit into memory.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.paths import as_path
from lstmvis_widget.work.memory import format_bytes, free_memory

from .global_heap import check_global_heaps
from .string_sizes import string_bytes

SIGNATURE = b"\x89HDF\r\n\x1a\n"
MOST_OBJECTS = 10_000
"""Groups and datasets listed of a file, at most."""
MOST_LEVELS = 32
"""Depth of groups within groups, and of links to links, at most."""
READ_ATTEMPTS = 22
"""HDF5 pauses between attempts, twice as long each time: the last pause is then 2 ms, and all together are 4 ms."""
STRINGS_AT_ONCE = 2**20
"""Strings of variable length that are read at once, at most, where their size is known before."""
OBJECT_BYTES = 64
"""Memory of a Python string besides its characters, roughly."""
HOW_TO_READ_ANYWAY = "if you trust it, open the file with h5py and pass the dataset itself"

READ_ERRORS = (KeyError, RuntimeError, IndexError, AttributeError, OverflowError, UnicodeError, MemoryError)
"""Exceptions that h5py raises for damaged files, besides OSError, ValueError and TypeError."""


class LinkError(OSError):
    """A link in a file leads out of it, in a circle, or nowhere."""


@contextlib.contextmanager
def damage_as_os_error(path: str | os.PathLike[str]) -> Iterator[None]:
    """Raise an OSError that names the file for whatever h5py raises because the file is damaged."""
    try:
        yield
    except READ_ERRORS as error:
        msg = f"{os.fspath(path)!r} can't be read: {error}"
        raise OSError(msg) from error


def open_to_read(path: str | os.PathLike[str]) -> h5py.File:
    """Open a file, also one that is being written with SWMR, or was when its writer was killed.

    Raises
    ------
    OSError
        There is no such file (FileNotFoundError), it isn't HDF5, or it is cut short; the message says which.
    """
    name = os.fspath(as_path(path))
    if not Path(name).exists():
        msg = f"no such file: {name!r}"
        raise FileNotFoundError(msg)
    if not Path(name).is_file():
        msg = f"{name!r} isn't a file"
        raise OSError(msg)
    _check_signature(name)
    try:
        return h5py.File(name, "r")
    except (OSError, RuntimeError) as error:
        if _is_being_written(name):
            return _open_unfinished(name)
        msg = f"{name!r} can't be opened as an HDF5 file: {_reason(error)}"
        raise OSError(msg) from error


def _reason(error: Exception) -> str:
    """Why HDF5 doesn't open a file, with what to do about it."""
    if "truncated" in str(error):
        return f"it is cut short: {error}"
    if isinstance(error, BlockingIOError):
        return (
            "another program or notebook has it open for writing. Close it there, file.close(), or end that kernel; or "
            "read a copy of the file. Files of StateWriter can be read while they are written"
        )
    if "unable to lock" in str(error):
        return (
            "its file system has no locks. Set the environment variable HDF5_USE_FILE_LOCKING to FALSE before Python "
            f"starts, if nothing writes the file: {error}"
        )
    return str(error)


def _is_being_written(name: str) -> bool:
    """Whether the superblock says that the file is written with SWMR, or was when its writer ended."""
    with Path(name).open("rb") as file:
        begins = file.read(12)
    return len(begins) == 12 and begins[:8] == SIGNATURE and begins[8] == 3 and bool(begins[11] & 4)


def _open_unfinished(name: str) -> h5py.File:
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_libver_bounds(h5py.h5f.LIBVER_LATEST, h5py.h5f.LIBVER_LATEST)
    access.set_fclose_degree(h5py.h5f.CLOSE_STRONG)
    _limit_read_attempts(access)
    try:
        return h5py.File(h5py.h5f.open(os.fsencode(name), h5py.h5f.ACC_RDONLY | h5py.h5f.ACC_SWMR_READ, access))
    except (OSError, RuntimeError) as error:
        msg = f"{name!r}, whose writer hasn't finished it, can't be opened: {error}"
        raise OSError(msg) from error


def _limit_read_attempts(access: h5py.h5p.PropFAID) -> None:
    """Keep HDF5 from reading damaged metadata 100 times: its pauses double each time, so it would never end.

    h5py can't set this. Where the HDF5 library isn't found this way, as on Windows, the limit stays at 100.
    """
    with contextlib.suppress(OSError, AttributeError):
        set_attempts = ctypes.CDLL(h5py.h5p.__file__).H5Pset_metadata_read_attempts
        set_attempts(ctypes.c_int64(access.id), ctypes.c_uint(READ_ATTEMPTS))


def _check_signature(name: str) -> None:
    """Look for the signature of HDF5 at byte 0, 512, 1024, 2048 and so on."""
    with Path(name).open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        first, at = file.read(8), 0
        while at < size:
            file.seek(at)
            if file.read(8) == SIGNATURE:
                return
            at = at * 2 or 512
    begins = f"begins with {first!r}" if first else "is empty, or still being written"
    msg = f"{name!r} can't be opened as an HDF5 file: it isn't one; it {begins}"
    raise OSError(msg)


# ------------------------------------------------------------------- finding


def find(file: h5py.File, path: str) -> h5py.Group | h5py.Dataset:
    """Find the group or dataset at ``path``; soft links within the file are followed.

    Raises
    ------
    LinkError
        The path leads through an external link, or through soft links that lead in a circle or nowhere.
    KeyError
        There is no object of that name.
    """
    parts = [part for part in path.split("/") if part and part != "."]
    item: Any = file["/"]
    followed = 0
    walked: list[str] = []
    while parts:
        part = parts.pop(0)
        if not isinstance(item, h5py.Group) or part not in item.keys():  # noqa: SIM118  (`in item` follows links)
            raise KeyError(path)
        link = item.get(part, getlink=True)
        if isinstance(link, h5py.HardLink):
            with damage_as_os_error(file.filename):
                item = item[part]
            walked.append(part)
            continue
        if not isinstance(link, h5py.SoftLink):
            target = f" to {link.filename!r}" if isinstance(link, h5py.ExternalLink) else ""
            here = "/".join([*walked, part])
            msg = f"{here!r} in {file.filename!r} is a link out of the file{target}; {HOW_TO_READ_ANYWAY}"
            raise LinkError(msg)
        followed += 1
        if followed > MOST_LEVELS:
            msg = f"links lead in a circle at {path!r} in {file.filename!r}"
            raise LinkError(msg)
        beginning = [] if link.path.startswith("/") else walked
        parts = [*beginning, *(each for each in link.path.split("/") if each and each != "."), *parts]
        item, walked = file["/"], []
    return item


def find_if_there(file: h5py.File, path: str) -> h5py.Group | h5py.Dataset | None:
    """The same; None where there is no object of that name."""
    try:
        return find(file, path)
    except KeyError:
        return None


def child(group: Any, name: str) -> h5py.Group | h5py.Dataset | None:
    """The object of that name that a group holds itself, if any; no link is followed."""
    if not isinstance(group, h5py.Group) or name not in group.keys():  # noqa: SIM118  (`in group` follows links)
        return None
    return group[name] if isinstance(group.get(name, getlink=True), h5py.HardLink) else None


def walk(file: h5py.File) -> Iterator[tuple[str, h5py.Group | h5py.Dataset | str]]:
    """Yield the path of every group and dataset, each once, with the object.

    A text stands for an object that isn't followed or can't be read, and says why. At most `MOST_OBJECTS` objects are
    yielded, at most `MOST_LEVELS` deep.
    """
    waiting: list[tuple[str, h5py.Group]] = [("", file["/"])]
    seen: set[Any] = {h5py.h5o.get_info(file.id).addr}
    found = 0
    while waiting:
        path, group = waiting.pop(0)
        for name, link in _links_of(group):
            found += 1
            if found > MOST_OBJECTS:
                yield "…", f"there is more in it than {MOST_OBJECTS:,} names"
                return
            here = f"{path}/{name}" if path else name
            item = _linked(group, name, link)
            if isinstance(item, h5py.Group | h5py.Dataset):
                address = h5py.h5o.get_info(item.id).addr
                if address in seen:
                    continue
                seen.add(address)
                if isinstance(item, h5py.Group):
                    if here.count("/") >= MOST_LEVELS:
                        item = f"groups more than {MOST_LEVELS} deep aren't looked into"
                    else:
                        waiting.append((here, item))
            if item is not None:
                yield here, item


def datasets(file: h5py.File) -> Iterator[tuple[str, h5py.Dataset]]:
    """Path and object of every dataset that `walk` finds."""
    return ((path, item) for path, item in walk(file) if isinstance(item, h5py.Dataset))


def listing(file: h5py.File) -> str:
    """The datasets of a file with their shapes, for messages."""
    return ", ".join(f"{path} {item.shape}" for path, item in datasets(file)) or "none"


def _links_of(group: h5py.Group) -> Iterator[tuple[str, Any]]:
    """The names in a group, each with its link: hard, soft, external, or None for a link of an unknown kind."""
    for name in group:
        if isinstance(name, bytes):  # it isn't UTF-8
            yield name.decode("utf-8", "replace"), None
            continue
        try:
            link = group.get(name, getlink=True)
        except (TypeError, KeyError, RuntimeError, OSError, ValueError):
            link = None
        yield name, link


def _linked(group: h5py.Group, name: str, link: Any) -> h5py.Group | h5py.Dataset | str | None:
    if isinstance(link, h5py.ExternalLink):
        return f"link to another file, {link.filename!r}: not followed"
    if isinstance(link, h5py.SoftLink):
        return f"link to {link.path!r}"
    if not isinstance(link, h5py.HardLink):
        return "link of an unknown kind, or of a name that can't be read: not followed"
    try:
        item = group[name]
    except (KeyError, OSError, RuntimeError, ValueError, TypeError) as error:
        return f"can't be read: {error}"
    return item if isinstance(item, h5py.Group | h5py.Dataset) else None


# ------------------------------------------------------------------ checking


def check_dataset(dataset: h5py.Dataset) -> h5py.Dataset:
    """Return the dataset, if its values lie in its own file and can be unpacked here.

    Raises
    ------
    OSError
        The values lie in other files, or need a filter that isn't installed.
    ValueError
        One of its chunks doesn't fit into memory.
    """
    name = name_in_file(dataset)
    if dataset.is_virtual or dataset.external:
        msg = f"the values of {name} lie in other files; {HOW_TO_READ_ANYWAY}"
        raise OSError(msg)
    properties = dataset.id.get_create_plist()
    for number in range(properties.get_nfilters()):
        code, _, _, label = properties.get_filter(number)
        if not h5py.h5z.filter_avail(code):
            kind = f"{label.decode('utf-8', 'replace')!r} (number {code})"
            msg = f"{name} is packed by a filter that isn't installed: {kind}; `import hdf5plugin` brings many of them"
            raise OSError(msg)
    if dataset.chunks is not None:
        _check_fits(int(np.prod(dataset.chunks, dtype=object)) * dataset.dtype.itemsize, f"one chunk of {name}")
    return dataset


def _check_fits(size: int, what: str) -> None:
    limit = free_memory() // 2
    if size > limit:
        msg = f"{what} would take {format_bytes(size)} of memory; {format_bytes(limit)} is what it may take"
        raise ValueError(msg)


def name_in_file(item: h5py.Dataset | h5py.Group) -> str:
    """``file.h5::group/dataset``."""
    return f"{item.file.filename}::{(item.name or '?').lstrip('/')}"


# ------------------------------------------------------------- reading whole


def is_text(dataset: h5py.Dataset) -> bool:
    """Whether the dataset holds strings, of fixed or of variable length."""
    return h5py.check_string_dtype(dataset.dtype) is not None


def read_whole(dataset: h5py.Dataset, rows: int | None = None) -> NDArray[Any]:
    """Read numbers or strings (as bytes objects or fixed-width bytes): the first ``rows`` rows, or all.

    Raises
    ------
    OSError
        The values can't be read, or lie in other files.
    TypeError
        They are neither numbers nor strings.
    ValueError
        They don't fit into memory.
    """
    check_dataset(dataset)
    name = name_in_file(dataset)
    dtype = dataset.dtype
    if dtype.kind not in "fiubS" and not is_text(dataset):
        msg = f"{name} must hold numbers or strings; its dtype is {dtype}"
        raise TypeError(msg)
    shape = tuple(dataset.shape) if rows is None else (rows, *dataset.shape[1:])
    count = int(np.prod(shape, dtype=object))
    each = dtype.itemsize + (OBJECT_BYTES if dtype.kind in "SO" else 0)
    _check_fits(count * each, f"{name} of shape {shape}")
    try:
        if dtype.kind == "O":
            return _read_strings(dataset, shape)
        values: NDArray[Any] = dataset[: shape[0]] if shape else dataset[()]
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, MemoryError) as error:
        msg = f"{name} can't be read: {error}"
        raise OSError(msg) from error
    return values


def _read_strings(dataset: h5py.Dataset, shape: tuple[int, ...]) -> NDArray[Any]:
    """Read strings of variable length; each may be as long as the file, and share its bytes with others."""
    check_global_heaps(dataset.file.filename)
    limit = free_memory() // 2
    longest = max(1, Path(dataset.file.filename).stat().st_size)
    across = max(1, int(np.prod(shape[1:], dtype=object)))
    sure = max(1, limit // 4 // longest // across)  # rows that fit, whatever they are
    total = start = 0
    parts = []
    while start < shape[0]:
        stop = min(start + max(sure, STRINGS_AT_ONCE // across), shape[0])
        size = string_bytes(dataset, start, stop) if stop - start > sure else 0
        if size is None:
            stop = start + sure
        elif total + size > limit:
            msg = f"its strings take more than {format_bytes(limit)} of memory"
            raise ValueError(msg)
        part = dataset[start:stop]
        total += sum(map(len, part.reshape(-1).tolist()))
        if total > limit:
            msg = f"its strings take more than {format_bytes(limit)} of memory"
            raise ValueError(msg)
        parts.append(part)
        start = stop
    return np.concatenate(parts) if parts else np.empty(shape, object)
