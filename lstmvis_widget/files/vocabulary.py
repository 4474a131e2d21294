"""Vocabularies in files: which token an id stands for."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import reading as _reading


def read_vocabulary(path: str | os.PathLike[str]) -> dict[int, str]:
    """Read which token each id stands for.

    Parameters
    ----------
    path : path
        - ``.dict``, or any other ending but the following: LSTMVis's dictionary, a line ``token id`` for each token,
          parted by the last tab or space; the token may hold spaces, or be empty.
        - ``.txt``: the same where each line ends with an integer after a space or tab, and no integer stands twice;
          else one token a line, the first line being that of id 0.
        - ``.h5``, ``.hdf5``: the vocabulary of a file that `save_states` or the command ``text`` has written.
        - ``.json``: an object of tokens to ids, or of ids to tokens, or a list of tokens, the first one that of id 0.

        Text in UTF-8; what isn't UTF-8 is read as Latin-1, with a warning.

    Returns
    -------
    dict of int to str

    Raises
    ------
    OSError
        The file can't be read.
    ValueError
        A line or entry has no id, or an id stands twice; the message names the line.
    """
    path = Path(path)
    if path.suffix.lower() in (".h5", ".hdf5"):
        return _reading.read_vocabulary(path)
    text = _read_text(path)
    if path.suffix.lower() == ".json":
        return _from_json(path, text)
    lines = text.removesuffix("\n").split("\n") if text else []
    lines = [line.removesuffix("\r") for line in lines]
    if path.suffix.lower() == ".txt" and not _are_pairs(lines):
        return dict(enumerate(lines))
    return _collected(path, _from_lines(path, lines))


def _read_text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        msg = f"line {line} of {str(path)!r} isn't UTF-8; the file is read as Latin-1"
        warnings.warn(msg, UserWarning, stacklevel=3)
        return raw.decode("latin-1")


def _split(line: str) -> tuple[str, int] | None:
    at = max(line.rfind("\t"), line.rfind(" "))
    number = line[at + 1 :]
    return (line[:at], int(number)) if at >= 0 and _is_integer(number) else None


def _is_integer(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= 18


def _are_pairs(lines: list[str]) -> bool:
    pairs = [_split(line) for line in lines]
    ids = {pair[1] for pair in pairs if pair is not None}
    return len(ids) == len(lines)


def _from_lines(path: Path, lines: list[str]) -> Iterator[tuple[str, int, str]]:
    for number, line in enumerate(lines, 1):
        if not line and number == len(lines):
            continue  # an empty line at the end is none
        pair = _split(line)
        if pair is None:
            msg = f"line {number} of {str(path)!r} must be 'token id', the id an integer; it is {line[:80]!r}"
            raise ValueError(msg)
        yield pair[0], pair[1], f"line {number}"


def _from_json(path: Path, text: str) -> dict[int, str]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = f"{str(path)!r} isn't JSON: {error}"
        raise ValueError(msg) from error
    if isinstance(content, list):
        content = {str(number): token for number, token in enumerate(content)}
    if not isinstance(content, dict):
        msg = f"{str(path)!r} must hold an object or a list; it holds {type(content).__name__}"
        raise ValueError(msg)  # noqa: TRY004  (it is the file's content that is wrong)
    return _collected(path, _from_object(path, content))


def _from_object(path: Path, content: dict[str, Any]) -> Iterator[tuple[str, int, str]]:
    for key, value in content.items():
        if isinstance(value, str) and _is_integer(key):
            yield value, int(key), f"key {key!r}"
        elif isinstance(value, int) and not isinstance(value, bool):
            yield key, value, f"key {key!r}"
        else:
            msg = f"{str(path)!r} must map tokens to ids, or ids to tokens; key {key[:80]!r} has {str(value)[:80]!r}"
            raise ValueError(msg)


def _collected(path: Path, entries: Iterator[tuple[str, int, str]]) -> dict[int, str]:
    vocabulary: dict[int, str] = {}
    for token, number, where in entries:
        if number in vocabulary:
            msg = f"{where} of {str(path)!r}: id {number} stands twice, for {vocabulary[number]!r} and for {token!r}"
            raise ValueError(msg)
        vocabulary[number] = token
    return vocabulary
