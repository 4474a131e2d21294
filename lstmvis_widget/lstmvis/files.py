"""The files of an LSTMVis project. Nothing outside its folder is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py

from lstmvis_widget.hdf5 import untrusted
from lstmvis_widget.timeline.text_files import read_text_file

from .configuration import CONFIGURATION, Section

HDF5_ENDINGS = (".h5", ".hdf5")
DICTIONARY_ENDINGS = (".dict", ".txt")

ID = re.compile(r"-?\d{1,18}", re.ASCII)


class ProjectFiles:
    """Files by the names that the configuration gives them.

    Parameters
    ----------
    folder : path
        The project's folder.
    names : mapping of str to str
        Name → path within the folder.
    remarks : list of str
        What a user should know of the files is added to it.

    Raises
    ------
    ValueError
        A path leaves the folder.
    """

    def __init__(self, folder: Path, names: dict[str, str], remarks: list[str]) -> None:
        self._folder = folder.resolve()
        self._paths = {name: self._within(folder / path, f"files.{name}") for name, path in names.items()}
        self._remarks = remarks
        self._dictionaries: dict[str, dict[int, str]] = {}

    def _within(self, path: Path, where: str) -> Path:
        if not path.resolve().is_relative_to(self._folder):
            raise ValueError(f"{where}: {str(path)!r} leaves the folder of the project, and isn't read")
        return path

    def _path(self, name: str, where: str, endings: tuple[str, ...]) -> Path:
        if name not in self._paths:
            listed = ", ".join(map(repr, self._paths)) or "none"
            raise ValueError(f"{where}: {name!r} isn't among the files that {CONFIGURATION} names: {listed}")
        path = self._paths[name]
        if path.suffix.lower() not in endings:
            raise ValueError(
                f"{where}: the name of file {name!r} must end in {' or '.join(endings)}; it is {path.name!r}"
            )
        if not path.is_file():
            raise FileNotFoundError(f"{where}: there is no file {str(path)!r}")
        return path

    @contextmanager
    def dataset(self, section: Section, key: str = "path", default_file: str | None = None) -> Iterator[h5py.Dataset]:
        """The dataset that a section names by ``file`` and ``path``, open within the context.

        Raises
        ------
        ValueError
            The file isn't among those of the configuration, or there is no such dataset.
        FileNotFoundError, OSError
            The file is missing or can't be opened, or its values lie in another file.
        """
        path = self._path(section.text("file", default_file), section.place("file"), HDF5_ENDINGS)
        name, where = section.text(key), section.place(key)
        with untrusted.open_to_read(path) as file:
            found = untrusted.find_if_there(file, name)
            if not isinstance(found, h5py.Dataset):
                there = untrusted.listing(file)
                raise ValueError(f"{where}: there is no dataset {name!r} in {path.name!r}; it has {there}")  # noqa: TRY004
            yield untrusted.check_dataset(found)

    def dictionary(self, name: str, where: str) -> dict[int, str]:
        """The dictionary of this name, id → text.

        Raises
        ------
        ValueError, FileNotFoundError
            There is no such file, or it is empty.
        """
        if name not in self._dictionaries:
            path = self._path(name, where, DICTIONARY_ENDINGS)
            self._dictionaries[name] = self._read_dictionary(path)
            if not self._dictionaries[name]:
                raise ValueError(f"{where}: {path.name!r} holds no line with a value and an id")
        return self._dictionaries[name]

    def _read_dictionary(self, path: Path) -> dict[int, str]:
        text, not_utf8 = read_text_file(path)
        if not_utf8 is not None:
            self._remarks.append(f"{path.name} isn't UTF-8, and is read as Latin-1")
        entries, left_out = parse_dictionary(text)
        if left_out:
            self._remarks.append(
                f"{path.name}: {len(left_out)} lines without an id are left out, such as line {left_out[0]}"
            )
        return entries


def parse_dictionary(text: str) -> tuple[dict[int, str], list[int]]:
    r"""Parse a dictionary, which has a line ``value id`` for each entry.

    Values are taken as LSTMVis takes them. A line of white space and an id is the blank token. Of an id that stands
    twice, the later value counts. If the value is a line feed, it makes two lines: an empty one, and one with the id.

    Returns
    -------
    dict of int to str
        id → value.
    list of int
        Numbers of all other lines, counted from 1.
    """
    entries: dict[int, str] = {}
    left_out = []
    before = "-"
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        body = line.rstrip()
        at = max(body.rfind(" "), body.rfind("\t"))
        if at >= 0 and ID.fullmatch(body, at + 1):
            blank = line[0] if before else "\n"
            entries[int(body[at + 1 :])] = body[:at].strip(" \t") or blank
        elif body:
            left_out.append(number)
        before = line
    return entries, left_out
