"""What the page of a `SequenceExplorer` is sent, as arrays. CONTRIBUTING.md has its layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

NO_CODE = 65535
"""In the codes of points: none."""


@dataclass(frozen=True)
class Words:
    """The words of the current sequence, [first, end): steps [start, stop) of it are there.

    Attributes
    ----------
    sequence, first, end, start, stop : int
    words : list of str
    distances : ndarray of shape (n,), or None
        The jump from each step to the next.
    codes : ndarray of shape (n,), or None
        The place of the class that is expected after each word; −1: none.
    confidence : ndarray of shape (n,), or None
    probabilities : ndarray of shape (n, rows), or None
    """

    sequence: int
    first: int
    end: int
    start: int
    stop: int
    words: Sequence[str]
    distances: Floats | None
    codes: Ints | None
    confidence: Floats | None
    probabilities: Floats | None


@dataclass(frozen=True)
class Points:
    """The points of the map.

    Attributes
    ----------
    coordinates : ndarray of shape (n, 2)
    steps : ndarray of shape (n,)
        The step of each point, ascending.
    """

    coordinates: Floats
    steps: NDArray[np.int64]

    def places_of(self, steps: Sequence[int] | NDArray[Any]) -> Floats:
        """Where these steps are on the map, without those that are nowhere."""
        wanted = np.asarray(steps, np.int64)
        at = np.minimum(np.searchsorted(self.steps, wanted), max(0, len(self.steps) - 1))
        if len(self.steps) == 0:
            return np.zeros((0, 2), np.float32)
        places = self.coordinates[at[self.steps[at] == wanted]]
        there: Floats = places[np.isfinite(places).all(axis=1)]
        return there


@dataclass(frozen=True)
class PointColors:
    """What colours the points: ``codes`` of ``labels``, or ``values`` (in 254ths of ``range``; 255: none)."""

    by: str
    kind: str
    labels: Sequence[str]
    codes: NDArray[np.uint16] | None
    strength: Bytes | None
    values: Bytes | None
    range: tuple[float, float] | None


@dataclass(frozen=True)
class Trajectory:
    """The path of a sequence, [first, end), on the map: the n steps from ``start`` on. NaN: not on the map."""

    sequence: int
    first: int
    end: int
    start: int
    coordinates: Floats
    codes: Ints | None
    confidence: Floats | None
    distances: Floats | None

    def __len__(self) -> int:
        return len(self.coordinates)


@dataclass(frozen=True)
class SequenceTable:
    """What is known of each of N sequences; sequence i is the steps ``bounds[i]`` … ``bounds[i + 1] − 1``.

    Attributes
    ----------
    bounds : ndarray of shape (N + 1,)
    texts : list of N str
    target, prediction : ndarray of shape (N,), or None
        Places of classes; −1: not known.
    confidence, settled, changes : ndarray of shape (N,), or None
    """

    bounds: Ints
    texts: Sequence[str]
    target: Ints | None
    prediction: Ints | None
    confidence: Floats | None
    settled: Ints | None
    changes: Ints | None

    def __len__(self) -> int:
        return len(self.texts)

    def target_of(self, sequence: int) -> int:
        """The place of the true class of a sequence; −1: not known."""
        return -1 if self.target is None else int(self.target[sequence])

    def prediction_of(self, sequence: int) -> int:
        """The place of the class that was said of a sequence; −1: not known."""
        return -1 if self.prediction is None else int(self.prediction[sequence])


@dataclass(frozen=True)
class SequenceView:
    """All that a figure is drawn from.

    Attributes
    ----------
    traits : mapping
        The traits of the explorer by name.
    output : mapping or None
        The description of the output track.
    words : Words or None
    points : Points or None
    colors : PointColors or None
    map_facts : mapping or None
        What is known of the map.
    trajectories : list of Trajectory
        The current one first.
    table : SequenceTable or None
    order : ndarray
        Numbers of the sequences that are shown.
    jumps : mapping or None
        How all jumps are spread.
    cause : mapping or None
        What the chosen jump was made of.
    matched : ndarray of shape (n, 2)
        The ranges of the matches of linked explorers.
    selected_steps : ndarray of int
    """

    traits: Mapping[str, Any]
    output: Mapping[str, Any] | None
    words: Words | None
    points: Points | None
    colors: PointColors | None
    map_facts: Mapping[str, Any] | None
    trajectories: Sequence[Trajectory]
    table: SequenceTable | None
    order: Ints
    jumps: Mapping[str, Any] | None
    cause: Mapping[str, Any] | None
    matched: Ints
    selected_steps: NDArray[np.int64]

    @property
    def classes(self) -> list[str]:
        """Names of the classes in the order of their places; of very many the first."""
        output = self.output or {}
        return [*output.get("labels", ()), *output.get("unexpected", ())]

    def class_name(self, place: int) -> str:
        """The name of a class; empty where it has none."""
        names = self.classes
        return names[place] if 0 <= place < len(names) else ""

    @property
    def current(self) -> Trajectory | None:
        """The path of the current sequence."""
        wanted = self.traits["sequence"]
        return next((each for each in self.trajectories if each.sequence == wanted), None)

    @property
    def pinned(self) -> list[Trajectory]:
        """The paths of the pinned sequences, without the current one."""
        by_number = {each.sequence: each for each in self.trajectories}
        numbers = [int(number) for number in self.traits["pinned_sequences"]]
        return [by_number[each] for each in numbers if each in by_number and each != self.traits["sequence"]]


def view_of(state: Mapping[str, Any]) -> SequenceView:
    """What is drawn, from the values of traits: what the page is sent, and what is chosen."""
    return SequenceView(
        traits=state,
        output=state["_output"],
        words=_words(state["_words"]),
        points=_points(state["_points"]),
        colors=_colors(state["_point_colors"]),
        map_facts=state["_map"],
        trajectories=[_trajectory(each) for each in state["_trajectories"] or ()],
        table=_table(state["_sequences"]),
        order=_numbers(state["_order"], "<i4"),
        jumps=state["_jumps"],
        cause=_found(state["jump"], state["_cause"]),
        matched=_ranges(state["_matches"]),
        selected_steps=np.asarray(state["selected_steps"], np.int64),
    )


def _numbers(sent: Any, dtype: str) -> NDArray[Any]:
    return np.frombuffer(b"" if sent is None else sent, dtype)


def _known(sent: Any, dtype: str) -> NDArray[Any] | None:
    return None if sent is None else np.frombuffer(sent, dtype)


def _words(sent: Mapping[str, Any] | None) -> Words | None:
    if sent is None:
        return None
    probabilities = _known(sent["probabilities"], "<f4")
    count = len(sent["words"])
    return Words(
        **{name: sent[name] for name in ("sequence", "first", "end", "start", "stop", "words")},
        distances=_known(sent["distances"], "<f4"),
        codes=_known(sent["codes"], "<i4"),
        confidence=_known(sent["confidence"], "<f4"),
        probabilities=None if probabilities is None else probabilities.reshape(count, -1 if count else 0),
    )


def _points(sent: Mapping[str, Any] | None) -> Points | None:
    if sent is None:
        return None
    steps = np.arange(sent["count"]) if sent["steps"] is None else _numbers(sent["steps"], "<i4").astype(np.int64)
    return Points(_numbers(sent["coordinates"], "<f4").reshape(-1, 2), steps)


def _colors(sent: Mapping[str, Any] | None) -> PointColors | None:
    if sent is None:
        return None
    low_high = sent["range"]
    return PointColors(
        by=sent["by"],
        kind=sent["kind"],
        labels=sent["labels"],
        codes=_known(sent["codes"], "<u2"),
        strength=_known(sent["strength"], "u1"),
        values=_known(sent["values"], "u1"),
        range=None if low_high is None else cast("tuple[float, float]", tuple(low_high)),
    )


def _trajectory(sent: Mapping[str, Any]) -> Trajectory:
    return Trajectory(
        **{name: sent[name] for name in ("sequence", "first", "end", "start")},
        coordinates=_numbers(sent["coordinates"], "<f4").reshape(-1, 2),
        codes=_known(sent["codes"], "<i4"),
        confidence=_known(sent["confidence"], "<f4"),
        distances=_known(sent["distances"], "<f4"),
    )


def _table(sent: Mapping[str, Any] | None) -> SequenceTable | None:
    if sent is None:
        return None
    return SequenceTable(
        bounds=_numbers(sent["bounds"], "<i4"),
        texts=sent["texts"],
        **{name: _known(sent.get(name), "<i4") for name in ("target", "prediction", "settled", "changes")},
        confidence=_known(sent.get("confidence"), "<f4"),
    )


def _found(jump: int | None, cause: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if jump is None or cause is None or cause["error"] else cause


def _ranges(sent: Mapping[str, Any] | None) -> Ints:
    if sent is None:
        return np.zeros((0, 2), np.int32)
    return np.column_stack([_numbers(sent["start"], "<i4"), _numbers(sent["stop"], "<i4")])
