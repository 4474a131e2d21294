"""Finding phrases: the search, in the background, and the hits that the page shows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from lstmvis_widget.timeline.search import Ranges, TokenIndex, as_typed
from lstmvis_widget.timeline.tokens import shortened
from lstmvis_widget.work.background import Background, Work
from lstmvis_widget.work.cancelling import Check, never_cancelled

from .data import ExplorerData
from .traits import ExplorerTraits

SENT_HITS = 200
"""How many hits around the shown one are sent to the page."""

LINE_TOKENS = 12
"""How many tokens on each side of a hit its line may show, of the usual lengths of words."""

LINE_CHARACTERS = 60
"""Most characters shown on each side of a hit, and of the hit itself."""

LOOKED_AT = 5 * LINE_CHARACTERS
"""Characters of a long text from which its beginning or end is shown; it may have white space to leave out."""

MARKED_HITS = 1000
"""Most hits that are marked in the plot."""


class Sought(NamedTuple):
    """The question: what to find, and whether case matters."""

    text: str
    match_case: bool


class Finding:
    """Finds the hits of `find_text`, and sends those that the page shows.

    Parameters are those of `Ranking`.
    """

    def __init__(self, widget: ExplorerTraits, data: ExplorerData, *, background: bool) -> None:
        self._widget, self._data = widget, data
        self._found: Ranges | None = None
        self._error = ""
        self.task: Background[Sought, Ranges] = Background(widget, "lstmvis-find", self, background=background)

    @cached_property
    def _index(self) -> TokenIndex:
        """The index in which phrases are looked up, built when it is first needed."""
        return self._data.tokens.index_with_breaks(self._data.sequences.starts)

    def release(self) -> None:
        """Drop the index, which is built again when it is needed."""
        self.__dict__.pop("_index", None)

    def find(self, phrase: str | Sequence[str], *, check: Check = never_cancelled, **options: Any) -> Ranges:
        """Where a phrase occurs; hits that cross the end of a sequence are left out."""
        ranges = self._index.find(phrase, by_sequence=True, check=check, **options)
        return ranges[ranges[:, 1] <= self._data.sequences.around(ranges[:, 0])[1]]

    def hits(self) -> Ranges | None:
        """The hits of the current search; None while there is none, or it hasn't ended."""
        return self._found

    # ---------------------------------------------------------- the task's part

    def question(self) -> Sought | None:
        """The current search; None if the text is blank."""
        text = self._widget.peek("find_text")
        return Sought(text, self._widget.peek("find_match_case")) if text.strip() else None

    def pending(self, _: Sought | None) -> None:
        """Clear the hits of the last search."""
        self._found = None
        self._widget.publish(_find_hit=None, _find_hits=None)

    def answer(self, sought: Sought, work: Work[Ranges]) -> Ranges:
        """Find all hits."""
        phrase, is_expression = as_typed(sought.text)
        ignore_case = not sought.match_case
        # Not cancelled in between: whoever types on needs it too.
        work.stage("reading the text")
        self._index.prepare(ignore_case=ignore_case, regex=is_expression)
        progress = work.stage(f"finding {shortened(phrase)}")
        return self.find(phrase, ignore_case=ignore_case, regex=is_expression, check=work.check, progress=progress)

    def show(self, _: Sought, answer: Ranges | None, error: str) -> None:
        """Show the hits around the position."""
        self._found = np.zeros((0, 2), np.int64) if answer is None else answer
        self._error = error
        if error:
            self._widget.say(error)
        self.show_hits()

    # ----------------------------------------------------------- what is shown

    def show_hits(self) -> None:
        """Send the hits in view, and those around the shown one unless those sent before still cover it."""
        self._mark_hits()
        found, sought, sent = self._found, self.task.question, self._widget.peek("_find_hits")
        if found is None or sought is None:
            return
        count, hit = len(found), self._widget.peek("_find_hit")
        following = int(np.searchsorted(found[:, 0], self._widget.first_shown()))
        middle = following if hit is None else hit
        first = max(0, min(middle - SENT_HITS // 2, count - SENT_HITS))
        if sent is not None and abs(sent["first"] - first) < SENT_HITS // 4:
            return
        hits = {
            "text": sought.text,
            "match_case": sought.match_case,
            "count": count,
            "next": following % count if count else 0,
            "first": first,
            "ranges": found[first : first + SENT_HITS].tolist(),
            "lines": self._lines(found[first : first + SENT_HITS]),
            "tight": self._are_tight(found[first : first + SENT_HITS]),
            "error": self._error,
        }
        self._widget.publish(_find_hits=hits)

    def _lines(self, ranges: Ranges) -> list[list[str]]:
        """For each hit: the text before it in its sequence, the hit, and the text after it."""
        lows, highs = self._data.sequences.around(ranges[:, 0])
        # As many characters as words of the usual length have, where the tokens are characters.
        most = LINE_TOKENS if len(self._index.joined.text) > 2 * self._data.steps else LINE_CHARACTERS
        lines = []
        for (start, stop), low, high in zip(ranges.tolist(), lows.tolist(), highs.tolist(), strict=True):
            before = self._text(max(low, start - most), start, slice(-LOOKED_AT, None))
            hit = self._text(start, min(stop, start + most)) + (" …" if stop > start + most else "")
            after = self._text(stop, min(high, stop + most))
            lines.append([_end(before), _beginning(hit), _beginning(after)])
        return lines

    def _text(self, start: int, stop: int, part: slice = slice(LOOKED_AT)) -> str:
        return " ".join(self._index.text(start, stop, part).split())

    def _are_tight(self, ranges: Ranges) -> list[bool]:
        """For each hit: whether there is no white space after it."""
        text, ends = self._index.joined.text, self._index.joined.ends[ranges[:, 1] - 1]
        return [not text[end : end + 1].isspace() for end in ends.tolist()]

    def _mark_hits(self) -> None:
        """Send the hits in view, and as far again on both sides; if these are too many, the middle ones."""
        found = self._found
        marked: Any = ()
        if found is not None:
            position, visible = self._widget.first_shown(), self._widget.peek("_visible_steps")
            # Starts and ends are both sorted: phrases have equal lengths, and matches of an expression don't overlap.
            first = int(np.searchsorted(found[:, 1], position - visible, side="right"))
            end = int(np.searchsorted(found[:, 0], position + 2 * visible))
            surplus = max(0, end - first - MARKED_HITS)
            marked = found[first + surplus // 2 : end - (surplus + 1) // 2].tolist()
        if marked != self._widget.peek("_found_in_view"):
            self._widget.publish(_found_in_view=marked)


def _beginning(text: str) -> str:
    return text if len(text) <= LINE_CHARACTERS else text[: LINE_CHARACTERS - 1].rstrip() + "…"


def _end(text: str) -> str:
    return text if len(text) <= LINE_CHARACTERS else "…" + text[len(text) - LINE_CHARACTERS + 1 :].lstrip()
