"""What tells the selected steps from the rest: their words, their labels and cells, found in the background."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.given.coded import counted, distinct_rows
from lstmvis_widget.given.places import repeated
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.statistics.over_represented import LabelShare, label_p_values, over_represented
from lstmvis_widget.statistics.rank_sums import Ranks, ranks_of
from lstmvis_widget.statistics.telling_apart import ByChance, auc_of_steps, best_by_chance, best_first, signs_of
from lstmvis_widget.timeline.labels import Labels, as_labels, has_labels
from lstmvis_widget.timeline.tokens import shortened
from lstmvis_widget.timeline.tracks import Track
from lstmvis_widget.work.background import CANCELLED, Background, Work
from lstmvis_widget.work.cancelling import Report, part
from lstmvis_widget.work.room import Shelf

from .mapping import MappingStates
from .same import Same
from .same_steps import SameSteps
from .traits import SequenceTraits

Floats = NDArray[np.float64]
Sent = dict[str, Any]

BEST_CELLS, BEST_WORDS, BEST_LABELS = 10, 10, 3
"""How many of the best cells, of the most over-represented words, and labels of each track are listed."""

FEW = 20
"""In more selected steps than this, a word or label is listed only if it is there twice."""

LABEL_DRAWS, CELL_DRAWS = 200, 100
"""Random draws for the p of words and labels, and for the chance of cells."""

SEED = 0

ALL_SELECTED = "{} are selected: there are no others to tell them from"


class Selected(NamedTuple):
    """The question: what tells these steps from the rest.

    Attributes
    ----------
    layer : str
    steps : SameSteps
    among : SameSteps or None
        What they are compared with: of a map that shows a sample the steps on it, since others weren't there to be
        selected. None: all steps.
    tracks : tuple of (str, Track)
        Those with labels.
    output : Same of OutputTrack or None
    """

    layer: str
    steps: SameSteps
    among: SameSteps | None
    tracks: tuple[tuple[str, Track], ...]
    output: Same[OutputTrack | None]


class Telling:
    """Finds what tells the steps of `selected_steps` from the rest.

    Parameters
    ----------
    widget : SequenceTraits
    data : ExplorerData
    mapping : MappingStates
    shelf : Shelf
        Where the ranks of the values of a layer are kept: all selections share them.
    background : bool
    """

    def __init__(
        self, widget: SequenceTraits, data: ExplorerData, mapping: MappingStates, shelf: Shelf, *, background: bool
    ) -> None:
        self._widget, self._data, self._mapping, self._shelf = widget, data, mapping, shelf
        self._labels: tuple[Selected, Sent] | None = None  # words and labels don't depend on the layer
        self._inside: tuple[SameSteps, SameSteps, bool] | None = None
        self.task: Background[Selected, Sent] = Background(widget, "lstmvis-telling", self, background=background)

    # ---------------------------------------------------------- the task's part

    def question(self) -> Selected | None:
        """The selected steps, the active layer and the tracks; None if no step is selected."""
        steps = SameSteps(np.asarray(self._widget.peek("selected_steps"), np.int64))
        if not len(steps.steps):
            return None
        tracks = tuple((name, track) for name, track in self._data.tracks.items() if has_labels(track))
        output = Same(self._widget.output)
        return Selected(self._widget.peek("layer"), steps, self._compared_with(steps), tracks, output)

    def _compared_with(self, steps: SameSteps) -> SameSteps | None:
        """The steps on the map if that shows a sample, in which all of these lie."""
        projection = self._mapping.now()
        if projection is None or len(projection.steps) + projection.left_out >= projection.total:
            return None
        on_map = SameSteps(projection.steps)
        if self._inside is None or self._inside[:2] != (steps, on_map):
            self._inside = steps, on_map, bool(np.isin(steps.steps, on_map.steps).all())
        return on_map if self._inside[2] else None

    def pending(self, _: Selected | None) -> None:
        """Clear what was said of other steps."""
        self._widget.publish(_selected=None)

    def answer(self, selected: Selected, work: Work[Sent]) -> Sent:
        """Count, compare the words and labels with chance, then the cells."""
        steps, bounds = selected.steps.steps, self._data.sequences.bounds
        of_sequences = np.unique(np.searchsorted(bounds, steps, side="right"))
        among = np.arange(self._data.steps) if selected.among is None else selected.among.steps
        sent = _empty() | {"steps": len(steps), "sequences": len(of_sequences), "among": len(among)}
        if len(steps) == len(among):
            what = "all steps" if selected.among is None else "all points of the map"
            return sent | {"error": ALL_SELECTED.format(what)}
        for labels in self._compared_labels(selected, work):
            sent |= labels
            work.deliver(dict(sent))
        name = shortened(selected.layer)
        report = work.stage(f"ranking the values of {name}" if name else "ranking all values")
        ranks = self._ranks(selected, work, report)
        places, sequences = np.searchsorted(among, steps), self._data.sequences.of_steps(among)
        auc = auc_of_steps(ranks, places, work.check, part(report, 0.8, 1))
        sent |= {"cells": _best_cells(auc)}
        work.deliver(dict(sent))
        report = work.stage("comparing cells with chance")
        drawn = best_by_chance(ranks, places, sequences, n=CELL_DRAWS, seed=SEED, check=work.check, progress=report)
        return sent | {"chance": _chance(drawn)}

    def show(self, _: Selected, answer: Sent | None, error: str) -> None:
        """Send what is known so far."""
        shown = _empty() if answer is None else answer
        self._widget.publish(_selected=shown | {"error": error} if error else shown)
        if error == CANCELLED:
            self._widget.say(error)

    # ------------------------------------------------------------------- labels

    def _compared_labels(self, selected: Selected, work: Work[Sent]) -> Iterator[Sent]:
        """Words and labels with their shares, then also with p."""
        if self._labels is not None and self._labels[0] == selected._replace(layer=""):
            yield self._labels[1]
            return
        work.stage("counting words and labels")
        steps, sequences, kinds = selected.steps.steps, self._data.sequences, list(self._kinds(selected))
        if selected.among is not None:
            among = selected.among.steps
            steps, sequences = np.searchsorted(among, steps), sequences.of_steps(among)
            kinds = [(name, labels._replace(codes=labels.codes[among]), most) for name, labels, most in kinds]
        found = []
        for _, labels, most in kinds:
            work.check()
            found.append(over_represented(steps, labels, most, least=2 if len(steps) > FEW else 1))
        unknown: list[list[float | None]] = [[None] * len(each) for each in found]
        yield _sent_labels(kinds, found, unknown)
        report = work.stage("comparing words and labels with chance")
        known = [
            label_p_values(
                steps,
                labels,
                of_kind,
                sequences,
                n=LABEL_DRAWS,
                seed=SEED,
                check=work.check,
                progress=part(report, i / len(kinds), (i + 1) / len(kinds)),
            )
            for i, ((_, labels, _), of_kind) in enumerate(zip(kinds, found, strict=True))
        ]
        sent = _sent_labels(kinds, found, known)
        self._labels = selected._replace(layer=""), sent
        yield sent

    def _kinds(self, selected: Selected) -> Iterator[tuple[str | None, Labels, int]]:
        """What is counted: the name of the track (None: words), its labels, and how many of them are listed."""
        if self._words is not None:
            yield None, self._words, BEST_WORDS
        for name, track in selected.tracks:
            yield name, as_labels(track), BEST_LABELS
        output = selected.output.value
        if output is not None and all(output is not track for _, track in selected.tracks):
            yield "expected", as_labels(output), BEST_LABELS
        if output is not None and output.targets is not None:
            by_step = output.targets_are_by_step
            codes = output.targets if by_step else repeated(output.targets, self._data.sequences.lengths)
            yield "target", Labels(output.classes, codes.astype(np.int64)), BEST_LABELS

    @cached_property
    def _words(self) -> Labels | None:
        """The tokens as labels; None where positions stand for them."""
        tokens = self._data.tokens
        if not tokens.are_known:
            return None
        if tokens.ids is None:
            texts, codes = distinct_rows(tokens[:])
            return Labels(tuple(texts), codes.astype(np.int64))
        _, places, _ = counted(tokens.ids)
        firsts = np.unique(places, return_index=True)[1]
        return Labels(tuple(tokens[step] for step in firsts.tolist()), places.astype(np.int64))

    # -------------------------------------------------------------------- cells

    def _ranks(self, selected: Selected, work: Work[Sent], report: Report) -> Ranks:
        layer, among = selected.layer, selected.among
        name = "ranks", layer, among is None
        ranks: Ranks | None = self._shelf.get(name, among)
        if ranks is None:
            states = self._data.layers[layer]
            rest = states.prepare_first(report, work.check)
            steps = None if among is None else among.steps
            ranks = ranks_of(states, work.check, part(rest, 0, 0.8), steps)
            self._shelf.put(name, ranks, key=among, about=(*name[::2], states.origin), spare=True)
        return ranks


def _empty() -> Sent:
    return {"steps": 0, "sequences": 0, "among": 0, "words": [], "labels": [], "cells": [], "chance": None, "error": ""}


def _sent_labels(
    kinds: list[tuple[str | None, Labels, int]], found: list[list[LabelShare]], p: list[list[float | None]]
) -> Sent:
    words: list[Sent] = []
    others: list[Sent] = []
    for (track, labels, _), shares, of_shares in zip(kinds, found, p, strict=True):
        for share, chance in zip(shares, of_shares, strict=True):
            row: Sent = {
                "label": shortened(labels.names[share.code]),
                "count": share.times,
                "share": share.share,
                "base": share.base,
                "ratio": share.ratio,
                "p": chance,
            }
            if track is None:
                words.append(row)
            else:
                others.append({"track": shortened(track)} | row)
    return {"words": words, "labels": others}


def _best_cells(auc: Floats) -> list[Sent]:
    """The cells that tell the steps best, by being high or, with sign −1, by being low."""
    cells = [cell for cell in best_first(auc)[:BEST_CELLS].tolist() if not np.isnan(auc[cell])]
    size, signs = 0.5 + np.abs(auc - 0.5), signs_of(auc)
    return [{"cell": cell, "auc": float(size[cell]), "sign": int(signs[cell])} for cell in cells]


def _chance(drawn: ByChance) -> Sent | None:
    """What the best cell of random draws reaches; None where there are none."""
    if not len(drawn.best):
        return None
    mean, high = float(drawn.best.mean()), float(np.quantile(drawn.best, 0.95))
    return {"mean": 0.5 + mean, "high": 0.5 + high, "draws": len(drawn.best), "kind": drawn.kind}
