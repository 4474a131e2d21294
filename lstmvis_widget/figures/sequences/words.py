"""The words of the current sequence, each in the colour of the class that is expected after it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.figures.colors import RGB, rgb, sureness
from lstmvis_widget.figures.inline import Piece, in_lines, write_line
from lstmvis_widget.figures.lazy_matplotlib import Axes
from lstmvis_widget.figures.marks import outline, rule
from lstmvis_widget.figures.numerals import format_count, format_value, plural
from lstmvis_widget.figures.sheet import boxes
from lstmvis_widget.figures.stack import Stack
from lstmvis_widget.figures.texts import SIZE, SMALL, Fitted, Writing, visible_token

from .counts import is_right
from .sent_view import Words
from .sequence_page import Page

LINE, BOX = 11.5, 9.5
"""Height of a line of words, and of the box of a word, in points."""

PADDING, GAP = 1.6, 1.6
"""Within a box at both sides of its word, and between boxes."""

LEAST_BOX, MOST_WORD = 5.0, 110.0
"""Width of a box at least, and of a word at most: a longer one is cut."""

FACTS_LINE = 9.0


class PlacedWord(NamedTuple):
    """A word in its box, on a line of the text."""

    word: int
    line: int
    left: float
    width: float
    text: Fitted


def flowed(words: list[str], room: float, writing: Writing) -> list[PlacedWord]:
    """Lay out words in lines; one that is too wide is cut."""
    placed: list[PlacedWord] = []
    line, left = 0, 0.0
    for number, word in enumerate(words):
        text = writing.fitted(word, min(MOST_WORD, room - 2 * PADDING), SIZE)
        width = max(LEAST_BOX, writing.width(text.text, text.size) + 2 * PADDING)
        if left > 0 and left + width > room:
            line, left = line + 1, 0.0
        placed.append(PlacedWord(number, line, left, width, text))
        left += width + GAP
    return placed


def lines_around(wanted: int, count: int, most: int) -> tuple[int, int]:
    """Which lines are shown, where not all are: those around the wanted one."""
    start = max(0, min(wanted - most // 2, count - most))
    return start, min(count, start + most)


def draw_words(stack: Stack, page: Page, lines: int) -> None:
    """What is known of the sequence, and its words in at most so many lines."""
    words = page.view.words
    if words is None:
        return
    _draw_facts(stack, page, words)
    placed = flowed([visible_token(word) for word in words.words], stack.width, page.writing)
    if not placed:
        return
    first, stop = lines_around(_line_in_sight(placed, page, words), placed[-1].line + 1, lines)
    shown = [each for each in placed if first <= each.line < stop]
    left_out = len(placed) - len(shown)
    axes = stack.part("words", (stop - first) * LINE)
    _draw_boxes(axes, shown, first, page, words)
    if left_out or words.stop - words.start < words.end - words.first:
        start = words.start - words.first + shown[0].word
        aside = (
            f"steps {format_count(start)}…{format_count(start + len(shown) - 1)} of "
            f"{format_count(words.end - words.first)}"
        )
        note = stack.part("words shown", FACTS_LINE)
        page.writing.write(note, (0, FACTS_LINE / 2), aside, color=page.colors.second, size=SMALL)


def _line_in_sight(placed: list[PlacedWord], page: Page, words: Words) -> int:
    """The line that has to be seen: that of the selection, of the chosen jump, or of the position."""
    traits = page.view.traits
    selection = traits["selection"]
    wanted: tuple[int | None, ...] = (
        None if selection is None else selection[0],
        traits["jump"],
        traits["position"],
    )
    for step in wanted:
        if step is not None and words.start <= step < words.stop:
            return placed[step - words.start].line
    return 0


def _draw_boxes(axes: Axes, shown: list[PlacedWord], first: int, page: Page, words: Words) -> None:
    colors = page.colors
    inset = (LINE - BOX) / 2
    tops = [LINE * (each.line - first) + inset for each in shown]
    edges = [(each.left, each.left + each.width, top, top + BOX) for each, top in zip(shown, tops, strict=True)]
    fills = colors_of_words(page, words)[[each.word for each in shown]]
    boxes(axes, "word boxes", edges, fills)
    marked = marked_words(page, words)
    for each, top in zip(shown, tops, strict=True):
        color = colors.second if words.words[each.word].strip() == "" else colors.text
        middle = (each.left + each.width / 2, top + BOX / 2)
        page.writing.write(axes, middle, each.text.text, color=color, size=each.text.size, align="center")
        box = (each.left, top, each.width, BOX)
        if marked.selected[each.word]:
            outline(axes, "selected word", box, colors.selected, 0.9)
        if marked.matched[each.word]:
            low = top + BOX
            rule(axes, "matched word", ((each.left, low), (each.left + each.width, low)), color=colors.selected, lw=1.1)


class MarkedWords(NamedTuple):
    """Which words are selected, and which lie in matches of a linked explorer."""

    selected: NDArray[np.bool_]
    matched: NDArray[np.bool_]


def marked_words(page: Page, words: Words) -> MarkedWords:
    """The words that are marked."""
    found = MarkedWords(*(np.zeros(len(words.words), bool) for _ in range(2)))
    selection = page.view.traits["selection"]
    ranges = [] if selection is None else [selection]
    for marks, marked in ((found.selected, ranges), (found.matched, page.view.matched.tolist())):
        for start, stop in marked:
            marks[max(0, start - words.start) : max(0, stop - words.start)] = True
    return found


def colors_of_words(page: Page, words: Words) -> RGB:
    """The background of each word: the class that is expected after it, paler where that is unsure."""
    colors = page.colors
    codes = np.full(len(words.words), -1) if words.codes is None else words.codes
    if words.confidence is None or page.view.output is None:
        sure = np.ones(len(codes))
    else:
        sure = sureness(words.confidence, page.view.output["classes"])
    fills = colors.label_fills(codes, sure)
    return np.where(np.isnan(fills), rgb(colors.word), fills)


def _draw_facts(stack: Stack, page: Page, words: Words) -> None:
    """The number of the sequence, its classes, and when its class settled."""
    table, colors, number = page.view.table, page.colors, words.sequence
    length = words.end - words.first
    stack.heading("sequence", f"Sequence {format_count(number)}", plural(length, "step"))
    if table is None or table.prediction is None:
        return
    pieces = []
    for what, place in (("true", table.target_of(number)), ("said", table.prediction_of(number))):
        if place >= 0:
            pieces.append(Piece(what, colors.second))
            pieces.append(Piece(page.class_label(place), colors.text, dot=page.class_look(place)))
    if table.confidence is not None:
        pieces.append(Piece(format_value(float(table.confidence[number])), colors.second))
    right = is_right(table, number)
    if right is not None:
        pieces.append(Piece("✓ right" if right else "✗ wrong", colors.text, weight="normal" if right else "bold"))
    if table.settled is not None and table.changes is not None:
        settled = int(table.settled[number]) - words.first
        said = settled_texts(settled, int(table.changes[number]), length)
        pieces += [Piece(text, colors.second) for text in said]
    lines = in_lines(pieces, stack.width, page.writing)
    axes = stack.part("facts", len(lines) * FACTS_LINE)
    for i, line in enumerate(lines):
        write_line(axes, line, (i + 0.5) * FACTS_LINE, page.writing)
    stack.below(1.5)


def settled_texts(settled: int, changes: int, length: int) -> list[str]:
    """When the expected class settled, as in the page; steps are counted from the start of the sequence."""
    if length == 1:
        return ["settled at its only step"]
    if changes == 0:
        return ["settled from the start"]
    return [f"settled at step {format_count(settled)} of {format_count(length)}", f"after {plural(changes, 'change')}"]
