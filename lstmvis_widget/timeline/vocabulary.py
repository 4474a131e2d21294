"""Vocabularies: the token that each id stands for, and the text files that they are read from."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .plain_text import utf8_or_latin1

Vocabulary = Mapping[int, str] | Sequence[str]
"""id → string."""


def as_vocabulary(vocabulary: Any) -> dict[int, str]:
    """Check a mapping of ids to strings, or a sequence of strings.

    Raises
    ------
    TypeError
        An id isn't an integer, or what it stands for isn't a string.
    """
    items = vocabulary.items() if isinstance(vocabulary, Mapping) else enumerate(vocabulary)
    mapping = {}
    for key, text in items:
        if not isinstance(key, int | np.integer) or not isinstance(text, str):
            msg = f"vocabulary must map integer ids to strings; got {key!r}: {text!r}"
            raise TypeError(msg)
        mapping[int(key)] = text
    return mapping


def text_of_id(number: int, vocabulary: Vocabulary | None) -> str:
    """The string that an id stands for; ``⟨id 17⟩`` where the vocabulary lacks it, ``17`` without a vocabulary."""
    if vocabulary is None:
        return str(number)
    if isinstance(vocabulary, Mapping):
        text = vocabulary.get(number)
    else:
        text = vocabulary[number] if 0 <= number < len(vocabulary) else None
    return f"⟨id {number}⟩" if text is None else text


def texts_of_ids(ids: NDArray[np.integer[Any]], vocabulary: Vocabulary | None) -> NDArray[np.object_]:
    """The same for an array of ids of any shape."""
    distinct, places = np.unique(ids, return_inverse=True)
    texts = np.array([text_of_id(number, vocabulary) for number in distinct.tolist()], object)
    found: NDArray[np.object_] = texts[places.reshape(ids.shape)]
    return found


def read_vocabulary_text(path: Path) -> dict[int, str]:
    """Read a vocabulary from a text file: ``.json``, ``.txt``, or LSTMVis's ``.dict``, as `read_vocabulary` says.

    Raises
    ------
    OSError
        The file can't be read.
    ValueError
        A line or entry has no id, or an id stands twice; the message names the line.
    """
    text, not_utf8 = utf8_or_latin1(path.read_bytes())
    if not_utf8 is not None:
        msg = f"line {not_utf8} of {str(path)!r} isn't UTF-8; the file is read as Latin-1"
        warnings.warn(msg, UserWarning, stacklevel=3)
    if path.suffix.lower() == ".json":
        return _from_json(path, text)
    lines = text.removesuffix("\n").split("\n") if text else []
    lines = [line.removesuffix("\r") for line in lines]
    if path.suffix.lower() == ".txt" and not _are_pairs(lines):
        return dict(enumerate(lines))
    return _collected(path, _from_lines(path, lines))


def _split(line: str) -> tuple[str, int] | None:
    at = max(line.rfind("\t"), line.rfind(" "))
    number = line[at + 1 :]
    return (line[:at], int(number)) if at >= 0 and _is_integer(number) else None


def _is_integer(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= 18


def _are_pairs(lines: list[str]) -> bool:
    """Whether every line ends with an id of its own."""
    pairs = [_split(line) for line in lines]
    ids = {pair[1] for pair in pairs if pair is not None}
    return len(ids) == len(lines)


def _from_lines(path: Path, lines: list[str]) -> Iterator[tuple[str, int, str]]:
    """Token, id and place of each line."""
    for number, line in enumerate(lines, 1):
        if not line and number == len(lines):
            continue  # an empty line ends the file
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
        raise ValueError(msg)  # noqa: TRY004  (the content of the file is wrong, not the type of an argument)
    return _collected(path, _from_object(path, content))


def _from_object(path: Path, content: dict[str, Any]) -> Iterator[tuple[str, int, str]]:
    """Token, id and place of each entry."""
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
