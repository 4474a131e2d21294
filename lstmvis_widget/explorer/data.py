"""The data of an explorer: layers, tokens, tracks and sequences, opened and checked."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.files.from_paths import OpenedTracks, check_fits, given_tokens, given_tracks, given_vocabulary
from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.texts import meant
from lstmvis_widget.states.given import given_states
from lstmvis_widget.states.misfit import misfit
from lstmvis_widget.states.orientation import explaining_transposed
from lstmvis_widget.states.output_track import check_targets
from lstmvis_widget.states.samples import sample_of
from lstmvis_widget.states.scale import Scale, scale_of
from lstmvis_widget.states.sources import States, common_mirror, common_transform
from lstmvis_widget.timeline.chunks import ranges_of
from lstmvis_widget.timeline.labels import has_labels
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.timeline.tracks import Track, Tracks
from lstmvis_widget.work.cancelling import Check, never_cancelled
from lstmvis_widget.work.showing import Progress

from .scenario import fingerprint
from .using import DerivedLayers


@dataclass
class ExplorerData:
    """The data of one explorer.

    Parameters
    ----------
    derived : DerivedLayers
    tokens : Tokens
    sequences : Sequences
    tracks : Tracks
    opened_tracks : OpenedTracks
    """

    derived: DerivedLayers
    tokens: Tokens
    sequences: Sequences
    tracks: Tracks
    opened_tracks: OpenedTracks
    _scales: WeakKeyDictionary[States, tuple[Scale, str]] = field(default_factory=WeakKeyDictionary)

    @classmethod
    def opened(
        cls,
        states: Any,
        tokens: Any,
        tracks: Any,
        *,
        sequences: Any,
        vocabulary: Any,
        transform: Any,
        mirror: Any = False,
        client: Any = None,
        tracks_changed: Callable[[], None],
        keeps_mirrors: bool = True,
    ) -> ExplorerData:
        """Open the arguments of `StateExplorer`; if one doesn't fit, close all files that were opened.

        If ``keeps_mirrors`` is False, mirrors are left out, also those of given states.
        """
        given = given_states(
            states, transform, mirror=mirror, tokens=tokens, tracks=tracks, sequences=sequences, client=client
        )
        layers, tokens, tracks = given.layers, given.tokens, given.tracks
        if not keeps_mirrors:
            layers = {name: states.without_mirrors() for name, states in layers.items()}
        with contextlib.ExitStack() as opened:
            for each in layers.values():
                opened.callback(each.close)
            check_fits(layers)
            _warn_of_long_chunks(layers.values(), stacklevel=4)
            steps = len(next(iter(layers.values())))
            opened_tracks = OpenedTracks(steps)
            opened.callback(opened_tracks.close)
            with explaining_transposed(layers, tokens, tracks, given.sequences, stacklevel=3):
                words = Tokens(given_tokens(tokens, steps), steps, given_vocabulary(vocabulary))
                bounds = Sequences.of(given.sequences, steps)
                fits = partial(check_targets, sequences=bounds)
                data = cls(
                    derived=DerivedLayers(layers),
                    sequences=bounds,
                    tokens=words,
                    tracks=Tracks(given_tracks(tracks, words), steps, tracks_changed, opened_tracks, fits),
                    opened_tracks=opened_tracks,
                )
            opened.pop_all()
        return data

    @property
    def steps(self) -> int:
        """T, the number of time steps."""
        return len(self.tokens)

    @property
    def layers(self) -> dict[str, States]:
        """The layers by name, also those made of tables."""
        return self.derived.all

    def knows(self, layer: str) -> bool:
        """Whether the scale of a layer needs no read of its states."""
        return self.layers[layer] in self._scales

    def scale(self, layer: str, *, check: Check = never_cancelled, progress: Progress = None) -> Scale:
        """The scale of a layer, computed when it is first needed; ``check`` and ``progress`` as in `States.prepare`.

        Raises
        ------
        OSError, ValueError
            The layer can't be read or transformed.
        """
        return self._seen(self.layers[layer], check, progress)[0]

    def scale_of(self, states: States) -> Scale:
        """The scale of one of the layers, also of one that another has replaced; it raises as `scale`."""
        return self._seen(states)[0]

    def misfit(self, layer: str) -> str:
        """Why the transform fits a layer badly; raises as `scale`."""
        return self._seen(self.layers[layer])[1]

    def _seen(self, states: States, check: Check = never_cancelled, progress: Progress = None) -> tuple[Scale, str]:
        """What a sample of the layer shows."""
        if states not in self._scales:
            sample = sample_of(states, check=check, progress=progress)
            scale = scale_of(states, sample)
            self._scales[states] = scale, misfit(states, sample, scale.threshold)
        return self._scales[states]

    def tracks_named(self, names: Iterable[str]) -> dict[str, Track]:
        """The tracks with these names, except those that another thread has just removed."""
        found = ((name, self.tracks.get(name)) for name in names)
        return {name: track for name, track in found if track is not None}

    def label_ranges(self, name: str, label: str) -> NDArray[np.int64]:
        """The ranges with a label of the track of this name, an array of shape (n, 2); see `ranges_of`.

        Raises
        ------
        ValueError
            There is no such track, it has no labels, or not this one.
        """
        labelled = [each for each, track in self.tracks.items() if has_labels(track)]
        name = meant(name, labelled)
        if name not in labelled:
            allowed = ", ".join(map(repr, labelled)) or "none, as no track has labels"
            raise ValueError(f"(track, label) must name a track with labels: {allowed}; got {brief(name)}")
        return ranges_of(self.tracks[name], label, sequences=self.sequences.lengths)

    def described(self) -> Mapping[str, Any]:
        """What identifies the data in a scenario."""
        given = self.derived.given
        mirror = common_mirror(given)
        return {
            "layers": {name: int(states.shape[1]) for name, states in given.items()},
            "steps": self.steps,
            "sequences": len(self.sequences),
            "transform": common_transform(given),
            **({"mirror": mirror} if mirror else {}),
            "tokens": fingerprint(self.tokens),
        }

    def close(self) -> None:
        """Close the files that `opened` has opened; a second time does nothing."""
        for states in self.layers.values():
            states.close()
        self.opened_tracks.close()


def _warn_of_long_chunks(layers: Iterable[States], stacklevel: int) -> None:
    """Say so where states are in chunks that don't fit into memory."""
    for states in layers:
        if states.chunks is not None and states.chunks.parts > 1:
            msg = (
                f"{states.name} is packed in chunks of so many rows that a part of each fits into memory: it is "
                f"unpacked {states.chunks.parts} times whenever all of it is read. {states.how_to_have_other_chunks}"
            )
            warnings.warn(msg, UserWarning, stacklevel=stacklevel)
