"""The tracks of an LSTMVis project: the entries of ``meta``."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.columns import is_categorical
from lstmvis_widget.timeline.tracks import CategoricalTrack, ContinuousTrack, TopKTrack, Track, as_track
from lstmvis_widget.timeline.vocabulary import texts_of_ids

from .configuration import FileReference, Section, brief
from .files import ProjectFiles
from .values import as_ids, ids_of, numbers_of, within_steps

VIS = frozenset({"type", "range"})
VIS_TYPES = ("discrete", "scalar", "wordvec")

SPAN = re.compile(r"\s*(-?\d+(?:\.\d+)?)\.\.\.(-?\d+(?:\.\d+)?)\s*")
"""A range as text, such as ``0...100``."""


def track_of(configuration: Section, entry: Section, files: ProjectFiles, steps: int, remarks: list[str]) -> Track:
    """Make the track of an entry.

    Raises
    ------
    ValueError, OSError
        The entry or its data are wrong.
    """
    kind = entry.text("type", "general")
    vis = entry.section("vis", VIS)
    shown_as = vis.text("type", "")
    if shown_as not in ("", *VIS_TYPES):
        remarks.append(f"{vis.place('type')}: {shown_as!r} is none of {', '.join(VIS_TYPES)}, and means nothing here")
    if kind == "wordvec":
        return _word_vectors(entry, files, steps, remarks)
    if kind != "general":
        raise ValueError(f"{entry.place('type')} must be general or wordvec; got {kind!r}")
    values = _values(configuration, entry, files, steps, remarks)
    if "dict" in entry:
        return CategoricalTrack(_labels(values, entry, files))
    if is_categorical(values):
        return as_track(values)
    ids = as_ids(values) if shown_as == "discrete" else None
    if ids is not None:
        return CategoricalTrack(texts_of_ids(ids, None))
    return ContinuousTrack(values, _colour_range(vis, remarks))


def _values(
    configuration: Section, entry: Section, files: ProjectFiles, steps: int, remarks: list[str]
) -> NDArray[Any]:
    """One value for each step; if the rows are for ids, the value of the step's id."""
    with files.dataset(entry) as dataset:
        values = numbers_of(dataset, entry.where)
    index = entry.text("index", "self")
    if index == "self":
        return within_steps(values, steps, entry.where, remarks)
    if not {"file", "path"} <= set(getattr(configuration.get(index), "keys", list)()):
        raise ValueError(f"{entry.place('index')}: {index!r} must be self, or a section with file and path")
    section = configuration.section(index, FileReference | {"dict_file"})
    with files.dataset(section) as dataset:
        ids = within_steps(ids_of(dataset, section.where), steps, section.where, [])
    if len(ids) and not 0 <= ids.min() <= ids.max() < len(values):
        raise ValueError(
            f"{entry.where} has {len(values):,} rows, 0 to {len(values) - 1:,}, one for each id of {index}, whose ids "
            f"are {ids.min():,} to {ids.max():,}"
        )
    expanded: NDArray[Any] = values[ids]
    return expanded


def _labels(values: NDArray[Any], entry: Section, files: ProjectFiles) -> list[str]:
    dictionary = files.dictionary(entry.text("dict"), entry.place("dict"))
    ids = as_ids(values)
    if ids is None:
        raise ValueError(f"{entry.where} has a dictionary, so its values must be ids, which are integers")
    return list(texts_of_ids(ids, dictionary))


def _word_vectors(entry: Section, files: ProjectFiles, steps: int, remarks: list[str]) -> TopKTrack:
    with files.dataset(entry) as dataset:
        ids = within_steps(ids_of(dataset, entry.where, ndim=2), steps, entry.where, remarks)
    if entry.text("index", "self") != "self":
        remarks.append(
            f"{entry.place('index')} means nothing here: LSTMVis takes the rows of a wordvec as those of steps"
        )
    dictionary = files.dictionary(entry.text("dict"), entry.place("dict")) if "dict" in entry else None
    labels = texts_of_ids(ids, dictionary)
    if "weights_path" not in entry:
        return TopKTrack(labels, np.full(ids.shape, np.nan))
    where = entry.place("weights_path")
    with files.dataset(entry, "weights_path") as dataset:
        weights = within_steps(numbers_of(dataset, where, ndim=2), steps, where, remarks)
    if weights.shape != ids.shape:
        raise ValueError(f"{where} has {weights.shape[1]} weights a step, and {entry.where} {ids.shape[1]} words")
    return TopKTrack(labels, weights)


def _colour_range(vis: Section, remarks: list[str]) -> tuple[float, float] | None:
    """The lowest and the highest value of the colours; None: those of the values."""
    given = vis.get("range")
    span = SPAN.fullmatch(given) if isinstance(given, str) else None
    if span:
        given = [float(span[1]), float(span[2])]
    if given is None or given == "dict":
        return None
    try:
        low, high = map(float, given)
    except (TypeError, ValueError):
        low = high = 0.0
    if not low < high:
        remarks.append(f"{vis.place('range')}: {brief(given)} is no range of two numbers, and means nothing here")
        return None
    return low, high
