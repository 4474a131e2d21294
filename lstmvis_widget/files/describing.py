"""What an HDF5 file holds, and which of its datasets could be states, tokens or tracks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py

from lstmvis_widget.given.paths import as_path
from lstmvis_widget.hdf5 import untrusted
from lstmvis_widget.hdf5.texts import ENDS, UTF8, printable
from lstmvis_widget.work.memory import format_bytes

from .reading import read_file

ENUMERATION = "names"
"""Begins the dtype of an enumeration of HDF5, before its names."""

MOST_NAMES = 4
"""Names of an enumeration that are listed."""

STATES, TOKENS, IDS, TRACK, VOCABULARY = "states", "tokens", "token ids", "a track", "a vocabulary"


@dataclass(frozen=True)
class ItemDescription:
    """A dataset of a file, or a group that is read as one.

    Parameters
    ----------
    path : str
        Within the file.
    shape : tuple of int, or None
        None: it can't be read; ``note`` says why.
    dtype : str
        Of the values; ``"text"`` for strings, ``"names NOUN, VERB"`` for an enumeration.
    stored : int
        Bytes in the file.
    could_be : tuple of str
        Of ``"states"``, ``"tokens"``, ``"token ids"``, ``"a track"``, ``"a vocabulary"``.
    note : str
        A remark.
    """

    path: str
    shape: tuple[int, ...] | None
    dtype: str = ""
    stored: int = 0
    could_be: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class FileDescription:
    """What `describe` finds. Printed, it is a table.

    Parameters
    ----------
    path : str
        Of the file.
    size : int
        In bytes.
    contents : dict
        If `StateExplorer.open` can open the file: ``steps``, ``layers`` (name → D), ``sequences``, ``tracks``,
        ``finished``, ``rounding`` and ``about``; else empty.
    problem : str
        Why `StateExplorer.open` can't open the file, although it has its layout; else "".
    items : tuple of ItemDescription
    """

    path: str
    size: int
    contents: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    items: tuple[ItemDescription, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.path}: HDF5, {format_bytes(self.size)}", *self._contents_lines(), *self._table()]
        return "\n".join(printable(line) for line in lines)

    __repr__ = __str__

    def _contents_lines(self) -> Iterator[str]:
        found = self.contents
        if self.problem:
            yield f"  can't be opened as it is: {self.problem}"
        if not found:
            return
        layers = ", ".join(f"{name} ({cells} cells)" for name, cells in found["layers"].items())
        yield f"  {found['steps']:,} steps in {found['sequences']:,} sequences; layers: {layers}"
        yield f"  tracks: {', '.join(found['tracks']) or 'none'}"
        if not found["finished"]:
            yield "  not finished: it is being written, or its writer was ended; the steps above are complete"
        for name, error in found["rounding"].items():
            yield f"  layer {name} is stored with an error of at most {error:.3g}"
        yield from (f"  {key}: {value}" for key, value in found["about"].items())

    def _table(self) -> Iterator[str]:
        rows = [
            (
                item.path,
                "" if item.shape is None else " × ".join(map(str, item.shape)) or "one value",
                item.dtype,
                " or ".join(item.could_be) + ("; " if item.could_be and item.note else "") + item.note,
            )
            for item in self.items
        ]
        widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
        for row in rows:
            cells = (text.ljust(width) for text, width in zip(row, widths, strict=False))
            yield f"  {'  '.join(cells)}  {row[3]}".rstrip()
        if not rows:
            yield "  no datasets"
        yield from self._suggestion()

    def _suggestion(self) -> Iterator[str]:
        if self.contents:
            yield ""
            yield f"StateExplorer.open({self.path!r})"
            return
        possible = [item for item in self.items if STATES in item.could_be and item.shape]
        states = min(possible, key=lambda item: bool(item.note), default=None)
        if states is None or states.shape is None:
            return
        steps = states.shape[:1]
        tokens = [item for item in self.items if item.shape == steps and {TOKENS, IDS} & set(item.could_be)]
        tokens.sort(key=lambda item: (item.dtype.startswith(ENUMERATION), TOKENS not in item.could_be))
        parts = [
            repr(f"{self.path}::{states.path}"),
            *(f"tokens={f'{self.path}::{tokens[0].path}'!r}" for _ in tokens[:1]),
        ]
        if tokens and IDS in tokens[0].could_be:
            parts.append("vocabulary='words.dict'")
        yield ""
        yield f"for instance: StateExplorer({', '.join(parts)})"


def describe(path: str | os.PathLike[str]) -> FileDescription:
    """List the datasets of an HDF5 file with their shapes, and say which could be states, tokens or tracks.

    No states are read, and no link out of the file is followed.

    Parameters
    ----------
    path : path
        Of the file.

    Returns
    -------
    FileDescription
        Printed, it is a table.

    Raises
    ------
    OSError
        The file can't be opened or read, or isn't HDF5.

    Examples
    --------
    What is in a file that someone else has written?

    >>> import h5py
    >>> import numpy as np
    >>> from lstmvis_widget import describe
    >>> with h5py.File("theirs.h5", "w") as file:
    ...     file["lstm/hidden"] = np.zeros((1000, 50), "float32")
    ...     file["words"] = ["a", "b"] * 500
    >>> describe("theirs.h5")
    theirs.h5: HDF5, 253 kB
      words        1000       text     tokens or a track
      lstm/hidden  1000 × 50  float32  states
    <BLANKLINE>
    for instance: StateExplorer('theirs.h5::lstm/hidden', tokens='theirs.h5::words')
    """
    name = os.fspath(as_path(path))
    with untrusted.open_to_read(name) as file, untrusted.damage_as_os_error(name):
        items = tuple(_guessed(list(_items(file))))
        says_so = "layout" in file.attrs
    alike = any(item.path.startswith("states/") and STATES in item.could_be for item in items)
    contents, problem = _contents(name) if says_so or alike else ({}, "")
    problem = problem if says_so else ""
    return FileDescription(name, Path(name).stat().st_size, contents, problem, items)


def _contents(path: str) -> tuple[dict[str, Any], str]:
    try:
        found = read_file(path)
    except (OSError, ValueError, TypeError) as error:
        return {}, str(error)
    with found.file:
        layers = {name: states.shape for name, states in found.states.items()}
        return {
            "steps": next(iter(layers.values()))[0],
            "layers": {name: cells for name, (_, cells) in layers.items()},
            "sequences": 1 if found.sequences is None else len(found.sequences),
            "tracks": tuple(found.tracks),
            "finished": found.finished,
            "rounding": found.rounding,
            "about": found.about,
        }, ""


def _items(file: h5py.File) -> Iterator[ItemDescription]:
    whole: set[str] = set()  # groups that are described as one item
    for path, item in untrusted.walk(file):
        if path.rpartition("/")[0] in whole or any(path.startswith(f"{group}/") for group in whole):
            continue
        if isinstance(item, str):
            yield ItemDescription(path, None, note=item)
        elif isinstance(item, h5py.Group):
            described = _group(path, item)
            if described is not None:
                whole.add(path)
                yield described
        else:
            yield _dataset(path, item)


def _group(path: str, group: h5py.Group) -> ItemDescription | None:
    ends, codes, values = (untrusted.child(group, name) for name in (ENDS, "codes", "values"))
    if isinstance(ends, h5py.Dataset) and untrusted.child(group, UTF8) is not None:
        could_be = (VOCABULARY,) if untrusted.child(group, "ids") is not None else (TOKENS, TRACK)
        return ItemDescription(path, tuple(ends.shape), "text", could_be=could_be)
    classes, scores = (untrusted.child(group, name) for name in ("classes", "scores"))
    if scores is None or (isinstance(scores, h5py.Dataset) and not scores.size):
        scores = untrusted.child(group, "logits") or scores
    if classes is not None and isinstance(scores, h5py.Dataset):
        note = "scores of classes at each step"
        return ItemDescription(path, tuple(scores.shape), str(scores.dtype), could_be=(TRACK,), note=note)
    if isinstance(codes, h5py.Dataset) and untrusted.child(group, "labels") is not None:
        return ItemDescription(path, tuple(codes.shape), "text", could_be=(TRACK,))
    if isinstance(values, h5py.Dataset) and path.startswith("tracks/"):
        return ItemDescription(path, tuple(values.shape), str(values.dtype), could_be=(TRACK,))
    return None


def _dataset(path: str, dataset: h5py.Dataset) -> ItemDescription:
    try:
        dtype = _dtype_text(dataset)
        shape = None if dataset.shape is None else tuple(dataset.shape)
        stored = dataset.id.get_storage_size()
        untrusted.check_dataset(dataset)
    except (OSError, ValueError, TypeError, *untrusted.READ_ERRORS) as error:
        return ItemDescription(path, None, note=str(error))
    if shape is None:
        return ItemDescription(path, None, note="holds nothing")
    return ItemDescription(path, shape, dtype, stored, _could_be(dataset, dtype), _size_note(dataset, stored))


def _dtype_text(dataset: h5py.Dataset) -> str:
    names = h5py.check_enum_dtype(dataset.dtype)
    if names is not None:
        shown = sorted(map(str, names), key=lambda name: int(names[name]))[:MOST_NAMES]
        return f"{ENUMERATION} {', '.join(shown)}{', …' if len(names) > MOST_NAMES else ''}"
    return "text" if untrusted.is_text(dataset) else str(dataset.dtype)


def _could_be(dataset: h5py.Dataset, dtype: str) -> tuple[str, ...]:
    kind = dataset.dtype.kind
    are_names = dtype == "text" or dtype.startswith(ENUMERATION)
    if not are_names and dataset.ndim == 2 and kind in "fiub" and 0 not in dataset.shape:
        return (STATES,)
    if dataset.ndim != 1 or dataset.shape[0] == 0:
        return ()
    if are_names:
        return (TOKENS, TRACK)
    return (IDS, TRACK) if kind in "iu" else (TRACK,) if kind in "fb" else ()


def _size_note(dataset: h5py.Dataset, stored: int) -> str:
    whole = dataset.size * dataset.dtype.itemsize
    return f"{format_bytes(whole)}, of which {format_bytes(stored)} are there" if whole > 100 * stored + 4096 else ""


def _guessed(items: list[ItemDescription]) -> Iterator[ItemDescription]:
    """Drop the guess that an item is tokens or a track if no states are as long; its strings may be a vocabulary."""
    lengths = {item.shape[0] for item in items if item.shape and STATES in item.could_be}
    for item in items:
        if not item.shape or {STATES, VOCABULARY} & set(item.could_be) or not lengths or item.shape[0] in lengths:
            yield item
        else:
            could_be = (VOCABULARY,) if TOKENS in item.could_be else ()
            yield ItemDescription(item.path, item.shape, item.dtype, item.stored, could_be, item.note)
