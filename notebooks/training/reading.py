"""What a classifier expects while it reads texts, and what words alone tell of these."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from text_classifier import TextClassifier, batches_of, ids_of

from lstmvis_widget import record_states, sequence_table, step_distances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lstmvis_widget import Recording


@dataclass(frozen=True)
class Reading:
    """What a model expects while it reads.

    Attributes
    ----------
    model : TextClassifier
    vocabulary : list of str
    texts : list of list of str
        The words, as they are read.
    labels : ndarray of int, shape (N,)
    recording : Recording
        Hidden states, and what is expected ("output").
    seed : int
    """

    model: TextClassifier
    vocabulary: Sequence[str]
    texts: Sequence[Sequence[str]]
    labels: np.ndarray
    recording: Recording
    seed: int

    @property
    def states(self) -> np.ndarray:
        return self.recording.states["lstm.layer1.hidden"]

    @property
    def output(self) -> Any:
        return self.recording.tracks["output"]

    @cached_property
    def probabilities(self) -> np.ndarray:
        """Of all classes after each word, (T, C)."""
        return self.output.probabilities(0, len(self.output))

    @cached_property
    def words(self) -> np.ndarray:
        """All words, one after the other, (T,)."""
        return np.array([word for text in self.texts for word in text])

    @cached_property
    def text_of(self) -> np.ndarray:
        """The number of the text that each word is in, (T,)."""
        return np.repeat(np.arange(len(self.texts)), self.recording.sequences)

    @cached_property
    def place(self) -> np.ndarray:
        """How many words of its text come before each word, (T,)."""
        return np.arange(len(self.words)) - self.table["start"].to_numpy()[self.text_of]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a text."""
        table = sequence_table(self.output, self.recording.sequences, distances=self._distances)
        table["correct"] = table["correct"].astype(bool)
        table["settled word"] = table["settled"] - table["start"]
        return table

    @cached_property
    def jump_lengths(self) -> np.ndarray:
        """The jump at each word: from the state before it to that after it, (T,); NaN at the first word of a text."""
        return np.concatenate([[np.nan], self._distances[:-1]])

    @cached_property
    def jumps(self) -> np.ndarray:
        """The same relative to the mean of the jumps at that place in any text: jumps shrink or grow along a text."""
        return self.jump_lengths / pd.Series(self.jump_lengths).groupby(self.place).transform("mean").to_numpy()

    @cached_property
    def expected_of_nothing(self) -> int:
        """The class that the model expects before the first word, from a state of zeros."""
        return int(self.model.output.bias.argmax())

    @cached_property
    def _distances(self) -> np.ndarray:
        return step_distances(self.states, self.recording.sequences, progress=False)

    def shuffled(self) -> Reading:
        """The same model reading the same texts with the words of each in random order."""
        source = np.random.default_rng(self.seed)
        texts = [[text[word] for word in source.permutation(len(text))] for text in self.texts]
        return read(self.model, self.vocabulary, texts, self.labels, classes=self.output.classes, seed=self.seed)


def read(
    model: TextClassifier,
    vocabulary: Sequence[str],
    texts: Sequence[Sequence[str]],
    labels: np.ndarray,
    *,
    classes: Sequence[str],
    seed: int,
) -> Reading:
    """Have a model read texts, and keep its states and what it expects after each word."""
    recording = record_states(
        model, batches_of(ids_of(texts, vocabulary)), lengths=lambda batch: batch["lengths"].tolist(),
        outputs="head", classes=classes, targets=labels, vocabulary=vocabulary, progress=False,
    )  # fmt: skip
    return Reading(model, vocabulary, texts, labels, recording, seed)


def telling_words(texts: Sequence[Sequence[str]], labels: np.ndarray, n_classes: int) -> pd.DataFrame:
    """How much each word tells of each class, from texts with labels alone.

    Log-odds of its frequency in the texts of the class against all others, with the frequency in all texts as a prior,
    in units of their standard error (Monroe, Colaresi and Quinn 2008). The columns are `count`, the `label` of the
    class that it tells most of, and `z`, how much.
    """
    counts = [Counter(word for text, of in zip(texts, labels, strict=True) if of == label for word in text)
              for label in range(n_classes)]  # fmt: skip
    words = sorted(set().union(*counts))
    table = np.array([[count[word] for word in words] for count in counts], float)
    total = table.sum(0)
    prior = total / total.sum() * 1000
    in_class, elsewhere = table + prior, total - table + prior
    sums = in_class.sum(1, keepdims=True), elsewhere.sum(1, keepdims=True)
    odds = np.log(in_class / (sums[0] - in_class)) - np.log(elsewhere / (sums[1] - elsewhere))
    z = odds / np.sqrt(1 / in_class + 1 / elsewhere)
    return pd.DataFrame({"count": total, "label": z.argmax(0), "z": z.max(0)}, index=words)


class BagOfWords:
    """A linear classifier that knows which words are in a text, and nothing of their order."""

    def __init__(self, texts: Sequence[Sequence[str]], labels: np.ndarray) -> None:
        self.vectorizer = CountVectorizer(analyzer=list, binary=True, min_df=2)
        self.model = LogisticRegression(max_iter=2000, C=0.05).fit(self.vectorizer.fit_transform(texts), labels)

    def probabilities(self, texts: Sequence[Sequence[str]]) -> np.ndarray:
        return self.model.predict_proba(self.vectorizer.transform(texts))
