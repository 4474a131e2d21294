"""Whether two lists of tokens are the same, and where they differ first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest

CONTEXT = 4
"""Tokens that a message shows before and after the first difference."""


def check_same_tokens(
    found: Sequence[str], tokens: Sequence[str], source: str, where: Callable[[int], str] = lambda _: ""
) -> None:
    """Raise ValueError where the tokens of a table differ from those of the text.

    Parameters
    ----------
    found : sequence of str
        The tokens of the table.
    tokens : sequence of str
        The tokens of the text.
    source : str
        The name of the table in the message.
    where : callable
        Number of a token → its place in the table, for the message.

    Raises
    ------
    ValueError
        They differ. The message gives the number of the first token that differs, and both sides around it.
    """
    expected = list(tokens)
    if found == expected:
        return
    step = next(i for i, (one, other) in enumerate(zip_longest(found, expected)) if one != other)
    place = where(step) if step < len(found) else ""
    sizes = "" if len(found) == len(expected) else f"; {len(expected):,} tokens against {len(found):,} in {source}"
    width = max(len("tokens"), len(source))
    raise ValueError(
        f"{source} and the tokens part at token {step}{f' ({place})' if place else ''}{sizes}:\n"
        f"  {'tokens':{width}}  {_around(expected, step)}\n"
        f"  {source:{width}}  {_around(found, step)}"
    )


def _around(tokens: Sequence[str], step: int) -> str:
    start, stop = max(0, step - CONTEXT), step + 1 + CONTEXT
    here = f"[{tokens[step]!r}]" if step < len(tokens) else "[end]"
    before = ["…"] * (start > 0) + [_shown(token) for token in tokens[start:step]]
    after = [_shown(token) for token in tokens[step + 1 : stop]] + ["…"] * (stop < len(tokens))
    return " ".join([*before, here, *after])


def _shown(token: str) -> str:
    """The token, or its repr if it couldn't be seen."""
    return token if token.isprintable() and token.strip() else repr(token)
