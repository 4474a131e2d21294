"""What the page keeps as sets of phrases: the hits of a search, the matches, a label's ranges, the selection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import traitlets

from lstmvis_widget.given.texts import meant
from lstmvis_widget.sent.phrase_sets import PhraseLines
from lstmvis_widget.statistics.contrast_phrases import OWN_COLUMNS

from .data import ExplorerData
from .finding import Finding
from .phrase_sets import MOST_CHARACTERS, MOST_PHRASES, Ranges, checked_phrases, stored_sets
from .ranking import Ranking
from .traits import ExplorerTraits

NOTHING = np.zeros((0, 2), np.int64)


class Keeping:
    """Keeps, renames and removes sets of phrases for the page; what is refused, `error` says.

    Parameters
    ----------
    widget : ExplorerTraits
    data : ExplorerData
    finding : Finding
        Whose hits are kept.
    ranking : Ranking
        Whose matches are kept.
    """

    def __init__(self, widget: ExplorerTraits, data: ExplorerData, finding: Finding, ranking: Ranking) -> None:
        self._widget, self._data, self._finding, self._ranking = widget, data, finding, ranking
        self._lines = PhraseLines(data.tokens, data.sequences)
        self.messages: Mapping[str, Callable[[Any], object]] = {
            "keep_phrases": self._keep,
            "rename_phrases": self._rename,
            "remove_phrases": self._remove,
        }

    def described(self, kept: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The sets as the page shows them."""
        return self._lines.sets(kept)

    def _keep(self, given: Any) -> None:
        """Keep ``{"what": "hits" | "matches" | "label" | "selection"}``, or add it to the set ``to``."""
        if not isinstance(given, Mapping):
            return
        found = {"hits": self._hits, "matches": self._matches, "label": self._label, "selection": self._selection}
        what, kept = given.get("what"), dict(self._kept())
        if what not in found:
            return
        name, ranges = found[what]()
        to = meant(given.get("to"), kept)
        if to in kept:
            name, ranges = to, np.concatenate([ranges, np.array(kept[to], np.int64)])
        elif len(ranges):
            name = self._new_name(name, ranges, kept)
        if len(ranges) == 0:
            self._widget.say(f"there is nothing to keep: no {what}")
        else:
            self._set({**kept, name: _spread(ranges)})

    def _rename(self, given: Any) -> None:
        """Give the first set of a pair of names the second one."""
        if not isinstance(given, list) or len(given) != 2 or not all(isinstance(name, str) for name in given):
            return
        kept, pair = self._kept(), self._widget.peek("contrast_with")
        old, new = meant(given[0], kept), given[1].strip()
        if old not in kept or new == old:
            return
        if new in kept:
            self._widget.say(f"another set of phrases is called {new!r} already")
            return
        self._set(
            {new if name == old else name: phrases for name, phrases in kept.items()},
            contrast_with=pair and tuple(new if name == old else name for name in pair),
        )

    def _remove(self, given: Any) -> None:
        kept = dict(self._kept())
        if isinstance(given, str) and kept.pop(meant(given, kept), None) is not None:
            self._set(kept)

    def _kept(self) -> Mapping[str, Any]:
        return stored_sets(self._widget.peek("phrase_sets"))

    def _set(self, kept: Mapping[str, Any], **others: Any) -> None:
        try:
            self._widget.set_together({"phrase_sets": kept, **others})
        except traitlets.TraitError as error:
            self._widget.say(str(error))

    # ------------------------------------------------------------ what is kept

    def _hits(self) -> tuple[str, Ranges]:
        asked = self._finding.task.asked
        return (
            asked.question.text.strip() if asked.question else ""
        ), NOTHING if asked.answer is None else asked.answer

    def _matches(self) -> tuple[str, Ranges]:
        ranked = self._ranking.ranked()
        matches = None if ranked is None else ranked[1].matches
        ranges = NOTHING if matches is None else np.stack([matches.start, matches.stop], axis=1)
        return f"like {self._selection()[0]}", ranges

    def _label(self) -> tuple[str, Ranges]:
        track, label = self._widget.peek("align_with") or ("", "")
        if track not in self._data.tracks:
            return "", NOTHING
        return f"{track}: {label}", self._data.label_ranges(track, label)

    def _selection(self) -> tuple[str, Ranges]:
        selection = self._widget.peek("selection")
        if selection is None:
            return "", NOTHING
        ranges = self._widget.peek("selected_ranges") or (selection,)
        return self._lines.line(*selection)[1], np.array(ranges, np.int64)

    def _new_name(self, name: str, ranges: Ranges, kept: Mapping[str, Any]) -> str:
        """The name, told apart from those of other sets; it says if some of the phrases are left out."""
        ranges = np.unique(ranges, axis=0)
        part = f" ({MOST_PHRASES:,} of {len(ranges):,})" if len(ranges) > MOST_PHRASES else ""
        name = f"“{name}”" if name in OWN_COLUMNS or not name.strip() else name
        phrases = checked_phrases(_spread(ranges), self._data)
        for number in range(1, len(kept) + 2):
            end = part + (f" {number}" if number > 1 else "")
            room = MOST_CHARACTERS - len(end)
            named = (name if len(name) <= room else name[: room - 1] + "…") + end
            if kept.get(named, phrases) == phrases:
                break
        return named


def _spread(ranges: Ranges) -> Ranges:
    """So many of the phrases as a set holds, spread evenly over the text."""
    distinct: Ranges = np.unique(ranges, axis=0)
    if len(distinct) > MOST_PHRASES:
        distinct = distinct[np.linspace(0, len(distinct) - 1, MOST_PHRASES).astype(int)]
    return distinct
