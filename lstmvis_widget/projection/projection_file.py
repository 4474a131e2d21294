"""Maps of states in HDF5 files. `lstmvis_widget.files` documents the layout."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.paths import AnyPath, part_of_file
from lstmvis_widget.hdf5 import untrusted
from lstmvis_widget.hdf5.texts import key_of, name_of
from lstmvis_widget.work.atomic_file import atomic_file

from .placing import Placing, placing_of

Array = NDArray[Any]

GROUP, ABOUT, PLACING = "projections", "about", "placing"
METHODS = ("pca", "tsne", "given")
MEASURES = ("trustworthiness", "kept", "jumps")


@dataclass(frozen=True, eq=False)
class KeptMap:
    """What a file keeps of a `Projection`."""

    method: str
    numbers: Mapping[str, int]
    trust: Mapping[str, Mapping[str, float]]
    notes: tuple[str, ...]
    arrays: Mapping[str, Array]
    placing: Placing


def write_map(path: AnyPath, kept: KeptMap, *, overwrite: bool) -> None:
    """Write a map into a file, see `Projection.save`."""
    file_path, name = part_of_file(path)
    key = key_of(name or kept.method)
    if not file_path.exists():
        with atomic_file(file_path, overwrite=False) as unfinished, h5py.File(unfinished, "w") as file:
            _write(file.create_group(GROUP).create_group(key), kept)
        return
    with _opened_to_write(file_path) as file:
        _write_beside(file, key, kept, overwrite=overwrite)


def _opened_to_write(path: Path) -> h5py.File:
    untrusted.open_to_read(path).close()  # it says what is wrong with the file
    try:
        return h5py.File(path, "r+")
    except OSError as error:
        raise OSError(
            f"the map can't be kept in {str(path)!r}, which is open elsewhere or can't be written: {error}. Close the "
            "explorer or program that has it open, or keep the map in a file of its own"
        ) from error


def _write_beside(file: h5py.File, key: str, kept: KeptMap, *, overwrite: bool) -> None:
    group = untrusted.child(file, GROUP)
    if group is None and GROUP not in file.keys():  # noqa: SIM118  (`in file` follows links)
        group = file.create_group(GROUP)
    if not isinstance(group, h5py.Group):
        raise OSError(f"{GROUP!r} in {file.filename!r} must be a group of maps; keep the map in another file")
    is_there = key in group.keys()  # noqa: SIM118
    if is_there and not overwrite:
        raise FileExistsError(
            f"there is a map {name_of(key)!r} in {file.filename!r} already; overwrite=True replaces it, and "
            f"'{file.filename}::name' gives this one another name"
        )
    part = f".{key}.part"
    if part in group.keys():  # noqa: SIM118  (of a writer that was killed)
        del group[part]
    try:
        _write(group.create_group(part), kept)
        file.flush()
        if is_there:
            del group[key]
        group.move(part, key)
    except BaseException:
        with contextlib.suppress(Exception):
            del group[part]
        raise


def _write(group: h5py.Group, kept: KeptMap) -> None:
    about = {
        "method": kept.method,
        **kept.numbers,
        "notes": list(kept.notes),
        "trust": {
            name: {measure: None if math.isnan(value) else value for measure, value in each.items()}
            for name, each in kept.trust.items()
        },
    }
    group[ABOUT] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    for name, values in kept.arrays.items():
        group[name] = values
    placing = group.create_group(PLACING)
    for name, values in kept.placing.kept().items():
        placing[name] = values


def read_map(path: AnyPath) -> KeptMap:
    """Read a map, see `Projection.load`."""
    file_path, name = part_of_file(path)
    with untrusted.open_to_read(file_path) as file, untrusted.damage_as_os_error(file_path):
        group = _group_of(file, name)
        where = untrusted.name_in_file(group)
        about = _about(group, where)
        arrays = {each: _array(group, each) for each in ("coordinates", "steps", "trust_steps")}
        placing = untrusted.child(group, PLACING)
        if not isinstance(placing, h5py.Group):
            raise ValueError(f"{where} isn't a map as Projection.save writes it: it lacks {PLACING!r}")  # noqa: TRY004
        kept = {each: _array(placing, each) for each in placing}
        try:
            return _checked(about, arrays, kept)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise ValueError(f"{where} isn't a map as Projection.save writes it: {error}") from error


def _group_of(file: h5py.File, name: str) -> h5py.Group:
    maps = untrusted.find_if_there(file, GROUP)
    names = [name_of(key) for key in maps if not key.startswith(".")] if isinstance(maps, h5py.Group) else []
    if not name and len(names) == 1:
        name = names[0]
    if name not in names:
        listed = ", ".join(map(repr, names)) or "none"
        which = f"no map {name!r}" if name else "no single map"
        raise ValueError(
            f"there is {which} in {file.filename!r}; the maps in it: {listed}"
            + (f". Write '{file.filename}::{names[0]}' to load one" if names else "")
        )
    group = untrusted.child(maps, key_of(name))
    if not isinstance(group, h5py.Group):
        raise ValueError(f"the map {name!r} in {file.filename!r} must be a group")  # noqa: TRY004
    return group


def _about(group: h5py.Group, where: str) -> dict[str, Any]:
    raw = _array(group, ABOUT)
    try:
        about = json.loads(raw.astype(np.uint8).tobytes().decode())
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise ValueError(f"{where} isn't a map as Projection.save writes it: {error}") from error
    if not isinstance(about, dict):
        raise ValueError(f"{where} isn't a map as Projection.save writes it")  # noqa: TRY004  (the file is damaged)
    return about


def _array(group: h5py.Group, name: str) -> Array:
    dataset = untrusted.child(group, name)
    if not isinstance(dataset, h5py.Dataset) or dataset.dtype.kind not in "fiu":
        raise ValueError(f"{untrusted.name_in_file(group)} must have numbers called {name!r}")
    return untrusted.read_whole(dataset)


def _checked(about: dict[str, Any], arrays: Mapping[str, Array], kept: Mapping[str, Array]) -> KeptMap:
    if about["method"] not in METHODS:
        raise ValueError(f"its method is {about['method']!r}")
    numbers = {name: about[name] for name in ("total", "left_out")}
    if not all(type(number) is int and 0 <= number < 2**63 for number in numbers.values()):
        raise ValueError(f"its numbers of steps are {numbers}")
    coordinates, steps, trust_steps = (arrays[name] for name in ("coordinates", "steps", "trust_steps"))
    if coordinates.dtype.kind != "f" or coordinates.shape != (len(steps), 2) or not np.isfinite(coordinates).all():
        raise ValueError(f"its coordinates are {coordinates.dtype} of shape {coordinates.shape}")
    for each in (steps, trust_steps):
        if each.ndim != 1 or each.dtype.kind not in "iu" or not len(each):
            raise ValueError("its steps must be integers")
        if each[0] < 0 or each[-1] >= numbers["total"] or (np.diff(each.astype(np.int64)) <= 0).any():
            raise ValueError(f"its steps must ascend within the {numbers['total']} time steps")
    if not np.isin(trust_steps, steps).all():
        raise ValueError("its trust was measured on steps that it lacks")
    trust = {
        name: {measure: _measure(about["trust"][name][measure]) for measure in MEASURES}
        for name in ("map", "pca", "shuffled")
    }
    notes = tuple(str(note) for note in about["notes"])
    whole = {"steps": steps.astype(np.int64), "trust_steps": trust_steps.astype(np.int64)}
    positions = coordinates.astype(np.float64)
    placing = placing_of(about["method"], positions, kept)
    return KeptMap(about["method"], numbers, trust, notes, {"coordinates": positions, **whole}, placing)


def _measure(value: Any) -> float:
    return math.nan if value is None else float(value)
