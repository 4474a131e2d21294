"""The kept sets of phrases, and what tells two of them apart, as plain values for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from lstmvis_widget.timeline.joining import join
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.token_kinds import WORDS, Kind, kind_of
from lstmvis_widget.timeline.tokens import Tokens, shortened

if TYPE_CHECKING:
    import pandas as pd

SHOWN_PHRASES = 30
"""Most phrases of a set that are sent with their words."""

SHOWN_STEPS = 12
"""Most steps of a phrase whose words are sent."""

CONTEXT_CHARACTERS = 40
"""About how many characters of context are sent on each side."""

MOST_CONTEXT = 40
"""Most steps of context on each side."""

KIND_FROM = 4096
"""From so many tokens it is found how they are joined."""

SHOWN_CELLS = 100
"""Most cells that are sent, those that differ most."""

Kept = Mapping[str, Sequence[tuple[int, int]]]


class PhraseLines:
    """Phrases as lines of text, with the words around them.

    Parameters
    ----------
    tokens : Tokens
    sequences : Sequences
        No line reaches beyond the sequence of its phrase.
    """

    def __init__(self, tokens: Tokens, sequences: Sequences) -> None:
        self._tokens, self._sequences = tokens, sequences

    @cached_property
    def _kind(self) -> Kind:
        if not self._tokens.are_known:
            return WORDS
        tokens, codes = _distinct(self._tokens[:KIND_FROM])
        return kind_of(tokens, codes)

    def line(self, start: int, stop: int) -> list[str]:
        """The text before the phrase, the phrase, and the text after it."""
        first, end = (int(bound[0]) for bound in self._sequences.around([start]))
        shown = min(stop, start + SHOWN_STEPS)
        before = self._text(max(first, start - MOST_CONTEXT), start)
        phrase = self._text(start, shown) + (" …" if shown < stop else "")
        after = self._text(stop, min(end, stop + MOST_CONTEXT))
        return [_end(before), shortened(phrase), _beginning(after)]

    def _text(self, start: int, stop: int) -> str:
        if start >= stop:
            return ""
        tokens, codes = _distinct([self._tokens.shown(step) for step in range(start, stop)])
        return " ".join(join(tokens, codes, kind=self._kind).text.split())

    def sets(self, kept: Kept) -> list[dict[str, Any]]:
        """For each set its name, how many phrases it has, and the first ones."""
        return [
            {
                "name": name,
                "count": len(phrases),
                "phrases": [list(phrase) for phrase in phrases[:SHOWN_PHRASES]],
                "lines": [self.line(*phrase) for phrase in phrases[:SHOWN_PHRASES]],
            }
            for name, phrases in kept.items()
        ]


def cells_apart(table: pd.DataFrame, names: tuple[str, str], cells: int) -> dict[str, Any]:
    """The cells that differ most of so many ``cells``, the columns of a table of `contrast_phrases`, as lists."""
    shown = table.head(SHOWN_CELLS)
    columns = {"one": names[0], "other": names[1], "difference": "difference", "low": "low", "high": "high"}
    sent: dict[str, Any] = {name: np.round(shown[column], 6).tolist() for name, column in columns.items()}
    dealt = "p_max" in table
    return sent | {
        "cell": shown["cell"].tolist(),
        "p": shown["p"].tolist() if dealt else None,
        "p_max": shown["p_max"].tolist() if dealt else None,
        "cells": cells,
        "differing": int((table["difference"] != 0).sum()),
    }


def _distinct(words: Sequence[str]) -> tuple[list[str], Any]:
    places: dict[str, int] = {}
    codes = np.array([places.setdefault(word, len(places)) for word in words], np.int64)
    return list(places), codes


def _beginning(text: str) -> str:
    return text if len(text) <= CONTEXT_CHARACTERS else text[: CONTEXT_CHARACTERS - 1].rstrip() + "…"


def _end(text: str) -> str:
    return text if len(text) <= CONTEXT_CHARACTERS else "…" + text[len(text) - CONTEXT_CHARACTERS + 1 :].lstrip()
