"""Arrays in the files of numpy (``.npy``, ``.npz``) and in ``.safetensors`` files, mapped to memory and not trusted.

Nothing is unpickled. What a header says is compared with the size of the file before anything is mapped or allocated.
"""

from __future__ import annotations

import json
import math
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from lstmvis_widget.work.memory import format_bytes, free_memory

from .small_floats import SmallFloatRows

Array = NDArray[Any]

DTYPES = {
    **{f"{kind}{bits}": f"<{kind.lower()}{bits // 8}" for kind in "IUF" for bits in (16, 32, 64)},
    **dict.fromkeys(("U8", "F8_E4M3", "F8_E5M2"), "|u1"),
    "I8": "|i1",
    "BOOL": "|b1",
    "BF16": "<u2",
}
"""Names of dtypes in safetensors files, and how their bits are mapped."""

MOST_HEADER = 100_000_000
"""Bytes of the header of a safetensors file, at most, as in its format."""

MOST_LISTED = 20
"""Names of arrays listed in a message, at most."""


def open_npy(path: Path, name: str) -> Array:
    """Map the array of a ``.npy`` file; ``name`` must be empty.

    Raises
    ------
    OSError
        The file is damaged.
    TypeError
        It holds Python objects, which only pickle can read.
    ValueError
        A name is given.
    """
    if name:
        msg = f"{str(path)!r} holds one array without a name: give the path without '::{name}'"
        raise ValueError(msg)
    return _mapped_npy(path, 0, str(path))


def _mapped_npy(path: Path, offset: int, what: str) -> Array:
    with path.open("rb") as file:
        file.seek(offset)
        shape, in_columns, dtype = _npy_header(file, what)
        start = file.tell()
    return _mapped(path, dtype, shape, start, what, in_columns=in_columns)


def _npy_header(file: Any, what: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    try:
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, in_columns, dtype = read(file)
    except Exception as error:  # numpy parses the header as Python: a damaged one raises anything
        msg = f"{what!r} can't be read as numpy's .npy format: {error}"
        raise OSError(msg) from error
    if dtype.hasobject:
        msg = f"{what!r} holds Python objects, which aren't read; save numbers: np.save(path, states.astype('f4'))"
        raise TypeError(msg)
    return shape, in_columns, dtype


def _mapped(
    path: Path, dtype: np.dtype[Any], shape: tuple[int, ...], start: int, what: str, *, in_columns: bool = False
) -> Array:
    size, there = math.prod(shape) * dtype.itemsize, path.stat().st_size - start
    if min((0, *shape)) < 0 or size > there:
        msg = f"{what!r} is damaged or cut short: values of shape {shape} take {size:,} bytes; {max(there, 0):,} follow"
        raise OSError(msg)
    if size == 0:
        return np.empty(shape, dtype)
    return np.memmap(path, dtype, "r", start, shape, "F" if in_columns else "C")


# --------------------------------------------------------------------- .npz


def open_npz(path: Path, name: str) -> Array:
    """One array of a ``.npz`` file: the one of this name, or the only one. A compressed one is unpacked into memory.

    Raises
    ------
    OSError
        The file is damaged.
    TypeError
        The array holds Python objects.
    ValueError
        There is no such array, or there are several and no name; or the array doesn't fit into memory.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = {each.filename.removesuffix(".npy"): each for each in archive.infolist()}
            chosen = members[_chosen(path, name, list(members), "arrays")]
            what = f"{path}::{chosen.filename.removesuffix('.npy')}"
            if chosen.compress_type == zipfile.ZIP_STORED and not chosen.flag_bits & 1:
                return _mapped_npy(path, _begin_of(path, chosen), what)
            if chosen.file_size > free_memory() // 2:
                size, room = format_bytes(chosen.file_size), format_bytes(free_memory() // 2)
                msg = f"{what!r} would take {size} of memory, and may take {room}: save it with np.save instead"
                raise ValueError(msg)
            with archive.open(chosen) as file:
                shape, in_columns, dtype = _npy_header(file, what)
                content = file.read(math.prod(shape) * dtype.itemsize)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        msg = f"{str(path)!r} can't be read as numpy's .npz format: {error}"
        raise OSError(msg) from error
    if len(content) != math.prod(shape) * dtype.itemsize:
        msg = f"{what!r} is damaged: its values of shape {shape} aren't all there"
        raise OSError(msg)
    return np.frombuffer(content, dtype).reshape(shape, order="F" if in_columns else "C")


def _begin_of(path: Path, member: zipfile.ZipInfo) -> int:
    """Where the content of a stored member begins: after its local header of 30 bytes, its name and its extra field."""
    with path.open("rb") as file:
        file.seek(member.header_offset + 26)
        sizes = np.frombuffer(file.read(4), "<u2")
    return member.header_offset + 30 + int(sizes.sum())


def _chosen(path: Path, name: str, names: list[str], what: str) -> str:
    listed = ", ".join(map(repr, names[:MOST_LISTED])) + (", …" if len(names) > MOST_LISTED else "") or "none"
    if name and name not in names:
        msg = f"no array {name!r} in {str(path)!r}; its {what}: {listed}"
        raise ValueError(msg)
    if not name and len(names) != 1:
        msg = f"say which array holds the states, as '{path}::name'; the {what} of {str(path)!r}: {listed}"
        raise ValueError(msg)
    return name or names[0]


# -------------------------------------------------------------- .safetensors


def open_safetensors(path: Path, name: str) -> Any:
    """Map one tensor of a ``.safetensors`` file: the one of this name, or the only one.

    Raises
    ------
    OSError
        The file is damaged.
    TypeError
        The tensor has a dtype that can't be states.
    ValueError
        There is no such tensor, or there are several and no name.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = _header(path, file.read(length)) if length <= min(MOST_HEADER, size - 8) else None
    if header is None:
        msg = f"{str(path)!r} can't be read as a safetensors file: it is damaged or cut short"
        raise OSError(msg)
    chosen = _chosen(path, name, list(header), "tensors")
    what = f"{path}::{chosen}"
    try:
        kind, shape = str(header[chosen]["dtype"]), tuple(int(each) for each in header[chosen]["shape"])
        begin, end = (int(each) for each in header[chosen]["data_offsets"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        msg = f"{what!r} can't be read: its entry in the header is damaged"
        raise OSError(msg) from error
    if kind not in DTYPES:
        msg = f"states must be real numbers; {what!r} has dtype {kind}, and may have {', '.join(DTYPES)}"
        raise TypeError(msg)
    dtype = np.dtype(DTYPES[kind])
    if begin < 0 or end - begin != math.prod(shape) * dtype.itemsize:
        msg = f"{what!r} is damaged: its values of shape {shape} don't take {end - begin:,} bytes"
        raise OSError(msg)
    bits = _mapped(path, dtype, shape, 8 + length + begin, what)
    return SmallFloatRows(bits, kind) if kind in SmallFloatRows.KINDS else bits


def _header(path: Path, content: bytes) -> Mapping[str, Any]:
    try:
        header = json.loads(content)
    except (ValueError, RecursionError) as error:
        msg = f"{os.fspath(path)!r} can't be read as a safetensors file: {error}"
        raise OSError(msg) from error
    if not isinstance(header, dict):
        msg = f"{os.fspath(path)!r} can't be read as a safetensors file: its header is no table of tensors"
        raise OSError(msg)
    return {name: each for name, each in header.items() if name != "__metadata__"}
