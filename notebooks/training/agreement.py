"""Sentences in which a verb agrees with a noun that may stand far before it, drawn from templates.

After Lakretz, Kruszewski, Desbordes, Hupkes, Dehaene and Baroni (2019): the subject has its number, between it and its
verb stand other nouns, the attractors, and the number of these is drawn by itself.

    the boy near the cars that the girls see greets the uncle .
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from common import LanguageModel
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from lstmvis_widget import CategoricalTrack

WEIGHTS = Path(__file__).parent / "agreement.npz"
"""What `train_agreement.py` has trained."""

NOUNS = {
    "boy": "boys", "girl": "girls", "man": "men", "woman": "women", "farmer": "farmers", "teacher": "teachers",
    "doctor": "doctors", "king": "kings", "child": "children", "uncle": "uncles", "author": "authors",
    "friend": "friends", "guard": "guards", "poet": "poets", "cat": "cats", "dog": "dogs",
}  # fmt: skip
VERBS = {
    "greets": "greet", "likes": "like", "sees": "see", "knows": "know", "admires": "admire", "follows": "follow",
    "avoids": "avoid", "helps": "help", "hears": "hear", "remembers": "remember",
}  # fmt: skip
INTRANSITIVE = {"sleeps": "sleep", "smiles": "smile", "waits": "wait", "sings": "sing", "leaves": "leave"}
DETERMINERS = ("the", "some", "my", "your")
PREPOSITIONS = ("near", "behind", "beside", "above", "with")
ADVERBS = ("probably", "certainly", "often", "kindly", "openly")
END = "."
NUMBERS = ("singular", "plural")

P_PREPOSITION, P_RELATIVE, P_ADVERB, P_INTRANSITIVE = 0.5, 0.25, 0.3, 0.3
"""How often a noun has a phrase behind it, of one of two kinds, a verb an adverb before it, and a verb no object."""

SECOND = 0.4
"""How often a noun in a phrase has a phrase of its own, relative to a subject."""

VOCABULARY = sorted(
    {END, *DETERMINERS, *PREPOSITIONS, *ADVERBS, "that"}.union(
        *(table.keys() | table.values() for table in (NOUNS, VERBS, INTRANSITIVE))
    )
)


@dataclass
class Sentence:
    """The words of a sentence, and what is known of each.

    Attributes
    ----------
    words : list of str
    roles : list of str
        "subject" and "verb", the main ones; "attractor", a noun between the two; "object", a noun behind them; "inner
        verb", that of a relative clause; "determiner", "preposition", "adverb", "that" and "end".
    numbers : list of str or None
        "singular" or "plural", of nouns and verbs.
    """

    words: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    numbers: list[str | None] = field(default_factory=list)

    def add(self, word: str, role: str, number: str | None = None) -> None:
        """Add a word."""
        self.words.append(word)
        self.roles.append(role)
        self.numbers.append(number)

    @property
    def verb(self) -> int:
        """The place of the main verb."""
        return self.roles.index("verb")

    @property
    def number(self) -> str:
        """That of the subject."""
        return self.numbers[self.roles.index("subject")]

    @property
    def attractors(self) -> str:
        """Whether a noun between subject and verb has the other number: "none", "same" or "other"."""
        between = [number for role, number in zip(self.roles, self.numbers, strict=True) if role == "attractor"]
        return "none" if not between else "other" if set(between) - {self.number} else "same"


class Grammar:
    """Draws sentences.

    Parameters
    ----------
    seed : int
    """

    def __init__(self, seed: int) -> None:
        self._source = random.Random(seed)

    def sentences(self, n: int) -> list[Sentence]:
        """So many sentences."""
        return [self.sentence() for _ in range(n)]

    def sentence(self) -> Sentence:
        """A subject, what may stand behind it, its verb, and perhaps an object."""
        made = Sentence()
        number = self._noun_phrase(made, "subject", 1.0)
        if self._happens(P_ADVERB):
            made.add(self._source.choice(ADVERBS), "adverb")
        if self._happens(P_INTRANSITIVE):
            self._verb(made, INTRANSITIVE, "verb", number)
        else:
            self._verb(made, VERBS, "verb", number)
            self._noun_phrase(made, "object", 0.0)
        made.add(END, "end")
        return made

    def _noun_phrase(self, made: Sentence, role: str, phrases: float) -> str:
        """A noun, with phrases behind it as often as told, relative to a subject; returns its number."""
        number = self._source.choice(NUMBERS)
        made.add(self._source.choice(DETERMINERS), "determiner")
        made.add(self._form(NOUNS, number), role, number)
        kind = self._source.random() / phrases if phrases else 1.0
        if kind < P_PREPOSITION:
            made.add(self._source.choice(PREPOSITIONS), "preposition")
            self._noun_phrase(made, "attractor", phrases * SECOND)
        elif kind < P_PREPOSITION + P_RELATIVE:
            made.add("that", "that")
            if self._happens(0.5):  # that like the girls
                self._verb(made, VERBS, "inner verb", number)
                self._noun_phrase(made, "attractor", 0.0)
            else:  # that the girls like
                inner = self._noun_phrase(made, "attractor", 0.0)
                self._verb(made, VERBS, "inner verb", inner)
        return number

    def _verb(self, made: Sentence, table: dict[str, str], role: str, number: str) -> None:
        made.add(self._form(table, number), role, number)

    def _form(self, table: dict[str, str], number: str) -> str:
        singular, plural = self._source.choice(list(table.items()))
        return singular if number == "singular" else plural

    def _happens(self, probability: float) -> bool:
        return self._source.random() < probability


def encode(sentences: list[Sentence]) -> list[list[int]]:
    """The ids of the words of each sentence."""
    ids = {word: number for number, word in enumerate(VOCABULARY)}
    return [[ids[word] for word in each.words] for each in sentences]


def padded(sentences: list[Sentence]) -> tuple[Tensor, list[int]]:
    """The ids of all sentences side by side, (steps, sentences), and their lengths, for `record_states`."""
    texts = encode(sentences)
    return pad_sequence([torch.tensor(text) for text in texts]), [len(text) for text in texts]


def trained_model() -> LanguageModel:
    """The model that `train_agreement.py` has trained."""
    with np.load(WEIGHTS) as weights:
        return LanguageModel.from_weights(weights)


def verbs_by_number(scores: Tensor) -> Tensor:
    """From the model's scores of the next word, (…, words), the logits of a singular and of a plural verb, (…, 2)."""
    tables = VERBS | INTRANSITIVE
    singular = [VOCABULARY.index(word) for word in tables]
    plural = [VOCABULARY.index(word) for word in tables.values()]
    return torch.stack([scores[..., singular].logsumexp(-1), scores[..., plural].logsumexp(-1)], dim=-1)


def tracks_of(sentences: list[Sentence]) -> dict[str, CategoricalTrack]:
    """Tracks of the words of all sentences, one after the other.

    - ``"role"`` and ``"number"``: as of `Sentence`;
    - ``"subject number"``: "singular" or "plural", from the subject up to the word before its verb; None elsewhere;
    - ``"attractors"``: at the same words, "none", "same" or "other";
    - ``"next verb"``: "singular" or "plural" at the word before the main verb, which has that number; None elsewhere;
    - ``"next role"``: the role of the next word; None at the last one.
    """
    names = ("role", "number", "subject number", "attractors", "next verb", "next role")
    tracks: dict[str, list[str | None]] = {name: [] for name in names}
    for each in sentences:
        subject, verb, places = each.roles.index("subject"), each.verb, range(len(each.words))
        tracks["role"] += each.roles
        tracks["number"] += each.numbers
        tracks["subject number"] += [each.number if subject <= place < verb else None for place in places]
        tracks["attractors"] += [each.attractors if subject <= place < verb else None for place in places]
        tracks["next verb"] += [each.number if place == verb - 1 else None for place in places]
        tracks["next role"] += [*each.roles[1:], None]
    return {name: CategoricalTrack(labels) for name, labels in tracks.items()}
