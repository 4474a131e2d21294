"""The arguments that the figures of all widgets take, checked."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Sequence
from typing import Any

from lstmvis_widget.given.brief import brief

from .colors import THEMES, Colors

COLUMNS = {"single": 3.3, "double": 7.0}
"""Width in inches of a figure in one column of a paper of two, and across both."""

EXPLORER_PARTS = ("plot", "words", "coverage", "pattern", "tracks", "cells", "matches", "legend")
"""The parts of the figure of an explorer, from top to bottom."""

SEQUENCE_PARTS = ("words", "expected", "jumps", "cause", "pinned", "map", "classes", "sequences")
"""The parts of the figure of a `SequenceExplorer`, in the order in which they are drawn."""

SCATTER_PARTS = ("legend", "points")
"""The parts of the figure of a `PhraseScatter`, from top to bottom."""

NARROWEST, WIDEST = 2.0, 40.0
"""Limits of the width of a figure, in inches."""


def checked_width(width: Any) -> float:
    """The width of a figure in inches.

    Raises
    ------
    ValueError
        It is neither "single" nor "double" nor a number of inches that text fits in.
    TypeError
        It is something else.
    """
    allowed = (
        f'"single" ({COLUMNS["single"]:g} inches), "double" ({COLUMNS["double"]:g}), or inches, '
        f"{NARROWEST:g}…{WIDEST:g}"
    )
    if isinstance(width, str):
        if width not in COLUMNS:
            raise ValueError(f"width must be {allowed}; got {brief(width)}")
        return COLUMNS[width]
    if isinstance(width, bool) or not isinstance(width, numbers.Real):
        raise TypeError(f"width must be {allowed}; got {brief(width)}")
    inches = float(width)
    if not NARROWEST <= inches <= WIDEST:
        raise ValueError(f"width must be {allowed}; got {brief(width)}")
    return inches


def checked_theme(theme: Any) -> Colors:
    """The colours of a theme.

    Raises
    ------
    ValueError
        There is no theme of this name.
    """
    if not isinstance(theme, str) or theme not in THEMES:
        raise ValueError(f"theme must be {listed(THEMES)}; got {brief(theme)}")
    return THEMES[theme]


def checked_parts(parts: Any, known: Sequence[str]) -> tuple[str, ...]:
    """The names of the parts to draw, in the order of ``known``; None: all of them.

    Raises
    ------
    ValueError
        There is no part of such a name, or none is named.
    TypeError
        It isn't a list of names.
    """
    if parts is None:
        return tuple(known)
    if isinstance(parts, str) or not isinstance(parts, Iterable):
        raise TypeError(f"parts must be None (all) or a list of {listed(known)}; got {brief(parts)}")
    given = list(parts)
    unknown = [part for part in given if not isinstance(part, str) or part not in known]
    if unknown or not given:
        raise ValueError(f"parts must be None (all) or a list of {listed(known)}; got {brief(given)}")
    return tuple(part for part in known if part in given)


def listed(names: Iterable[str]) -> str:
    """Names in quotes, with "or" before the last."""
    quoted = [f'"{name}"' for name in names]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else quoted[0]
