r"""How much work a regular expression can be in a text: a bound, known before anything is searched for.

Python's ``re`` searches by backtracking. An attempt to match, from one start, tries path after path through the
expression until one of them leads to its end. The bound counts these paths, from the syntax tree of the expression and
from the text:

- A repeat of one set of characters, as ``\w+``, can end in as many places as the longest run of such characters in
  the text is long; in one only, if what follows can't be such a character (``\w+ ``).
- A repeat of a group, as ``(\w+ )+``, has at most as many rounds as fit in the longest run of its characters. If a
  round can match the same text in several ways, as in ``(a+)+`` or ``(a|a)*``, paths grow exponentially.
- Paths through parts that follow each other multiply. Those through alternatives that can begin alike add up.

All counts are rounded up, so that no attempt takes more steps than its bound. Some take far fewer.
"""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .regex_parts import Atomic, Chain, Character, Characters, Choice, Copy, Part, Place, Repeat, Run

FLAGS = re.IGNORECASE | re.MULTILINE | re.DOTALL | re.ASCII | re.UNICODE
KINDS = re.ASCII | re.UNICODE

CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}


class Cost(NamedTuple):
    """Bounds on an attempt to match, from any start.

    ``work`` is in steps; ``reach`` is how many characters from the start on are looked at. ``first`` are the characters
    that a match can begin with, and ``empty`` says whether it can be empty.
    """

    work: float
    reach: int
    first: Characters
    empty: bool


class Text:
    """A text as numbers of its distinct characters."""

    def __init__(self, text: str) -> None:
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        used = np.bincount(points) > 0
        self.distinct = "".join(map(chr, np.flatnonzero(used).tolist()))
        self.codes: NDArray[np.int64] = (np.cumsum(used) - 1)[points]
        self._matched: dict[tuple[str, int], Characters] = {}
        self._runs: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self.codes)

    def none(self) -> Characters:
        """No character."""
        return np.zeros(len(self.distinct) + 1, bool)

    def all(self) -> Characters:
        """Every character, and the end."""
        return np.ones(len(self.distinct) + 1, bool)

    def end(self, *characters: str) -> Characters:
        """The end, and the given characters."""
        return np.array([each in characters for each in self.distinct] + [True])

    def matched_by(self, expression: str, flags: int) -> Characters:
        """The characters that an expression of one character matches."""
        if (expression, flags) not in self._matched:
            matched = self.none()
            matched[[match.start() for match in re.finditer(expression, self.distinct, flags)]] = True
            self._matched[expression, flags] = matched
        return self._matched[expression, flags]

    def longest_run(self, characters: Characters) -> int:
        """The length of the longest stretch of these characters."""
        key = characters.tobytes()
        if key not in self._runs:
            others = np.flatnonzero(~characters[self.codes])
            self._runs[key] = int(np.diff(others, prepend=-1, append=len(self)).max()) - 1
        return self._runs[key]


def cost_of(pattern: str, flags: int, text: Text) -> Cost:
    """Bounds on an attempt to match the pattern at any start in the text; ``work`` is infinite where there is no bound.

    Raises
    ------
    re.error, OverflowError, RecursionError
        The pattern is no regular expression.
    """
    try:
        parsed = importlib.import_module("re._parser").parse(pattern, flags)
    except ImportError:  # a later Python that keeps its syntax trees elsewhere
        return _unbounded(text)
    try:
        root = _Reader(text).chain(parsed, parsed.state.flags)
        work = 1 + root.bound(text.all(), 1).work
        return Cost(work, root.reach, root.entered_by(text.all()), root.empty)
    except (_UnboundedError, RecursionError):
        return _unbounded(text)


def _unbounded(text: Text) -> Cost:
    return Cost(math.inf, len(text), text.all(), empty=True)


class _UnboundedError(Exception):
    """A part of an expression has no bound, or isn't known here because a later Python has brought it."""


class _Reader:
    """Reads the syntax tree that Python's own parser of expressions makes."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.groups: dict[int, Part] = {}

    def chain(self, items: Iterable[Any], flags: int) -> Part:
        """Parts one after the other."""
        parts = [self._part(op.name, value, flags) for op, value in items]
        if len(parts) == 1:
            return parts[0]
        first, length, reach = self.text.none(), 0, 0
        for part in reversed(parts):
            first = part.first | first if part.empty else part.first
        for part in parts:
            reach = max(reach, length + part.reach)
            length = min(length + part.most, len(self.text))
        return Chain(first, self._any_of(parts), sum(part.least for part in parts), length, reach, parts)

    def _any_of(self, parts: Sequence[Part]) -> Characters:
        characters: Characters = np.logical_or.reduce([self.text.none(), *(part.characters for part in parts)])
        return characters

    def _part(self, name: str, value: Any, flags: int) -> Part:
        if name in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            characters = self.text.matched_by(_one_character(name, value), flags & FLAGS)
            return Character(characters, characters, 1, 1, 1)
        reader = getattr(self, f"_{name.lower()}", None)
        if reader is None:
            raise _UnboundedError(name)
        part: Part = reader(value, flags)
        return part

    def _at(self, place: Any, flags: int) -> Part:  # noqa: ARG002
        none = self.text.none()
        ends = {"AT_END": self.text.end("\n"), "AT_END_STRING": self.text.end()}
        return Place(none, none, 0, 0, 1, ends.get(place.name, self.text.all()))

    def _subpattern(self, value: Any, flags: int) -> Part:
        group, added, removed, items = value
        kept = flags & ~KINDS if added & KINDS else flags
        part = self.chain(items, (kept | added) & ~removed)
        if group is not None:
            self.groups[group] = part
            # Even a group of one character is repeated in rounds, not as a run.
            part = Chain(part.first, part.characters, part.least, part.most, part.reach, [part])
        return part

    def _branch(self, value: Any, flags: int) -> Part:
        return self._choice([self.chain(items, flags) for items in value[1]])

    def _choice(self, parts: Sequence[Part]) -> Part:
        first: Characters = np.logical_or.reduce([part.first for part in parts])
        least, most = min(part.least for part in parts), max(part.most for part in parts)
        return Choice(first, self._any_of(parts), least, most, max(part.reach for part in parts), parts)

    def _groupref_exists(self, value: Any, flags: int) -> Part:
        return self._choice([self.chain(items or (), flags) for items in value[1:]])

    def _groupref(self, group: int, flags: int) -> Part:  # noqa: ARG002
        if group not in self.groups:
            raise _UnboundedError("a group that comes later")
        copied, every = self.groups[group], self.text.all()
        return Copy(every, every, copied.least, copied.most, copied.most + 1)

    def _max_repeat(self, value: Any, flags: int, *, possessive: bool = False) -> Part:
        fewest, most, items = value
        part = self.chain(items, flags)
        if part.empty and most > 1:
            raise _UnboundedError("rounds that can match nothing")
        longest = self.text.longest_run(part.characters)
        rounds = int(most) if part.empty else min(int(most), longest // part.least)
        characters = part.first, part.characters
        if isinstance(part, Character):
            return Run(*characters, fewest, rounds, rounds + 1, possessive)
        length = min(rounds * part.most, longest)
        return Repeat(
            *characters, fewest * part.least, length, length + part.reach, part, fewest, rounds, possessive
        )  # fmt: skip

    def _min_repeat(self, value: Any, flags: int) -> Part:
        return self._max_repeat(value, flags)

    def _possessive_repeat(self, value: Any, flags: int) -> Part:
        return self._max_repeat(value, flags, possessive=True)

    def _atomic_group(self, items: Any, flags: int) -> Part:
        part = self.chain(items, flags)
        work = part.bound(self.text.all(), 1).work
        return Atomic(part.first, part.characters, part.least, part.most, part.reach, part, consumes=True, work=work)

    def _assert(self, value: Any, flags: int) -> Part:
        direction, items = value
        part, none = self.chain(items, flags), self.text.none()
        reach, work = part.reach if direction > 0 else 1, part.bound(self.text.all(), 1).work
        return Atomic(none, none, 0, 0, reach, part, consumes=False, work=work)

    def _assert_not(self, value: Any, flags: int) -> Part:
        return self._assert(value, flags)

    def _failure(self, value: Any, flags: int) -> Part:  # noqa: ARG002
        none = self.text.none()
        return Character(none, none, 1, 1, 1)


def _one_character(name: str, value: Any) -> str:
    """The expression of a set of characters, from its syntax tree."""
    if name == "ANY":
        return "."
    if name == "IN":
        return f"[{''.join(_member(op.name, item) for op, item in value)}]"
    return f"[{'^' if name == 'NOT_LITERAL' else ''}{_member('LITERAL', value)}]"


def _member(name: str, value: Any) -> str:
    """One entry between the brackets of a set."""
    if name == "NEGATE":
        return "^"
    if name == "LITERAL":
        return f"\\U{value:08x}"
    if name == "RANGE":
        return f"\\U{value[0]:08x}-\\U{value[1]:08x}"
    if name == "CATEGORY" and value.name in CATEGORIES:
        return CATEGORIES[value.name]
    raise _UnboundedError(name)
