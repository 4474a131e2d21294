"""The on/off patterns of many phrases: as a map, and with scores of how well they predict the labels."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.numbers import checked_int
from lstmvis_widget.matching.selection import on_off_patterns
from lstmvis_widget.statistics.explored import explored
from lstmvis_widget.statistics.labelled_phrases import phrases_in_order
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Report, part
from lstmvis_widget.work.extras import import_extra
from lstmvis_widget.work.showing import Progress, shown
from lstmvis_widget.work.small_products import one_blas_thread

if TYPE_CHECKING:
    import pandas as pd

    from lstmvis_widget.explorer.explorer import StateExplorer

    from .scatter import PhraseScatter

Floats = NDArray[np.float64]

READING = 0.3
"""Share of the work that is reading the states."""

LONGEST = 10
"""Longer phrases count as this long in the features ``"positions"``."""


@dataclass(frozen=True, eq=False)
class PhraseMap:
    """Phrases, mapped by the cells that follow the on/off pattern at each.

    Attributes
    ----------
    ranges : ndarray of int64, shape (n, 2)
        Half-open ranges of time steps, sorted.
    labels : ndarray of str, shape (n,)
        The label of each phrase.
    patterns : ndarray of bool, shape (n, D)
        Which cells follow the on/off pattern at each phrase.
    coordinates : ndarray of float64, shape (n, components)
        Scores on the first principal components of the patterns.
    explained : ndarray of float64, shape (components,)
        Share of the variance that each component explains, 0…1.
    scores : pandas.DataFrame
        One row for each kind of features: ``features``, ``accuracy`` (mean over the folds), ``std`` (over the folds),
        ``balanced_accuracy`` (mean of the labels' recalls), ``n_features``.

    Examples
    --------
    Phrases at two levels of brackets. A classifier tells them apart by the cells that are on all through each:

    >>> from lstmvis_widget import StateExplorer, map_phrases, ranges_of
    >>> from lstmvis_widget.datasets import load_parens
    >>> explorer = StateExplorer(**load_parens(), layer="layer 2", transform="tanh")
    >>> levels = {level: ranges_of(explorer.tracks["level"], level)[:60] for level in ("2", "4")}
    >>> phrase_map = map_phrases(explorer, levels, explorer.threshold)
    >>> phrase_map.patterns.shape, phrase_map.coordinates.shape
    ((120, 100), (120, 2))
    >>> phrase_map.scores[["features", "accuracy"]].round(2)
        features  accuracy
    0   majority      0.27
    1  positions      0.29
    2      cells      0.99
    """

    ranges: NDArray[np.int64]
    labels: NDArray[np.str_]
    patterns: NDArray[np.bool_]
    coordinates: Floats
    explained: Floats
    scores: pd.DataFrame

    def scatter(self, explorer: StateExplorer | None = None, **options: Any) -> PhraseScatter:
        """Draw the phrases as points, linked with an explorer if there is one.

        Parameters
        ----------
        explorer : StateExplorer, optional
            An explorer of the same text, which the points go along with.
        **options : Any
            Keywords of `PhraseScatter`.

        Returns
        -------
        PhraseScatter
            A widget: show it on a line of its own.

        Examples
        --------
        Picking a point selects its phrase in the explorer:

        >>> from lstmvis_widget import StateExplorer, map_phrases, ranges_of
        >>> from lstmvis_widget.datasets import load_parens
        >>> explorer = StateExplorer(**load_parens(), layer="layer 2", transform="tanh")
        >>> levels = {level: ranges_of(explorer.tracks["level"], level)[:20] for level in ("2", "4")}
        >>> scatter = map_phrases(explorer, levels, explorer.threshold).scatter(explorer)
        >>> scatter.picked = 3
        >>> explorer.selection == tuple(scatter.phrase_map.ranges[3])
        True
        """
        from .scatter import PhraseScatter  # noqa: PLC0415  (the map itself needs no widget)

        return PhraseScatter(self, explorer, **options)


def map_phrases(
    states: Any,
    phrases: Mapping[str, ArrayLike],
    threshold: float,
    *,
    off_before: int = 0,
    off_after: int = 0,
    tokens: Sequence[str] | None = None,
    embeddings: ArrayLike | None = None,
    sequences: ArrayLike | None = None,
    components: int = 2,
    folds: int = 5,
    progress: Progress = None,
) -> PhraseMap:
    """Principal components of the patterns of phrases, and how well a linear classifier predicts their labels.

    Parameters
    ----------
    states : array_like of shape (T, D), or explorer
        An array, or anything else that `States` takes. Of an explorer the active layer is taken, and its sequences.
    phrases : mapping of label to array_like of int, shape (n, 2)
        Half-open ranges, as `ranges_of` gives them. At least two labels. A range that a label has more than once counts
        once.
    threshold : float
        A cell is on where its value is ≥ threshold, in units of the states.
    off_before, off_after : int, default 0
        Steps before and after a phrase at which a cell has to be off to follow the pattern, as for `on_off_patterns`.
    tokens : sequence of T str, optional
        Adds scores of the words in a phrase, with each word as one feature.
    embeddings : array_like of float, shape (T, E), optional
        One vector a step, such as the embedding of the token. Adds scores of their mean over the phrase.
    sequences : array_like of int, optional
        Lengths of the sequences, which sum to T. By default the lengths that the explorer has, else one sequence of all
        steps.
    components : int, default 2
        Number of principal components.
    folds : int, default 5
        Folds of the cross-validation. Each is one stretch of the text, of whole sequences where there are several (and
        then no more folds than sequences with phrases). So neighbouring phrases, and phrases of one sequence, which are
        alike, are not split between training and test data. Phrases that share steps with the test data are no training
        data, unless all do.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    PhraseMap
        Its ``scores`` compare features with the same classifier (logistic regression, C = 1) on the same folds:
        ``"majority"`` (the most frequent label), ``"positions"`` (the length of the phrase and its place in the text),
        ``"words"`` and ``"embeddings"`` if given, and ``"cells"`` (the patterns).

    Raises
    ------
    ImportError
        pandas or scikit-learn isn't installed.
    ValueError
        There are fewer than two labels, or fewer phrases of one of them than folds; a range has two labels.

    References
    ----------
    Strobelt, Gehrmann, Pfister, Rush: LSTMVis (2018), figure 8.

    Examples
    --------
    Do cells tell noun phrases from verb phrases? They do somewhat better than the words themselves:

    >>> from lstmvis_widget import StateExplorer, map_phrases, ranges_of
    >>> from lstmvis_widget.datasets import load_alice
    >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh")
    >>> kinds = {kind: ranges_of(explorer.tracks["chunk"], kind)[:300] for kind in ("NP", "VP")}
    >>> phrase_map = map_phrases(explorer, kinds, explorer.threshold, tokens=explorer.tokens)
    >>> phrase_map.scores[["features", "accuracy"]].round(2)
        features  accuracy
    0   majority      0.32
    1  positions      0.50
    2      words      0.85
    3      cells      0.91
    """
    decomposition = import_extra("sklearn.decomposition", "analysis", "map_phrases")
    states, _, lengths = explored("map_phrases", states, None, sequences, mirrors=True)
    folds = checked_int("folds", folds, low=2)
    components = checked_int("components", components, low=1)
    ranges, labels = phrases_in_order(phrases, len(states))
    names, counts = np.unique(labels, return_counts=True)
    if len(names) < 2 or counts.min() < folds:
        listed = ", ".join(f"{count} {name}" for name, count in zip(names, counts, strict=True)) or "none"
        raise ValueError(f"map_phrases needs at least {folds} phrases of each of two labels; got {listed}")
    stretches = _stretches(ranges, Sequences.of(lengths, len(states)), folds)
    most = min(len(ranges), states.shape[1])
    if components > most:
        raise ValueError(f"components must lie in 1…{most}; got {components}")
    limits: dict[str, Any] = {"off_before": off_before, "off_after": off_after}
    with shown(progress, "mapping phrases") as report:
        patterns = on_off_patterns(states, ranges, threshold, **limits, progress=part(report, 0, READING))
        report(READING)
        # Of many phrases the covariance takes a fraction of the time, which nothing could interrupt.
        solver = "covariance_eigh" if len(patterns) > patterns.shape[1] else "full"
        pca = decomposition.PCA(components, svd_solver=solver).fit(patterns.astype(np.float64))
        report(READING)
        features: dict[str, Any] = {"majority": None, "positions": _positions(ranges, len(states))}
        if tokens is not None:
            features["words"] = _words(ranges, tokens)
        if embeddings is not None:
            features["embeddings"] = _means(ranges, np.asarray(embeddings, np.float64), len(states))
        features["cells"] = patterns.astype(np.float64)
        scores = _scores(features, labels, stretches, part(report, READING, 1))
    return PhraseMap(
        ranges=ranges,
        labels=labels,
        patterns=patterns,
        coordinates=pca.transform(patterns.astype(np.float64)),
        explained=np.nan_to_num(pca.explained_variance_ratio_),
        scores=scores,
    )


def _stretches(
    ranges: NDArray[np.int64], sequences: Sequences, folds: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """The phrases to train on, and to test on, of each fold: about as many in each, and whole sequences."""
    count = len(ranges)
    of = np.searchsorted(sequences.bounds, ranges[:, 0], side="right")
    ends = np.append(np.flatnonzero(np.diff(of)) + 1, count)
    if len(ends) == 1:
        ends = np.arange(1, count + 1)
    folds = min(folds, len(ends))
    cuts = [0]
    for fold in range(1, folds):
        wanted = fold * (count // folds) + min(fold, count % folds)
        allowed = ends[ends > cuts[-1]][: -(folds - fold)]
        cuts.append(int(allowed[np.abs(allowed - wanted).argmin()]))
    stretches = []
    for first, end in itertools.pairwise([*cuts, count]):
        inside = np.zeros(sequences.bounds[-1] + 1, np.int64)
        for start, stop in ranges[first:end].tolist():
            inside[start + 1 : stop + 1] = 1
        before = np.cumsum(inside)
        training = np.flatnonzero(before[ranges[:, 1]] == before[ranges[:, 0]])
        if not len(training):  # a phrase as long as all the others
            training = np.delete(np.arange(count), np.arange(first, end))
        stretches.append((training, np.arange(first, end)))
    return stretches


def _positions(ranges: NDArray[np.int64], steps: int) -> Floats:
    """The length of each phrase, at most ten, and the tenth of the text that it starts in, as 0/1 features."""
    lengths = np.minimum(ranges[:, 1] - ranges[:, 0], LONGEST) - 1
    tenths = ranges[:, 0] * LONGEST // steps
    return np.concatenate([np.eye(LONGEST)[lengths], np.eye(LONGEST)[tenths]], axis=1)


def _words(ranges: NDArray[np.int64], tokens: Sequence[str]) -> Any:
    """Which words each phrase contains, a sparse matrix (n, distinct words)."""
    text = import_extra("sklearn.feature_extraction.text", "analysis", "map_phrases")
    words = [[str(token) for token in tokens[start:stop]] for start, stop in ranges.tolist()]
    return text.CountVectorizer(analyzer=list, binary=True).fit_transform(words).astype(np.float64)


def _means(ranges: NDArray[np.int64], embeddings: Floats, steps: int) -> Floats:
    if embeddings.ndim != 2 or len(embeddings) != steps:
        raise ValueError(f"embeddings must have the shape ({steps}, E); got {embeddings.shape}")
    sums = np.concatenate([np.zeros((1, embeddings.shape[1])), np.cumsum(embeddings, axis=0)])
    means: Floats = (sums[ranges[:, 1]] - sums[ranges[:, 0]]) / (ranges[:, 1] - ranges[:, 0])[:, None]
    return means


def _scores(
    features: Mapping[str, Any],
    labels: NDArray[np.str_],
    stretches: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]],
    progress: Report,
) -> pd.DataFrame:
    pandas = import_extra("pandas", "analysis", "map_phrases")
    linear = import_extra("sklearn.linear_model", "analysis", "map_phrases")
    metrics = import_extra("sklearn.metrics", "analysis", "map_phrases")
    rows: list[tuple[Any, ...]] = []
    for name, values in features.items():
        hits, predicted = [], np.empty(len(labels), labels.dtype)
        for fold, (training, held_out) in enumerate(stretches):
            progress((len(rows) + fold / len(stretches)) / len(features))
            with one_blas_thread("map_phrases"):
                predicted[held_out] = _predicted(linear, values, labels, training, held_out)
            hits.append(float((predicted[held_out] == labels[held_out]).mean()))
        balanced = metrics.recall_score(labels, predicted, average="macro", zero_division=0)
        width = 0 if values is None else values.shape[1]
        rows.append((name, np.mean(hits), np.std(hits, ddof=1), balanced, width))
    return pandas.DataFrame(rows, columns=["features", "accuracy", "std", "balanced_accuracy", "n_features"])


def _predicted(linear: Any, values: Any, labels: NDArray[np.str_], training: Any, held_out: Iterable[int]) -> Any:
    """The labels predicted for the held-out phrases: by the classifier, or without features the most frequent one."""
    known = labels[training]
    names, counts = np.unique(known, return_counts=True)
    if values is None or len(names) == 1:
        return names[counts.argmax()]
    classifier = linear.LogisticRegression(C=1.0, max_iter=2000)
    return classifier.fit(values[training], known).predict(values[held_out])
