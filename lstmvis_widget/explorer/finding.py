"""Finding phrases: what is looked for, in the background, and which of the hits the page shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import traitlets

from lstmvis_widget.synced.traits import Count, Flag, Text
from lstmvis_widget.timeline.search import Ranges
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.work.cancelling import CancelledError, never_cancelled
from lstmvis_widget.work.worker import LatestWinsWorker

from .ranking import ResultsWidget

SENT_HITS = 200
"""So many hits around the one that is shown are sent to the page."""

LINE_TOKENS = 12
"""So many tokens on each side of a hit are looked at for its line."""

LINE_CHARACTERS = 60
"""So many characters are shown on each side of a hit, and of the hit itself."""

MARKED_HITS = 1000
"""So many hits are marked at most."""

PATIENCE = 0.05
"""Seconds between two looks whether a search is still wanted, while another thread sets traits."""


class Found(NamedTuple):
    """What was looked for, and the hits or what went wrong."""

    text: str
    match_case: bool
    ranges: Ranges
    error: str


class FindWidget(ResultsWidget):
    """What is looked for in the tokens of `StateExplorer`."""

    find_text = Text("").tag(sync=True)
    """What is looked for: a phrase of whole tokens, or ``/regex/``; the page shows the hits."""
    find_match_case = Flag(default_value=False).tag(sync=True)
    """Whether upper and lower case are told apart in looking for it."""
    _find_hit = Count(None, allow_none=True).tag(sync=True)
    _find_hits = traitlets.Any(None).tag(sync=True)
    _found_in_view = traitlets.Any(()).tag(sync=True)
    _visible_steps: Any

    _tokens: Tokens
    _sequences: Sequences
    position: Any

    def __init__(self) -> None:
        super().__init__()
        self._find_worker = LatestWinsWorker("lstmvis-find")
        self._found: Found | None = None

    def find(self, phrase: str | Sequence[str], *, ignore_case: bool = False, regex: bool = False) -> Ranges:
        """Where a phrase stands, as `Tokens.find` has it; hits that cross the end of a sequence are left out.

        Returns
        -------
        int64 array of shape (n, 2)
            Half-open ranges [start, stop) of time steps; each can be the `selection`.
        """
        return self._hits(phrase, ignore_case=ignore_case, regex=regex)

    def _hits(self, phrase: Any, *, check: Callable[[], None] = never_cancelled, **options: Any) -> Ranges:
        ranges = self._tokens.lookup.find(phrase, check=check, **options)
        return ranges[ranges[:, 1] <= self._sequences.around(ranges[:, 0])[1]]

    @traitlets.observe("find_text", "find_match_case")
    def _find_changed(self, _: Any) -> None:
        if self._complete:
            self._find_anew()

    def _find_anew(self) -> None:
        """Look for what the page is to show, in the background."""
        text, match_case = self.find_text, self.find_match_case
        with self.hold_sync():
            self._show_error("")
            self._found = None
            self._find_hit = None
            self._find_hits = None
            self._mark_hits()
        if text.strip():
            self._find_worker.submit(lambda check: self._find_in_background(text, match_case, check))
        else:
            self._find_worker.cancel()

    def _find_in_background(self, text: str, match_case: bool, check: Callable[[], None]) -> None:  # noqa: FBT001
        phrase, regex = _parsed(text)
        ranges, error = np.zeros((0, 2), np.int64), ""
        try:
            ranges = self._hits(phrase, ignore_case=not match_case, regex=regex, check=check)
        except CancelledError:
            raise
        except Exception as refusal:  # noqa: BLE001  (whatever it is, it is shown)
            error = str(refusal) or type(refusal).__name__
        # Whoever holds the lock may be waiting for this thread to end.
        while not self._traits_lock.acquire(timeout=PATIENCE):
            check()
        try:
            check()
            self._found = Found(text, match_case, ranges, error)
            with self.hold_sync():
                self._show_hits()
                self._mark_hits()
            if error:
                self._show_error(error)
        finally:
            self._traits_lock.release()

    @traitlets.observe("_find_hit")
    def _find_hit_changed(self, _: Any) -> None:
        if self._complete:
            self._show_hits()

    def _show_hits(self) -> None:
        """Send the hits around the one that is shown, unless those sent before still serve."""
        found, sent, hit = self._found, self._find_hits, self._find_hit
        if found is None:
            return
        count = len(found.ranges)
        following = int(np.searchsorted(found.ranges[:, 0], self.position))
        middle = following if hit is None else hit
        first = max(0, min(middle - SENT_HITS // 2, count - SENT_HITS))
        if sent is not None and abs(sent["first"] - first) < SENT_HITS // 4:
            return
        self._find_hits = {
            "text": found.text,
            "match_case": found.match_case,
            "count": count,
            "next": following % count if count else 0,
            "first": first,
            "ranges": found.ranges[first : first + SENT_HITS].tolist(),
            "lines": self._lines(found.ranges[first : first + SENT_HITS]),
            "error": found.error,
        }

    def _lines(self, ranges: Ranges) -> list[list[str]]:
        """What comes before each hit in its sequence, the hit, and what follows."""
        lows, highs = self._sequences.around(ranges[:, 0])
        lines = []
        for (start, stop), low, high in zip(ranges.tolist(), lows.tolist(), highs.tolist(), strict=True):
            before = self._text(max(low, start - LINE_TOKENS), start)
            hit = self._text(start, min(stop, start + LINE_TOKENS)) + (" …" if stop > start + LINE_TOKENS else "")
            after = self._text(stop, min(high, stop + LINE_TOKENS))
            lines.append([_end(before), _beginning(hit), _beginning(after)])
        return lines

    def _text(self, start: int, stop: int) -> str:
        return " ".join(self._tokens.shown(step) for step in range(start, stop))

    @traitlets.observe("position", "_visible_steps")
    def _view_moved(self, _: Any) -> None:
        if self._complete:
            self._mark_hits()

    def _mark_hits(self) -> None:
        """Send the hits in view, and as far again on both sides; of very many, those in the middle."""
        found, position, visible = self._found, self.position, self._visible_steps
        if found is None:
            self._found_in_view = ()
            return
        # Neither starts nor ends ever go back: they are those of equally long phrases, or of matches one by one.
        first = int(np.searchsorted(found.ranges[:, 1], position - visible, side="right"))
        end = int(np.searchsorted(found.ranges[:, 0], position + 2 * visible))
        surplus = max(0, end - first - MARKED_HITS)
        self._found_in_view = found.ranges[first + surplus // 2 : end - (surplus + 1) // 2].tolist()

    def close(self) -> None:
        """Stop the search."""
        self._find_worker.close()
        super().close()


def _parsed(text: str) -> tuple[str, bool]:
    """The phrase or the expression in what was typed, and whether it is an expression."""
    typed = text.strip()
    is_expression = len(typed) > 2 and typed.startswith("/") and typed.endswith("/")
    return (typed[1:-1], True) if is_expression else (typed, False)


def _beginning(text: str) -> str:
    return text if len(text) <= LINE_CHARACTERS else text[: LINE_CHARACTERS - 1].rstrip() + "…"


def _end(text: str) -> str:
    return text if len(text) <= LINE_CHARACTERS else "…" + text[len(text) - LINE_CHARACTERS + 1 :].lstrip()
