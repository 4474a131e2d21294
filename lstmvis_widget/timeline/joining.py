"""The text that tokens read as, and where each of them stands in it."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.given.places import repeated

from .token_kinds import Kind, Part, is_special, kind_of

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

WITHOUT_SPACES = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3000, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF01, 0xFFEF), (0x20000, 0x3FFFF),
)  # fmt: skip
"""Characters that are written without spaces between words: Thai, Lao, Burmese, Khmer, Chinese and Japanese ones."""

CONTRACTED = ("n't", "n\u2019t")
"""Words that are written without a space before them."""

NO_CHARACTERS = dict.fromkeys(range(56448, 56576), "�")
"""What bytes that make no character are shown as."""


class Joined(NamedTuple):
    """The text that T tokens read as.

    Attributes
    ----------
    text : str
    starts, ends : int64 arrays of shape (T,)
        Token t has the characters ``text[starts[t]:ends[t]]``. White space at its ends isn't counted, unless the token
        is nothing else. A character that several tokens make belongs to each of them.
    inserted : int64 array
        Places in the text of the spaces that no token has.
    loose : bool array of shape (T,)
        Whether white space before the token doesn't matter: a phrase may have some there, or none.
    marked : set of str
        The tokens that are written otherwise than they read.
    whole_tokens : bool
        Whether a token is a unit by itself, a word or a character, and no piece of a word.
    """

    text: str
    starts: Ints
    ends: Ints
    inserted: Ints
    loose: Flags
    marked: frozenset[str]
    whole_tokens: bool


def join(
    tokens: Sequence[str],
    codes: NDArray[np.integer[Any]],
    *,
    kind: Kind | None = None,
    vocabulary: Collection[str] = (),
    breaks: ArrayLike = (),
) -> Joined:
    """Join tokens to the text that they read as; `token_kinds` says how.

    White space is loose beside tokens of punctuation, and where it is guessed around words that are written without
    spaces; in a text without any white space, such as DNA, it is loose everywhere. White space that tokens have is not.

    Parameters
    ----------
    tokens : sequence of V str
        The distinct tokens.
    codes : int array of shape (T,)
        The number of the token at each time step.
    kind : Kind, optional
        Of the tokens; by default it is found from these and the vocabulary.
    vocabulary : collection of str, optional
        All tokens that there could be.
    breaks : array_like of int, optional
        Time steps before which there is white space in any case: the starts of sequences.
    """
    kind = kind or kind_of(tokens, codes, vocabulary)
    parts = [kind.read(token) for token in tokens]
    texts = [part.text if isinstance(part.text, str) else part.text.decode("utf-8", "replace") for part in parts]
    special = [is_special(token) for token in tokens]
    space = _either(codes, (part.after for part in parts), (part.before for part in parts))
    loose = _either(codes, special, special)
    loose |= _either(codes, map(_ends_with_mark, texts), map(_begins_with_mark, texts))
    if kind.guessed:
        ends_unspaced = [is_unspaced(text[-1:]) for text in texts]
        begins_unspaced = [is_unspaced(text[:1]) for text in texts]
        loose |= space & _either(codes, ends_unspaced, begins_unspaced)
        space &= ~_both(codes, ends_unspaced, begins_unspaced)
    blank = [not text.strip() for text in texts]
    loose &= ~_either(codes, blank, blank)
    if not space.any() and not any(character.isspace() for text in texts for character in text):
        loose[:] = True
    starts = np.asarray(breaks, np.int64)
    starts = starts[(starts > 0) & (starts < len(codes))]
    space[starts], loose[starts] = True, False
    text, begins, ends, inserted = _placed(parts, codes, space)
    lead, trail = _white_space_at_ends(parts)
    marked = frozenset(token for token, part in zip(tokens, parts, strict=True) if part.text != token)
    return Joined(text, begins + lead[codes], ends - trail[codes], inserted, loose, marked, kind.whole_tokens)


@functools.cache  # there are few different characters
def is_unspaced(character: str) -> bool:
    """Whether a character is of a script that is written without spaces between words."""
    return character != "" and any(low <= ord(character) <= high for low, high in WITHOUT_SPACES)


@functools.cache
def is_of_word(character: str) -> bool:
    """Whether a character is a letter, a mark on one, a digit, an underscore, or a part of an unknown one."""
    return character != "" and (character in "_\ufffd" or unicodedata.category(character)[0] in "LMN")


def _begins_with_mark(text: str) -> bool:
    return not is_of_word(text[:1]) or text.lower() in CONTRACTED


def _ends_with_mark(text: str) -> bool:
    return not is_of_word(text[-1:])


def _either(codes: NDArray[np.integer[Any]], before: Iterable[bool], after: Iterable[bool]) -> Flags:
    """For each step but the first: whether the token before it has the one property, or its own token the other."""
    found = _of_codes(codes, after)
    found[1:] |= _of_codes(codes, before)[:-1]
    found[:1] = False
    return found


def _both(codes: NDArray[np.integer[Any]], before: Iterable[bool], after: Iterable[bool]) -> Flags:
    """For each step but the first: whether the token before it has the one property, and its own token the other."""
    found = _of_codes(codes, after)
    found[1:] &= _of_codes(codes, before)[:-1]
    found[:1] = False
    return found


def _of_codes(codes: NDArray[np.integer[Any]], flags: Iterable[bool]) -> Flags:
    found: Flags = np.array([*flags, False], bool)[codes]
    return found


def _placed(parts: Sequence[Part], codes: NDArray[np.integer[Any]], space: Flags) -> tuple[str, Ints, Ints, Ints]:
    """The text, the places where tokens start and end, and those of the spaces that ``space`` puts before tokens."""
    texts = [part.text for part in parts]
    are_bytes = any(isinstance(text, bytes) for text in texts)
    if are_bytes:
        texts = [text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text for text in texts]
    blank: Any = b" " if are_bytes else " "
    table: list[Any] = [*texts, *(blank + text for text in texts)]
    chosen = (codes + len(texts) * space).tolist()
    whole = blank[:0].join([table[choice] for choice in chosen])
    sizes = np.array([*map(len, texts), 0], np.int64)[codes]
    ends = np.cumsum(sizes + space)
    starts = ends - sizes
    inserted = starts[space] - 1
    return _decoded(whole, starts, ends, inserted) if are_bytes else (whole, starts, ends, inserted)


def _decoded(data: bytes, starts: Ints, ends: Ints, inserted: Ints) -> tuple[str, Ints, Ints, Ints]:
    """Text and places in characters, for places in bytes."""
    text = data.decode("utf-8", "surrogateescape")
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    sizes = 1 + (points >= 0x80).astype(np.int64) + (points >= 0x800) + (points >= 0x10000)
    sizes[(points >= 0xDC80) & (points < 0xDD00)] = 1
    character = repeated(np.arange(len(text)), sizes)  # that each byte belongs to
    character = np.append(character, len(text))
    last = np.where(ends > starts, character[np.maximum(ends, 1) - 1] + 1, character[starts])
    return text.translate(NO_CHARACTERS), character[starts], last, character[inserted]


def _white_space_at_ends(parts: Sequence[Part]) -> tuple[Ints, Ints]:
    """How many characters of white space each token has at its beginning and at its end, if it has others too."""
    lead, trail = np.zeros(len(parts) + 1, np.int64), np.zeros(len(parts) + 1, np.int64)
    for number, (text, _, _) in enumerate(parts):
        if text.strip():
            lead[number], trail[number] = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
    return lead, trail
