"""Places for texts beside points, so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Label:
    """A text at a point, and how wide and high it is; all in points, y upwards."""

    text: str
    x: float
    y: float
    width: float
    height: float


class PlacedLabel(NamedTuple):
    """A label with the left edge and the middle of its text."""

    label: Label
    left: float
    middle: float


def mark_at(x: float, y: float, size: float) -> PlacedLabel:
    """A mark that no label is to cover, as if it were a label."""
    return PlacedLabel(Label("", x, y, size, size / 2), x - size / 2, y)


def place_labels(
    labels: Sequence[Label], size: tuple[float, float], gap: float, taken: Sequence[PlacedLabel] = ()
) -> list[PlacedLabel]:
    """Find places for labels beside their points, where neither an edge nor an earlier label is in the way.

    To the right, the left, above or below, as in the page. A label without a place is left out.
    """
    width, height = size
    placed: list[PlacedLabel] = []
    for label in labels:
        for left, middle in _places(label, gap):
            inside = 0 <= left <= width - label.width and label.height / 2 <= middle <= height - label.height / 2
            if inside and not any(_overlap(label, left, middle, other) for other in (*taken, *placed)):
                placed.append(PlacedLabel(label, left, middle))
                break
    return placed


def _places(label: Label, gap: float) -> tuple[tuple[float, float], ...]:
    x, y, wide, line = label.x, label.y, label.width, label.height * 1.1
    return (
        (x + gap, y),
        (x - gap - wide, y),
        (x - wide / 2, y + line),
        (x - wide / 2, y - line),
        (x + gap, y + 0.8 * line),
        (x + gap, y - 0.8 * line),
    )


def _overlap(label: Label, left: float, middle: float, other: PlacedLabel) -> bool:
    margin = label.height / 5
    return (
        left < other.left + other.label.width + margin
        and other.left < left + label.width + margin
        and abs(middle - other.middle) < max(label.height, other.label.height)
    )
