"""Vocabularies: the token that each id stands for, and the text files that they are read from."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.coded import counted
from lstmvis_widget.given.columns import entries_of
from lstmvis_widget.given.numbers import as_integer
from lstmvis_widget.given.tables import is_table

from .pieces import plain
from .text_files import ending_of, read_text_file
from .tokenizer_pieces import is_tokenizer, readable_vocabulary

Vocabulary = Mapping[int, str] | Sequence[str]
"""id → string."""


def as_vocabulary(vocabulary: Any) -> dict[int, str]:
    """Which string each id stands for: this decides it for every way by which a vocabulary comes in.

    | given | read as |
    | --- | --- |
    | mapping of ids to strings | as it is |
    | mapping of strings to ids, each id once, as ``get_vocab()`` of a tokenizer gives it | turned round |
    | mapping of ids as text, such as ``"17"``, to strings, as JSON has it | ids to strings |
    | pandas.Series | its index and its values, either of which may be the ids |
    | list, array or column of strings, h5py dataset | the first one is that of id 0 |
    | tokenizer of transformers or tokenizers | its pieces as readable text, see `readable_vocabulary` |

    Strings may be bytes, which are read as UTF-8.

    Raises
    ------
    TypeError
        Neither side are integer ids, or the other side aren't strings, or it is no such collection.
    ValueError
        An id stands for two strings.
    """
    if is_tokenizer(vocabulary):
        return readable_vocabulary(vocabulary)
    if is_table(vocabulary) or isinstance(vocabulary, str | bytes | os.PathLike | AbstractSet):
        msg = (
            "vocabulary must be a mapping of ids to strings, a list of strings, or a tokenizer; got "
            f"{type(vocabulary).__name__}, {brief(vocabulary)}"
        )
        of_file = isinstance(vocabulary, str | os.PathLike)
        table, file = ": give dict(zip(table['id'], table['token']))", ": read_vocabulary(path) reads that of a file"
        raise TypeError(msg + (table if is_table(vocabulary) else file if of_file else ""))
    return _collected_pairs(_pairs_of(vocabulary))


def _pairs_of(vocabulary: Any) -> list[tuple[Any, Any]]:
    """Keys and values as they are given; the places of a list are its keys."""
    if isinstance(vocabulary, Mapping):
        return list(vocabulary.items())
    if hasattr(vocabulary, "items") and hasattr(vocabulary, "index"):  # a series of pandas
        return list(zip(entries_of(vocabulary.index, "the index").rows, as_numpy(vocabulary).tolist(), strict=True))
    return list(enumerate(entries_of(vocabulary, "vocabulary").rows))


def _collected_pairs(pairs: list[tuple[Any, Any]]) -> dict[int, str]:
    keys, values = [_plain(key) for key, _ in pairs], [_plain(value) for _, value in pairs]
    if _are(int, values) and _are(str, keys) and pairs:
        keys, values = values, keys
    elif _are(str, keys) and all(_is_integer(key) for key in keys):
        keys = [int(key) for key in keys]
    vocabulary: dict[int, str] = {}
    for number, text, given in zip(keys, values, pairs, strict=True):
        if type(number) is not int or not isinstance(text, str):
            pair = f"{brief(given[0])}: {brief(given[1])}"
            msg = f"vocabulary must map integer ids to strings, or strings to ids; got {pair}"
            raise TypeError(msg)
        if number in vocabulary:
            msg = f"id {number} of the vocabulary stands for two strings, {vocabulary[number]!r} and {text!r}"
            raise ValueError(msg)
        vocabulary[number] = text
    return vocabulary


def _plain(entry: Any) -> Any:
    """Integers and text of any library as those of Python."""
    if isinstance(entry, bytes):
        return entry.decode("utf-8", "replace")
    if isinstance(entry, str | bool | np.bool_ | float):
        return plain(entry) if isinstance(entry, str) else entry
    number = as_integer(entry)
    return entry if number is None else number


def _are(kind: type, entries: list[Any]) -> bool:
    return all(type(entry) is kind for entry in entries)


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
    distinct, places, _ = counted(ids)
    texts = np.array([text_of_id(number, vocabulary) for number in distinct.tolist()], object)
    found: NDArray[np.object_] = texts[places]
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
    text, not_utf8 = read_text_file(path)
    if not_utf8 is not None:
        msg = f"line {not_utf8} of {str(path)!r} isn't UTF-8; the file is read as Latin-1"
        warnings.warn(msg, UserWarning, stacklevel=3)
    if ending_of(path) == ".json":
        return _from_json(path, text)
    lines = text.removesuffix("\n").split("\n") if text else []
    lines = [line.removesuffix("\r") for line in lines]
    if ending_of(path) == ".txt" and not _are_pairs(lines):
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
