"""How well all cells together, the best cell, and the tokens alone tell the labels or numbers of a track."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.numbers import checked_int
from lstmvis_widget.given.places import reduced_at
from lstmvis_widget.timeline.labels import MISSING, OTHER, as_labels
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens, tokens_of
from lstmvis_widget.timeline.tracks import ContinuousTrack, Track, as_track
from lstmvis_widget.work.cancelling import Check, never_cancelled, part
from lstmvis_widget.work.extras import import_extra
from lstmvis_widget.work.showing import Progress, shown
from lstmvis_widget.work.small_products import one_blas_thread

from .counted_steps import counted_only, mask_of
from .explored import explored
from .held_out_folds import finite_rows, folds_of, some_steps, standardised

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

READING = 0.3
"""Share of the work that is reading the states."""

RESAMPLED = 1000
"""Draws for an interval."""

STRETCHES = 50
"""Stretches of the text that are drawn anew for an interval, where there are fewer sequences than that."""

PREVIOUS = 2
"""Tokens before the step that "previous tokens" has, besides that of the step."""


def probe(
    states: Any,
    track: Any,
    *,
    tokens: Any = None,
    vocabulary: Any = None,
    where: Any = None,
    sequences: ArrayLike | None = None,
    folds: int = 5,
    max_steps: int = 10_000,
    confidence: float = 0.95,
    seed: int = 0,
    check: Check = never_cancelled,
    progress: Progress = None,
) -> pd.DataFrame:
    """What all cells together know of a track, beside the best single cell, the tokens alone, and a guess.

    Each kind of features trains the same linear model on the same folds: logistic regression with balanced classes for
    labels, ridge regression for numbers.

    Parameters
    ----------
    states : array_like of shape (T, D), or explorer
        Or anything else that `States` takes. Of an explorer the active layer is taken, its sequences, and its tokens.
        Cells without any finite value are left out, such as cells without a threshold in a layer that
        `StateExplorer.use` has made. Then steps with a NaN or an infinite value are left out.
    track : Track, sequence of T labels or T numbers, or str
        What is to be told. Labels, zeros and ones, and whole numbers of a `CategoricalTrack` are labels; other numbers
        are numbers. A name is that of a track of the explorer. Steps without a label or number don't count.
    tokens : sequence of T str or int, optional
        Adds ``"token"``, the token of the step, and ``"previous tokens"``, that and the two before it within the
        sequence. By default those of the explorer.
    vocabulary : mapping, sequence or tokenizer, optional
        What ids in ``tokens`` stand for, as for `tracks_from_text`: ids of the same string are one token then. Without
        it each id is a token.
    where : array_like of bool, shape (T,), or (track, label), optional
        The steps that count, as for `cell_alignment`.
    sequences : array_like of int, optional
        Lengths of the sequences, which sum to T. By default the lengths that the explorer has, else one sequence of all
        steps.
    folds : int, default 5
        Folds of the cross-validation, at least 2. Each is one stretch of the text, of whole sequences where there are
        as many.
    max_steps : int, default 10,000
        Most steps that are looked at: of more, a random sample.
    confidence : float, default 0.95
        Level of the intervals, between 0 and 1.
    seed : int, default 0
        Of the sample, and of the draws for intervals.
    check : callable, optional
        Called now and then; it may raise to end the work.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    pandas.DataFrame
        One row for each kind of features, with the columns

        - ``features``: ``"cells"``, all of them; ``"best cell"``, the one that goes best with the track on the training
          steps of each fold (by the mean ``|AUC − ½|`` over labels, or by the greatest rank correlation, Spearman's);
          ``"token"``, ``"previous tokens"``; ``"majority"``, the most frequent label (for numbers, their mean), which
          needs no features;
        - ``score``: of all steps, each judged by the model of the fold that it isn't trained on. For labels the
          balanced accuracy, the mean of the labels' recalls, 0…1 (of k labels, a guess has 1/k); for numbers R², at
          most 1, below 0 where the mean of the training steps were better;
        - ``low`` and ``high``: the ends of its interval, by drawing sequences anew (or 50 stretches of the text, where
          there are fewer): steps of a stretch are alike, so they count together;
        - ``f1``: for labels the mean of the labels' F1; NaN for numbers;
        - ``n_features``, ``n_steps``: how many there are.

    Raises
    ------
    ImportError
        scikit-learn, scipy or pandas isn't installed.
    TypeError, ValueError
        There are fewer than two labels, or not enough steps; or an argument is out of its range.
    OSError
        The states can't be read.

    Notes
    -----
    That all cells know a label doesn't say that the model uses it, nor that it knows more than its input: compare with
    the tokens. Cells are standardised on the training steps; strength of the penalty: C = 1, and alpha = 1.

    References
    ----------
    G. Alain, Y. Bengio: Understanding intermediate layers using linear classifier probes (2016).
    J. Hewitt, P. Liang: Designing and interpreting probes with control tasks (2019), on what a probe doesn't show.

    Examples
    --------
    >>> import numpy as np
    >>> from lstmvis_widget import probe
    >>> states = np.random.default_rng(0).normal(size=(200, 3))
    >>> labels = np.where(states[:, 1] + states[:, 2] > 0, "up", "down").tolist()
    >>> table = probe(states, labels).set_index("features")
    >>> bool(table.loc["cells", "score"] > table.loc["best cell", "score"] > 0.6)
    True
    >>> float(table.loc["majority", "score"])
    0.5
    """
    pandas = import_extra("pandas", "analysis", "probe")
    import_extra("sklearn.linear_model", "analysis", "probe")
    folds, max_steps = checked_int("folds", folds, low=2), checked_int("max_steps", max_steps, low=1)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, such as 0.95; got {confidence!r}")
    tracks = getattr(states, "tracks", None)
    opened, track, lengths = explored("probe", states, track, sequences)
    within = Sequences.of(lengths, len(opened))
    target = _target_of(track, len(opened), mask_of(where, len(opened), tracks))
    if vocabulary is not None and tokens is None:
        raise TypeError("vocabulary says what ids stand for, and there are none: give them, tokens=recording.tokens")
    said = _said(getattr(states, "tokens", None) if tokens is None else tokens, len(opened), vocabulary)
    with shown(progress, "probing") as shares:
        report = opened.prepare_first(shares, check)
        sample = some_steps(target.steps, max_steps, seed)
        rows, steps = finite_rows(opened, sample, check, part(report, 0, READING))
        if len(steps) < 2 * folds:
            left_out = f", and {len(sample) - len(steps):,} whose states aren't finite" * (len(steps) < len(sample))
            raise ValueError(
                f"probe needs at least {2 * folds} steps that count for {folds} folds; there are {len(steps)}{left_out}"
            )
        target = target.at(steps)
        stretches = folds_of(steps, within, folds)
        features = _features(rows, steps, said, within)
        resampling = Resampling(steps, within, confidence, seed)
        table = []
        for number, (name, each) in enumerate(features.items()):
            check()
            predicted = np.empty(len(steps))
            for fold, (training, held_out) in enumerate(stretches):
                check()
                report(READING + (1 - READING) * (number + fold / folds) / len(features))
                with one_blas_thread("probe"):
                    predicted[held_out] = target.predicted(name, each, training, held_out)
            table.append((name, *target.judged(predicted, resampling), _width(name, each), len(steps)))
    columns = ["features", "score", "low", "high", "f1", "n_features", "n_steps"]
    return pandas.DataFrame(table, columns=columns)


class _Target:
    """What is to be told: the code of a label, or a number, for each step."""

    def __init__(self, values: NDArray[Any], known: NDArray[np.bool_], names: tuple[str, ...] | None) -> None:
        self._values, self._known, self._names = values, known, names

    @property
    def steps(self) -> Ints:
        """The steps that count."""
        return np.flatnonzero(self._known)

    def at(self, steps: Ints) -> _Target:
        """The same at some steps."""
        values = self._values[steps]
        if self._names is not None and len(np.unique(values)) < 2:
            raise ValueError("probe needs steps of at least two labels among those that count")
        return _Target(values, self._known[steps], self._names)

    def predicted(self, name: str, features: Any, training: Ints, held_out: Ints) -> NDArray[Any]:
        """What a model of some steps says of others."""
        values = self._values[training]
        if name == "majority":
            if self._names is None:
                return np.full(len(held_out), values.mean())
            codes, counts = np.unique(values, return_counts=True)
            return np.full(len(held_out), codes[counts.argmax()])
        if name == "best cell":
            features = features[:, [self._best(features[training], values)]]
        inputs, others = standardised(features, training, held_out)
        return self._model(values).fit(inputs, values).predict(others)  # type: ignore[no-any-return]

    def _model(self, values: NDArray[Any]) -> Any:
        linear = import_extra("sklearn.linear_model", "analysis", "probe")
        if self._names is None:
            return linear.Ridge(alpha=1.0)
        if len(np.unique(values)) < 2:
            dummy = import_extra("sklearn.dummy", "analysis", "probe")
            return dummy.DummyClassifier(strategy="most_frequent")
        return linear.LogisticRegression(C=1.0, class_weight="balanced", max_iter=2000)

    def _best(self, cells: Floats, values: NDArray[Any]) -> int:
        """The cell that goes best with the values."""
        stats = import_extra("scipy.stats", "analysis", "probe")
        ranks = stats.rankdata(cells, axis=0)
        if self._names is None:
            own = stats.rankdata(values)
            with np.errstate(invalid="ignore", divide="ignore"):
                centred, other = ranks - ranks.mean(0), own - own.mean()
                rho = (centred * other[:, None]).sum(0) / np.sqrt((centred**2).sum(0) * (other**2).sum())
            return int(np.nan_to_num(np.abs(rho)).argmax())
        apart = np.zeros(cells.shape[1])
        for code in np.unique(values):
            has = values == code
            n = int(has.sum())
            if n < len(values):
                auc = (ranks[has].sum(0) - n * (n + 1) / 2) / (n * (len(values) - n))
                apart += np.abs(auc - 0.5)
        return int(apart.argmax())

    def judged(self, predicted: NDArray[Any], resampling: Resampling) -> tuple[float, float, float, float]:
        """Score, the ends of its interval, and F1."""
        if self._names is None:
            sums = resampling.sums(np.stack([(self._values - predicted) ** 2, self._values, self._values**2], axis=1))
            return *resampling.interval(sums, _r_squared), float("nan")
        codes = np.unique(self._values)
        has = self._values[:, None] == codes
        says = predicted[:, None] == codes
        sums = resampling.sums(np.stack([has & says, has, says], axis=2).astype(np.float64))
        hits, there, said = sums.totals[0]
        f1 = float((2 * hits / np.maximum(there + said, 1)).mean())
        return *resampling.interval(sums, _balanced_accuracy), f1


class _Sums(NamedTuple):
    """Sums over the blocks that are drawn anew: (blocks, …), and how many steps each has."""

    blocks: Floats
    sizes: Floats

    @property
    def totals(self) -> tuple[Any, float]:
        """Those of all blocks, the last axis first, and the number of steps."""
        return np.moveaxis(self.blocks.sum(0), -1, 0), float(self.sizes.sum())


def _r_squared(sums: Any, steps: Any) -> Any:
    errors, values, squares = sums
    with np.errstate(invalid="ignore", divide="ignore"):
        return 1 - errors / (squares - values**2 / steps)


def _balanced_accuracy(sums: Any, _: Any) -> Any:
    hits, there, _ = sums
    with np.errstate(invalid="ignore", divide="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.nanmean(hits / there, axis=-1)


class Resampling:
    """Draws sequences anew, or stretches of the text where these are few."""

    def __init__(self, steps: Ints, within: Sequences, confidence: float, seed: int) -> None:
        sequence = np.searchsorted(within.bounds, steps, side="right") - 1
        starts = np.flatnonzero(np.diff(sequence, prepend=-1))
        if len(starts) < STRETCHES:
            starts = np.unique(np.linspace(0, len(steps), min(STRETCHES, len(steps)) + 1).astype(np.int64)[:-1])
        self._starts = starts
        self._sizes = np.diff(np.append(starts, len(steps))).astype(np.float64)
        source = np.random.default_rng(seed)
        self._times = source.multinomial(len(starts), np.full(len(starts), 1 / len(starts)), size=RESAMPLED)
        self._ends = (1 - confidence) / 2, (1 + confidence) / 2

    def sums(self, values: Floats) -> _Sums:
        """The sums of values, (steps, …), over each block."""
        return _Sums(reduced_at(np.add, values, self._starts, axis=0), self._sizes)

    def interval(self, sums: _Sums, score: Any) -> tuple[float, float, float]:
        """The score of all steps, and the quantiles of that of blocks drawn anew."""
        found = float(score(*sums.totals))
        flat = sums.blocks.reshape(len(sums.blocks), -1)
        drawn = (self._times @ flat).reshape(RESAMPLED, *sums.blocks.shape[1:])
        scores = score(np.moveaxis(drawn, -1, 0), self._times @ sums.sizes)
        known = scores[np.isfinite(scores)]
        low, high = np.quantile(known, self._ends).tolist() if len(known) else (np.nan, np.nan)
        return found, low, high


def _target_of(track: Any, steps: int, mask: NDArray[np.bool_] | None) -> _Target:
    given: Track = as_track(track)
    if isinstance(given, ContinuousTrack) and not given.is_binary:
        if len(given) != steps:
            raise ValueError(f"the track must have a number for each of {steps} time steps; it has {len(given)}")
        known = np.isfinite(given.values)
        return _Target(given.values, known if mask is None else known & mask, None)
    labels = counted_only(as_labels(given, steps), mask)
    codes = np.where(labels.codes == OTHER, len(labels.names), labels.codes)  # zeros, beside the label "1"
    return _Target(codes, labels.codes != MISSING, labels.names)


def _said(tokens: Any, steps: int, vocabulary: Any) -> Sequence[str] | Sequence[int] | None:
    """What tells the tokens of the steps apart: strings, or ids that have no vocabulary; None where none are known."""
    if tokens is None or (isinstance(tokens, Tokens) and not tokens.are_known):
        return None
    if vocabulary is not None:
        return Tokens(tokens, steps, vocabulary)[:]
    found = tokens_of(tokens, steps, with_vocabulary=None)
    return found if isinstance(found, list) else found.tolist()


def _features(
    rows: Floats, steps: Ints, said: Sequence[str] | Sequence[int] | None, within: Sequences
) -> dict[str, Any]:
    """The inputs by name."""
    features: dict[str, Any] = {"cells": rows, "best cell": rows}
    if said is not None:
        first, _ = within.around(steps)
        features["token"] = _one_hot(_grams(said, steps, first, 0))
        features["previous tokens"] = _one_hot(_grams(said, steps, first, PREVIOUS))
    features["majority"] = None
    return features


def _grams(said: Sequence[str] | Sequence[int], steps: Ints, first: Ints, before: int) -> Iterator[list[str]]:
    """The tokens of each step, with how far before it they are."""
    for step, begin in zip(steps.tolist(), first.tolist(), strict=True):
        yield [f"{back}:{said[step - back]}" for back in range(before + 1) if step - back >= begin]


def _one_hot(grams: Iterator[list[str]]) -> Any:
    """A sparse matrix of zeros and ones."""
    text = import_extra("sklearn.feature_extraction.text", "analysis", "probe")
    return text.CountVectorizer(analyzer=list, binary=True).fit_transform(grams).astype(np.float64)


def _width(name: str, features: Any) -> int:
    return 0 if features is None else 1 if name == "best cell" else int(features.shape[1])
