"""The figure of a `SequenceExplorer`: its parts, below and beside each other."""

from __future__ import annotations

from typing import Any

from lstmvis_widget.figures.colors import Colors
from lstmvis_widget.figures.lazy_matplotlib import Figure
from lstmvis_widget.figures.options import SEQUENCE_PARTS
from lstmvis_widget.figures.sheet import Sheet
from lstmvis_widget.figures.stack import Stack, finish_row
from lstmvis_widget.figures.texts import Writing

from .cause import cause_height, draw_cause
from .chart import chart_of
from .classes import draw_classes
from .counts import counts_of
from .expected import draw_expected
from .jumps import draw_jumps
from .listed import draw_listed
from .pinned import draw_pinned
from .sent_view import SequenceView
from .sequence_page import Page
from .state_map import draw_map
from .words import draw_words

CURRENT = SEQUENCE_PARTS[:5]
"""The parts about the current sequence, which stand beside the map where there is room: what made a jump stands below
it, or beside it where the sequence is shorter than the map."""

WIDE = 330.0
"""From this width on, in points, two columns stand beside each other."""

GUTTER, BETWEEN = 12.0, 8.0
"""Between two columns, and between parts below each other."""

LEFT_SHARE = 0.45
"""Of the left one of two columns."""

MAP_SHARE, LOWEST_MAP = 0.85, 0.88
"""Height of the map, as a share of its width: alone, and beside the current sequence at least."""


def missing_parts(view: SequenceView) -> dict[str, str]:
    """The parts that there is nothing to show of, and why."""
    missing: dict[str, str] = {}
    words = view.words
    if words is None or not words.words:
        missing |= dict.fromkeys(("words", "expected", "jumps"), "there are no words")
    elif words.codes is None:
        missing["expected"] = "what the model expects isn't known"
    if words is not None and words.words and words.distances is None:
        missing["jumps"] = "the jumps could not be measured"
    if view.cause is None:
        missing["cause"] = "no jump is explained" if view.traits["jump"] is None else "what it was made of isn't known"
    if not view.pinned:
        missing["pinned"] = "no sequence is pinned"
    if view.points is None or view.map_facts is None:
        missing["map"] = "there is no map"
    counts = counts_of(view)
    if counts is None or not counts.entries:
        missing["classes"] = "what the model expects isn't known"
    if view.table is None or len(view.table) == 0:
        missing["sequences"] = "there are no sequences"
    return missing


def draw(
    view: SequenceView, width: float, parts: tuple[str, ...], colors: Colors, *, font: Any, lines: int, sequences: int
) -> Figure:
    """Draw these parts, each of which there is something of, ``width`` inches wide."""
    sheet = Sheet(width, colors, Writing(font))
    page = Page(view, colors, sheet.writing)
    beside = sheet.room >= WIDE
    about = [part for part in CURRENT if part in parts]
    if beside and about and "map" in parts:
        left = LEFT_SHARE * (sheet.room - GUTTER)
        current, right = Stack(sheet, 0, left), Stack(sheet, left + GUTTER, sheet.room - left - GUTTER)
        _draw_current(current, page, [part for part in about if part != "cause"], lines)
        lowest, below = LOWEST_MAP * right.width, 0.0
        if "cause" in about and current.down < lowest:
            current.below(BETWEEN if current.down else 0.0)
            draw_cause(current, page)
        elif "cause" in about:
            below = cause_height(page, right.width) + BETWEEN
        draw_map(right, page, max(current.down - below, lowest))
        if below:
            right.below(BETWEEN)
            draw_cause(right, page)
        finish_row(sheet, current, right)
    else:
        if about:
            current = Stack(sheet, 0, sheet.room)
            _draw_current(current, page, about, lines)
            finish_row(sheet, current)
        if "map" in parts:
            _gap(sheet)
            stack = Stack(sheet, 0, sheet.room)
            draw_map(stack, page, MAP_SHARE * sheet.room)
            finish_row(sheet, stack)
    _draw_overview(sheet, page, parts, sequences, beside=beside)
    return sheet.finished()


def _draw_current(stack: Stack, page: Page, parts: list[str], lines: int) -> None:
    """The parts about the current sequence, below each other."""
    for part in parts:
        if stack.down:
            stack.below(BETWEEN / 2)
        chart = chart_of(stack, page)
        if part == "words":
            draw_words(stack, page, lines)
        elif part == "pinned":
            draw_pinned(stack, page)
        elif part == "cause":
            draw_cause(stack, page)
        elif chart is not None:
            (draw_expected if part == "expected" else draw_jumps)(chart, page)


def _draw_overview(sheet: Sheet, page: Page, parts: tuple[str, ...], sequences: int, *, beside: bool) -> None:
    """The counts of classes and the list of sequences, beside each other where there is room."""
    overview = [part for part in ("classes", "sequences") if part in parts]
    if not overview:
        return
    _gap(sheet)
    if beside and len(overview) == 2:
        left = LEFT_SHARE * (sheet.room - GUTTER)
        stacks = [Stack(sheet, 0, left), Stack(sheet, left + GUTTER, sheet.room - left - GUTTER)]
        draw_classes(stacks[0], page)
        draw_listed(stacks[1], page, sequences)
        finish_row(sheet, *stacks)
        return
    stack = Stack(sheet, 0, sheet.room)
    for part in overview:
        if stack.down:
            stack.below(BETWEEN)
        if part == "classes":
            draw_classes(stack, page)
        else:
            draw_listed(stack, page, sequences)
    finish_row(sheet, stack)


def _gap(sheet: Sheet) -> None:
    if sheet.reached > BETWEEN:
        sheet.below(BETWEEN)
