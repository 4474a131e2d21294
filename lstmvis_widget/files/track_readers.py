"""Reading tokens and tracks from any group or dataset of an HDF5 file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.coded import MISSING, CodedLabels, distinct_rows
from lstmvis_widget.given.columns import is_categorical, labels_of
from lstmvis_widget.hdf5 import untrusted
from lstmvis_widget.hdf5.texts import ENDS, UTF8, decode_texts
from lstmvis_widget.states.first_rows import FirstRows
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.timeline.tracks import CategoricalTrack, TopKTrack, Track, as_track


def texts_in(item: h5py.Group | h5py.Dataset, count: int | None = None) -> list[str]:
    """Read the first ``count`` strings, or all, of a dataset, or of a group as `encode_texts` describes it."""
    if isinstance(item, h5py.Dataset):
        distinct, places = distinct_rows(untrusted.read_whole(item, count).reshape(-1).tolist())
        return list(np.array([each.decode("utf-8", "replace") for each in distinct], object)[places])
    parts = [untrusted.child(item, name) for name in (UTF8, ENDS)]
    utf8, ends = (each if isinstance(each, h5py.Dataset) and each.ndim == 1 else None for each in parts)
    if utf8 is None or ends is None or utf8.dtype != np.uint8 or ends.dtype.kind not in "iu":
        msg = f"{untrusted.name_in_file(item)} must hold texts: strings, or the datasets 'utf8' (uint8) and 'ends'"
        raise ValueError(msg)
    return decode_texts(untrusted.read_whole(utf8), untrusted.read_whole(ends, count))


def is_texts(item: Any) -> bool:
    """Whether an object is a dataset of strings, or a group of texts."""
    if isinstance(item, h5py.Dataset):
        return item.dtype.kind == "S" or untrusted.is_text(item)
    return isinstance(item, h5py.Group) and ENDS in item.keys()  # noqa: SIM118  (`in item` follows links)


def _length(item: Any) -> int:
    rows = item if isinstance(item, h5py.Dataset) else untrusted.child(item, ENDS)
    if not isinstance(rows, h5py.Dataset) or not rows.shape:
        msg = f"{untrusted.name_in_file(item)} must have one entry a time step"
        raise ValueError(msg)
    return int(rows.size if _has_one_axis(rows) else rows.shape[0])


def _has_one_axis(dataset: h5py.Dataset) -> bool:
    """Whether its shape is (n,), or that with further axes of length 1."""
    return [length != 1 for length in dataset.shape].count(True) <= 1


def _column(dataset: h5py.Dataset, count: int | None) -> NDArray[Any]:
    """The first ``count`` entries of a dataset with one axis, or all; an enumeration keeps its names."""
    along = dataset.shape[0] == dataset.size
    return untrusted.read_whole(dataset, count if along else None).reshape(-1)[:count]


def tokens_in(item: h5py.Group | h5py.Dataset, steps: int | None = None, *, complete: bool = True) -> Any:
    """Read T strings or T ids. With ``complete`` there must be exactly ``steps``, else at least as many."""
    length = _length(item)
    if steps is not None and ((length != steps) if complete else (length < steps)):
        name = untrusted.name_in_file(item)
        msg = f"{name} holds {length} tokens for {steps} time steps, {_difference(length, steps)}"
        raise ValueError(msg)
    if is_texts(item):
        return texts_in(item, steps)
    if not isinstance(item, h5py.Dataset) or not _has_one_axis(item) or item.dtype.kind not in "iu":
        kind = f"{item.dtype} of shape {item.shape}" if isinstance(item, h5py.Dataset) else "a group"
        msg = f"{untrusted.name_in_file(item)} must hold one string or one integer id a time step; it is {kind}"
        raise TypeError(msg)
    found = _column(item, steps)
    return labels_of(found, untrusted.name_in_file(item)) if is_categorical(item) else found


def _difference(length: int, steps: int) -> str:
    return f"{abs(length - steps)} too {'many' if length > steps else 'few'}"


def track_in(
    item: h5py.Group | h5py.Dataset, steps: int | None = None, *, complete: bool = True, file: str | None = None
) -> Track:
    """Read a track: a dataset of T numbers or strings, or a group as `save_states` writes it.

    The scores of an output track are read as needed: from ``file``, a path, or from the file that is open.
    """
    name = untrusted.name_in_file(item)
    if isinstance(item, h5py.Group) and untrusted.child(item, "classes") is not None:
        return _output_track(item, steps, complete=complete, file=file)
    parts = {key: untrusted.child(item, key) for key in ("values", "codes", "labels", "scores")}
    if isinstance(item, h5py.Dataset):
        parts["values"] = item
    main = next((part for part in (parts["codes"], parts["values"], item) if part is not None), item)
    if main is item and isinstance(item, h5py.Group) and not is_texts(item):
        msg = f"{name} must be a dataset, or a group of 'values', or of 'codes' and 'labels'"
        raise ValueError(msg)
    length = _length(main)
    steps = length if steps is None else steps
    if (length != steps) if complete else (length < steps):
        msg = f"{name} holds {length} entries for {steps} time steps, {_difference(length, steps)}"
        raise ValueError(msg)
    if parts["codes"] is not None:
        return _coded_track(name, parts, steps)
    if isinstance(main, h5py.Group):
        return CategoricalTrack(texts_in(main, steps))
    if not _has_one_axis(main):
        msg = f"{name} must have one number or one string a time step; its shape is {main.shape}"
        raise ValueError(msg)
    return as_track(_column(main, steps))


def is_still_to_come(item: Any, steps: int) -> bool:
    """Whether an item is an output track that is written after the last step, and isn't complete yet."""
    parts = [untrusted.child(item, key) for key in ("scores", "logits")] if isinstance(item, h5py.Group) else []
    rows = [part.shape[0] for part in parts if isinstance(part, h5py.Dataset) and part.ndim == 2]
    return len(rows) == 2 and max(rows) < steps


def _output_track(group: h5py.Group, steps: int | None, *, complete: bool, file: str | None) -> OutputTrack:
    name = untrusted.name_in_file(group)
    keys = ("scores", "logits", "classes", "targets", "expected", "confidence")
    found = {key: untrusted.child(group, key) for key in keys}
    key = "scores" if _has_rows(found["scores"]) or found["logits"] is None else "logits"
    scores = found[key]
    if not isinstance(scores, h5py.Dataset) or scores.ndim != 2:
        msg = f"{name} must hold 'classes', and 'scores' or 'logits' of shape (time steps, classes)"
        raise ValueError(msg)
    targets = _column_of(group, "targets", found["targets"], "iu", "integers, places among the classes")
    rows = scores.shape[0]
    steps = rows if steps is None else steps
    if (rows != steps) if complete else (rows < steps):
        msg = f"{name} holds {rows} entries for {steps} time steps, {_difference(rows, steps)}"
        raise ValueError(msg)
    untrusted.check_dataset(scores)
    from_path = file is not None and rows == steps
    source = f"{file}::{group.name}/{key}" if from_path else scores if rows == steps else FirstRows(scores, steps)
    classes = texts_in(found["classes"])
    kept = [
        _column_of(group, key, found[key], kinds, what)
        for key, kinds, what in (("expected", "iu", "integers"), ("confidence", "f", "numbers"))
    ]
    try:
        if any(each is None or each.shape[0] < steps for each in kept):
            track = OutputTrack(source, classes, logits=key == "logits")
        else:
            expected, confidence = (untrusted.read_whole(each, steps) for each in kept)
            track = OutputTrack.of_file(
                source, classes, logits=key == "logits", expected=expected, confidence=confidence
            )
        if _has_rows(targets):
            track.set_targets(untrusted.read_whole(targets, min(steps, targets.shape[0])).astype(np.int64))
    except (TypeError, ValueError) as error:
        msg = f"{name}: {error}"
        raise type(error)(msg) from error
    return track


def _has_rows(item: Any) -> bool:
    return isinstance(item, h5py.Dataset) and item.ndim > 0 and item.shape[0] > 0


def _column_of(group: h5py.Group, key: str, item: Any, kinds: str, what: str) -> Any:
    """A dataset with one entry a step or sequence; None where there is none."""
    if item is not None and not (isinstance(item, h5py.Dataset) and item.ndim == 1 and item.dtype.kind in kinds):
        msg = f"the {key} of {untrusted.name_in_file(group)} must be {what}"
        raise ValueError(msg)
    return item


def _coded_track(name: str, parts: Mapping[str, Any], steps: int) -> Track:
    codes, labels, scores = (parts.get(key) for key in ("codes", "labels", "scores"))
    if labels is None or codes is None or not isinstance(codes, h5py.Dataset) or codes.dtype.kind not in "iu":
        msg = f"{name} must hold 'codes' (integers) and 'labels'"
        raise ValueError(msg)
    names = texts_in(labels)
    numbers = untrusted.read_whole(codes, steps).astype(np.int64)
    if numbers.size and not (numbers.min() >= MISSING and numbers.max() < len(names)):
        msg = f"the codes of {name} must lie in −1…{len(names) - 1}; they lie in {numbers.min()}…{numbers.max()}"
        raise ValueError(msg)
    found = CodedLabels.of(names, numbers)
    if scores is None:
        if numbers.ndim != 1:
            msg = f"{name} must have one code a time step; its shape is {numbers.shape}"
            raise ValueError(msg)
        return CategoricalTrack(found)
    if not isinstance(scores, h5py.Dataset) or scores.dtype.kind not in "fiu" or scores.shape[0] < steps:
        msg = f"the scores of {name} must be {steps} rows of numbers"
        raise ValueError(msg)
    return TopKTrack(found, untrusted.read_whole(scores, steps))
