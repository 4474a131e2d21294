"""Tracks, annotations of each time step: one label, one number, or k scored labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief, few
from lstmvis_widget.given.coded import CodedLabels, taken
from lstmvis_widget.given.columns import coded_labels, numbers_of, numbers_or_labels
from lstmvis_widget.given.numbers import checked_float
from lstmvis_widget.given.tables import columns_of, is_table
from lstmvis_widget.given.texts import well_formed


class CategoricalTrack:
    """One label a step.

    Parameters
    ----------
    labels : sequence of T labels
        Text, bytes (read as UTF-8), numbers, or any objects, which become their text: in a list, an array, a tensor, or
        a column of a data frame. Use it for classes that are numbers, as `as_track` takes these as continuous. None,
        NaN, NA, null or masked: no label.

    Attributes
    ----------
    labels : tuple of str
        The distinct labels, the most frequent first (equally frequent ones by name).
    codes : ndarray of int32, shape (T,)
        For each step the place of its label in ``labels``, −1 for no label.
    counts : tuple of int
        The number of steps of each of ``labels``.

    Examples
    --------
    Part-of-speech tags of a sentence; the most frequent label comes first:

    >>> from lstmvis_widget import CategoricalTrack
    >>> track = CategoricalTrack(["DET", "NOUN", "VERB", "DET", "NOUN", None])
    >>> track.labels, track.counts
    (('DET', 'NOUN', 'VERB'), (2, 2, 1))
    >>> track.codes
    array([ 0,  1,  2,  0,  1, -1], dtype=int32)

    Numbers that are names of classes:

    >>> CategoricalTrack([3, 3, 10]).labels
    ('3', '10')
    """

    kind = "categorical"

    def __init__(self, labels: Any) -> None:
        coded = coded_labels(labels, "labels")
        counts = np.bincount(np.reshape(coded.codes, -1) + 1, minlength=len(coded.names) + 1)[1:]
        by_name = np.array(sorted(range(len(counts)), key=coded.names.__getitem__), np.int64)
        order = by_name[np.argsort(-counts[by_name], kind="stable")]
        order = order[counts[order] > 0]
        self.labels = tuple(coded.names[place] for place in order.tolist())
        self.counts = tuple(counts[order].tolist())
        code = np.zeros(len(counts), np.int32)
        code[order] = np.arange(len(order), dtype=np.int32)
        self.codes: NDArray[np.int32] = taken(code, coded.codes)

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, step: int) -> str | None: ...
    @overload
    def __getitem__(self, step: slice) -> list[str | None]: ...
    def __getitem__(self, step: int | slice) -> str | list[str | None] | None:
        if isinstance(step, slice):
            texts: list[str | None] = CodedLabels(self.labels, self.codes[step]).texts().tolist()
            return texts
        code = int(self.codes[step])
        return self.labels[code] if code >= 0 else None

    def __repr__(self) -> str:
        return well_formed(f"CategoricalTrack({len(self):,} steps, {len(self.labels):,} labels: {few(self.labels)})")

    def part(self, start: int, stop: int) -> CategoricalTrack:
        """The steps [start, stop), as a track.

        Parameters
        ----------
        start, stop : int
            Half-open range, 0 ≤ start ≤ stop ≤ T.

        Returns
        -------
        CategoricalTrack
            Of stop − start steps.

        Examples
        --------
        The labels of two steps:

        >>> from lstmvis_widget import CategoricalTrack
        >>> CategoricalTrack(["DET", "NOUN", "VERB", "DET"]).part(1, 3).labels
        ('NOUN', 'VERB')
        """
        return CategoricalTrack(CodedLabels(self.labels, self.codes[start:stop]))


class ContinuousTrack:
    """One number a step.

    Parameters
    ----------
    values : array_like of T real numbers
        Of any library and dtype, booleans too. NaN, None, NA, null or masked: no value.
    value_range : (float, float), optional
        The range of the colours, low < high; values beyond it are drawn like its ends. By default that of the values.

    Attributes
    ----------
    values : ndarray of float64, shape (T,)
        The number of each step; NaN where there is none.
    value_range : (float, float) or None
        As given, or else the least and greatest finite value; None if there is none.
    is_binary : bool
        Whether every value is 0, 1 or NaN.

    Examples
    --------
    Probabilities whose colours run from 0 to 1, although the values don't reach so far:

    >>> from lstmvis_widget import ContinuousTrack, StateExplorer
    >>> track = ContinuousTrack([0.2, 0.5, None], value_range=(0, 1))
    >>> track.values
    array([0.2, 0.5, nan])
    >>> explorer = StateExplorer([[0.1], [0.4], [0.9]], ["a", "b", "c"], tracks={"p": track})
    >>> explorer.tracks["p"].value_range
    (0.0, 1.0)
    """

    kind = "continuous"

    def __init__(self, values: ArrayLike, value_range: tuple[float, float] | None = None) -> None:
        self.values: NDArray[np.float64] = numbers_of(values, "values")
        found = finite_range(self.values)
        self.value_range = found if value_range is None else _checked_range(value_range)
        binary = (self.values == 0) | (self.values == 1) | np.isnan(self.values)
        self.is_binary = found is not None and bool(binary.all())

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, step: int) -> float:
        return float(self.values[step])

    def __repr__(self) -> str:
        found = "no values" if self.value_range is None else "{:.6g} to {:.6g}".format(*self.value_range)
        return f"ContinuousTrack({len(self):,} steps, {found})"

    def part(self, start: int, stop: int) -> ContinuousTrack:
        """The steps [start, stop), as a track.

        Parameters
        ----------
        start, stop : int
            Half-open range, 0 ≤ start ≤ stop ≤ T.

        Returns
        -------
        ContinuousTrack
            Of stop − start steps.

        Examples
        --------
        The numbers of two steps:

        >>> from lstmvis_widget import ContinuousTrack
        >>> ContinuousTrack([0.2, 0.5, 0.9, 0.1]).part(1, 3).values
        array([0.5, 0.9])
        """
        return ContinuousTrack(self.values[start:stop])


class TopKTrack:
    """Some scored labels a step, k of them, such as a model's predictions with their probabilities.

    Parameters
    ----------
    labels : array_like of str, shape (T, k)
        Read as those of a `CategoricalTrack`; a missing label is empty.
    scores : array_like of float, shape (T, k)
        Of any library and dtype; NaN, NA, null or masked: no score.

    Attributes
    ----------
    labels : ndarray of str objects, shape (T, k)
        The labels of each step, as they were given.
    scores : ndarray of float64, shape (T, k)
        Their scores; NaN where there is none.
    score_range : (float, float) or None
        The least and greatest finite score; None if there is none.

    Examples
    --------
    The two likeliest next words after each of two steps, with their probabilities:

    >>> from lstmvis_widget import TopKTrack
    >>> track = TopKTrack([["cat", "dog"], ["sat", "ran"]], [[0.6, 0.1], [0.3, 0.2]])
    >>> track.labels[1].tolist(), track.score_range
    (['sat', 'ran'], (0.1, 0.6))
    """

    kind = "top-k"

    def __init__(self, labels: Any, scores: ArrayLike) -> None:
        self.labels: NDArray[np.object_] = _label_rows(labels)
        self.scores: NDArray[np.float64] = _score_rows(scores)
        if self.labels.ndim != 2 or self.labels.shape != self.scores.shape:
            msg = f"labels and scores must both have the shape (T, k); got {self.labels.shape} and {self.scores.shape}"
            raise ValueError(msg)
        self.score_range = finite_range(self.scores)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, step: int) -> list[tuple[str, float]]:
        return [(str(label), float(score)) for label, score in zip(self.labels[step], self.scores[step], strict=True)]

    def __repr__(self) -> str:
        return f"TopKTrack({len(self):,} steps, {self.labels.shape[1]} labels each)"

    def part(self, start: int, stop: int) -> TopKTrack:
        """The steps [start, stop), as a track.

        Parameters
        ----------
        start, stop : int
            Half-open range, 0 ≤ start ≤ stop ≤ T.

        Returns
        -------
        TopKTrack
            Of stop − start steps.

        Examples
        --------
        What a model expects after each word of "a little bottle":

        >>> from lstmvis_widget.datasets import load_alice
        >>> guesses = load_alice().tracks["next"].part(1678, 1681)
        >>> guesses.labels.tolist()
        [['little', '<unk>', 'great'], ['<unk>', 'way', 'man'], ['of', ',', 'and']]
        """
        return TopKTrack(self.labels[start:stop], self.scores[start:stop])


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
    """The track that a column of T entries makes: this decides it for every way by which tracks come in.

    | given | track |
    | --- | --- |
    | `CategoricalTrack`, `ContinuousTrack`, `TopKTrack`, `OutputTrack` | itself |
    | numbers: a list, an array, a tensor, a column of pandas, polars or pyarrow, an h5py dataset | continuous |
    | booleans | continuous, 0 and 1 |
    | text, bytes, other objects | categorical: their text |
    | columns of a categorical dtype, enumerations of HDF5 or of Python | categorical, even if categories are numbers |
    | a column of shape (T, 1) or (1, T), or a table of one column | its T entries |
    | several entries a step | refused: give a track a column, a `TopKTrack`, or an `OutputTrack` |

    `numbers_or_labels` has the rest of the table. Missing entries, in any library's form, are NaN or no label. Classes
    that are numbers become labels by ``CategoricalTrack(numbers)``.

    Raises
    ------
    TypeError
        The values are no list of entries, or entries are neither numbers nor labels.
    """
    if isinstance(values, CategoricalTrack | ContinuousTrack | TopKTrack):
        return values
    found = numbers_or_labels(values, "a track")
    return CategoricalTrack(found) if isinstance(found, CodedLabels) else ContinuousTrack(found)


def named_columns(tracks: Any) -> Mapping[Any, Any]:
    """Tracks by name: a mapping as it is, a table as its columns.

    Raises
    ------
    TypeError
        It is neither.
    KeyError
        Several columns have the same name.
    """
    if isinstance(tracks, Mapping):
        return tracks
    if not is_table(tracks):
        msg = (
            f"tracks must be a mapping of name to track, or a data frame; got {type(tracks).__name__}, {brief(tracks)}"
        )
        raise TypeError(msg)
    return {str(name): column for name, column in columns_of(tracks).items()}


class Tracks(MutableMapping[str, Track]):
    """The tracks of an explorer by name, in the order in which they were added.

    What is assigned is read by `as_track`, and must have the right length. ``changed`` is called after each change.
    ``opened`` is given the values before they are read, and may open what is a path. ``fits`` raises ValueError where a
    track doesn't fit the other data.
    """

    def __init__(
        self,
        tracks: Any,
        steps: int,
        changed: Callable[[], None],
        opened: Callable[[Any], Any] = lambda values: values,
        fits: Callable[[Track], object] = lambda _: None,
    ) -> None:
        self._steps, self._opened, self._fits = steps, opened, fits
        self._changed: Callable[[], None] = lambda: None
        self._tracks: dict[str, Track] = {}
        self.update({} if tracks is None else named_columns(tracks))
        self._changed = changed

    def __getitem__(self, name: str) -> Track:
        return self._tracks[name]

    def __setitem__(self, name: str, values: Any) -> None:
        track = checked_track(name, self._opened(values), self._steps, "a time step of the states")
        try:
            self._fits(track)
        except ValueError as error:
            msg = f"track {name!r}: {error}"
            raise ValueError(msg) from error
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
    try:
        ends = list(value_range)
        low, high = (checked_float("value_range", end) for end in ends)
    except (TypeError, ValueError):
        low = high = 0.0
    if not low < high:
        msg = f"value_range must be two finite numbers, the lower one first; got {brief(value_range)}"
        raise ValueError(msg)
    return low, high


def _label_rows(labels: Any) -> NDArray[np.object_]:
    """Texts of shape (T, k), "" for missing ones; of any other shape as they are, for the message."""
    if isinstance(labels, CodedLabels):
        return labels.texts("")
    given = as_numpy(labels) if hasattr(labels, "__array__") else np.array(list(labels), object)
    if given.ndim != 2:
        return np.empty(given.shape, object)
    return coded_labels(given.reshape(-1), "labels").texts("").reshape(given.shape)


def _score_rows(scores: Any) -> NDArray[np.float64]:
    given = as_numpy(scores)
    return numbers_of(given.reshape(-1), "scores").reshape(given.shape)
