"""What the chosen jump was made of: the cells with the greatest effect on the class that is expected after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from lstmvis_widget.figures.colors import mixed, rgb
from lstmvis_widget.figures.inline import Piece, in_lines, write_line
from lstmvis_widget.figures.lazy_matplotlib import Axes
from lstmvis_widget.figures.marks import rule
from lstmvis_widget.figures.numerals import format_count, format_fixed, format_value
from lstmvis_widget.figures.sheet import boxes
from lstmvis_widget.figures.stack import HEADING, Stack
from lstmvis_widget.figures.texts import SMALL, visible_token

from .sequence_page import Page

ROW, BAR = 7.6, 5.4
NOTE, GAP = 8.5, 1.5
BESIDE, BEFORE_NUMBER = 4.0, 2.4
PALE = 0.45
"""Share of its colour in the bar of all other cells."""


class Bar(NamedTuple):
    """A line of the chart: its name, its number (NaN: not known), and the share of its colour."""

    name: str
    value: float
    strength: float


def cause_height(page: Page, width: float) -> float:
    """Height of the part in a column of a width, in points."""
    found = page.view.cause
    if found is None:
        return 0.0
    return HEADING + 1.0 + NOTE * len(_facts(found, page, width)) + GAP + ROW * len(bars_of(found))


def draw_cause(stack: Stack, page: Page) -> None:
    """A bar for each cell; to the right where it speaks for the class, or where the cell rises."""
    found = page.view.cause
    if found is None:
        return
    stack.heading("cause heading", f"From the jump at “{visible_token(found['words'][1])}”")
    lines = _facts(found, page, stack.width)
    axes = stack.part("cause facts", NOTE * len(lines))
    for i, line in enumerate(lines):
        write_line(axes, line, (i + 0.5) * NOTE, page.writing)
    stack.below(GAP)
    bars = bars_of(found)
    if bars:
        _draw_bars(stack, page, bars, found["of"])


def _facts(found: Mapping[str, Any], page: Page, width: float) -> list[list[Piece]]:
    """How long the jump is, what it does to the class, and what the bars are, in lines."""
    of = "" if found["of"] is None else page.class_label(found["of"])
    what = f"how much each cell changes{f' the logit of {of}' if _has_effects(found) and of else ''}"
    said = [distance_text(found), _probabilities(found, page), what]
    return in_lines([Piece(text, page.colors.second, size=SMALL) for text in said if text], width, page.writing)


def distance_text(found: Mapping[str, Any]) -> str:
    """How long the jump is, and how many are shorter."""
    if found["distance"] is None:
        return "its length isn't known"
    if found["quantile"] is None:
        return format_value(found["distance"])
    percent = format_fixed(100 * found["quantile"], 1).removesuffix(".0")
    rank = "among the longest 0.1 %" if percent == "100" else f"longer than {percent} %"
    return f"{format_value(found['distance'])}, {rank} of all"


def _probabilities(found: Mapping[str, Any], page: Page) -> str:
    if found["of"] is None or not found["probabilities"]:
        return ""
    return f"p({page.class_label(found['of'])}) {' → '.join(map(format_value, found['probabilities']))}"


def _has_effects(found: Mapping[str, Any]) -> bool:
    return any(each["effect"] is not None for each in found["cells"])


def bars_of(found: Mapping[str, Any]) -> list[Bar]:
    """The cells with the greatest effects, or changes where these aren't known, and all others together."""
    key = "effect" if _has_effects(found) else "change"
    bars = [Bar(format_count(each["cell"]), _number(each[key]), 1.0) for each in found["cells"]]
    rest = found["rest"]
    if rest["cells"] and rest["effect"] is not None:
        bars.append(Bar(f"{format_count(rest['cells'])} more", rest["effect"], PALE))
    return bars


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def signed(value: float) -> str:
    """A number with its sign."""
    text = format_value(value)
    return f"+{text}" if value > 0 else text


def _draw_bars(stack: Stack, page: Page, bars: list[Bar], of: int | None) -> None:
    names = max(page.writing.width(bar.name, SMALL) for bar in bars) + BESIDE
    numbers = max(page.writing.width(signed(bar.value), SMALL) for bar in bars) + BESIDE
    height = ROW * len(bars)
    beside = stack.beside("cause cells", height, width=names)
    axes = stack.part("cause", height, left=names, width=stack.width - names)
    values = np.array([bar.value for bar in bars])
    known = np.where(np.isfinite(values), values, 0.0)
    low, high = min(0.0, known.min()), max(0.0, known.max())
    # Numbers stand at the ends of their bars, on either side where there are bars.
    left = numbers if low < 0 else BESIDE
    room = max(1.0, stack.width - names - left - numbers)
    unit = room / (high - low) if high > low else 0.0
    zero = left - low * unit
    full = rgb(page.colors.bar) if of is None else page.class_color(of)
    tops = np.arange(len(bars)) * ROW + (ROW - BAR) / 2
    ends = zero + known * unit
    edges = np.column_stack([np.minimum(zero, ends), np.maximum(zero, ends), tops, tops + BAR])
    fills = [mixed(full if bar.value > 0 else page.colors.bar, bar.strength, page.colors.ground) for bar in bars]
    boxes(axes, "effects", edges, fills)
    rule(axes, "zero", ((zero, 0), (zero, height)), color=page.colors.edge, lw=0.6)
    for row, bar in enumerate(bars):
        _write_row(beside, axes, page, (bar, (row + 0.5) * ROW, float(ends[row])))


def _write_row(names: Axes, axes: Axes, page: Page, at: tuple[Bar, float, float]) -> None:
    """The name of a bar, and its number at the bar's end."""
    (bar, y, end), second = at, page.colors.second
    right = names.get_xlim()[1] - BESIDE
    page.writing.write(names, (right, y), bar.name, color=page.colors.text, size=SMALL, align="right")
    is_left = bar.value < 0
    place = end - BEFORE_NUMBER if is_left else end + BEFORE_NUMBER
    align = "right" if is_left else "left"
    page.writing.write(axes, (place, y), signed(bar.value), color=second, size=SMALL, align=align)
