"""The configuration of an LSTMVis project, ``lstm.yml``: reading it safely, and checking its entries."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lstmvis_widget.timeline.text_files import read_text_file
from lstmvis_widget.work.extras import import_extra

CONFIGURATION = "lstm.yml"

LONGEST_NUMBER = 400
"""Characters of a number, at most: a float64 written out has 325."""

FileReference = frozenset({"file", "path"})
"""Keys of a section that names a dataset."""

KNOWN = frozenset({"name", "description", "files", "word_sequence", "states", "word_embedding", "meta", "etc"})
"""Keys at the top of the file."""


class Section:
    """A section of the configuration, with its place for messages.

    Parameters
    ----------
    where : str
        The place, such as ``"states"``; empty for the top of the file.
    entries : mapping
    known : set of str
        Keys that have a meaning here.
    unknown : list of str
        The places of other keys are added to it.
    """

    def __init__(self, where: str, entries: Any, known: frozenset[str], unknown: list[str]) -> None:
        if not isinstance(entries, Mapping):
            raise ValueError(f"{where or CONFIGURATION} must have keys and values; got {brief(entries)}")  # noqa: TRY004
        self.where = where
        self._entries = {str(key): value for key, value in entries.items()}
        self._unknown = unknown
        unknown += [self.place(key) for key in self._entries if key not in known]

    def place(self, key: str) -> str:
        """The place of a key."""
        return f"{self.where}.{key}" if self.where else key

    def get(self, key: str) -> Any:
        """The value as YAML gives it; None if there is none."""
        return self._entries.get(key)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def text(self, key: str, default: str | None = None) -> str:
        """A text or a number, as text.

        Raises
        ------
        ValueError
            The value is neither, or it is missing and there is no default.
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
        """The section of this name; an empty one if there is none."""
        value = self.get(key)
        return Section(self.place(key), {} if value is None else value, known, self._unknown)

    def sections(self, key: str, known: frozenset[str]) -> list[Section]:
        """The sections in a list of at least one."""
        value = self.get(key)
        if not isinstance(value, list) or not value:
            raise ValueError(f"{self.place(key)} must be a list with at least one entry; got {brief(value)}")
        return [Section(f"{self.place(key)}[{i}]", each, known, self._unknown) for i, each in enumerate(value)]

    def names(self) -> list[str]:
        """The keys in their order."""
        return list(self._entries)


def read_configuration(path: Path, unknown: list[str]) -> Section:
    """Read the file.

    Raises
    ------
    ImportError
        pyyaml isn't installed.
    ValueError
        The file isn't YAML, or holds more than plain data.
    """
    yaml = import_extra("yaml", "lstmvis", f"reading {CONFIGURATION}", package="pyyaml")
    text, _ = read_text_file(path)
    try:
        entries = yaml.load(text, _loader(yaml))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} can't be read as YAML: {error}") from error
    return Section("", entries, KNOWN, unknown)


def _loader(yaml: Any) -> Any:
    """The safe loader of pyyaml, which refuses numbers of more characters than a number can need.

    pyyaml takes the square of their length in time: ``1:1:1:…`` is a number to it.
    """

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        pass

    def bounded(construct: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def checked(loader: Any, node: Any) -> Any:
            if len(node.value) > LONGEST_NUMBER:
                line = node.start_mark.line + 1
                raise ValueError(f"line {line} has a number of {len(node.value):,} characters")
            return construct(loader, node)

        return checked

    for kind in ("int", "float"):
        construct = getattr(yaml.SafeLoader, f"construct_yaml_{kind}")
        Loader.add_constructor(f"tag:yaml.org,2002:{kind}", bounded(construct))
    return Loader


def brief(value: Any) -> str:
    """A short text of a value for messages: a small YAML file can hold a huge value."""
    return "nothing" if value is None else reprlib.repr(value)
