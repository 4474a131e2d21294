"""Projects of LSTMVis: folders with ``lstm.yml`` and the files that it names."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.columns import is_categorical, labels_of
from lstmvis_widget.given.paths import as_path
from lstmvis_widget.hdf5 import untrusted
from lstmvis_widget.timeline.tracks import Track

from .configuration import CONFIGURATION, FileReference, Section, brief, read_configuration
from .files import ProjectFiles
from .tracks import track_of
from .values import ids_of, numbers_of, within_steps

TRANSFORMS = {"tanh": "tanh", "none": None, "raw": None}
"""Transforms in LSTMVis → ours."""

META = FileReference | {"type", "index", "dict", "weights_path", "vis"}

ROWS_LOOKED_AT = 1000
"""Rows read to check that states which are said to be unsigned have no negative values."""


@dataclass(frozen=True)
class Project:
    """The content of a project folder, as arguments of ``StateExplorer``: ``StateExplorer(**project)``.

    Attributes
    ----------
    name, description : str
    states : dict of str to str
        Name of the layer → ``"file.h5::dataset"``. The states stay on disk.
    transform : dict of str to str or None
        Name of the layer → its transform.
    tokens : ndarray of int64, shape (T,), or list of T str
        Ids; in a project without a dictionary, the ids as texts.
    vocabulary : dict of int to str, or None
    tracks : dict of str to CategoricalTrack, ContinuousTrack or TopKTrack
    """

    name: str
    description: str
    states: dict[str, str]
    transform: dict[str, str | None]
    tokens: NDArray[np.int64] | list[str]
    vocabulary: dict[int, str] | None
    tracks: dict[str, Track]

    def keys(self) -> tuple[str, ...]:
        """Name the arguments of ``StateExplorer`` that a project provides."""
        return ("states", "tokens", "tracks", "vocabulary", "transform", "name")

    def __getitem__(self, key: str) -> Any:
        """One of the arguments named by `keys`; any other key raises KeyError."""
        if key not in self.keys():
            raise KeyError(f"a project has the keys {', '.join(self.keys())}; got {key!r}")
        return getattr(self, key)


def read_project(folder: str | os.PathLike[str]) -> Project:
    """Read a project folder of LSTMVis, of any of its versions.

    The configuration means what it means in LSTMVis:

    - ``files``: only files in the folder are read. A path that leaves it, also by a symbolic link, is refused.
    - ``word_sequence``: the tokens, with the dictionary. An id that the dictionary lacks is shown as ``⟨id 17⟩``.
    - ``states``: a layer for each of ``types``. Its name is its type and layer, such as ``"state 1"``, with file and
      path if two names are the same. ``transform`` is tanh unless it is ``none``. ``unsigned`` says that no value is
      negative; this is only checked, as the range of the page follows the values.
    - ``meta``: a track for each entry. ``general`` has labels if there is a dictionary or ``vis`` says ``discrete``,
      else numbers. Its rows are for time steps, or for the ids of the section that ``index`` names, such as
      ``word_sequence``. ``wordvec`` has k labels a step, with their weights if there are any. A range of numbers in
      ``vis`` is the range of the colours of a scalar track.
    - ``word_embedding``, ``etc`` and the folder ``indexdir`` aren't needed: any text can be searched.

    LSTMVis's own tools write more words than states, because they leave out the last batch. Whatever is longer than the
    states is cut to their length, with a warning.

    Parameters
    ----------
    folder : path
        The folder, or the ``lstm.yml`` in it.

    Warns
    -----
    UserWarning
        Keys are unknown, or data differ from what the configuration says.

    Raises
    ------
    ImportError
        pyyaml isn't installed; the message says how to install it.
    FileNotFoundError, OSError
        A file is missing, or can't be read.
    ValueError
        The configuration or the data are wrong; the message says which key, file or dataset, and why.
    """
    path = _configuration_path(as_path(folder))
    unknown: list[str] = []
    remarks: list[str] = []
    configuration = read_configuration(path, unknown)
    name = configuration.text("name", path.resolve().parent.name)
    description = configuration.text("description", name)
    named = configuration.get("files")
    files = ProjectFiles(path.parent, _file_names(configuration, named), remarks)
    states, transform, steps = _states(configuration, files, remarks)
    tokens, vocabulary = _tokens(configuration, files, steps, remarks)
    tracks = _tracks(configuration, files, steps, remarks)
    configuration.section("word_embedding", FileReference)
    configuration.section("etc", frozenset({"regex_search"}))
    if unknown:
        remarks.append(f"keys that aren't known: {', '.join(dict.fromkeys(unknown))}")
    if remarks:
        warnings.warn(f"{path}: " + "; ".join(remarks), UserWarning, stacklevel=3)
    return Project(name, description, states, transform, tokens, vocabulary, tracks)


def _configuration_path(given: Path) -> Path:
    if given.is_file():
        return _within_its_folder(given)
    if not given.is_dir():
        raise FileNotFoundError(f"no such folder: {str(given)!r}")
    path = given / CONFIGURATION
    if not path.is_file():
        below = sorted(str(each.parent) for each in given.glob(f"*/{CONFIGURATION}"))
        hint = f"; there is one in {', '.join(map(repr, below[:5]))}" if below else ""
        raise FileNotFoundError(f"there is no {CONFIGURATION} in {str(given)!r}{hint}")
    return _within_its_folder(path)


def _within_its_folder(path: Path) -> Path:
    """The path, unless it is a link that leads out of its folder."""
    if not path.resolve().is_relative_to(path.parent.resolve()):
        msg = f"{str(path)!r} is a link to a file outside of its folder, and isn't read: put a copy in the folder"
        raise ValueError(msg)
    return path


def _file_names(configuration: Section, named: Any) -> dict[str, str]:
    keys = frozenset(map(str, named)) if isinstance(named, dict) else frozenset()
    section = configuration.section("files", keys)
    return {name: section.text(name) for name in section.names()}


def _states(
    configuration: Section, files: ProjectFiles, remarks: list[str]
) -> tuple[dict[str, str], dict[str, str | None], int]:
    section = configuration.section("states", frozenset({"file", "types"}))
    default = section.text("file") if "file" in section else None
    types = section.sections("types", FileReference | {"type", "layer", "unsigned", "transform"})
    names = _layer_names(types, default)
    states, transform, rows = {}, {}, {}
    for name, entry in zip(names, types, strict=True):
        with files.dataset(entry, default_file=default) as dataset:
            _check_states(dataset, entry, remarks)
            states[name] = untrusted.name_in_file(dataset)
            rows[name] = len(dataset)
        transform[name] = _transform(entry)
    if len(set(rows.values())) > 1:
        listed = ", ".join(f"{name!r} {count:,}" for name, count in rows.items())
        raise ValueError(f"states.types: all layers must have the same number of time steps; they have {listed}")
    return states, transform, next(iter(rows.values()))


def _layer_names(types: list[Section], default: str | None) -> list[str]:
    """Type and layer of each; with file and path if two are the same, and numbered if these are the same too."""
    short = [" ".join(entry.text(key) for key in ("type", "layer") if key in entry) for entry in types]
    paths = [entry.text("path") for entry in types]
    places = [f"{entry.text('file', default)}::{path}" for entry, path in zip(types, paths, strict=True)]
    short = [name or path for name, path in zip(short, paths, strict=True)]
    counts = Counter(short)
    names = [f"{name} ({place})" if counts[name] > 1 else name for name, place in zip(short, places, strict=True)]
    seen: Counter[str] = Counter()
    for i, name in enumerate(names):
        seen[name] += 1
        names[i] = name if seen[name] == 1 else f"{name}, no. {seen[name]}"
    return names


def _check_states(dataset: h5py.Dataset, entry: Section, remarks: list[str]) -> None:
    where = entry.place("path")
    if dataset.ndim != 2 or dataset.dtype.kind not in "fiub":
        raise ValueError(
            f"{where}: states must be numbers of shape (time steps, cells); {dataset.name.lstrip('/')!r} has shape "
            f"{dataset.shape} and dtype {dataset.dtype}"
        )
    unsigned = entry.get("unsigned")
    if unsigned not in (None, True, False):
        raise ValueError(f"{entry.place('unsigned')} must be true or false; got {brief(unsigned)}")
    if unsigned and (untrusted.read_whole(dataset, min(ROWS_LOOKED_AT, len(dataset))) < 0).any():
        remarks.append(f"{entry.place('unsigned')} is true, and {dataset.name.lstrip('/')!r} has negative values")


def _transform(entry: Section) -> str | None:
    name = entry.text("transform", "none" if "transform" in entry else "tanh")  # YAML reads ~ and null as None
    if name.lower() not in TRANSFORMS:
        raise ValueError(f"{entry.place('transform')} must be tanh or none; got {name!r}")
    return TRANSFORMS[name.lower()]


def _tokens(
    configuration: Section, files: ProjectFiles, steps: int, remarks: list[str]
) -> tuple[NDArray[np.int64] | list[str], dict[int, str] | None]:
    section = configuration.section("word_sequence", FileReference | {"dict_file"})
    with files.dataset(section) as dataset:
        if "dict_file" not in section and is_categorical(dataset):
            named = within_steps(numbers_of(dataset, section.where), steps, section.where, remarks)
            return list(map(str, labels_of(named, section.where))), None
        ids = within_steps(ids_of(dataset, section.where), steps, section.where, remarks)
    if "dict_file" not in section:
        return list(map(str, ids.tolist())), None
    return ids, files.dictionary(section.text("dict_file"), section.place("dict_file"))


def _tracks(configuration: Section, files: ProjectFiles, steps: int, remarks: list[str]) -> dict[str, Track]:
    listed = configuration.get("meta")
    names = list(map(str, listed)) if isinstance(listed, dict) else []
    meta = configuration.section("meta", frozenset(names)) if listed else None
    if meta is None:
        return {}
    return {name: track_of(configuration, meta.section(name, META), files, steps, remarks) for name in names}
