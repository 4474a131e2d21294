"""Noticing that a file has changed since it was opened."""

from __future__ import annotations

from pathlib import Path

import h5py


class FileWatch:
    """Notices that a finished file has been replaced, cut short or grown since it was opened, or that a folder is gone.

    Parameters
    ----------
    file : h5py.File or path
        Open for reading; a folder may grow.
    """

    def __init__(self, file: h5py.File | Path) -> None:
        finished = isinstance(file, Path) or (file.mode == "r" and not file.swmr_mode and file.driver == "sec2")
        self._path = None if not finished else str(file.absolute()) if isinstance(file, Path) else file.filename
        self._is_folder = isinstance(file, Path) and file.is_dir()
        self._opened = self._now()

    def _now(self) -> tuple[int, int] | None:
        try:
            found = None if self._path is None else Path(self._path).stat()
        except OSError:  # it has been deleted, but can still be read
            return None
        return found and (found.st_ino, 0 if self._is_folder else found.st_size)

    def check(self) -> None:
        """Raise OSError if the path now leads to another file, or the file has another size."""
        now = self._now()
        if now is None and self._is_folder:
            msg = f"the folder {self._path!r} is gone"
            raise OSError(msg)
        if now is not None and self._opened is not None and now != self._opened:
            sizes = f"{self._opened[1]:,} bytes then, {now[1]:,} now"
            msg = f"the file {self._path!r} has changed since it was opened ({sizes}); open it again"
            raise OSError(msg)
