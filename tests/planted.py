"""Texts whose deciding word is known, and a recurrent model of a few lines, made by hand, that decides at this word.

A text has filler words and, at most places, nothing that tells its class. "good" or "bad" decides it. In some texts the
first of two such words is overruled by the second. Three cells know: LATCHES hold the class from the deciding word on,
and BYSTANDER moves as far as they do, though the output layer doesn't read it. All others are noise, moved a little by
every word, and hardly read.
"""

from dataclasses import dataclass

import numpy as np

CLASSES = ("unclear", "good", "bad")
WORDS = ("good", "bad", *(f"filler {number}" for number in range(8)))
GOOD, BAD = 0, 1
CELLS = 16
LATCHES, BYSTANDER = (3, 11), 7
HOLD, SET = 3.0, 6.0
"""A cell that holds ±1 gets HOLD from itself, and SET, of either sign, from a deciding word: the word wins."""


@dataclass(frozen=True)
class Planted:
    """Texts one after another: T steps of N sequences.

    ``ids`` (T,); ``sequences``: N lengths; ``targets``: N names; ``deciding``: the absolute step of each deciding word;
    ``overruled``: that of the word that it overrules, −1 where there is none; ``states`` (T, CELLS); ``logits`` (T, 3);
    and the weights of ``h = tanh(embedding[id] + recurrent @ h)``, ``logits = weights @ h + bias``.
    """

    ids: np.ndarray
    sequences: list[int]
    targets: list[str]
    deciding: np.ndarray
    overruled: np.ndarray
    states: np.ndarray
    logits: np.ndarray
    embedding: np.ndarray
    recurrent: np.ndarray
    weights: np.ndarray
    bias: np.ndarray

    def texts(self):
        """The ids of each sequence."""
        return np.split(self.ids, np.cumsum(self.sequences)[:-1])


def planted(seed=0, texts=40, longest=25):
    source = np.random.default_rng(seed)
    embedding = source.normal(0, 0.1, (len(WORDS), CELLS))
    recurrent = np.diag(np.full(CELLS, 0.5))
    held = [*LATCHES, BYSTANDER]
    embedding[:, held] = 0
    embedding[GOOD, held], embedding[BAD, held] = SET, -SET
    recurrent[held, held] = HOLD
    weights = source.normal(0, 0.01, (3, CELLS))
    weights[:, held] = 0
    weights[1:, LATCHES] = [[4, 1], [-4, -1]]
    bias = np.array([2.0, 0, 0])

    ids, deciding, overruled, targets, lengths = [], [], [], [], []
    for number in range(texts):
        length = int(source.integers(1, longest + 1)) if number else 1
        text = source.integers(2, len(WORDS), length)
        at = int(source.integers(length))
        word = int(source.integers(2))
        text[at] = word
        before = int(source.integers(at)) if at and source.random() < 0.4 else None
        if before is not None:
            text[before] = 1 - word
        deciding.append(len(ids) + at)
        overruled.append(-1 if before is None else len(ids) + before)
        targets.append(CLASSES[1 + word])
        lengths.append(length)
        ids += text.tolist()
    states = np.concatenate([_read(text, embedding, recurrent) for text in np.split(ids, np.cumsum(lengths)[:-1])])
    return Planted(
        np.array(ids), lengths, targets, np.array(deciding), np.array(overruled), states,
        states @ weights.T + bias, embedding, recurrent, weights, bias,
    )  # fmt: skip


def _read(text, embedding, recurrent):
    state, states = np.zeros(CELLS), []
    for word in text:
        state = np.tanh(embedding[word] + recurrent @ state)
        states.append(state)
    return np.array(states)
