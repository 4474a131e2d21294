"""Tracks, annotations of each time step: one label, one number, or k scored labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.texts import well_formed


class CategoricalTrack:
    """One label a step.

    Parameters
    ----------
    labels : sequence of T labels
        Text, or any object, which becomes its text. None or NaN: no label.

    Attributes
    ----------
    labels : tuple of str
        The distinct labels, the most frequent first (equally frequent ones by name).
    codes : ndarray of int32, shape (T,)
        For each step the place of its label in ``labels``, −1 for no label.
    counts : tuple of int
        The number of steps of each of ``labels``.
    """

    kind = "categorical"

    def __init__(self, labels: Any) -> None:
        _check_listed(labels, "labels")
        texts = [None if _is_missing(label) else str(label) for label in labels]
        counts = Counter(text for text in texts if text is not None)
        self.labels = tuple(sorted(counts, key=lambda label: (-counts[label], label)))
        self.counts = tuple(counts[label] for label in self.labels)
        place: dict[str | None, int] = {label: code for code, label in enumerate(self.labels)}
        self.codes: NDArray[np.int32] = np.array([place.get(text, -1) for text in texts], np.int32)

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, step: int) -> str | None: ...
    @overload
    def __getitem__(self, step: slice) -> list[str | None]: ...
    def __getitem__(self, step: int | slice) -> str | list[str | None] | None:
        if isinstance(step, slice):
            return [self._label(code) for code in self.codes[step].tolist()]
        return self._label(int(self.codes[step]))

    def _label(self, code: int) -> str | None:
        return self.labels[code] if code >= 0 else None


class ContinuousTrack:
    """One number a step.

    Parameters
    ----------
    values : array_like of T real numbers
        NaN: no value.
    value_range : (float, float), optional
        The range of the colours, low < high; values beyond it are drawn like its ends. By default that of the values.

    Attributes
    ----------
    values : ndarray of float64, shape (T,)
    value_range : (float, float) or None
        As given, or else the least and greatest finite value; None if there is none.
    is_binary : bool
        Whether every value is 0, 1 or NaN.
    """

    kind = "continuous"

    def __init__(self, values: ArrayLike, value_range: tuple[float, float] | None = None) -> None:
        given = np.asarray(values)
        if given.ndim != 1 or given.dtype.kind not in "fiub":
            msg = f"values must be T real numbers; got an array of shape {given.shape} and dtype {given.dtype}"
            raise TypeError(msg)
        self.values: NDArray[np.float64] = given.astype(np.float64)
        found = finite_range(self.values)
        self.value_range = found if value_range is None else _checked_range(value_range)
        binary = (self.values == 0) | (self.values == 1) | np.isnan(self.values)
        self.is_binary = found is not None and bool(binary.all())

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, step: int) -> float:
        return float(self.values[step])


class TopKTrack:
    """k scored labels a step, such as a model's predictions with their probabilities.

    Parameters
    ----------
    labels : array_like of str, shape (T, k)
    scores : array_like of float, shape (T, k)

    Attributes
    ----------
    labels : ndarray of str objects, shape (T, k)
    scores : ndarray of float64, shape (T, k)
    score_range : (float, float) or None
        The least and greatest finite score; None if there is none.
    """

    kind = "top-k"

    def __init__(self, labels: Any, scores: ArrayLike) -> None:
        self.labels: NDArray[np.object_] = np.asarray(labels, dtype=object)
        self.scores: NDArray[np.float64] = np.asarray(scores, dtype=np.float64)
        if self.labels.ndim != 2 or self.labels.shape != self.scores.shape:
            msg = f"labels and scores must both have the shape (T, k); got {self.labels.shape} and {self.scores.shape}"
            raise ValueError(msg)
        self.score_range = finite_range(self.scores)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, step: int) -> list[tuple[str, float]]:
        return [(str(label), float(score)) for label, score in zip(self.labels[step], self.scores[step], strict=True)]


Track = CategoricalTrack | ContinuousTrack | TopKTrack


def checked_track(name: Any, values: Any, entries: int, each: str) -> Track:
    """``values`` as a track of ``entries`` entries, one for ``each`` step or row; an error names the track."""
    if not isinstance(name, str):
        msg = f"a track's name must be text; got {name!r}"
        raise TypeError(msg)
    try:
        track = as_track(values)
    except (TypeError, ValueError) as error:
        msg = f"track {name!r}: {error}"
        raise type(error)(msg) from error
    if len(track) != entries:
        msg = f"track {name!r} must have {entries} entries, one {each}; it has {len(track)}"
        raise ValueError(msg)
    return track


def as_track(values: Any) -> Track:
    """The track itself, T numbers as a `ContinuousTrack`, or T labels as a `CategoricalTrack`."""
    if isinstance(values, CategoricalTrack | ContinuousTrack | TopKTrack):
        return values
    _check_listed(values, "a track")
    values = values[:] if hasattr(values, "dtype") else list(values)
    if np.ndim(values) == 1 and np.asarray(values).dtype.kind in "fiub":
        return ContinuousTrack(values)
    return CategoricalTrack(values)


def part_of(track: Track, start: int, stop: int) -> Track:
    """The steps [start, stop) of a track, as a track."""
    if isinstance(track, ContinuousTrack):
        return ContinuousTrack(track.values[start:stop])
    if isinstance(track, CategoricalTrack):
        return CategoricalTrack(track[start:stop])
    return TopKTrack(track.labels[start:stop], track.scores[start:stop])


class Tracks(MutableMapping[str, Track]):
    """The tracks of an explorer by name, in the order in which they were added.

    A track that is assigned must have the right length. ``changed`` is called after each change.
    """

    def __init__(self, tracks: Mapping[str, Any] | None, steps: int, changed: Callable[[], None]) -> None:
        self._steps = steps
        self._changed: Callable[[], None] = lambda: None
        self._tracks: dict[str, Track] = {}
        if tracks is not None and not isinstance(tracks, Mapping):
            msg = f"tracks must be a mapping of name to track; got {type(tracks).__name__}"
            raise TypeError(msg)
        self.update(tracks or {})
        self._changed = changed

    def __getitem__(self, name: str) -> Track:
        return self._tracks[name]

    def __setitem__(self, name: str, values: Any) -> None:
        track = checked_track(name, values, self._steps, "a time step of the states")
        self._tracks[name] = track
        self._changed()

    def __delitem__(self, name: str) -> None:
        del self._tracks[name]
        self._changed()

    def __iter__(self) -> Iterator[str]:
        return iter(self._tracks)

    def __len__(self) -> int:
        return len(self._tracks)

    def __repr__(self) -> str:
        return well_formed(f"Tracks({', '.join(f'{name}: {track.kind}' for name, track in self.items())})")


def finite_range(values: NDArray[np.float64]) -> tuple[float, float] | None:
    """The least and greatest finite value; None if there is none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else None


def _checked_range(value_range: tuple[float, float]) -> tuple[float, float]:
    low, high = map(float, value_range)
    if not (np.isfinite([low, high]).all() and low < high):
        msg = f"value_range must be two finite numbers, the lower one first; got {value_range}"
        raise ValueError(msg)
    return low, high


def _check_listed(values: Any, what: str) -> None:
    if isinstance(values, str | bytes | Mapping) or not hasattr(values, "__iter__") or not hasattr(values, "__len__"):
        msg = f"{what} must be a sequence with one entry a time step; got {type(values).__name__}"
        raise TypeError(msg)


def _is_missing(label: Any) -> bool:
    if label is None:
        return True
    try:
        return bool(label != label)  # noqa: PLR0124  (NaN differs from itself)
    except TypeError:  # the NA of pandas can't be compared
        return True
