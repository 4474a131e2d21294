"""Which cells tell two kept sets of phrases apart, computed in the background."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from lstmvis_widget.matching.selection import Pattern
from lstmvis_widget.sent.phrase_sets import cells_apart
from lstmvis_widget.states.sources import States
from lstmvis_widget.statistics.contrast_phrases import contrast_phrases
from lstmvis_widget.statistics.labelled_phrases import compared_pair
from lstmvis_widget.timeline.tokens import shortened
from lstmvis_widget.work.background import CANCELLED, Background, Work
from lstmvis_widget.work.extras import import_extra, load_extras

from .data import ExplorerData
from .phrase_sets import stored_sets
from .traits import ExplorerTraits

if TYPE_CHECKING:
    import pandas as pd

DRAWS = 1000
"""Draws in which the sets are dealt to the phrases anew."""

KEPT = 16
"""How many answers are cached."""

Phrases = tuple[tuple[int, int], ...]


class Contrasted(NamedTuple):
    """The question: the cells of ``layer`` that follow the pattern, at the phrases of two sets."""

    layer: str
    states: States
    pattern: Pattern
    names: tuple[str, str]
    phrases: tuple[Phrases, Phrases]
    against_chance: bool


class Contrasting:
    """Holds two kept sets of phrases against each other.

    Parameters are those of `Ranking`.
    """

    def __init__(self, widget: ExplorerTraits, data: ExplorerData, *, background: bool) -> None:
        self._widget, self._data = widget, data
        self._compared: Contrasted | None = None
        self.task: Background[Contrasted, pd.DataFrame] = Background(
            widget, "lstmvis-contrast", self, background=background, kept=KEPT
        )

    def compare_with_chance(self) -> None:
        """Deal the sets to the phrases anew, for p."""
        with self._widget.when_free():
            asked = self.task.asked
            if asked.question is not None and asked.answer is not None and not asked.question.against_chance:
                self._compared = asked.question
                self.task.refresh()

    def drop_missing_pair(self) -> None:
        """Reset `contrast_with` if a set that it names isn't kept any more."""
        pair = self._widget.peek("contrast_with")
        if pair is not None and not set(pair) <= set(stored_sets(self._widget.peek("phrase_sets"))):
            self._widget.contrast_with = None

    def read(self) -> pd.DataFrame:
        """Wait for the table; an empty one if two sets aren't kept, or if it failed."""
        pandas = import_extra("pandas", "analysis", "contrast")
        self._widget.wait_for_gestures()
        asked = self.task.wait(lambda _: False)
        if asked.answer is not None:
            return asked.answer.copy()
        if asked.error:
            warnings.warn(f"contrast could not be computed: {asked.error}", RuntimeWarning, stacklevel=3)
        names = () if asked.question is None else asked.question.names
        return pandas.DataFrame(columns=["cell", *names, "difference", "low", "high", "p"], dtype=float)

    # ---------------------------------------------------------- the task's part

    def question(self) -> Contrasted | None:
        """The two sets, the active layer, and the pattern; None unless two sets are kept."""
        peek = self._widget.peek
        kept = stored_sets(peek("phrase_sets"))
        pair = compared_pair(tuple(kept), peek("contrast_with"))
        if pair is None:
            return None
        pattern = Pattern(peek("threshold"), peek("off_before"), peek("off_after"))
        phrases = kept[pair[0]], kept[pair[1]]
        layer = peek("layer")
        contrasted = Contrasted(layer, self._data.layers[layer], pattern, pair, phrases, against_chance=False)
        return contrasted._replace(against_chance=contrasted == self._compared)

    def pending(self, contrasted: Contrasted | None) -> None:
        """Clear the table until the new one is there; while chance is asked, the one without it stays."""
        sent = self._widget.peek("_contrast")
        if contrasted is not None and contrasted.against_chance and sent is not None:
            self._widget.publish(_contrast=sent | {"computing": True})
            return
        self._compared = None
        self._widget.publish(_contrast=None)

    def answer(self, contrasted: Contrasted, work: Work[pd.DataFrame]) -> pd.DataFrame:
        """Compare the shares of phrases at which each cell follows the pattern."""
        load_extras(("pandas",), "analysis", "contrasting phrases", work.stage)
        one, other = map(shortened, contrasted.names)
        doing = f"contrasting {one} with {other}" + (" and with chance" if contrasted.against_chance else "")
        return contrast_phrases(
            contrasted.states,
            dict(zip(contrasted.names, contrasted.phrases, strict=True)),
            contrasted.pattern.threshold,
            off_before=contrasted.pattern.off_before,
            off_after=contrasted.pattern.off_after,
            sequences=self._data.sequences.lengths,
            permutations=DRAWS if contrasted.against_chance else 0,
            check=work.check,
            progress=work.stage(doing),
        )

    def show(self, contrasted: Contrasted, answer: pd.DataFrame | None, error: str) -> None:
        """Send the cells that differ most."""
        sent = self._widget.peek("_contrast")
        if error == CANCELLED:
            self._compared = None
            self._widget.say(error)
        if error and contrasted.against_chance and sent is not None:
            why = "" if error == CANCELLED else f"this could not be compared with chance: {error}"
            self._widget.publish(_contrast=sent | {"computing": False, "error": why})
            return
        shown: dict[str, Any] = {
            "layer": contrasted.layer,
            "names": list(contrasted.names),
            "threshold": contrasted.pattern.threshold,
            "off": [contrasted.pattern.off_before, contrasted.pattern.off_after],
            "draws": DRAWS,
            "computing": False,
            "error": error,
        }
        # In a layer made of a table, cells without a threshold are on nowhere: none of those that are compared.
        cells = len(contrasted.states.known_cells)
        table = {} if answer is None else cells_apart(answer, contrasted.names, cells)
        self._widget.publish(_contrast={"cell": [], **shown, **table})
