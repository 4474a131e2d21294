"""The rows of a chart of classes, as the page has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lstmvis_widget.figures.numerals import format_count
from lstmvis_widget.figures.texts import visible_token

from .sequence_page import OWN_COLORS


class ClassRow(NamedTuple):
    """A row: its name, and the place of its class among probabilities and colours."""

    name: str
    place: int


def class_rows(output: Mapping[str, Any] | None) -> list[ClassRow]:
    """The rows from the top; of many classes, all but the most frequent share one."""
    if output is None:
        return []
    names = [visible_token(name) for name in (*output["labels"], *output.get("unexpected", ()))]
    if "rows" in output:
        return [ClassRow(names[place], int(place)) for place in output["rows"]]
    rows = [ClassRow(name, place) for place, name in enumerate(names[:OWN_COLORS])]
    others = output["classes"] - OWN_COLORS
    if others > 0:
        rows.append(ClassRow(names[OWN_COLORS] if others == 1 else f"{format_count(others)} others", OWN_COLORS))
    return rows


def row_of_class(output: Mapping[str, Any], place: int) -> int:
    """The row of a class; −1 for none."""
    if place < 0:
        return -1
    if "rows" in output:
        rows = list(output["rows"])
        return rows.index(place) if place in rows else -1
    return min(place, OWN_COLORS)
