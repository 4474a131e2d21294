"""Texts of any length in HDF5: all of them in one row of UTF-8 bytes, and the end of each. They can be appended to."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.work.blocks import blocks_of

DECODED_AT_ONCE = 2**16
"""Texts that are decoded together."""

UTF8, ENDS = "utf8", "ends"
"""The two datasets of a group of texts: uint8, and int64 (n,), text i being ``utf8[ends[i − 1]:ends[i]]``."""


SURROGATE, WRITTEN_SURROGATE = re.compile("[\ud800-\udfff]"), re.compile("%u(D[89A-F][0-9A-F]{2})")
"""Half of a character, as it stands in a name and in that of an HDF5 object."""


def encode_texts(texts: Iterable[str | bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The bytes of all texts, and the length of each in bytes. Lone surrogates are kept."""
    encoded = [text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass") for text in texts]
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
    return np.frombuffer(b"".join(encoded), np.uint8), lengths


def decode_texts(utf8: NDArray[np.uint8], ends: NDArray[np.int64]) -> list[str]:
    """The texts; bytes that aren't UTF-8 become �.

    Raises
    ------
    ValueError
        The ends don't ascend, or one lies beyond the bytes.
    """
    stops = ends.astype(np.int64)
    starts = np.concatenate([np.zeros(1, np.int64), stops[:-1]]) if len(stops) else stops
    if len(stops) and (int(stops[-1]) > len(utf8) or int(starts.min()) < 0 or (starts > stops).any()):
        msg = f"the ends of {len(stops)} texts must ascend within their {len(utf8)} bytes"
        raise ValueError(msg)
    known: dict[str, str] = {}  # equal texts are one object
    texts: list[str] = []
    for first, end in blocks_of(len(stops), DECODED_AT_ONCE):
        begin = int(starts[first])
        found = _decoded(utf8[begin : int(stops[end - 1])], stops[first:end] - begin)
        texts += map(known.setdefault, found, found)
    return texts


def _decoded(utf8: NDArray[np.uint8], stops: NDArray[np.int64]) -> list[str]:
    """The same for some texts: decoded together, with a 0 between them, unless one has a 0 or isn't UTF-8."""
    if utf8.all():
        separated = np.insert(utf8, stops[:-1], 0).tobytes()
        with contextlib.suppress(UnicodeDecodeError):  # also where a text ends within a character
            return separated.decode("utf-8", "surrogatepass").split("\0")
    raw = utf8.tobytes()
    starts = [0, *stops[:-1].tolist()]
    return [_decode_text(raw[start:stop]) for start, stop in zip(starts, stops.tolist(), strict=True)]


def _decode_text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")


def printable(text: str) -> str:
    """The text with everything that isn't printable, or would control a terminal, as Python's escapes."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def key_of(name: str) -> str:
    """The name of a layer or track as the name of an HDF5 object.

    That can't be empty, and can't hold ``/``, dots alone, or lone surrogates, which UTF-8 lacks.
    """
    key = name.replace("%", "%25").replace("/", "%2F").replace("\0", "%00")
    key = SURROGATE.sub(lambda found: f"%u{ord(found[0]):X}", key)
    return key.replace(".", "%2E") if not key.strip(".") and key else key or "%"


def name_of(key: str) -> str:
    """The name whose key `key_of` made. Any other key is the name itself."""
    if key == "%":
        return ""
    key = WRITTEN_SURROGATE.sub(lambda found: chr(int(found[1], 16)), key)
    return key.replace("%00", "\0").replace("%2F", "/").replace("%2E", ".").replace("%25", "%")
