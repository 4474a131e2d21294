"""The room that the tokens of a text need in the page, from the characters of a sample."""

from __future__ import annotations

import math
import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np

from lstmvis_widget.timeline.tokens import Tokens

SAMPLED_TOKENS = 4096
"""Most tokens, spread evenly, that are looked at."""

FITTING_SHARE = 0.9
"""The share of the tokens that fit."""

PADDING = 8
"""Pixels of a step beside its word."""

NARROWEST, WIDEST = 16, 120
"""Limits of the width of a step, in pixels."""

WORDS_OF_CONTEXT, CHARACTERS_OF_CONTEXT = 6, 20
"""Steps of context on each side of a match where tokens are words, and where most are single characters."""


class FittingWidths(NamedTuple):
    """The width of a step in pixels, and the number of steps of context around matches."""

    word_width: int
    context_width: int


def widths_that_fit(tokens: Tokens) -> FittingWidths:
    """The widths that suit a text.

    A step is as wide as nine of ten tokens need, 16…120 pixels, in the font of the page (13 pixels high). There are 6
    steps of context around matches, or 20 where at least nine of ten tokens are single characters.
    """
    steps = np.linspace(0, len(tokens) - 1, min(len(tokens), SAMPLED_TOKENS)).astype(int)
    words = [tokens.shown(step) for step in steps.tolist()]
    widest = float(np.quantile([text_width(word) for word in words], FITTING_SHARE))
    single = tokens.are_known and np.mean([len(word) <= 1 for word in words]) >= FITTING_SHARE
    word_width = min(max(math.ceil(widest) + PADDING, NARROWEST), WIDEST)
    return FittingWidths(word_width, CHARACTERS_OF_CONTEXT if single else WORDS_OF_CONTEXT)


def text_width(text: str) -> float:
    """About how wide a text is in the page, in pixels."""
    return sum(map(_width, text))


@cache
def _width(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 13.0
    if character in "iIjlftr.,;:!|'`\u2018\u2019()[]{} ":
        return 4.5
    if character in "mwMW%@—…":
        return 11.0
    return 8.5 if character.isupper() or character.isdigit() else 7.3
