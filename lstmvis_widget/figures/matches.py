"""The list of matches: words in context, and heatmaps beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from .colors import RGB, WORD_LIMIT, mixed, rgb, sureness
from .lazy_matplotlib import Axes
from .sheet import Sheet, boxes
from .shown import MatchesShown, Sent, Shown, decoded, has_labels, ramp_range, track_values
from .texts import SIZE, SMALL, Fitted, visible_token
from .time_rows import SCALE

ROW = 11.0
"""Height of a match, in points."""

TITLE, HEAD = 11.0, 8.5
"""Heights of the line above the list, and of the names of its columns."""

GAP, LONGEST_HEAD = 7.0, 30.0
"""Before each heatmap; and the width that its name may ask for, in points."""

MOST_HEAT_SHARE, LEAST_SQUARE = 0.6, 1.0
"""Where there are many heatmaps, they take this share of the width, and squares get as narrow. More aren't drawn."""

SQUARES = (1.7, 5.4)
MOST_MATCH_SQUARES = 14
HEAT_SHARE, NARROW_HEAT_SHARE = 0.36, 0.3
"""Widths of a square, in points; most squares of a match; the share of the width for heatmaps, and in narrow ones."""

INSIDE_SHARE, BEFORE_SHARE = 0.62, 0.55
"""The share of the text that the match may take, and the share of the rest that is for what comes before it."""

MOST_COLUMN, LEAST_COLUMN, LEAST_BAND = 64 * SCALE, 17.0, 4.0
"""Width of a step's column, at most and at least, where each step has one; and at least without words."""

INNER = 1.8
"""Beside a word within its box."""

BETWEEN = 4.0
"""Between a match and its context."""

HIDDEN_SLOTS = 2
"""Of a gap such as "… 480 more", as in the page (js/src/explorer/matches/match_slots.ts)."""

ALL_NUMBERS_FROM, NARROW_SIZE = 360.0, 6.3
"""In a narrower figure, in points, a match has fewer numbers, and smaller words."""


class Item(NamedTuple):
    """A step in a row, or the gap that stands for ``hidden`` steps; ``at`` is its place among the context's steps."""

    slot: int
    at: int
    part: int
    hidden: int = 0


class Heatmap(NamedTuple):
    """A heatmap: its name, and the colours at each step of the context, within matches and around them."""

    name: str
    inside: RGB
    around: RGB


class _Layout(NamedTuple):
    lead: int
    slots: int
    squares: int
    square: float
    numbers: list[tuple[str, float, list[str]]]
    text: float
    size: float
    heats: list[float]


def draw_matches(sheet: Sheet, shown: Shown, most: int) -> list[str]:
    """Draw the first matches; returns the names of the tracks that their colours show."""
    matches = shown.matches
    count = min(most, len(matches.ranks))
    _draw_title(sheet, matches, count)
    if count == 0:
        return []
    items = [_items(matches, i) for i in range(count)]
    lead = max(int(matches.context.before[rank]) for rank in matches.ranks[:count])
    items = [[item._replace(slot=item.slot + lead) for item in row] for row in items]
    heatmaps = _heatmaps(sheet, shown)
    layout = _layout(sheet, matches, items, lead, [heatmap.name for heatmap in heatmaps])
    top = sheet.reached
    left = _draw_numbers(sheet, layout, count)
    _draw_texts(sheet, shown, items, layout, left)
    left += layout.text
    for heatmap, width in zip(heatmaps, layout.heats, strict=False):
        left += GAP
        sheet.reached = top
        _draw_heatmap(sheet, heatmap, items, layout, (left, width))
        left += width
    sheet.reached = top + HEAD + count * ROW
    by, drawn = matches.color_by, matches.heatmaps[: len(layout.heats) - 1]
    return list(dict.fromkeys([*drawn, *([by] if by is not None and by in matches.tracks else [])]))


def _draw_title(sheet: Sheet, matches: MatchesShown, count: int) -> None:
    axes = sheet.part("matches title", TITLE)
    if matches.note:
        text = sheet.writing.fitted(matches.note, sheet.room, SIZE)
        sheet.writing.write(axes, (0, TITLE / 2), text.text, color=sheet.colors.second, size=text.size)
        return
    found = matches.candidates
    of = f"{count:,} of {found:,} matches" if found != count else f"{count:,} match{'' if count == 1 else 'es'}"
    sheet.writing.write(axes, (0, TITLE / 2), of, color=sheet.colors.text, size=SIZE, weight="bold")


def _items(matches: MatchesShown, i: int) -> list[Item]:
    """The steps of the i-th match in slots, counted from the first of the match; parts are before, inside and after."""
    rank, context = matches.ranks[i], matches.context
    counts = context.before + context.shown + context.after
    first = int(counts[:rank].sum())
    before, inside, after = (int(each[rank]) for each in (context.before, context.shown, context.after))
    hidden = int(matches.numbers["length"][i]) - inside
    items = [Item(place - before, first + place, int(place >= before)) for place in range(before + inside)]
    slot = inside
    if hidden:
        items.append(Item(slot, -1, 1, hidden))
        slot += HIDDEN_SLOTS
    return items + [Item(slot + place, first + before + inside + place, 2) for place in range(after)]


def _heatmaps(sheet: Sheet, shown: Shown) -> list[Heatmap]:
    matches, colors = shown.matches, sheet.colors
    overlap = colors.shared_square(matches.context.on, matches.context.cells)
    found = [Heatmap("overlap", overlap, overlap)]
    for name in matches.heatmaps:
        inside = track_fills(sheet, shown.described[name], matches.tracks[name])
        # Labels are paler in the context, to show where a match begins and ends; a paler number would be another.
        around = colors.in_context(inside) if has_labels(shown.described[name]) else inside
        found.append(Heatmap(name, inside, around))
    return found


def track_fills(sheet: Sheet, described: Sent, sent: Sent, limit: float = 1.0) -> RGB:
    """The colours of a track at the steps of the context; NaN where there is no label or number."""
    colors, values = sheet.colors, track_values(sent)
    if not has_labels(described):
        return colors.ramped(values.astype(np.float64), ramp_range(described), limit)
    is_output = described["kind"] == "output"
    return colors.label_fills(
        values, sureness(decoded(sent["confidence"], "<f4"), described["classes"]) if is_output else 1.0
    )


def _word_fills(sheet: Sheet, shown: Shown) -> RGB:
    """The colours behind the words of matches, at the steps of the context."""
    matches, colors = shown.matches, sheet.colors
    plain = np.tile(rgb(colors.word), (len(matches.context.on), 1))
    if matches.color_by is None:
        return plain
    if matches.color_by not in matches.tracks:
        return colors.shared(matches.context.on, matches.context.cells)
    fills = track_fills(sheet, shown.described[matches.color_by], matches.tracks[matches.color_by], WORD_LIMIT)
    return np.where(np.isnan(fills), plain, fills)


def _layout(sheet: Sheet, matches: MatchesShown, items: list[list[Item]], lead: int, heatmaps: list[str]) -> _Layout:
    count, width = len(items), sheet.writing.width
    slots = max(item.slot + (HIDDEN_SLOTS if item.hidden else 1) for row in items for item in row)
    found, cells = matches.numbers, matches.context.cells
    columns = {
        "#": [f"{rank + 1:,}" for rank in matches.ranks[:count]],
        "step": [f"{start:,}" for start in found["start"][:count].tolist()],
        "on": [f"{overlap} / {cells}" for overlap in found["overlap"][:count].tolist()],
        "extra": [f"+{union - cells:,}" for union in found["union"][:count].tolist()],
        "length": [f"{length:,}" for length in found["length"][:count].tolist()],
    }
    narrow = sheet.room < ALL_NUMBERS_FROM
    names = ["step", "on"] if narrow else list(columns)
    numbers = [
        (name, max(width(text, SMALL) for text in (name, *columns[name])) + (0.0 if i == 0 else 6.0), columns[name])
        for i, name in enumerate(names)
    ]
    room = sheet.room - sum(wide for _, wide, _ in numbers) - GAP
    squares = min(slots, 2 * lead + MOST_MATCH_SQUARES)
    share = NARROW_HEAT_SHARE if narrow else HEAT_SHARE
    heads = [min(width(name, SMALL) + 1, LONGEST_HEAD) for name in heatmaps]
    square, heats = _heats(room, heads, squares, share)
    text = room - sum(heats) - len(heats) * GAP
    return _Layout(lead, slots, squares, square, numbers, text, NARROW_SIZE if narrow else SIZE, heats)


def _heats(room: float, heads: list[float], squares: int, share: float) -> tuple[float, list[float]]:
    """The width of a square, and those of as many heatmaps as leave room for the text; ``heads`` is what names need."""
    for kept in range(len(heads), 0, -1):
        left = room - kept * GAP
        square = min(max(left * share / kept / squares, SQUARES[0]), SQUARES[1])
        square = min(square, left * MOST_HEAT_SHARE / kept / squares)
        heats = [max(square * squares, head) for head in heads[:kept]]
        if square >= LEAST_SQUARE and sum(heats) <= MOST_HEAT_SHARE * left + 1e-6:
            break
    return square, heats


def _draw_numbers(sheet: Sheet, layout: _Layout, count: int) -> float:
    """The columns of numbers; returns where the words begin."""
    axes = sheet.beside("match numbers", HEAD + count * ROW, width=sum(wide for _, wide, _ in layout.numbers))
    right = 0.0
    for name, wide, texts in layout.numbers:
        right += wide
        sheet.writing.write(axes, (right, HEAD / 2), name, color=sheet.colors.second, size=SMALL, align="right")
        quiet = name in ("#", "step")
        for row, text in enumerate(texts):
            color = sheet.colors.second if quiet else sheet.colors.text
            place = (right, HEAD + (row + 0.5) * ROW)
            sheet.writing.write(axes, place, text, color=color, size=SMALL, align="right")
    return right + GAP


def _draw_texts(sheet: Sheet, shown: Shown, items: list[list[Item]], layout: _Layout, left: float) -> None:
    matches = shown.matches
    axes = sheet.beside("match words", HEAD + len(items) * ROW, left=left, width=layout.text)
    if matches.in_columns or not shown.has_tokens:
        _draw_in_columns(axes, sheet, shown, items, layout)
    else:
        _draw_concordance(axes, sheet, shown, items, layout)


BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of what follows, which within a line would be the other words."""


def _words(matches: MatchesShown, items: Sequence[Item]) -> list[str]:
    context = matches.context
    return [
        f"… {item.hidden:,} more"
        if item.hidden
        else visible_token(BIDI.sub("", context.vocabulary[context.words[item.at]]))
        for item in items
    ]


def _draw_concordance(axes: Axes, sheet: Sheet, shown: Shown, items: list[list[Item]], layout: _Layout) -> None:
    """The words as they read: what comes before the match flush right, the match, and what follows."""
    matches, writing, colors, size = shown.matches, sheet.writing, sheet.colors, layout.size
    single = all(len(word) <= 1 for word in matches.context.vocabulary)
    joint, inner = ("", 0.3) if single else (" ", INNER)
    parts = [[[item for item in row if item.part == part] for part in range(3)] for row in items]
    insides = [_words(matches, inside) for _, inside, _ in parts]
    befores = [_words(matches, before) for before, _, _ in parts]
    spaced = 0.0 if single else 1.0
    longest = INSIDE_SHARE * layout.text - 2 * inner - spaced
    insides = [[writing.shortened_inside(word, longest, size) for word in words] for words in insides]
    widths = [[writing.width(word, size) + 2 * inner + spaced for word in words] for words in insides]
    inside = min(max(sum(row) for row in widths), INSIDE_SHARE * layout.text)
    rest = layout.text - inside - 2 * BETWEEN
    before = min(max((writing.width(joint.join(words), size) for words in befores), default=0), BEFORE_SHARE * rest)
    start = before + (BETWEEN if before else 0.0)
    writing.write(axes, (start, HEAD / 2), "match in context", color=colors.second, size=SMALL)
    fills, edges, filled = _word_fills(sheet, shown), [], []
    for i, (ahead, within, behind) in enumerate(parts):
        y = HEAD + (i + 0.5) * ROW
        text = _joined(sheet, _words(matches, ahead), joint, (before, size), at_end=True)
        if text.text:
            writing.write(axes, (before, y), text.text, color=colors.second, size=text.size, align="right")
        x, more = start, writing.width("…", size) + 1.0
        for place, (item, word, wide) in enumerate(zip(within, insides[i], widths[i], strict=True)):
            left = start + inside - x + 0.01
            if sum(widths[i][place:]) > left and wide + more > left:
                writing.write(axes, (x + 0.5, y), "…", color=colors.second, size=size)
                break
            box = wide - spaced
            if not item.hidden:
                edges.append((x, x + box, y - ROW / 2 + 0.6, y + ROW / 2 - 0.6))
                filled.append(fills[item.at])
            shade = colors.second if item.hidden else colors.text
            writing.write(axes, (x + box / 2, y), word, color=shade, size=size, align="center")
            x += wide
        after = start + inside + BETWEEN
        text = _joined(sheet, _words(matches, behind), joint, (layout.text - after, size), at_end=False)
        if text.text:
            writing.write(axes, (after, y), text.text, color=colors.second, size=text.size)
    boxes(axes, "match-words", edges, np.array(filled).reshape(-1, 3)).set_zorder(0.5)


def _joined(sheet: Sheet, words: list[str], joint: str, room_and_size: tuple[float, float], *, at_end: bool) -> Fitted:
    """As many of some words as fit, those nearest to the match; a part of the nearest if that doesn't."""
    room, size = room_and_size
    for count in range(len(words), 0, -1):
        text = joint.join(words[len(words) - count :] if at_end else words[:count])
        if sheet.writing.width(text, size) <= room:
            return Fitted(text, size)
    return sheet.writing.fitted(words[-1 if at_end else 0], room, size) if words else Fitted("", size)


def _draw_in_columns(axes: Axes, sheet: Sheet, shown: Shown, items: list[list[Item]], layout: _Layout) -> None:
    """A column of equal width for each step, with its word or, without tokens, bands that show which cells are on."""
    matches, writing, colors = shown.matches, sheet.writing, sheet.colors
    least = LEAST_COLUMN if matches.context.bands is None else LEAST_BAND
    first, slots = slots_that_fit(layout.lead, layout.slots, int(layout.text / least))
    wide = min(layout.text / slots, MOST_COLUMN)
    writing.write(axes, ((layout.lead - first) * wide, HEAD / 2), "match in context", color=colors.second, size=SMALL)
    fills, bands, edges, filled = _word_fills(sheet, shown), matches.context.bands, [], []
    for i, row in enumerate(items):
        top, bottom = HEAD + i * ROW + 0.6, HEAD + (i + 1) * ROW - 0.6
        for item, word in zip(row, _words(matches, row), strict=True):
            left, columns = (item.slot - first) * wide, HIDDEN_SLOTS if item.hidden else 1
            if not first <= item.slot <= first + slots - columns:
                continue
            right = left + columns * wide - min(0.5, wide / 4)
            if bands is not None and not item.hidden:
                heights = np.linspace(top, bottom, bands.shape[1] + 1)
                edges += [(left, right, high, low) for high, low in pairwise(heights.tolist())]
                painted = mixed(colors.selected, bands[item.at], colors.word)
                filled += list(painted if item.part == 1 else mixed(painted, 0.45, colors.ground))
                continue
            if item.part == 1 and not item.hidden:
                edges.append((left, right, top, bottom))
                filled.append(fills[item.at])
            fitted = writing.fitted(word, right - left - 1.0, layout.size)
            if fitted.text:
                shade = colors.text if item.part == 1 and not item.hidden else colors.second
                place = ((left + right) / 2, (top + bottom) / 2)
                writing.write(axes, place, fitted.text, color=shade, size=fitted.size, align="center")
    boxes(axes, "match-words", edges, np.array(filled).reshape(-1, 3)).set_zorder(0.5)


def slots_that_fit(lead: int, slots: int, room: int) -> tuple[int, int]:
    """The first of the columns that are shown, and how many: where there are too many, less of the context."""
    count = max(1, min(slots, room))
    return min(lead, max(0, (slots - count + 1) // 2)), count


def _draw_heatmap(
    sheet: Sheet, heatmap: Heatmap, items: list[list[Item]], layout: _Layout, place: tuple[float, float]
) -> None:
    left, width = place
    room = min(width + GAP, sheet.room - left)
    head = sheet.beside(f"head {heatmap.name}", HEAD, left=left, width=room)
    name = sheet.writing.shortened_inside(heatmap.name, room, SMALL)
    sheet.writing.write(head, (0, HEAD / 2), name, color=sheet.colors.second, size=SMALL)
    axes = sheet.beside(f"heatmap {heatmap.name}", len(items) * ROW, left=left, width=width, down=HEAD)
    axes.set_xlim(0, width / layout.square)
    axes.set_ylim(len(items), 0)
    gap, edge = 0.5 / layout.square, 0.6 / ROW
    drawn = [(i, item) for i, row in enumerate(items) for item in row if not item.hidden and item.slot < layout.squares]
    edges = [(item.slot, item.slot + 1 - gap, i + edge, i + 1 - edge) for i, item in drawn]
    fills = [(heatmap.inside if item.part == 1 else heatmap.around)[item.at] for _, item in drawn]
    boxes(axes, "squares", edges, np.array(fills).reshape(-1, 3))
