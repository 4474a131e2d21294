"""What a `SequenceExplorer` is given besides the data: the output track, weights and occlusion, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.columns import numbers_of
from lstmvis_widget.states.output_track import OutputTrack, check_targets
from lstmvis_widget.synced.tags import nearest
from lstmvis_widget.timeline.tracks import ContinuousTrack

Floats = NDArray[np.float64]


class NamedOutput(NamedTuple):
    """The output track with its name; without one there is no name."""

    name: str
    track: OutputTrack | None


NONE = NamedOutput("", None)

HOW = "OutputTrack(scores, classes) makes one of the scores of the classes at each step"


class ChosenOutput:
    """Which track says what the model expects. One of the tracks is followed: it may be replaced or removed.

    Parameters
    ----------
    given : OutputTrack, str or None
        A track, the name of one of the tracks, or ``"file.h5::name"``; None: the first one that is an output track.
    data : ExplorerData

    Raises
    ------
    TypeError, ValueError
        It is nothing of these, or doesn't fit.
    """

    def __init__(self, given: Any, data: ExplorerData) -> None:
        self._data = data
        self._own = NONE
        self._name: str | None = None
        tracks = data.tracks
        if isinstance(given, str) and given in tracks:
            self._name = given
            if not isinstance(tracks[given], OutputTrack):
                raise TypeError(f"output must be an OutputTrack; track {given!r} is a {tracks[given].kind} one. {HOW}")
        elif given is not None:
            self._own = self._named(given)

    def _named(self, given: Any) -> NamedOutput:
        tracks = self._data.tracks
        for name, track in tracks.items():
            if track is given and isinstance(track, OutputTrack):
                return NamedOutput(name, track)
        opened = self._data.opened_tracks(given)  # as it is, unless it is a path
        if isinstance(opened, str):
            names = [name for name, track in tracks.items() if isinstance(track, OutputTrack)]
            near = f"; did you mean {nearest(opened, names)!r}?" if names else f"; there is no output track. {HOW}"
            raise ValueError(  # noqa: TRY004  (a name is allowed)
                f"output must be an OutputTrack, or the name of one; there is no track {brief(opened)}{near}"
            )
        if not isinstance(opened, OutputTrack):
            raise TypeError(f"output must be an OutputTrack, or the name of one; got {brief(given)}. {HOW}")
        if len(opened) != self._data.steps:
            raise ValueError(
                f"output must have scores for each of the {self._data.steps} time steps of the states; it has "
                f"{len(opened)}"
            )
        try:
            check_targets(opened, self._data.sequences)
        except ValueError as error:
            raise ValueError(f"output: {error}") from error
        return NamedOutput("expected", opened)

    def now(self) -> NamedOutput:
        """The track, as the tracks are now."""
        if self._own.track is not None:
            return self._own
        tracks = dict(self._data.tracks)
        for name in tracks if self._name is None else (self._name,):
            track = tracks.get(name)
            if isinstance(track, OutputTrack):
                return NamedOutput(name, track)
        return NONE


def checked_weights(given: Any, data: ExplorerData, output: OutputTrack | None) -> dict[str, Floats]:
    """The weights of the linear output layer, of shape (C, D) or (D,), for each layer that has some.

    Raises
    ------
    TypeError, ValueError
        They don't fit the layer or the classes.
    """
    if given is None:
        return {}
    layers = data.layers
    if isinstance(given, Mapping):
        named = dict(given)
    elif len(layers) == 1:
        named = {next(iter(layers)): given}
    else:
        raise ValueError(
            f"weights are those of one layer; there are {', '.join(map(repr, layers))}: say of which, as in "
            f"weights={{{next(iter(layers))!r}: weights}}"
        )
    if output is None:
        raise ValueError(f"weights are of the classes of the output, and there is no output track. {HOW}")
    return {layer: _weights(layer, each, data, output) for layer, each in named.items()}


def _weights(layer: Any, given: Any, data: ExplorerData, output: OutputTrack) -> Floats:
    if layer not in data.layers:
        raise ValueError(
            f"weights: there is no layer {brief(layer)}; did you mean {nearest(str(layer), data.layers)!r}?"
        )
    cells, classes = data.layers[layer].shape[1], len(output.classes)
    weights: NDArray[Any] = as_numpy(given)
    shapes = [(classes, cells), *([(cells,)] if classes == 2 else [])]
    if weights.dtype.kind not in "fiu" or weights.shape not in shapes:
        wanted = " or ".join(map(str, shapes))
        raise ValueError(
            f"weights of layer {layer!r} must be numbers of shape {wanted}, a row for each class and a column for each "
            f"cell; got {brief(given)}"
        )
    checked = weights.astype(np.float64)
    if not np.isfinite(checked).all():
        raise ValueError(f"weights of layer {layer!r} must be finite numbers; some aren't")
    return checked


def checked_occlusion(given: Any, data: ExplorerData) -> Floats | None:
    """What leaving out each step does, shape (T,); NaN where that isn't known.

    Raises
    ------
    TypeError, ValueError
        It is neither T numbers nor the name of a track of numbers.
    """
    if given is None:
        return None
    track = data.tracks.get(given) if isinstance(given, str) else given
    if isinstance(track, ContinuousTrack):
        numbers = track.values
    elif isinstance(given, str):
        names = [name for name, each in data.tracks.items() if isinstance(each, ContinuousTrack)]
        near = f"; did you mean {nearest(given, names)!r}?" if names else ""
        raise ValueError(  # noqa: TRY004  (a name is allowed)
            f"occlusion must be {data.steps} numbers, or the name of a track of numbers; got {brief(given)}{near}"
        )
    else:
        numbers = numbers_of(given, "occlusion")
    if numbers.shape != (data.steps,):
        raise ValueError(
            f"occlusion must be {data.steps} numbers, one for each time step, sequence after sequence; "
            f"got {len(numbers)}"
        )
    return np.asarray(numbers, np.float64)
