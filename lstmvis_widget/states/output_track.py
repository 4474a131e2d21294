"""What a model expects at each step: a track of the scores of all classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief, few
from lstmvis_widget.given.coded import taken
from lstmvis_widget.given.columns import Entries, coded_labels, entries_of, labels_of, numbers_of
from lstmvis_widget.given.texts import well_formed
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tracks import CategoricalTrack, ContinuousTrack, Track
from lstmvis_widget.work.cancelling import Check, Report, never_cancelled, not_reported
from lstmvis_widget.work.internal import for_the_package

from .sources import States, as_states

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]

TOLERANCE = 1e-3
"""How far the probabilities of a step may be from a sum of 1, and from the range 0…1; those in half precision more."""

HALF_TOLERANCE = 1e-2

CHECKED = 256
"""Steps whose scores are held against what a file says of them when it is opened."""

UNKNOWN = -1
"""The code of a target that isn't known, as that of a missing label."""


class OutputTrack(CategoricalTrack):
    """What a model expects at each step: the probability of each class, from the model's own output.

    As a track of labels it has the class that is expected at each step, the one with the highest score (of equal ones
    the first). So it colours words and matches, and statistics take it as they take labels.

    Parameters
    ----------
    scores : array_like of shape (T, C) or (T,), or path
        Row t: the scores of the C classes after reading token t, 0…1, which sum to 1. In memory, or in a file as
        ``"file.h5::group/dataset"``: anything of shape (T, C) that `States` takes; it is read as needed. Of shape (T,):
        the probability of the second of two classes.
    classes : sequence of C labels
        Different names of the classes, at least two, in the order of the columns.
    targets : sequence of N or T labels or int, optional
        The true class of each sequence, or of each step: names, or whole numbers, which are places in ``classes``
        (where ``classes`` are numbers themselves: these numbers). None or NaN: not known. Also a `CategoricalTrack` of
        names, or a `ContinuousTrack` of whole numbers.
    logits : bool, default False
        Whether the scores are logits: real numbers, whose softmax (of shape (T,): whose logistic function) is taken.
    check, progress : callable, optional
        Called now and then while all scores are read once: ``check`` may raise to end it, ``progress`` gets the share
        done, 0…1.

    Attributes
    ----------
    classes : tuple of str
        In the order of the columns.
    labels, codes, counts
        The expected classes as the labels of a `CategoricalTrack`: the most frequent first.
    expected : ndarray of int32, shape (T,)
        The column of the class that is expected at each step.
    confidence : ndarray of float32, shape (T,)
        Its probability.
    order : ndarray of int64, shape (C,)
        The columns of ``labels``, then the columns of classes that are never expected.
    targets : ndarray of int32, shape (N,) or (T,), or None
        Columns of the true classes, −1 where that isn't known.

    Raises
    ------
    TypeError, ValueError
        Shapes, names or targets don't fit; or the scores of a step, which the message names, aren't probabilities.
    OSError
        The scores can't be read.

    References
    ----------
    R. Garcia, T. Munz, D. Weiskopf: Visual analytics tool for the interpretation of hidden states in recurrent neural
    networks (2021).

    Examples
    --------
    After "not" a model of moods changes its mind, and is right in the end:

    >>> from lstmvis_widget import OutputTrack, sequence_table
    >>> track = OutputTrack([[0.4, 0.6], [0.8, 0.2], [0.9, 0.1]], ["bad", "good"], targets=["bad"])
    >>> track[:3], track.confidence.tolist()
    (['good', 'bad', 'bad'], [0.6000000238418579, 0.800000011920929, 0.8999999761581421])
    >>> sequence_table(track, [3])[["prediction", "correct", "settled"]]
      prediction  correct  settled
    0        bad     True        1
    """

    kind = "output"

    def __init__(
        self,
        scores: Any,
        classes: Any,
        targets: Any = None,
        *,
        logits: bool = False,
        check: Check = never_cancelled,
        progress: Report = not_reported,
    ) -> None:
        self.classes = _class_names(classes)
        self.logits = bool(logits)
        self._begin(scores)
        steps = len(self._scores)
        expected: Codes = np.zeros(steps, np.int32)
        confidence: NDArray[np.float32] = np.zeros(steps, np.float32)
        for start, stop in self._scores.blocks():
            check()
            rows = self.probabilities(start, stop)
            expected[start:stop] = rows.argmax(axis=1)
            confidence[start:stop] = rows.max(axis=1)
            progress(stop / steps)
        self._sum_up(expected, confidence)
        self.targets = None if targets is None else _target_codes(targets, classes, self.classes)

    @classmethod
    @for_the_package
    def of_file(
        cls, scores: Any, classes: Any, *, logits: bool, expected: NDArray[Any], confidence: NDArray[Any]
    ) -> Self:
        """A track whose file keeps what is expected at each step: its scores are read only where they are shown.

        Parameters
        ----------
        scores, classes, logits
            As of the class.
        expected : ndarray of int, shape (T,)
        confidence : ndarray of float, shape (T,)

        Raises
        ------
        ValueError
            They don't fit the scores.
        """
        track = cls.__new__(cls)
        track.classes, track.logits = _class_names(classes), logits
        track._begin(scores)  # noqa: SLF001  (of the same class)
        track.targets = None
        count, steps = len(track.classes), len(track)
        if expected.shape != (steps,) or (steps and not 0 <= expected.min() <= expected.max() < count):
            raise ValueError(f"'expected' must hold {steps} columns, 0…{count - 1}")
        if confidence.shape != (steps,) or not ((confidence >= 0) & (confidence <= 1)).all():
            raise ValueError(f"'confidence' must hold {steps} probabilities, 0…1")
        first = track.probabilities(0, min(steps, CHECKED))
        wrong = np.flatnonzero(first.argmax(axis=1) != expected[: len(first)])
        if len(wrong):
            raise ValueError(f"'expected' must hold the column with the highest score; that of step {wrong[0]} isn't")
        track._sum_up(expected.astype(np.int32), confidence.astype(np.float32))  # noqa: SLF001
        return track

    def __len__(self) -> int:
        return len(self._scores)

    def _begin(self, scores: Any) -> None:
        self._scores, self._is_single = _score_rows(scores, len(self.classes))
        self._tolerance = HALF_TOLERANCE if self._scores.dtype == np.float16 else TOLERANCE

    def _sum_up(self, expected: Codes, confidence: NDArray[np.float32]) -> None:
        """Keep what is expected, and which classes are."""
        self.expected, self.confidence = expected, confidence
        found = np.bincount(self.expected, minlength=len(self.classes)).tolist()
        order = sorted(np.flatnonzero(found).tolist(), key=lambda place: (-found[place], self.classes[place]))
        self.labels = tuple(self.classes[place] for place in order)
        self.counts = tuple(found[place] for place in order)
        nowhere = [place for place in range(len(self.classes)) if not found[place]]
        self.order: NDArray[np.int64] = np.array(order + nowhere, np.int64)
        codes = np.full(len(self.classes), -1, np.int32)
        codes[order] = np.arange(len(order))
        self.codes: Codes = codes[self.expected]

    def __repr__(self) -> str:
        known = "" if self.targets is None else f", {len(self.targets):,} targets"
        classes = f"{len(self.classes):,} classes: {few(self.classes)}"
        return well_formed(f"OutputTrack({len(self):,} steps{known}, {classes})")

    def probabilities(self, start: int, stop: int) -> Floats:
        """The probabilities of all classes at the steps [start, stop).

        Parameters
        ----------
        start, stop : int
            Half-open range, 0 ≤ start ≤ stop ≤ T.

        Returns
        -------
        float array of shape (stop − start, C)
            In the order of `classes`; each row sums to 1.

        Raises
        ------
        ValueError
            The scores of a step aren't probabilities, or are NaN.
        OSError
            The scores can't be read.

        Examples
        --------
        How sure is a model of the era of a paragraph, after its first two words?

        >>> from lstmvis_widget.datasets import load_addresses
        >>> era = load_addresses().tracks["era"]
        >>> era.classes
        ('1790-1844', '1845-1889', '1890-1924', '1925-1969', '1970-2026')
        >>> era.probabilities(0, 2).round(2)
        array([[0.14, 0.22, 0.2 , 0.23, 0.21],
               [0.23, 0.45, 0.21, 0.08, 0.04]])
        """
        rows = self._scores.read(start, stop).astype(np.float64)
        self._check_finite(rows, start)
        if self.logits:
            return _logistic(rows) if self._is_single else _softmax(rows)
        if self._is_single:
            rows = np.concatenate([1 - rows, rows], axis=1)
        beyond = ((rows < -self._tolerance) | (rows > 1 + self._tolerance)).any(axis=1)
        sums = rows.sum(axis=1)
        wrong = np.flatnonzero(beyond | (np.abs(sums - 1) > self._tolerance))
        if len(wrong):
            step, row = start + int(wrong[0]), rows[wrong[0]]
            what = (
                f"has {row[1]:.4g}"
                if self._is_single
                else f"has values from {row.min():.4g} to {row.max():.4g}, with a sum of {sums[wrong[0]]:.4g}"
            )
            raise ValueError(
                f"scores must be probabilities, 0…1, which sum to 1 at each step; step {step} {what}. "
                "For logits give logits=True"
            )
        return np.clip(rows, 0.0, 1.0)

    def scores(self, start: int, stop: int) -> NDArray[Any]:
        """The scores of the steps [start, stop) as they were given.

        Parameters
        ----------
        start, stop : int
            Half-open range, 0 ≤ start ≤ stop ≤ T.

        Returns
        -------
        array of shape (stop − start, C), or (stop − start, 1)
            One column where only the second of two classes has a score.

        Raises
        ------
        OSError
            They can't be read.

        Examples
        --------
        Logits stay as they were given; `probabilities` are their softmax:

        >>> from lstmvis_widget import OutputTrack
        >>> track = OutputTrack([[0.0, 2.0], [1.0, -1.0]], ["bad", "good"], logits=True)
        >>> track.scores(0, 2)
        array([[ 0.,  2.],
               [ 1., -1.]])
        >>> track.probabilities(0, 2).round(2)
        array([[0.12, 0.88],
               [0.88, 0.12]])
        """
        return self._scores.read(start, stop)

    @property
    @for_the_package
    def targets_are_by_step(self) -> bool:
        """Whether there is a target for each step, not for each sequence."""
        return self.targets is not None and len(self.targets) == len(self)

    def part(self, start: int, stop: int) -> OutputTrack:
        """The steps [start, stop) in memory, as a track, with their targets if these are by step.

        Parameters
        ----------
        start, stop : int
            Half-open range, 0 ≤ start ≤ stop ≤ T.

        Returns
        -------
        OutputTrack
            Of stop − start steps.

        Examples
        --------
        What a model expects in the first of 400 paragraphs:

        >>> from lstmvis_widget.datasets import load_addresses
        >>> addresses = load_addresses()
        >>> first = addresses.tracks["era"].part(0, addresses.sequences[0])
        >>> len(first), first[:2]
        (118, ['1925-1969', '1845-1889'])
        """
        targets = self.targets[start:stop] if self.targets is not None and self.targets_are_by_step else None
        part = OutputTrack(self.scores(start, stop), self.classes, logits=self.logits)
        if targets is not None:
            part.set_targets(targets)
        return part

    @for_the_package
    def targets_within(self, start: int, stop: int, sequences: Sequences) -> Codes:
        """The targets of the steps [start, stop), −1 where there is none; those of sequences at their last steps."""
        shown = np.full(stop - start, UNKNOWN, np.int32)
        if self.targets is None:
            return shown
        if self.targets_are_by_step:
            return self.targets[start:stop]
        last = sequences.bounds[1:] - 1
        inside = (last >= start) & (last < stop)
        shown[last[inside] - start] = self.targets[inside]
        return shown

    @for_the_package
    def set_targets(self, places: Any) -> None:
        """Set the true classes, as columns; −1 where one isn't known.

        Raises
        ------
        ValueError
            A number is no column.
        """
        wrong = np.flatnonzero((places < UNKNOWN) | (places >= len(self.classes)))
        if len(wrong):
            raise ValueError(
                f"targets must be columns 0…{len(self.classes) - 1}, or −1 where not known; target {wrong[0]} is "
                f"{places[wrong[0]]}"
            )
        self.targets = np.asarray(places, np.int32)

    def close(self) -> None:
        """Close the file of the scores, if it was opened here; a second time does nothing.

        Examples
        --------
        Scores in a file are read as they are needed, until it is closed:

        >>> from lstmvis_widget import OutputTrack, StateExplorer, save_states
        >>> track = OutputTrack([[0.4, 0.6], [0.8, 0.2]], ["bad", "good"])
        >>> _ = save_states("moods.h5", [[0.1], [0.9]], tracks={"mood": track})
        >>> again = OutputTrack("moods.h5::tracks/mood/scores", ["bad", "good"])
        >>> again[:2]
        ['good', 'bad']
        >>> again.close()
        """
        self._scores.close()

    def _check_finite(self, rows: Floats, start: int) -> None:
        wrong = np.flatnonzero(~np.isfinite(rows).all(axis=1))
        if len(wrong):
            raise ValueError(f"scores must be finite numbers; those of step {start + int(wrong[0])} aren't")

    @for_the_package
    def target_of_each(self, sequences: Sequences) -> Codes | None:
        """The target of each sequence, as the column of its class; −1 where it isn't known; None without targets.

        Of targets by step, that of the last step.

        Raises
        ------
        ValueError
            There are neither as many targets as sequences nor as many as steps.
        """
        if self.targets is None:
            return None
        check_target_count(len(self.targets), sequences)
        if len(self.targets) == len(sequences):
            return self.targets
        by_step: Codes = self.targets[sequences.bounds[1:] - 1]
        return by_step


def check_target_count(count: int, sequences: Sequences) -> None:
    """Raise ValueError where so many targets are neither by sequence nor by step."""
    steps = int(sequences.bounds[-1])
    if count not in {len(sequences), steps}:
        raise ValueError(
            f"targets must be one for each of the {len(sequences)} sequences, or one for each of the {steps} time "
            f"steps; there are {count}"
        )


def check_targets(track: Track, sequences: Sequences) -> None:
    """Raise ValueError where the targets of an `OutputTrack` are neither by sequence nor by step."""
    if isinstance(track, OutputTrack):
        track.target_of_each(sequences)


def _class_names(classes: Any) -> tuple[str, ...]:
    _check_listed(classes, "classes must be the names of the classes in the order of the columns")
    names = labels_of(classes, "classes")
    if None in names:
        raise ValueError(f"each class needs a name; class {names.index(None)} has none")
    known = tuple(str(name) for name in names)
    if len(known) < 2:
        raise ValueError(f"there must be at least two classes; got {len(known)}: {brief(classes)}")
    if len(set(known)) < len(known):
        twice = next(name for name, number in Counter(known).items() if number > 1)
        raise ValueError(f"the names of the classes must differ; {twice!r} is there more than once")
    return known


def _check_listed(values: Any, what: str) -> None:
    if isinstance(values, str | bytes) or not (isinstance(values, Iterable) or hasattr(values, "__array__")):
        raise TypeError(f"{what}; got {type(values).__name__}, {brief(values)}")


def _score_rows(scores: Any, classes: int) -> tuple[States, bool]:
    """The scores by rows, and whether there is one column for two classes."""
    if not isinstance(scores, States):
        shape = getattr(scores, "shape", None)
        if shape is None and isinstance(scores, list | tuple):
            scores = as_numpy(scores)
            shape = scores.shape
        if shape is not None and len(shape) == 1:
            scores = numbers_of(scores, "scores")[:, None]
    rows = as_states(scores)
    columns = rows.shape[1]
    single = columns == 1 and classes == 2
    if columns != classes and not single:
        raise ValueError(
            f"scores must have a column for each of the {classes} classes, shape (T, {classes})"
            f"{' or (T,)' if classes == 2 else ''}; got shape {rows.shape}"
        )
    return rows, single


def _target_codes(targets: Any, classes: Any, names: tuple[str, ...]) -> Codes:
    """The place of each target among the classes."""
    if isinstance(targets, CategoricalTrack):
        targets = targets[:]
    elif isinstance(targets, ContinuousTrack):
        targets = targets.values
    _check_listed(targets, "targets must be the true classes, one for each sequence or for each time step")
    given = entries_of(targets, "targets")
    are_places = not given.is_categorical and _are_numbers(given) and not _are_numbers(entries_of(classes, "classes"))
    if are_places:
        numbers = numbers_of(given, "targets")
        known = ~np.isnan(numbers)
        wrong = known & ~((numbers >= 0) & (numbers < len(names)) & (numbers == np.trunc(numbers)))
        if wrong.any():
            place = int(np.flatnonzero(wrong)[0])
            raise ValueError(
                f"targets must be names of classes, or their places 0…{len(names) - 1}; target {place} is "
                f"{numbers[place]:g}"
            )
        return np.where(known, numbers, UNKNOWN).astype(np.int32)
    place_of = {name: place for place, name in enumerate(names)}
    labels = coded_labels(given, "targets")
    others = [place for place, name in enumerate(labels.names) if name not in place_of]
    if others:
        target = int(np.flatnonzero(np.isin(labels.codes, others))[0])
        text = labels.names[int(labels.codes[target])]
        raise ValueError(f"targets must be among the classes, {brief(list(names))}; target {target} is {brief(text)}")
    return taken([place_of[name] for name in labels.names], labels.codes)


def _are_numbers(entries: Entries) -> bool:
    """Whether the entries, of which some may be missing, are numbers."""
    if entries.kind in "fiub":
        return True
    try:
        return entries.kind == "O" and bool(np.isfinite(numbers_of(entries, "numbers")).any())
    except TypeError:
        return False


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    softmax: Floats = powers / powers.sum(axis=1, keepdims=True)
    return softmax


def _logistic(logits: Floats) -> Floats:
    """The probabilities of two classes from the logit of the second."""
    return _softmax(np.concatenate([np.zeros_like(logits), logits], axis=1))
