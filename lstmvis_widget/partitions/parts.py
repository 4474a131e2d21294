"""A part of the steps: its bits, with all that a search for the candidates that start or end in it asks beyond."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.states.bits import SUMMARY_STEPS, WORD_BITS, Bits, PartSteps, Words
from lstmvis_widget.states.index import OnOffIndex, Packer
from lstmvis_widget.states.on_off import OnRule

from .borders import Border, Lead, reach_of


@dataclass(frozen=True)
class PartWords:
    """The bits of a part of the steps by themselves.

    Parameters
    ----------
    words : ndarray of uint64, shape (ceil(D / 64), steps)
        As the words of `Bits`.
    first : int
        The first step of the part, of all steps.
    cells : int
        D.
    """

    words: Words
    first: int
    cells: int

    @property
    def steps(self) -> int:
        """How many steps the part has."""
        return int(self.words.shape[1])

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the bits take."""
        return self.words.nbytes

    def __sizeof__(self) -> int:
        return object.__sizeof__(self) + self.nbytes

    def lead(self) -> Lead:
        """What the parts beside it have to know of it."""
        front, back = (reach_of(words, self.cells) for words in (self.words, self.words[:, ::-1]))
        return Lead(self.first, self.steps, front, back)


def packed_part(blocks: Iterable[NDArray[Any]], rule: OnRule, *, first: int, steps: int, cells: int) -> PartWords:
    """The bits of a part, from its rows.

    Parameters
    ----------
    blocks : iterable of ndarray
        Its rows in the order of time, some at a time: values that ``rule`` takes.
    rule : callable
        Which of them are on, such as `States.on_rule` gives.
    first, steps : int
        The part's first step, and how many it has.
    cells : int
        D, for how many cells the rule answers.

    Raises
    ------
    ValueError
        The blocks have more or fewer rows than ``steps``.
    """
    words = np.zeros((-(-cells // WORD_BITS), steps), np.uint64)
    packer, reached = Packer(cells), 0
    for values in blocks:
        rows = len(values)
        if rows > steps - reached:
            raise ValueError(f"a part of {steps} steps must have as many rows; got {reached + rows} or more")
        words[:, reached : reached + rows] = packer.pack(values, rule).T
        reached += rows
    if reached != steps:
        raise ValueError(f"a part of {steps} steps must have as many rows; got {reached}")
    return PartWords(words, first, cells)


class Part:
    """A part of the steps that can be searched by itself. It can be pickled.

    Parameters
    ----------
    own : PartWords
    border : Border
        What lies beyond it.

    Attributes
    ----------
    bits : Bits
        With a column for each of the own steps, and for each piece beyond the borders.
    cells : int
        D.
    """

    def __init__(self, own: PartWords, border: Border) -> None:
        before, words_before = border.before.pieces()
        after, words_after = border.after.pieces()
        words = np.concatenate([words_before[:, ::-1], own.words, words_after], axis=1)
        self.bits = Bits(words, PartSteps(own.first, own.first + own.steps, border.steps, before, after))
        self.cells = own.cells

    def __getstate__(self) -> tuple[Bits, int]:
        part = self.bits.part
        return Bits(self.bits.words, part and replace(part)), self.cells  # without what can be made again

    def __setstate__(self, state: tuple[Bits, int]) -> None:
        self.bits, self.cells = state

    @property
    def start(self) -> int:
        """Its first step, of all steps."""
        return self.bits.own[0]

    @property
    def stop(self) -> int:
        """The end of its steps."""
        return self.bits.own[1]

    @property
    def nbytes(self) -> int:
        """Bytes of memory that it takes, with the summaries that searches make."""
        return self.bits.words.nbytes + 4 * self.bits.words.nbytes // (SUMMARY_STEPS - 1)

    def __sizeof__(self) -> int:
        return object.__sizeof__(self) + self.nbytes

    @cached_property
    def index(self) -> OnOffIndex:
        """Its bits as an index; whoever holds all parts knows the threshold."""
        return OnOffIndex(self.bits, self.cells, math.nan)
