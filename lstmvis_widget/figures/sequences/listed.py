"""The sequences that pass the filters, in their order: a line each."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lstmvis_widget.figures.inline import DOT
from lstmvis_widget.figures.lazy_matplotlib import Axes
from lstmvis_widget.figures.marks import dashes, dots, rule
from lstmvis_widget.figures.numerals import format_count, format_value, plural
from lstmvis_widget.figures.sheet import boxes
from lstmvis_widget.figures.stack import Stack
from lstmvis_widget.figures.texts import SIZE, SMALL, visible_token

from .counts import is_right
from .sent_view import SequenceTable, SequenceView
from .sequence_page import Page

ROW, HEAD = 10.5, 9.0
END = 2.0
"""Beside a text that is cut: in a picture, letters are a little wider than they are measured."""

GAP, MARKS = 5.0, 9.0
ALWAYS = 10
LEAST_TEXT = 90.0
"""The text has at least this width before another column gets room."""


class Column(NamedTuple):
    """A column of the list: what it shows, its head, how wide it is, and how soon it gets room."""

    key: str
    head: str
    width: float
    rank: int
    align: str


def draw_listed(stack: Stack, page: Page, most: int) -> None:
    """At most so many of the sequences."""
    table, view = page.view.table, page.view
    if table is None or len(table) == 0:
        return
    shown = view.order[:most].tolist()
    aside = f"{format_count(len(view.order))} of {format_count(len(table))} · {lengths_text(table)}"
    if view.traits["sort_by"] != "sequence":
        aside += f" · by {_sorted_by(view.traits['sort_by'])}"
    stack.heading("sequences heading", "Sequences", aside)
    if not shown:
        note = stack.part("sequences", ROW)
        page.writing.write(note, (0, ROW / 2), "none passes the filters", color=page.colors.second, size=SMALL)
        return
    columns = columns_in(stack.width, columns_of(page, shown))
    head = stack.part("sequences head", HEAD)
    for column, left in columns:
        page.writing.write(
            head,
            (_anchor(column, left), HEAD / 2),
            column.head,
            color=page.colors.second,
            size=SMALL,
            align=column.align,
        )
    axes = stack.part("sequences", ROW * len(shown))
    for i, number in enumerate(shown):
        _draw_row(axes, page, (number, i * ROW), columns)
    left_out = len(view.order) - len(shown)
    if left_out:
        note = stack.part("sequences left out", HEAD)
        page.writing.write(
            note, (MARKS, HEAD / 2), f"… {format_count(left_out)} more", color=page.colors.second, size=SMALL
        )


def _sorted_by(sort_by: str) -> str:
    name = sort_by.removeprefix("-").replace("_", " ")
    return f"{name}, downwards" if sort_by.startswith("-") else name


def columns_of(page: Page, shown: list[int]) -> list[Column]:
    """The columns that there is something for, from left to right."""
    view = page.view
    table = view.table
    assert table is not None  # noqa: S101  (for the type checker)

    def number(key: str, head: str, rank: int) -> Column:
        texts = [text_of(key, each, view) for each in shown]
        widest = max(page.writing.width(text, SIZE) for text in texts)
        return Column(key, head, max(widest, page.writing.width(head, SMALL)), rank, "right")

    def dot(key: str, head: str) -> Column:
        return Column(key, head, max(DOT, page.writing.width(head, SMALL)), ALWAYS, "center")

    has_targets, is_said = table.target is not None, table.prediction is not None
    found = [number("number", "#", ALWAYS)]
    found += [dot("target", "true")] if has_targets else []
    found += [dot("prediction", "said")] if is_said else []
    found += [number("correct", "✓", 9)._replace(align="center")] if has_targets and is_said else []
    found += [number("confidence", "conf.", 8), number("settled", "settled", 7)] if is_said else []
    found += [number("changes", "changes", 6)] if is_said else []
    found += [number("matches", "matches", 9)] if len(view.matched) else []
    found.append(number("length", "length", 2 if is_said else 9))
    return [*found, Column("text", "text", LEAST_TEXT, ALWAYS, "left")]


def columns_in(room: float, columns: list[Column]) -> list[tuple[Column, float]]:
    """The columns that fit, each with its left edge: one after another by rank. The text has what is left."""
    chosen, left = set(), room - MARKS
    for column in sorted(columns, key=lambda each: -each.rank):
        if column.rank == ALWAYS or left >= column.width + GAP:
            left -= column.width + GAP
            chosen.add(column.key)
    placed, at = [], MARKS
    for column in columns:
        if column.key in chosen:
            width = room - at if column.key == "text" else column.width
            placed.append((column._replace(width=width), at))
            at += width + GAP
    return placed


def _anchor(column: Column, left: float) -> float:
    return left + {"left": 0.0, "center": column.width / 2, "right": column.width}[column.align]


def _draw_row(axes: Axes, page: Page, place: tuple[int, float], columns: list[tuple[Column, float]]) -> None:
    (number, top), view, colors = place, page.view, page.colors
    table, middle = view.table, top + ROW / 2
    assert table is not None  # noqa: S101  (for the type checker)
    width = axes.get_xlim()[1]
    if number == view.traits["sequence"]:
        boxes(axes, "current sequence", [(0, width, top, top + ROW)], [page.wash])
    rule(axes, "line", ((0, top + ROW), (width, top + ROW)), color=colors.hairline, lw=0.4, clip_on=False)
    if number in view.traits["pinned_sequences"]:
        look = {"color": colors.text, "lw": 1.0, "linestyle": dashes((1.0, 1.2), 1.0)}
        rule(axes, "pinned", ((0.5, middle), (MARKS - 3, middle)), **look)
    for column, left in columns:
        at = _anchor(column, left), middle
        if column.key in {"target", "prediction"}:
            code = table.target_of(number) if column.key == "target" else table.prediction_of(number)
            if code >= 0:
                dots(axes, column.key, [at], [page.class_look(code)], DOT)
            continue
        is_text, is_wrong = column.key == "text", column.key == "correct" and is_right(table, number) is False
        text = text_of(column.key, number, view)
        text = page.writing.fitted(text, column.width - END, SIZE, least=SIZE).text if is_text else text
        weight, color = "bold" if is_wrong else "normal", colors.second if is_text else colors.text
        page.writing.write(axes, at, text, color=color, size=SIZE, align=column.align, weight=weight)


def text_of(key: str, number: int, view: SequenceView) -> str:
    """The text of a cell; empty for what isn't known."""
    table = view.table
    assert table is not None  # noqa: S101  (for the type checker)
    start, stop = int(table.bounds[number]), int(table.bounds[number + 1])
    texts: dict[str, Callable[[], str]] = {
        "number": lambda: format_count(number),
        "length": lambda: format_count(stop - start),
        "correct": lambda: {True: "✓", False: "✗", None: ""}[is_right(table, number)],
        "confidence": lambda: _known(None if table.confidence is None else float(table.confidence[number])),
        "settled": lambda: "" if table.settled is None else format_count(int(table.settled[number]) - start),
        "changes": lambda: "" if table.changes is None else format_count(int(table.changes[number])),
        "matches": lambda: _matches_in(view, start, stop),
        "text": lambda: visible_token(table.texts[number]),
    }
    return texts[key]()


def _known(value: float | None) -> str:
    return "" if value is None or np.isnan(value) else format_value(value)


def _matches_in(view: SequenceView, start: int, stop: int) -> str:
    count = int(np.count_nonzero((view.matched[:, 0] >= start) & (view.matched[:, 0] < stop)))
    return format_count(count) if count else ""


def lengths_text(table: SequenceTable) -> str:
    """How long sequences are."""
    lengths = np.diff(table.bounds)
    least, most = int(lengths.min()), int(lengths.max())
    if least == most:
        return f"{plural(least, 'step')} each"
    return f"{lengths.mean():.3g} steps each ({format_count(least)}–{format_count(most)})"
