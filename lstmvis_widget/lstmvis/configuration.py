"""The configuration of an LSTMVis project, ``lstm.yml``: read safely, and asked for its entries one by one."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lstmvis_widget.timeline.plain_text import utf8_or_latin1
from lstmvis_widget.work.extras import import_extra

CONFIGURATION = "lstm.yml"

FileReference = frozenset({"file", "path"})
"""Keys of a section that says where something lies."""

KNOWN = frozenset({"name", "description", "files", "word_sequence", "states", "word_embedding", "meta", "etc"})
"""Keys of the file itself."""


class Section:
    """Entries of the configuration, with the place where they stand for messages.

    Parameters
    ----------
    where : str
        The place, such as ``"states"``; empty for the file itself.
    entries : mapping
    known : set of str
        Keys that mean something here.
    unknown : list of str
        Takes the places of the keys that don't.
    """

    def __init__(self, where: str, entries: Any, known: frozenset[str], unknown: list[str]) -> None:
        if not isinstance(entries, Mapping):
            raise ValueError(f"{where or CONFIGURATION} must have keys and values; got {brief(entries)}")  # noqa: TRY004
        self.where = where
        self._entries = {str(key): value for key, value in entries.items()}
        self._unknown = unknown
        unknown += [self.place(key) for key in self._entries if key not in known]

    def place(self, key: str) -> str:
        """Where a key stands."""
        return f"{self.where}.{key}" if self.where else key

    def get(self, key: str) -> Any:
        """The value as YAML gives it, None where there is none."""
        return self._entries.get(key)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def text(self, key: str, default: str | None = None) -> str:
        """A text or number as text.

        Raises
        ------
        ValueError
            It is neither, or it is missing and there is no default.
        """
        value = self.get(key)
        if value is None and default is not None:
            return default
        if value is None:
            raise ValueError(f"{self.place(key)} is missing")
        if isinstance(value, list | Mapping):
            raise ValueError(f"{self.place(key)} must be a text; got {brief(value)}")  # noqa: TRY004
        return str(value)

    def section(self, key: str, known: frozenset[str]) -> Section:
        """The section of this name; one without entries where there is none."""
        value = self.get(key)
        return Section(self.place(key), {} if value is None else value, known, self._unknown)

    def sections(self, key: str, known: frozenset[str]) -> list[Section]:
        """The sections in a list, of which there has to be one at least."""
        value = self.get(key)
        if not isinstance(value, list) or not value:
            raise ValueError(f"{self.place(key)} must be a list with at least one entry; got {brief(value)}")
        return [Section(f"{self.place(key)}[{i}]", each, known, self._unknown) for i, each in enumerate(value)]

    def names(self) -> list[str]:
        """Keys in their order."""
        return list(self._entries)


def read_configuration(path: Path, unknown: list[str]) -> Section:
    """Read the file.

    Raises
    ------
    ImportError
        There is no pyyaml.
    ValueError
        It isn't YAML, or more than plain data.
    """
    yaml = import_extra("yaml", "lstmvis", f"reading {CONFIGURATION}", package="pyyaml")
    text, _ = utf8_or_latin1(path.read_bytes())
    try:
        entries = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} can't be read as YAML: {error}") from error
    return Section("", entries, KNOWN, unknown)


def brief(value: Any) -> str:
    """What a message says of a value, however large it is: YAML can hold much in little."""
    return "nothing" if value is None else reprlib.repr(value)
