"""Files that are there complete or not at all, and that replace no other file unasked."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path


def check_absent(path: str | os.PathLike[str], *, overwrite: bool, remedy: str = "overwrite=True") -> None:
    """Raise FileExistsError where there is a file that must not be replaced; the message says what allows it."""
    if not overwrite and Path(path).exists():
        raise FileExistsError(f"there is a file {os.fspath(path)!r} already; {remedy} replaces it")


@contextlib.contextmanager
def atomic_file(path: str | os.PathLike[str], *, overwrite: bool) -> Iterator[Path]:
    """Write a file under another name, and rename it once it is complete.

    Parameters
    ----------
    path : path
        Of the file.
    overwrite : bool
        Whether it may replace a file that is there.

    Yields
    ------
    Path
        Where to write the file: beside ``path``. It becomes ``path`` at the end of the block, and is removed where the
        block raises.

    Raises
    ------
    FileExistsError
        There is a file, and ``overwrite`` is False.
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
    """Rename by a hard link, which fails where another process has made the file meanwhile."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        check_absent(path, overwrite=False)
        raise
    except (PermissionError, NotImplementedError):  # a file system without hard links
        check_absent(path, overwrite=False)
        part.replace(path)
