"""The parts of a regular expression, and bounds on the paths and steps that backtracking takes in each.

`regex_cost` says what is counted, and makes the parts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Characters = NDArray[np.bool_]
"""Which of the distinct characters of a text are meant; the last entry is its end."""

ROUND = 20
"""Steps that a round of a repeated group counts for: it takes memory too, about 100 bytes."""


class Bound(NamedTuple):
    """Bounds on a part of an expression, from one start.

    ``ways`` are the paths through the part after which the next part gets past its first character. ``work`` are the
    steps on all paths, those on which the next part fails at once among them.
    """

    ways: float
    work: float


@dataclass
class Part:
    """A part of an expression.

    It can begin with the characters ``first``, and consists of ``characters``. It is ``least`` … ``most`` characters
    long, and looks at ``reach`` characters at most.
    """

    first: Characters
    characters: Characters
    least: int
    most: int
    reach: int

    @property
    def empty(self) -> bool:
        """Whether it can match nothing."""
        return self.least == 0

    def entered_by(self, follow: Characters) -> Characters:
        """The next characters with which a path can get into this part, or past it to ``follow`` without any."""
        return self.first | follow if self.empty else self.first

    def entry(self, after: float) -> float:
        """Steps to fail at the first character; ``after`` are the steps in which the next part fails."""
        raise NotImplementedError

    def bound(self, follow: Characters, after: float) -> Bound:
        """The bounds, where the next part can be entered with ``follow`` and fails within ``after`` steps."""
        raise NotImplementedError


# ruff: noqa: D102  (the methods below are those of the class above)


@dataclass
class Character(Part):
    """One character of a set."""

    def entry(self, after: float) -> float:  # noqa: ARG002
        return 1

    def bound(self, follow: Characters, after: float) -> Bound:  # noqa: ARG002
        return Bound(1, 1 + after)


@dataclass
class Place(Part):
    """A place between characters, as ``^``; only the characters ``next`` can come after it."""

    next: Characters

    def entered_by(self, follow: Characters) -> Characters:
        return follow & self.next

    def entry(self, after: float) -> float:
        return 1 + after

    def bound(self, follow: Characters, after: float) -> Bound:  # noqa: ARG002
        return Bound(1, 1 + after)


@dataclass
class Run(Part):
    """Characters of one set, ``least`` … ``most`` of them."""

    possessive: bool

    def entry(self, after: float) -> float:
        return 1 + (after if self.empty else 0)

    def bound(self, follow: Characters, after: float) -> Bound:
        ends = max(1, self.most - self.least + 1)
        one_way = self.possessive or not (self.characters & follow).any()
        return Bound(1 if one_way else ends, self.most + 1 + ends * after)


@dataclass
class Chain(Part):
    """One part after another."""

    parts: Sequence[Part]

    def entered_by(self, follow: Characters) -> Characters:
        for part in reversed(self.parts):
            follow = part.entered_by(follow)
        return follow

    def entry(self, after: float) -> float:
        for part in reversed(self.parts):
            after = part.entry(after)
        return after

    def bound(self, follow: Characters, after: float) -> Bound:
        ways, work = 1.0, 0.0
        for part in reversed(self.parts):  # ways and work are those from this part on
            bound = part.bound(follow, after)
            ways, work = bound.ways * ways, bound.work + (bound.ways * work if work else 0)
            follow, after = part.entered_by(follow), part.entry(after)
        return Bound(ways, work)


@dataclass
class Choice(Part):
    """One of several alternatives."""

    parts: Sequence[Part]

    def entered_by(self, follow: Characters) -> Characters:
        entered: Characters = np.logical_or.reduce([part.entered_by(follow) for part in self.parts])
        return entered

    def entry(self, after: float) -> float:
        return sum(1 + part.entry(after) for part in self.parts)

    def bound(self, follow: Characters, after: float) -> Bound:
        ways, work = np.zeros(len(follow)), 0.0
        for part in self.parts:
            bound = part.bound(follow, after)
            ways[part.entered_by(follow)] += bound.ways
            work += 1 + bound.work + after
        return Bound(max(1.0, float(ways.max())), work)


@dataclass
class Repeat(Part):
    """A part in ``fewest`` … ``rounds`` rounds."""

    part: Part
    fewest: int
    rounds: int
    possessive: bool

    def entered_by(self, follow: Characters) -> Characters:
        entered = self.part.entered_by(follow)
        return entered | follow if self.empty else entered

    def entry(self, after: float) -> float:
        return 1 + self.part.entry(after) + after

    def bound(self, follow: Characters, after: float) -> Bound:
        following = self.part.first | follow if self.rounds > 1 else follow
        each = self.part.bound(following, 1 + self.part.entry(0) + after)
        ways = 1.0 if self.possessive else each.ways
        work = _powers(ways, 0, self.rounds) * (ROUND + each.work + after)
        one_way = ways == 1 and not self.part.empty and not (self.part.first & follow).any()
        return Bound(1 if self.possessive or one_way else _powers(ways, self.fewest, self.rounds), work)


@dataclass
class Atomic(Part):
    """A part whose first match is final: an atomic group, or a lookahead or lookbehind, which consumes nothing."""

    part: Part
    consumes: bool
    work: float

    def entered_by(self, follow: Characters) -> Characters:
        return self.part.entered_by(follow) if self.consumes else follow

    def entry(self, after: float) -> float:
        return 1 + self.work + after

    def bound(self, follow: Characters, after: float) -> Bound:  # noqa: ARG002
        return Bound(1, 1 + self.work + after)


@dataclass
class Copy(Part):
    """A back-reference: the text of a group again."""

    def entry(self, after: float) -> float:
        return 1 + self.most + after

    def bound(self, follow: Characters, after: float) -> Bound:  # noqa: ARG002
        return Bound(1, 1 + self.most + after)


def _powers(base: float, least: int, most: int) -> float:
    """The sum of ``base ** i`` over ``least`` ≤ i ≤ ``most``, for a base of at least 1."""
    if base == 1:
        return max(1, most - least + 1)
    if base == math.inf or most * math.log(base) > 100:
        return math.inf
    return max(1.0, sum(base**i for i in range(least, most + 1)))
