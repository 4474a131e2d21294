"""Which sequences pass the filters, in their order: found in the background where a text is searched."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.states.output_track import UNKNOWN
from lstmvis_widget.statistics.sequence_table import SequenceFacts
from lstmvis_widget.timeline.search import Ranges, TokenIndex, as_typed
from lstmvis_widget.timeline.tokens import shortened
from lstmvis_widget.work.background import Background, Work
from lstmvis_widget.work.cancelling import Check, never_cancelled

from .filters import OF_OUTPUT
from .listing import Listed, Listing
from .measuring import Measures, Measuring
from .partners import Found, Partners
from .same import Same
from .traits import SequenceTraits

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FROM_LISTING = (*OF_OUTPUT, "text")
"""Conditions and columns that need the list of sequences."""


class Wanted(NamedTuple):
    """The question. What neither the conditions nor the order depend on is None."""

    sort_by: str
    conditions: str
    listed: Same[Listed] | None
    measures: Same[Measures | None] | None
    steps: Same[Ints] | None
    matches: Same[Found] | None


class Filtering:
    """Finds the sequences that are shown.

    Parameters
    ----------
    widget : SequenceTraits
    data : ExplorerData
    listing : Listing
    measuring : Measuring
    partners : Partners
    background : bool
    """

    def __init__(
        self,
        widget: SequenceTraits,
        data: ExplorerData,
        listing: Listing,
        measuring: Measuring,
        partners: Partners,
        *,
        background: bool,
    ) -> None:
        self._widget, self._data = widget, data
        self._listing, self._measuring, self._partners = listing, measuring, partners
        self._sent: Ints | None = None
        self.task: Background[Wanted, Ints] = Background(widget, "lstmvis-filter", self, background=background)

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

    # ---------------------------------------------------------- the task's part

    def _needs(self) -> set[str]:
        """The conditions, and the column of the order."""
        return {*self._widget.peek("filters"), self._widget.peek("sort_by").removeprefix("-")}

    def waits_for(self) -> list[Background[Any, Any]]:
        """The tasks whose results the order depends on."""
        needs = self._needs()
        tasks: list[Background[Any, Any]] = [] if needs.isdisjoint(FROM_LISTING) else [self._listing.task]
        return [*tasks, self._measuring.task] if "largest_jump" in needs else tasks

    def question(self) -> Wanted | None:
        """The conditions and what they are about; None until that is known."""
        widget, needs = self._widget, self._needs()
        tasks = self.waits_for()
        if not all(task.asked.ended for task in tasks):
            return None
        listed = self._listing.now() if self._listing.task in tasks else None
        return Wanted(
            widget.peek("sort_by"),
            json.dumps(widget.peek("filters"), sort_keys=True),
            None if listed is None else Same(listed),
            Same(self._measuring.now()) if self._measuring.task in tasks else None,
            Same(widget.peek("selected_steps")) if "selected" in needs else None,
            Same(self._partners.found) if "matches" in needs else None,
        )

    def pending(self, _: Wanted | None) -> None:
        """Keep the old order until there is a new one."""

    def answer(self, wanted: Wanted, work: Work[Ints]) -> Ints:
        """Look at each condition, then sort."""
        columns = _Columns(self._data, wanted)
        passing = np.ones(len(self._data.sequences), bool)
        for key, value in json.loads(wanted.conditions).items():
            work.check()
            if key == "text":
                passing &= self._with_phrase(value, work)
            elif key in ("selected", "matches"):
                passing &= self._with_steps(key, wanted)
            elif isinstance(value, list) and isinstance(value[0], str):
                passing &= np.isin(columns.of(key), columns.classes(value))
            elif isinstance(value, bool):
                passing &= columns.of(key) == value
            else:
                passing &= _within(columns.of(key), *value)
        work.check()
        return _sorted(np.flatnonzero(passing), columns, wanted.sort_by)

    def _with_phrase(self, text: str, work: Work[Ints]) -> Flags:
        phrase, is_expression = as_typed(text)
        work.stage("reading the text")
        self._index.prepare(ignore_case=True, regex=is_expression)
        progress = work.stage(f"finding {shortened(phrase)}")
        hits = self.find(phrase, ignore_case=True, regex=is_expression, check=work.check, progress=progress)
        return self._of_ranges(hits[:, 0], hits[:, 1])

    def _with_steps(self, key: str, wanted: Wanted) -> Flags:
        if key == "matches":
            found = Found() if wanted.matches is None else wanted.matches.value
            return self._of_ranges(found.start, found.stop)
        steps = np.zeros(0, np.int64) if wanted.steps is None else wanted.steps.value
        return self._of_ranges(steps, steps + 1)

    def _of_ranges(self, start: Ints, stop: Ints) -> Flags:
        """Which sequences share a step with one of the ranges."""
        bounds = self._data.sequences.bounds
        begun = np.searchsorted(bounds, start, side="right") - 1
        ended = np.searchsorted(bounds, stop, side="left")
        changes = np.zeros(len(bounds), np.int64)
        np.add.at(changes, begun, 1)
        np.add.at(changes, ended, -1)
        return np.asarray(np.cumsum(changes)[:-1] > 0)

    def show(self, _: Wanted, answer: Ints | None, error: str) -> None:
        """Send the order."""
        order = np.zeros(0, np.int64) if answer is None else answer
        if self._sent is None or not np.array_equal(order, self._sent):
            self._sent = order
            self._widget.publish(_order=order.astype("<i4").tobytes())
            self._widget.results_changed("order")
        if error:
            self._widget.say(error)


class _Columns:
    """The columns of the table, as numbers: NaN, or for classes −1, is a missing value."""

    def __init__(self, data: ExplorerData, wanted: Wanted) -> None:
        self._data = data
        self._listed = None if wanted.listed is None else wanted.listed.value
        self._measures = None if wanted.measures is None else wanted.measures.value

    def classes(self, names: list[str]) -> list[int]:
        """The columns of the output track with these names."""
        output = None if self._listed is None else self._listed.output
        return [] if output is None else [output.classes.index(name) for name in names]

    def of(self, name: str) -> NDArray[Any]:
        """A number for each sequence."""
        sequences = self._data.sequences
        unknown = np.full(len(sequences), np.nan)
        if name in ("sequence", "length"):
            return np.arange(len(sequences)) if name == "sequence" else sequences.lengths
        if name == "largest_jump":
            return unknown if self._measures is None else self._measures.largest[0]
        if self._listed is None:
            return unknown
        return self._places_of(self._listed.texts) if name == "text" else self._fact(name, self._listed.facts, unknown)

    def _fact(self, name: str, facts: SequenceFacts | None, unknown: NDArray[Any]) -> NDArray[Any]:
        if facts is None:
            return unknown
        if name == "correct":
            return np.where(facts.target == UNKNOWN, np.nan, (facts.target == facts.prediction).astype(np.float64))
        column: NDArray[Any] = getattr(facts, name)
        return column - self._data.sequences.starts if name == "settled" else column

    @staticmethod
    def _places_of(texts: list[str]) -> NDArray[Any]:
        """The place of each text in the order of the alphabet, equal texts having the same one."""
        folded = [text.casefold() for text in texts]
        places = {text: place for place, text in enumerate(sorted(set(folded)))}
        return np.array([places[text] for text in folded])


def _within(numbers: NDArray[Any], least: float | None, most: float | None) -> Flags:
    """Which numbers are known, at least and at most so large."""
    passing: Flags = ~np.isnan(numbers)
    if least is not None:
        passing &= numbers >= least
    if most is not None:
        passing &= numbers <= most
    return passing


def _sorted(order: Ints, columns: _Columns, sort_by: str) -> Ints:
    """Numbers of sequences by a column; of equal ones the lower number first, missing values last."""
    name = sort_by.removeprefix("-")
    numbers = columns.of(name)[order].astype(np.float64)
    if name in ("target", "prediction"):
        numbers[numbers == UNKNOWN] = np.nan
    # numpy puts NaN last, also after the negative ones.
    return np.asarray(order[np.argsort(-numbers if sort_by.startswith("-") else numbers, kind="stable")])
