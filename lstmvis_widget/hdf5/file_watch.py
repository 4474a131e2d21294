"""Noticing that a file is no more what it was."""

from __future__ import annotations

from pathlib import Path

import h5py


class FileWatch:
    """Notices that a finished file is no more what it was when it was opened: replaced, cut short or grown.

    Parameters
    ----------
    file : h5py.File
        Open to be read.
    """

    def __init__(self, file: h5py.File) -> None:
        watched = file.mode == "r" and not file.swmr_mode and file.driver == "sec2"
        self._path = file.filename if watched else None
        self._opened = self._now()

    def _now(self) -> tuple[int, int] | None:
        try:
            found = None if self._path is None else Path(self._path).stat()
        except OSError:  # it has been deleted, and can be read on
            return None
        return found and (found.st_ino, found.st_size)

    def check(self) -> None:
        """Raise OSError if there is another file now, or another number of bytes."""
        now = self._now()
        if now is not None and self._opened is not None and now != self._opened:
            sizes = f"{self._opened[1]:,} bytes then, {now[1]:,} now"
            msg = f"the file {self._path!r} has changed since it was opened ({sizes}); open it again"
            raise OSError(msg)
