"""What colours mean: a dot, a name and a count for each, in as many lines as they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .inline import BESIDE_DOT, DOT
from .marks import Look, dots
from .numerals import format_count
from .stack import Stack
from .texts import SIZE, SMALL

LINE = 9.0
GAP = 6.0
BEFORE_COUNT = 2.5

MOST_NAME = 110.0
"""Width of a name in points, at most."""


@dataclass(frozen=True)
class Entry:
    """A name with the look of its points, and how many there are; None: it isn't told."""

    name: str
    look: Look
    count: int | None


def draw_legend(stack: Stack, name: str, entries: Sequence[Entry]) -> None:
    """Lines of entries."""
    if not entries:
        return
    writing, colors = stack.sheet.writing, stack.sheet.colors
    placed: list[tuple[Entry, str, str, int, float]] = []
    line, left = 0, 0.0
    for entry in entries:
        text = writing.shortened_inside(entry.name, min(MOST_NAME, stack.width / 2), SIZE)
        count = "" if entry.count is None else format_count(entry.count)
        width = DOT + BESIDE_DOT + writing.width(text, SIZE)
        width += BEFORE_COUNT + writing.width(count, SMALL) if count else 0.0
        if left > 0 and left + width > stack.width:
            line, left = line + 1, 0.0
        placed.append((entry, text, count, line, left))
        left += width + GAP
    axes = stack.part(name, (line + 1) * LINE)
    for entry, text, count, row, left in placed:
        begin, y = left, (row + 0.5) * LINE
        dots(axes, "swatch", [(begin + DOT / 2, y)], [entry.look], DOT)
        begin += DOT + BESIDE_DOT
        writing.write(axes, (begin, y), text, color=colors.text, size=SIZE)
        begin += writing.width(text, SIZE) + BEFORE_COUNT
        if count:
            writing.write(axes, (begin, y), count, color=colors.second, size=SMALL)
