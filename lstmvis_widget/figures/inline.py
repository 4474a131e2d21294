"""Words and dots beside each other in a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .lazy_matplotlib import Axes
from .marks import Look, dots
from .texts import SIZE, Writing

DOT = 4.2
"""Diameter of a dot, in points."""

GAP = 5.0
"""Between two pieces of a line."""

BESIDE_DOT = 2.6
"""Between a dot and its name."""


class Piece(NamedTuple):
    """A text of a line, and the look of the dot before it, if it has one."""

    text: str
    color: Any
    dot: Look | None = None
    size: float = SIZE
    weight: str = "normal"

    def width(self, writing: Writing) -> float:
        """Its width in points."""
        before = 0.0 if self.dot is None else DOT + BESIDE_DOT
        return before + writing.width(self.text, self.size, self.weight)


def in_lines(pieces: Sequence[Piece], room: float, writing: Writing, gap: float = GAP) -> list[list[Piece]]:
    """Pieces in as many lines as they need; one that is too long for a line is shortened."""
    lines: list[list[Piece]] = [[]]
    left = 0.0
    for given in pieces:
        piece = _shortened(given, room, writing)
        width = piece.width(writing)
        if lines[-1] and left + width > room:
            lines.append([])
            left = 0.0
        lines[-1].append(piece)
        left += width + gap
    return [line for line in lines if line]


def _shortened(piece: Piece, room: float, writing: Writing) -> Piece:
    if piece.width(writing) <= room:
        return piece
    before = piece._replace(text="").width(writing)
    return piece._replace(text=writing.shortened_inside(piece.text, room - before, piece.size))


def write_line(
    axes: Axes, line: Sequence[Piece], y: float, writing: Writing, *, gap: float = GAP, left: float = 0.0
) -> float:
    """Write the pieces of a line with their middle at ``y``; the axes are in points. Returns where it ends."""
    for piece in line:
        if piece.dot is not None:
            dots(axes, "dot", [(left + DOT / 2, y)], [piece.dot], DOT)
            left += DOT + BESIDE_DOT
        writing.write(axes, (left, y), piece.text, color=piece.color, size=piece.size, weight=piece.weight)
        left += writing.width(piece.text, piece.size, piece.weight) + gap
    return left - gap
