"""What kind of tokens a text is made of, and what each token of that kind reads as.

| kind | as in | the text is |
| --- | --- | --- |
| words | ``The``, ``Rabbit``, ``,`` | joined by spaces; by nothing between words of Chinese, Japanese or Thai |
| characters | ``R``, ``a``, ``b`` | characters joined by nothing |
| tokens with their own white space | ``The``, ``" Rabbit"`` | tokens joined by nothing |
| pieces with marks of spaces | ``▁Rab``, ``bit``; ``ĠRab``, ``bit`` | joined by nothing; the mark is a space |
| pieces with marks where words go on | ``Rab``, ``##bit``; ``Rab@@``, ``bit`` | by nothing there, else by spaces |
| pieces with marks where words end | ``Rab``, ``bit</w>`` | joined by nothing, and by a space after the mark |
| readable pieces | ``Rab``, ``bit`` | joined as the tokenizer's marks said; each `Piece` keeps that |

Bytes are decoded: those of byte-level pieces, as of GPT-2 (``Ġ``), and ``<0xE2>``; several pieces may make one
character. Special tokens of tokenizers, such as ``<s>`` and ``[CLS]``, read as they are, with a space on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .pieces import BYTE, BYTE_OF, SPACE_MARK, WORD_END, Piece

SPECIAL = re.compile(r"<[^<>\s]{1,60}>|\[[A-Za-z0-9_]{1,60}\]|⟨id -?\d+⟩")
"""Special tokens of tokenizers, and ids that the vocabulary lacks."""

BEGINS_SPECIAL = frozenset("<[⟨")

CHARACTER = re.compile(r".[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0903\u093a-\u094f\u200d\ufe0f]*", re.DOTALL)
"""A character with its combining marks."""

CONTINUES, CONTINUED = re.compile(r"##[^#\s]"), "@@"
"""The marks of pieces that go on with the word before them, and of pieces whose word goes on after them."""

OTHER_BARS = re.compile("[▂-█]")
"""Signs beside which ``▁`` is a part of a bar chart, and no mark."""

ESCAPED_BYTE = re.compile(r"\\x([89a-f][0-9a-f])")
"""A byte that alone is no character, as readable pieces show it."""

SPACED_SHARE = 0.2
"""Tokens have their own white space if it stands between at least this share of neighbours, or in the vocabulary."""

MARKS_OF_BYTES = ("Ġ", "Ċ")
"""A space and a line feed, with which byte-level pieces begin."""

WRONG_SHARE = 0.02
"""Most characters that the bytes of marked pieces may not make, as where a text was cut."""

SAMPLED = 20_000
"""How many tokens are decoded to see whether pieces are byte-level."""


class Part(NamedTuple):
    """What a token reads as, and whether a space stands before it and after it."""

    text: str | bytes
    before: bool = False
    after: bool = False


class Kind(NamedTuple):
    """A kind of tokens.

    Attributes
    ----------
    read : callable
        Gives the part that a token reads as.
    whole_tokens : bool
        Whether a token is a unit by itself, a word or a character, and no piece of a word.
    guessed : bool
        Whether the spaces are guessed: the original text may lack them beside punctuation.
    """

    read: Callable[[str], Part]
    whole_tokens: bool = False
    guessed: bool = False


def is_special(token: str) -> bool:
    """Whether this is a special token of a tokenizer."""
    return token[:1] in BEGINS_SPECIAL and SPECIAL.fullmatch(token) is not None and BYTE.fullmatch(token) is None


def kind_of(tokens: Sequence[str], codes: NDArray[np.integer[Any]], vocabulary: Collection[str] = ()) -> Kind:
    """Find the kind of tokens, from the vocabulary where there is one.

    Parameters
    ----------
    tokens : sequence of V str
        The distinct tokens of a text.
    codes : int array of shape (T,)
        The number of the token at each time step.
    vocabulary : collection of str, optional
        All tokens that there could be.
    """
    known = [token for token in (vocabulary or tokens) if token and not is_special(token)]
    sample = [tokens[code] for code in codes[:SAMPLED].tolist()]
    marked = [sum(map(shows, known)) for _, shows in MARKS]
    if any(marked):
        kind = MARKS[int(np.argmax(marked))][0]  # a vocabulary may also have pieces that look like those of others
        if kind is not BYTES or (_are_bytes(known) and _share_wrong(sample) <= WRONG_SHARE):
            return kind
    elif sum(map(_is_foreign, sample)) > len(sample) / 3 and _are_bytes(known) and _share_wrong(sample) == 0:
        return BYTES  # without any mark, as in Chinese
    if all(CHARACTER.fullmatch(token) for token in tokens if not is_special(token)):
        return CHARACTERS
    has_space = [token[:1] == " " or token[-1:] == " " for token in vocabulary]
    spaced = np.mean(has_space) if has_space else 0
    return SPACED if max(spaced, _spaced_share(tokens, codes)) >= SPACED_SHARE else WORDS


def _spaced_share(tokens: Sequence[str], codes: NDArray[np.integer[Any]]) -> float:
    """The share of neighbours that have a space of their own between them."""
    first = np.array([token[:1] == " " for token in tokens], bool)[codes]
    last = np.array([token[-1:] == " " for token in tokens], bool)[codes]
    return float((last[:-1] | first[1:]).mean()) if len(codes) > 1 else 0.0


def _is_foreign(token: str) -> bool:
    """Whether most of the characters are beyond ASCII."""
    return sum(not character.isascii() for character in token) > len(token) / 2


def _are_bytes(known: Iterable[str]) -> bool:
    """Whether all characters are in GPT-2's table of bytes."""
    return all(character in BYTE_OF for token in known for character in token)


def _share_wrong(sample: Sequence[str]) -> float:
    """The share of characters that the bytes of byte-level pieces don't make, or that no text has."""
    text = b"".join(map(_bytes, sample)).decode("utf-8", "replace")
    if len(sample) == SAMPLED:
        text = text.removesuffix("\ufffd")  # where the sample ends
    wrong = sum(character == "\ufffd" or (character < " " and character not in "\t\n\r") for character in text)
    return wrong / max(1, len(text))


def _bytes(token: str) -> bytes:
    return b"".join(
        bytes([BYTE_OF[character]]) if character in BYTE_OF else character.encode("utf-8", "surrogatepass")
        for character in token
    )


# ------------------------------------------------------------------- what a token of each kind reads as


def _reader(read: Callable[[str], Part]) -> Callable[[str], Part]:
    """The same, with special tokens as they are."""
    return lambda token: Part(token, before=True, after=True) if is_special(token) else read(token)


def _with_marks_of_spaces(token: str) -> Part:
    if byte := BYTE.fullmatch(token):
        return Part(bytes([int(byte[1], 16)]))
    return Part(token.replace(SPACE_MARK, " "))


def _with_marks_of_ends(token: str) -> Part:
    ends = token.endswith(WORD_END)
    return Part(token.removesuffix(WORD_END), after=ends)


def _going_on_after(token: str) -> Part:
    goes_on = len(token) > 2 and token.endswith(CONTINUED)
    return Part(token.removesuffix(CONTINUED) if goes_on else token, after=not goes_on)


def _going_on_before(token: str) -> Part:
    goes_on = CONTINUES.match(token) is not None
    return Part(token[2:] if goes_on else token, before=not goes_on)


def _readable(token: str) -> Part:
    before, after = (token.before, token.after) if isinstance(token, Piece) else (False, False)
    if not ESCAPED_BYTE.search(token):
        return Part(token, before, after)
    parts = ESCAPED_BYTE.split(token)  # text, byte, text, …
    data = [bytes([int(part, 16)]) if place % 2 else part.encode("utf-8") for place, part in enumerate(parts)]
    return Part(b"".join(data), before, after)


WORDS = Kind(lambda token: Part(token, before=True, after=True), whole_tokens=True, guessed=True)
CHARACTERS = Kind(_reader(Part), whole_tokens=True)
SPACED = Kind(_reader(Part))
BYTES = Kind(_reader(lambda token: Part(_bytes(token))))
READABLE = Kind(_reader(_readable), guessed=True)

MARKS: list[tuple[Kind, Callable[[str], bool]]] = [
    (BYTES, lambda token: token.startswith(MARKS_OF_BYTES)),
    (READABLE, lambda token: isinstance(token, Piece)),
    (Kind(_reader(_with_marks_of_spaces)), lambda token: token[0] == SPACE_MARK and not OTHER_BARS.search(token)),
    (Kind(_reader(_with_marks_of_ends), guessed=True), lambda token: token.endswith(WORD_END) and token != WORD_END),
    (Kind(_reader(_going_on_before), guessed=True), lambda token: CONTINUES.match(token) is not None),
    (Kind(_reader(_going_on_after), guessed=True), lambda token: len(token) > 2 and token.endswith(CONTINUED)),
]
"""How a token shows by a mark that it is of a kind."""
