"""Paths as people write them: text or pathlib, with ``~`` for the home folder, and parts of files as ``file::part``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

AnyPath = str | os.PathLike[str]

PART = "::"
"""Between the path of a file and the name of a part of it, as in ``"states.h5::layer1"``."""


class PartOfFile(NamedTuple):
    """A file, and the name of a part of it: ``""`` for the file as a whole."""

    path: Path
    part: str


def is_path(value: Any) -> bool:
    """Whether a value is a path rather than data."""
    return isinstance(value, str | os.PathLike)


def as_path(path: AnyPath) -> Path:
    """The path, with ``~`` and ``~name`` replaced by the home folder.

    Raises
    ------
    TypeError
        It is no path.
    """
    return Path(os.path.expanduser(os.fsdecode(path)))  # noqa: PTH111  (pathlib's raises where no user has the name)


def part_of_file(path: AnyPath) -> PartOfFile:
    """The file and the part that ``"file::part"`` names."""
    file, _, part = os.fsdecode(path).partition(PART)
    return PartOfFile(as_path(file), part)


def absolute(path: AnyPath) -> str:
    """The same ``"file::part"``, which any working directory leads to."""
    file, part = part_of_file(path)
    return f"{file.absolute()}{PART * bool(part)}{part}"
