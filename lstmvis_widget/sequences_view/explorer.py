"""The widget `SequenceExplorer`: its arguments, its methods, and the traits that follow others."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.sent import sequences as sent_sequences
from lstmvis_widget.sent.bundle import bundle
from lstmvis_widget.sent.tracks import comparable, described
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.synced.tags import for_the_package, keywords, nearest
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.timeline.tracks import Tracks
from lstmvis_widget.work.memory import free_memory
from lstmvis_widget.work.options import works_in_background
from lstmvis_widget.work.room import Shelf, kept_bytes

from .coloring import Coloring
from .jumping import Jumping
from .mapping import MappingStates
from .measuring import Measuring
from .neighbouring import Neighbouring
from .telling import Telling
from .traits import SequenceTraits


class SequenceExplorer(SequenceTraits):
    """Explore what a model expects after each step, how its states move, and where it goes wrong.

    Parameters
    ----------
    states, tokens, tracks, sequences, vocabulary, transform
        As of `StateExplorer`.
    output : OutputTrack or str, optional
        What the model expects, or the name of a track that says so. By default the first `OutputTrack` of ``tracks``.
    weights : array_like of float, shape (C, D), or mapping, optional
        Of the linear output layer, with which a jump's effect is divided among the cells; as of `jump_contributions`.
        Of several layers a mapping by name.
    occlusion : array_like of float, shape (T,), optional
        What `occlusion` gives for each sequence, one after another: shown with a jump.
    name : str, optional
        Name of the data set, shown in the page.
    background : bool, optional
        As of `StateExplorer`.
    **traits
        Initial values of traits.
    """

    # As text: given a path, anywidget watches the file, which keeps every explorer and its states alive.
    _esm, _css = bundle("sequences")

    def __init__(
        self,
        states: Any,
        tokens: Any = None,
        tracks: Any = None,
        *,
        output: Any = None,
        sequences: ArrayLike | None = None,
        vocabulary: Any = None,
        transform: str | Mapping[str, str | None] | None = None,
        weights: Any = None,
        occlusion: ArrayLike | None = None,
        name: str = "",
        background: bool | None = None,
        **traits: Any,
    ) -> None:
        _check_keywords(traits)
        super().__init__(
            ExplorerData.opened(
                states,
                tokens,
                tracks,
                sequences=sequences,
                vocabulary=vocabulary,
                transform=transform,
                tracks_changed=lambda: None,
            )
        )
        try:
            layout = traits.pop("layout", None) or {}
            self._output_name, self._output_track = self._output_given(output)
            self._weights = weights
            self._occlusion = None if occlusion is None else np.asarray(occlusion, np.float64)
            self.layer = traits.pop("layer", next(iter(self._data.layers)))
            for trait in self._in_order(traits):
                setattr(self, trait, traits[trait])
            self._describe(str(name))
            self._make_parts(background=works_in_background(background))
            self.observe(self._when_parts_know_more, names=("_jumps", "_map"))
            self.observe(self._when_position_changes, names="position")
            self.observe(self._when_sequence_changes, names="sequence")
            self._start()
            self._open(layout)
        except BaseException:
            self.close()
            raise

    def _make_parts(self, *, background: bool) -> None:
        """Make the parts of the widget, and its table of tasks."""
        data, output = self._data, self._output_track
        self._shelf = Shelf((free_memory() + kept_bytes()) // 4)
        self._mapping = MappingStates(self, data, background=background)
        self._measuring = Measuring(self, data, output, background=background)
        self._coloring = Coloring(self, data, output, self._mapping, background=background)
        self._jumping = Jumping(
            self,
            data,
            output,
            self._measuring,
            weights_of=self.weights_of,
            occlusion=self.occlusion,
            background=background,
        )
        self._neighbouring = Neighbouring(self, data, self._mapping, background=background)
        self._telling = Telling(self, data, (self._output_name, output), self._shelf, background=background)
        # In the order in which the tasks are refreshed, and in which their progress is shown.
        parts = (
            self._measuring,
            self._mapping,
            self._coloring,
            self._jumping,
            self._neighbouring,
            self._telling,
        )
        self._tasks.extend(part.task for part in parts)

    def _output_given(self, output: Any) -> tuple[str, OutputTrack | None]:
        if isinstance(output, OutputTrack):
            return "expected", output
        for key, track in self._data.tracks.items():
            if isinstance(track, OutputTrack) and output in (None, key):
                return key, track
        return "", None

    def _describe(self, name: str) -> None:
        """Send a description of the data."""
        data, output = self._data, self._output_track
        shown = comparable(data.tracks)
        self.publish(
            _name=name,
            _steps=data.steps,
            _layers=[{"name": key, "cells": states.shape[1]} for key, states in data.layers.items()],
            _tracks=[track for track in described(data.tracks) if track["name"] in shown],
            _output=None if output is None else described({self._output_name: output})[0],
        )

    # ------------------------------------------------------------------ data

    @property
    def tokens(self) -> Tokens:
        """The T tokens as strings."""
        return self._data.tokens

    @property
    def tracks(self) -> Tracks:
        """The tracks by name."""
        return self._data.tracks

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers."""
        return tuple(self._data.layers)

    @property
    def sequences(self) -> tuple[int, ...]:
        """Lengths of the sequences, in time steps; they sum to T."""
        return tuple(self._data.sequences.lengths.tolist())

    @for_the_package
    def weights_of(self, layer: str) -> NDArray[np.float64] | None:
        """The weights of the output layer for the states of a layer, shape (C, D); None if they aren't known."""
        given = self._weights.get(layer) if isinstance(self._weights, Mapping) else self._weights
        return None if given is None else np.atleast_2d(np.asarray(given, np.float64))

    @property
    def occlusion(self) -> NDArray[np.float64] | None:
        """What leaving out each step does to the final probability, shape (T,), as it was given; or None."""
        return self._occlusion

    # ------------------------------------------- traits that follow others

    def _when_parts_know_more(self, _: Any) -> None:
        for part in (self._coloring, self._jumping, self._neighbouring):  # they ask about all jumps, and the map
            part.task.refresh()

    def _when_position_changes(self, _: Any) -> None:
        self.sequence = self._data.sequences.at(self.position)

    def _when_sequence_changes(self, _: Any) -> None:
        if self._data.sequences.at(self.position) != self.sequence:
            self.position = int(self._data.sequences.starts[self.sequence])

    def _settled(self, changed: frozenset[str]) -> None:
        super()._settled(changed)
        self.show_parts()

    @for_the_package
    def show_parts(self) -> None:
        """Send what follows from the current sequence, the map and the table."""
        measures, data, output = self._measuring.task.asked.answer, self._data, self._output_track
        distances = None if measures is None else measures.distances
        self.publish(
            _words=sent_sequences.words_of(data.tokens, data.sequences, output, distances, self.peek("position")),
            _order=np.arange(len(data.sequences), dtype="<i4").tobytes(),
        )
        found = self._mapping.task.asked.answer
        if found is None:
            return
        projection = found.projection
        shown = [self.peek("sequence"), *map(int, self.peek("pinned_sequences"))]
        bounds = data.sequences.bounds.tolist()
        self.publish(
            _trajectories=[
                sent_sequences.trajectory(
                    number,
                    bounds[number],
                    self._positions(projection, bounds[number], bounds[number + 1]),
                    output,
                    distances,
                )
                for number in shown
            ]
        )

    @staticmethod
    def _positions(projection: Any, start: int, stop: int) -> NDArray[np.float64]:
        positions = np.full((stop - start, 2), np.nan)
        first, last = np.searchsorted(projection.steps, [start, stop])
        positions[projection.steps[first:last] - start] = projection.coordinates[first:last]
        return positions

    @for_the_package
    def await_result(self, name: str | None, value: Any) -> Any:
        """Wait for a result and return it; ``value`` is the current value of its trait."""
        task = {"table": "_measuring", "projection": "_mapping"}.get(str(name))
        if task is None or task not in self.__dict__ or self._turns.is_peeking:
            return value
        asked = self.__dict__[task].task.wait(lambda _: True)
        answer = asked.answer
        return answer and (answer.table if name == "table" else answer.projection)

    def __repr__(self) -> str:
        return f"SequenceExplorer({len(self._data.sequences):,} sequences, {self._data.steps:,} steps)"

    def close(self) -> None:
        """End the explorer; a second time does nothing."""
        super().close()
        with contextlib.suppress(AttributeError):
            self._data.close()


def _check_keywords(given: Mapping[str, Any]) -> None:
    allowed = (*keywords(SequenceExplorer), "layout")
    for keyword in given:
        if keyword not in allowed:
            raise TypeError(f"SequenceExplorer has no keyword {keyword!r}; did you mean {nearest(keyword, allowed)!r}?")
