"""What an explorer knows, for functions that take one in place of arrays: its states, tracks, sequences and matches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lstmvis_widget.matching.matches import Matches
from lstmvis_widget.matching.selection import Pattern
from lstmvis_widget.states.sources import States, as_states


class Explored(NamedTuple):
    """The arguments of a statistic: states, a track that isn't a name any more, and lengths of sequences or None."""

    states: States
    track: Any
    sequences: Any


def explored(
    function: str,
    states: Any,
    track: Any = None,
    sequences: Any = None,
    *,
    client: Any = None,
    mirrors: bool = False,
    every_cell: bool = False,
    own_thresholds: bool = True,
) -> Explored:
    """The states of the active layer, the track of a name, and the sequences of an explorer; arrays as they are.

    Parameters
    ----------
    function : str
        The function that is asked, for messages.
    states : array_like of shape (T, D), or explorer
        Or anything else that `States` takes. An explorer is what has states, tracks and sequences, as a data set has.
    track : Track, sequence of T labels, or str, optional
        A name is that of a track of the explorer.
    sequences : array_like of int, optional
        By default those of the explorer, or those that states in many files say.
    client : distributed.Client, optional
        Of a Dask array: whose cluster works on it, see `States`.
    mirrors : bool, default False
        Whether mirrors are cells like others: where it matters which are on. What looks at values both ways round, or
        at distances, leaves them out.
    own_thresholds : bool, default True
        Whether values of a layer that `StateExplorer.use` made are taken as they are. Where thresholds come in or go
        out, they are those of the layer which that was made of, as `use` takes them.
    every_cell : bool, default False
        Whether every cell must have values, as for distances between the states of steps.

    Raises
    ------
    TypeError, ValueError
        The track is a name, and there is no explorer, or it has no such track; there are several layers; or only some
        cells have values.
    """
    if not is_explorer(states):
        if isinstance(track, str):
            raise TypeError(
                f"{track!r} is the name of a track, and names need an explorer: {function}(explorer, …). With the "
                f"states as an array, give the labels of its time steps; got {type(states).__name__} as the states"
            )
        opened = as_states(one_layer(states), client)
    else:
        opened = as_states(one_layer(states.states), client)
        opened = opened if own_thresholds else opened.without_own_thresholds()
        track = track_named(track, states.tracks) if isinstance(track, str) else track
        sequences = states.sequences if sequences is None else sequences
    sequences = opened.sequences if sequences is None else sequences
    known = len(opened.known_cells)
    if every_cell and known < opened.shape[1]:
        raise ValueError(
            f"{function} looks at all {opened.shape[1]:,} cells together, and in this layer, which explorer.use(table) "
            f"made, only {known:,} have values. explorer.use(None) goes back to the layer that it was made of"
        )
    return Explored(opened if mirrors else opened.without_mirrors(), track, sequences)


def pattern_explored(
    function: str, states: Any, threshold: float | None, off_before: int | None, off_after: int | None
) -> Pattern:
    """The on/off pattern that is given; what is None is that of the explorer, where there is one, or else 0.

    Raises
    ------
    TypeError, ValueError
        There is no threshold, or a number is out of its range.
    """
    if threshold is None:
        threshold = threshold_explored(function, states)
    before, after = (
        getattr(states, name, 0) if given is None else given
        for name, given in (("off_before", off_before), ("off_after", off_after))
    )
    return Pattern(threshold, before, after)


def threshold_explored(function: str, states: Any) -> float:
    """The threshold of an explorer.

    Raises
    ------
    TypeError
        It is none.
    """
    if not hasattr(states, "threshold"):
        raise TypeError(
            f"{function} needs a threshold, unless an explorer is given, which has one; got {type(states).__name__} as "
            "the states"
        )
    threshold: float = states.threshold
    return threshold


def is_explorer(given: Any) -> bool:
    """Whether this is an explorer, or a data set like it, which knows states, tracks and sequences."""
    return all(hasattr(given, name) for name in ("states", "tracks", "sequences"))


def one_layer(states: Any) -> Any:
    """The states of the one layer of a mapping; anything else as it is."""
    if not isinstance(states, Mapping):
        return states
    if len(states) != 1:
        listed = ", ".join(map(repr, states)) or "none"
        raise ValueError(f"one layer is looked at; there are {listed}. Give its states, as in states[{_first(states)}]")
    return next(iter(states.values()))


def _first(states: Mapping[str, Any]) -> str:
    return repr(next(iter(states), "layer"))


def track_named(name: str, tracks: Mapping[str, Any] | None) -> Any:
    """The track of this name."""
    if not tracks or name not in tracks:
        known = ", ".join(map(repr, tracks or ())) or "none"
        raise ValueError(f"there is no track {name!r}; the tracks: {known}")
    return tracks[name]


def matches_explored(matches: Any, track: Any, sequences: Any) -> tuple[Any, Any, Any]:
    """Matches, a track that isn't a name any more, and lengths of sequences: what an explorer or its matches know.

    Raises
    ------
    ValueError
        The track is a name, and neither an explorer nor the matches of one know it.
    """
    if is_explorer(matches) and hasattr(matches, "matches"):
        track = track_named(track, matches.tracks) if isinstance(track, str) else track
        return matches.matches, track, matches.sequences if sequences is None else sequences
    origin = matches.origin if isinstance(matches, Matches) else None
    if origin is not None:
        return matches, origin.track(track), origin.sequences.lengths if sequences is None else sequences
    if isinstance(track, str):
        why = "none were ranked" if isinstance(matches, Matches) else "they are ranges alone"
        raise ValueError(  # noqa: TRY004  (a name is allowed, but not known here)
            f"these matches know no track {track!r}: {why}. Give the labels of the time steps, or the matches of an "
            "explorer that has the track"
        )
    return matches, track, sequences


def tracks_known(matches: Any) -> Mapping[str, Any] | None:
    """The tracks that an explorer, or matches of one, know by name; None where they know none."""
    if is_explorer(matches):
        tracks: Mapping[str, Any] | None = matches.tracks
        return tracks
    origin = matches.origin if isinstance(matches, Matches) else None
    return None if origin is None else origin.tracks
