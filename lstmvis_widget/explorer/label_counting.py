"""How frequent labels are in the matches: a table for one track, and its null distributions, in the background."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from lstmvis_widget.matching.matches import Matches
from lstmvis_widget.sent import label_table
from lstmvis_widget.statistics.enrichment import enrichment
from lstmvis_widget.statistics.null_distributions import enrichment_null, random_matches
from lstmvis_widget.statistics.ranges import as_found, covered, without
from lstmvis_widget.timeline.labels import as_labels
from lstmvis_widget.timeline.tokens import shortened
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.work.background import CANCELLED, Background, Work
from lstmvis_widget.work.extras import load_extras

from .data import ExplorerData
from .ranking import Ranking
from .traits import ExplorerTraits

DRAWS = 200
"""Random draws for each null distribution."""


class Counted(NamedTuple):
    """The question: which track and which matches, and whether to draw the null distributions."""

    name: str
    track: Track
    matches: Matches
    ranges: tuple[tuple[int, int], ...]
    against_chance: bool


class LabelCounting:
    """Makes the table of labels that the page opens for one of the `match_tracks`.

    Parameters are those of `Ranking`, whose matches it counts.
    """

    def __init__(self, widget: ExplorerTraits, data: ExplorerData, ranking: Ranking, *, background: bool) -> None:
        self._widget, self._data, self._ranking = widget, data, ranking
        self._compared: Counted | None = None
        self._table: tuple[Counted, dict[str, Any]] | None = None
        self.task: Background[Counted, dict[str, Any]] = Background(
            widget, "lstmvis-labels", self, background=background
        )

    def compare_with_chance(self) -> None:
        """Draw null distributions of the shares in the table."""
        with self._widget.when_free():
            counted = self.task.question
            shown = self._widget.peek("_enrichment")
            if counted is not None and shown and shown["rows"] and shown["chance"] is None:
                self._compared = counted
                self.task.refresh()

    def release(self) -> None:
        """Hold matches no longer whose candidates haven't been counted: the index goes with them."""
        question = self.task.question
        if question is not None and question.matches.known_counts is None:
            self._compared = self._table = None
            self.task.forget()

    # ---------------------------------------------------------- the task's part

    def question(self) -> Counted | None:
        """The open table, for the current matches; None if none is open, or there are no matches."""
        name: str | None = self._widget.peek("_label_table")
        track = None if name is None else self._data.tracks.get(name)
        ranked = self._ranking.ranked()
        if name is None or track is None or ranked is None:
            return None
        request, results = ranked
        matches = results.matches
        if matches is None or not len(matches):
            return None
        counted = Counted(name, track, matches, request.ranges, against_chance=False)
        return counted._replace(against_chance=counted == self._compared)

    def pending(self, counted: Counted | None) -> None:
        """Show that the table is being counted, or that its null distributions are being drawn."""
        if counted is None or not counted.against_chance:
            self._compared = None
        table = None if counted is None else self._table_of(counted)
        if counted is None or table is None:
            self._table = None
        elif counted.against_chance:
            table |= {"chance": "computing"}
        if table is not self._widget.peek("_enrichment"):
            self._widget.publish(_enrichment=table)

    def _table_of(self, counted: Counted) -> dict[str, Any] | None:
        """The table without null distributions, if it has been counted."""
        if self._table is None or self._table[0] != counted._replace(against_chance=False):
            return None
        return dict(self._table[1])

    def answer(self, counted: Counted, work: Work[dict[str, Any]]) -> dict[str, Any]:
        """Count labels in the matches, or draw null distributions of their shares."""
        table = self._table_of(counted)
        if table is None:
            return self._count(counted, work)
        if not counted.against_chance:
            return table
        origin, index = counted.matches.origin, self._ranking.index_of(counted.matches)
        drawn = enrichment_null(
            counted.matches,
            counted.track,
            exclude=counted.ranges,
            sequences=self._data.sequences.lengths,
            n=DRAWS,
            random_matches=None if origin is None else random_matches(origin, index, check=work.check),
            check=work.check,
            progress=work.stage(f"comparing {shortened(counted.name)} with chance"),
        )
        chances = {
            chance: label_table.chance_rows(drawn, [row["label"] for row in table[rows]])
            for chance, rows in (("chance", "rows"), ("rest_chance", "rest"))
        }
        return table | chances

    def _count(self, counted: Counted, work: Work[dict[str, Any]]) -> dict[str, Any]:
        matches, track, ranges = counted.matches, counted.track, counted.ranges
        load_extras(("pandas", "scipy.stats"), "analysis", "the table of labels", work.stage)
        work.stage(f"counting labels of {shortened(counted.name)}")
        table = enrichment(matches, track, exclude=ranges, sequences=self._data.sequences.lengths, check=work.check)
        kept = len(without(as_found(matches), ranges).start)
        rows, rest = label_table.label_rows(table, _labels_at(track, ranges))
        return _empty(counted) | {
            "rows": rows,
            "rest": rest,
            "labels": len(table),
            "total": int(table["total"].max()) if len(table) else 0,
            "matches": kept,
            "excluded": len(matches) - kept,
        }

    def show(self, counted: Counted, answer: dict[str, Any] | None, error: str) -> None:
        """Show the table, with the error in it if there is one."""
        table = self._table_of(counted)
        if error == CANCELLED:
            self._compared = None
            self._widget.publish(_enrichment=table)
            self._widget.say(error)
        elif error and table is not None:
            self._widget.publish(_enrichment=table | {"error": f"{counted.name} could not be compared: {error}"})
        else:
            shown = _empty(counted) | {"error": error} if answer is None else answer
            if not counted.against_chance:
                self._table = counted, shown
            self._widget.publish(_enrichment=shown)


def _empty(counted: Counted) -> dict[str, Any]:
    counts = dict.fromkeys(("labels", "total", "excluded", "matches"), 0)
    rows: dict[str, Any] = {"track": counted.name, "rows": [], "rest": [], "chance": None, "rest_chance": None}
    return {**rows, **counts, "draws": DRAWS, "error": ""}


def _labels_at(track: Track, ranges: Sequence[tuple[int, int]]) -> list[str]:
    """The labels of the selected ranges."""
    names, codes = as_labels(track)
    there = codes[covered(as_found(ranges), len(codes))]
    return [names[code] for code in np.unique(there).tolist() if code >= 0]
