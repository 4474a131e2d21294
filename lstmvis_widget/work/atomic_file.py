"""Files that are written completely or not at all, and replace another file only when told to."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path


def check_absent(path: str | os.PathLike[str], *, overwrite: bool, remedy: str = "overwrite=True") -> None:
    """Raise FileExistsError if the file exists and may not be replaced; the message names what allows it."""
    if not overwrite and Path(path).exists():
        raise FileExistsError(f"there is a file {os.fspath(path)!r} already; {remedy} replaces it")


@contextlib.contextmanager
def atomic_file(path: str | os.PathLike[str], *, overwrite: bool) -> Iterator[Path]:
    """Write a file under a temporary name, and rename it when it is complete.

    Parameters
    ----------
    path : path
        Final name of the file.
    overwrite : bool
        Whether it may replace an existing file.

    Yields
    ------
    Path
        The temporary file to write, in the folder of ``path``. At the end of the block it is renamed to ``path``; if
        the block raises, it is removed.

    Raises
    ------
    FileExistsError
        The file exists, and ``overwrite`` is False.
    OSError
        The file can't be renamed.
    """
    path = Path(path)
    check_absent(path, overwrite=overwrite)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        if overwrite:
            part.replace(path)
        else:
            _rename_unless_there(part, path)
    finally:
        part.unlink(missing_ok=True)


def _rename_unless_there(part: Path, path: Path) -> None:
    """Rename through a hard link, which fails if another process has created the file in the meantime."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        check_absent(path, overwrite=False)
        raise
    except (PermissionError, NotImplementedError):  # a file system without hard links
        check_absent(path, overwrite=False)
        part.replace(path)
