"""Tracks that the text itself gives: what a cell of a model of text may follow."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.places import repeated
from lstmvis_widget.work.cancelling import Check, never_cancelled
from lstmvis_widget.work.showing import Progress, shown

from . import regex_process
from .joining import Joined
from .sequences import Sequences
from .token_kinds import is_special
from .tokens import Tokens
from .tracks import CategoricalTrack, ContinuousTrack

Ints = NDArray[np.int64]
TextTrack = CategoricalTrack | ContinuousTrack

DELIMITERS = {"in quotes": '""“”„“«»', "in brackets": "()[]{}"}
"""Pairs of characters, by the name of their track. Two equal ones open and close in turn."""

SENTENCE_END = re.compile('[.!?…]+["”\u2019»)\\]]*(?=\\s|$)|[。\uff01\uff1f]+[」』”]*')
"""The end of a sentence: its marks, what closes behind them, and white space, or the marks of Chinese and Japanese."""

EXPRESSIONS = 0.2
"""Share of the work that is not searching for expressions."""


def tracks_from_text(
    tokens: Any,
    names: Iterable[str] | None = None,
    *,
    patterns: Mapping[str, str] | None = None,
    delimiters: Mapping[str, str] = DELIMITERS,
    sequences: ArrayLike | None = None,
    vocabulary: Any = None,
    check: Check = never_cancelled,
    progress: Progress = None,
) -> dict[str, TextTrack]:
    """Tracks of what a text says by itself: where it is in quotes, how far in a line, which token comes next, and more.

    Parameters
    ----------
    tokens : sequence of T str, or T int with ``vocabulary``
        Words, characters, or pieces of any tokenizer: the tracks are of the text that they read as. As for
        `StateExplorer`.
    names : iterable of str, optional
        Which tracks to make, of those below; by default all.
    patterns : mapping of name to regular expression, optional
        Further tracks; each sequence is searched as a text by itself. Where the expression has named groups, these are
        the labels of the steps that they touch (of groups within each other the inner one), and other steps have none;
        else a step is 1 where a match touches it, else 0.
    delimiters : mapping of name to str, optional
        Further pairs of characters in place of those below: ``{"in tags": "<>"}``.
    sequences : array_like of int, optional
        Lengths of the sequences, which sum to T. Lines, sentences, quotes and brackets end with their sequence.
    vocabulary : mapping, sequence or tokenizer, optional
        What ids stand for, as for `StateExplorer`; `read_vocabulary` reads that of a file.
    check : callable, optional
        Called now and then; it may raise to end the work.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    dict of str to CategoricalTrack or ContinuousTrack
        For ``StateExplorer(…, tracks=tracks_from_text(tokens))``, by name:

        - ``"in quotes"``, ``"in brackets"``: how many are open after the step has been read: the opening one counts as
          inside, the closing one doesn't. A closing one that none opens counts for nothing;
        - ``"position in line"``, ``"position in sentence"``, ``"position in sequence"``: how many tokens came before it
          there, from 0. A line ends with the token that has a line break, a sentence with marks such as ``.`` before
          white space, also after an abbreviation;
        - ``"previous token"``, ``"next token"``: as it reads; None at the ends of the sequence;
        - ``"token class"``: ``"word"`` (letters), ``"number"`` (with a digit), ``"punctuation"`` (neither),
          ``"space"``, or ``"special"`` (of a tokenizer);
        - ``"token length"``, in characters as it reads; ``"token count"``: how often the token is in the text.

    Raises
    ------
    TypeError, ValueError
        There is no such name; an expression or a pair is wrong, or its search takes too long; the lengths don't sum to
        T.

    Examples
    --------
    >>> from lstmvis_widget import tracks_from_text
    >>> tracks = tracks_from_text(list('a "b" c'), patterns={"b or c": "[bc]"})
    >>> tracks["in quotes"].values.tolist()
    [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0]
    >>> tracks["b or c"].values.tolist()
    [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0]
    """
    words = Tokens(tokens, None, vocabulary)
    within = Sequences.of(sequences, len(words))
    text = _Text(words, within)
    given = {**DELIMITERS, **_checked_pairs(delimiters)}
    makers: dict[str, Callable[[], TextTrack]] = {name: _of(text.depth, pairs) for name, pairs in given.items()}
    makers |= _makers(text)
    wanted = list(makers) if names is None else _checked_names(names, makers)
    expressions = dict(patterns or {})
    for name in expressions:
        if name in wanted:
            raise ValueError(f"{name!r} is the name of a track already: give the expression another name")
    with shown(progress, "making tracks of the text") as report:
        made = {}
        for number, name in enumerate(wanted):
            check()
            report(EXPRESSIONS * number / len(wanted))
            made[name] = makers[name]()
        for number, (name, pattern) in enumerate(expressions.items()):
            check()
            report(EXPRESSIONS + (1 - EXPRESSIONS) * number / len(expressions))
            made[name] = text.matching(pattern, check)
    return made


def _of(make: Callable[[str], TextTrack], pairs: str) -> Callable[[], TextTrack]:
    return lambda: make(pairs)


def _checked_pairs(delimiters: Any) -> dict[str, str]:
    if not isinstance(delimiters, Mapping):
        raise TypeError(f"delimiters must be a mapping of a name to pairs of characters; got {brief(delimiters)}")
    for name, pairs in delimiters.items():
        if not isinstance(pairs, str) or not pairs or len(pairs) % 2:
            raise ValueError(f"delimiters must be pairs of characters, such as '()[]'; got {brief(pairs)} for {name!r}")
    return {str(name): pairs for name, pairs in delimiters.items()}


def _checked_names(names: Any, known: Iterable[str]) -> list[str]:
    listed = [names] if isinstance(names, str) else list(names)
    for name in listed:
        if name not in known:
            raise ValueError(f"names must be among {', '.join(map(repr, known))}; got {brief(name)}")
    return list(dict.fromkeys(listed))


class _Text:
    """A text as it reads, with where its tokens and sequences are."""

    def __init__(self, tokens: Tokens, sequences: Sequences) -> None:
        self._sequences, self.steps = sequences, len(tokens)
        self._index = tokens.index_with_breaks(sequences.starts)
        self._joined: Joined = self._index.joined
        self._characters = np.array(list(self._joined.text) or [""])[: len(self._joined.text)]
        self.tokens = list(map(str, tokens))
        pairs = zip(self._joined.starts.tolist(), self._joined.ends.tolist(), strict=True)
        self.read = [self._joined.text[start:end] for start, end in pairs]
        # The characters before this one belong to earlier sequences.
        starts = np.append(self._joined.starts, len(self._joined.text))
        self._bounds = starts[sequences.bounds] if self.steps else np.zeros(1, np.int64)

    # ------------------------------------------------------------- delimiters

    def depth(self, pairs: str) -> ContinuousTrack:
        """How many of these are open after each step."""
        closing: dict[str, set[str]] = {}
        for one, other in zip(pairs[::2], pairs[1::2], strict=True):
            closing.setdefault(one, set()).add(other)
        places = np.flatnonzero(np.isin(self._characters, list(pairs)))
        depths = np.zeros(len(places) + 1, np.int64)
        stack: list[str] = []
        sequence = np.searchsorted(self._bounds, places, side="right").tolist()
        before = -1
        for number, (place, now) in enumerate(zip(places.tolist(), sequence, strict=True), 1):
            if now != before:
                stack, before = [], now
            _read(str(self._characters[place]), stack, closing)
            depths[number] = len(stack)
        read = np.searchsorted(places, self._joined.ends, side="left")  # delimiters up to the end of each step
        values = depths[read]
        starts = np.searchsorted(places, self._first_characters(), side="left")
        return ContinuousTrack(np.where(read > starts, values, 0).astype(np.float64))

    def _first_characters(self) -> Ints:
        """The first character of the sequence of each step."""
        return repeated(self._bounds[:-1], self._sequences.lengths) if self.steps else self._joined.ends

    # --------------------------------------------------------------- positions

    def position(self, begins: NDArray[np.bool_]) -> ContinuousTrack:
        """How many steps came before each since the last one that begins something, or its sequence."""
        begins = begins.copy()
        begins[self._sequences.starts[: self.steps]] = True
        steps = np.arange(self.steps)
        return ContinuousTrack((steps - np.maximum.accumulate(np.where(begins, steps, 0))).astype(np.float64))

    def after(self, ends: Ints) -> NDArray[np.bool_]:
        """The steps after those that have one of these characters."""
        begins = np.zeros(self.steps, bool)
        last = np.searchsorted(self._joined.starts, ends, side="right")  # the first step that starts behind
        begins[last[last < self.steps]] = True
        return begins

    def lines(self) -> NDArray[np.bool_]:
        """The steps that begin a line."""
        return self.after(np.flatnonzero(self._characters == "\n"))

    def sentences(self) -> NDArray[np.bool_]:
        """The steps that begin a sentence; what closes quotes or brackets behind its end belongs to it."""
        ends = [found.end() - 1 for found in SENTENCE_END.finditer(self._joined.text)]
        begins = self.after(np.array(ends, np.int64))
        depth = sum(self.depth(pairs).values for pairs in DELIMITERS.values())
        closes = np.diff(depth, prepend=0) < 0
        for step in np.flatnonzero(begins & closes).tolist():
            begins[step] = False
            if step + 1 < self.steps:
                begins[step + 1] = True
        return begins

    # ----------------------------------------------------------------- tokens

    def beside(self, shift: int) -> CategoricalTrack:
        """The token so many steps later, within the sequence."""
        first, end = self._sequences.around_each(0, self.steps)
        places = np.arange(self.steps) + shift
        inside = (places >= first) & (places < end)
        return CategoricalTrack(
            [self.read[place] if ok else None for place, ok in zip(places.tolist(), inside.tolist(), strict=True)]
        )

    def classes(self) -> CategoricalTrack:
        """What kind of token each is."""
        reads = dict(zip(self.tokens, self.read, strict=True))
        known = {token: _class_of(token, read) for token, read in reads.items()}
        return CategoricalTrack([known[token] for token in self.tokens])

    def lengths(self) -> ContinuousTrack:
        """Characters of each token."""
        return ContinuousTrack((self._joined.ends - self._joined.starts).astype(np.float64))

    def counts(self) -> ContinuousTrack:
        """How often each token is there."""
        counts = Counter(self.tokens)
        return ContinuousTrack(np.array([counts[token] for token in self.tokens], np.float64))

    # ------------------------------------------------------------ expressions

    def matching(self, pattern: str, check: Check) -> TextTrack:
        """The labels of named groups, or 1 where a match touches a step."""
        text, parts = self._joined.text, self._index.sequences_in_text()
        spans = regex_process.find_all(pattern, text, ignore_case=False, parts=parts, check=check)
        compiled = re.compile(pattern)
        groups = sorted(compiled.groupindex, key=compiled.groupindex.__getitem__)
        if not groups:
            values = np.zeros(self.steps)
            for first, end in self._touched(spans).tolist():
                values[first:end] = 1
            return ContinuousTrack(values)
        labels: list[str | None] = [None] * self.steps
        of = np.searchsorted(parts[:, 0], spans[:, 0], side="right") - 1
        ends = np.append(np.flatnonzero(np.diff(of)) + 1, len(spans)).tolist()  # of the spans of each sequence
        for low, high in itertools.pairwise([0, *ends]):
            begin, stop = parts[of[low]].tolist() if low < high else (0, 0)
            sequence = text[begin:stop]  # in which ^ and $ are its ends
            for start in spans[low:high, 0].tolist():
                check()
                found = compiled.match(sequence, start - begin)
                for group in groups:
                    first, end = self._touched_by(found, group, begin)
                    labels[first:end] = [group] * (end - first)
        return CategoricalTrack(labels)

    def _touched_by(self, found: re.Match[str] | None, group: str, begin: int) -> tuple[int, int]:
        """The range of steps of a group of a match in the sequence that begins at this character."""
        if found is None or found[group] is None:
            return 0, 0
        first, end = self._touched(begin + np.array([found.span(group)]))[0].tolist()
        return first, end

    def _touched(self, spans: Ints) -> Ints:
        """The ranges of steps that share a character with these."""
        starts = np.searchsorted(self._joined.ends, spans[:, 0], side="right")
        stops = np.searchsorted(self._joined.starts, spans[:, 1], side="left")
        return np.stack([starts, np.maximum(starts, stops)], axis=1)


def _read(character: str, stack: list[str], closing: Mapping[str, set[str]]) -> None:
    """Take in a delimiter: it closes the last one that it may close, with all that was opened since, or opens one."""
    for place in range(len(stack) - 1, -1, -1):
        if character in closing[stack[place]]:
            del stack[place:]
            return
    if character in closing:
        stack.append(character)


def _class_of(token: str, read: str) -> str:
    if is_special(token):
        return "special"
    if not read.strip():
        return "space"
    if any(character.isnumeric() for character in read):
        return "number"
    return "word" if any(character.isalpha() for character in read) else "punctuation"


def _makers(text: _Text) -> dict[str, Callable[[], TextTrack]]:
    """What makes each track, by its name."""
    return {
        "position in line": lambda: text.position(text.lines()),
        "position in sentence": lambda: text.position(text.sentences()),
        "position in sequence": lambda: text.position(np.zeros(text.steps, bool)),
        "previous token": lambda: text.beside(-1),
        "next token": lambda: text.beside(1),
        "token class": text.classes,
        "token length": text.lengths,
        "token count": text.counts,
    }
