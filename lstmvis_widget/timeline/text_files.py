"""Text files, plain or packed by gzip, in the encoding that they say or that is given."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import IO, Any, TextIO, cast

from lstmvis_widget.work.cancelling import Report

GZIP = b"\x1f\x8b"
"""The first bytes of a file that gzip has packed."""

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Byte order marks; that of UTF-32 begins as one of UTF-16, and so comes first."""

LEAST_LOOKED_AT, LOOKED_AT = 16, 512
"""Bytes at the beginning of a file that are looked at for zeros, which only UTF-16 has in a text."""


LINES_AT_ONCE = 1000
"""Lines between two reports of progress."""


@contextmanager
def open_text(path: Path, encoding: str) -> Iterator[tuple[TextIO, Callable[[], int]]]:
    """Open a text file, with line feeds as the ends of lines.

    Yields
    ------
    file
        To read from.
    bytes_read
        How many bytes of the file have been read, packed ones if it is packed.

    Raises
    ------
    OSError
        The file can't be opened or read, or what gzip has packed is damaged.
    ValueError
        There is no such encoding, or the file is in another one.
    """
    try:
        with _damage_as_os_error(path), path.open("rb") as raw:
            content = _unpacked(raw)
            with TextIOWrapper(cast("IO[bytes]", content), _encoding(content, encoding)) as file:
                yield file, raw.tell
    except UnicodeDecodeError as error:
        what = f"byte 0x{error.object[error.start]:02x}: {error.reason}"
        raise ValueError(f"{path} isn't in {encoding} ({what}); say which encoding, such as 'latin-1'") from error


def bytes_reported(path: Path, report: Report) -> Callable[[int], None]:
    """A function that takes how many bytes of a file have been read, and reports the share."""
    try:
        size = path.stat().st_size
    except OSError:  # opening the file says why
        size = 0
    return lambda read: report(min(1.0, read / max(1, size)))


def read_text_file(path: Path) -> tuple[str, int | None]:
    """Read a text in the encoding that its byte order mark says, in UTF-8, or else in Latin-1.

    Returns
    -------
    text : str
    line : int or None
        In Latin-1 the number of the first line that isn't UTF-8, counted from 1.

    Raises
    ------
    OSError
        The file can't be read, or what gzip has packed is damaged.
    """
    with _damage_as_os_error(path), path.open("rb") as raw, _unpacked(raw) as content:
        encoding = _encoding(content, "utf-8")
        data = content.read()
    try:
        return data.decode(encoding), None
    except UnicodeDecodeError as error:
        return data.decode("latin-1"), data.count(b"\n", 0, error.start) + 1


def ending_of(path: Path) -> str:
    """The ending of a file's name in lower case, such as ``.txt``; that of a packed file without ``.gz``."""
    path = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return path.suffix.lower()


def without_mark(encoding: str) -> str:
    """The encoding, with that of UTF-8 replaced by the one that leaves out a byte order mark.

    Raises
    ------
    ValueError
        There is no such encoding.
    """
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise ValueError(f"encoding must be one that Python knows, such as 'latin-1'; got {encoding!r}") from error
    return "utf-8-sig" if name == "utf-8" else encoding


def _unpacked(raw: BufferedReader) -> BufferedReader:
    """The bytes of a file, unpacked if they are packed."""
    if raw.peek(2)[:2] != GZIP:
        return raw
    return BufferedReader(cast("Any", gzip.GzipFile(fileobj=raw)))


def _encoding(content: BufferedReader, given: str) -> str:
    """The given encoding; where that is UTF-8, the one that the beginning of the file shows."""
    encoding = without_mark(given)
    if encoding != "utf-8-sig":
        return encoding
    begins = content.peek(LOOKED_AT)[:LOOKED_AT]
    for mark, name in MARKS.items():
        if begins.startswith(mark):
            return name
    even, odd = begins[::2].count(0), begins[1::2].count(0)
    if len(begins) >= LEAST_LOOKED_AT and min(even, odd) == 0 and max(even, odd) > len(begins) * 0.35:
        return "utf-16-be" if even > odd else "utf-16-le"
    return encoding


@contextmanager
def _damage_as_os_error(path: Path) -> Iterator[None]:
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise OSError(f"{str(path)!r} is damaged, and can't be unpacked: {error}") from error
