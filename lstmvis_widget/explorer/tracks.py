"""Which tracks a widget shows, and where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import traitlets

from lstmvis_widget.sent import tracks as _page_tracks
from lstmvis_widget.sent.matches import MatchContext
from lstmvis_widget.synced.traits import Flag, Name, Names, brief
from lstmvis_widget.timeline.tracks import Track, Tracks

from .ranking import ResultsWidget

OVERLAP = "overlap"
"""The words of matches take the colour of how many selected cells are on."""


class TracksWidget(ResultsWidget):
    """The tracks of `StateExplorer`: which of them are visible, and which are shown and coloured by in the matches."""

    visible_tracks = Names().tag(sync=True)
    """Names of the tracks shown, from top to bottom."""
    match_tracks = Names(()).tag(sync=True)
    """Names of the tracks that have a heatmap in the match view; top-k tracks can't."""
    color_by = Name(OVERLAP, allow_none=True).tag(sync=True)
    """What colours the words of matches: the name of a track, "overlap" (how many selected cells are on), or None."""
    dim_tracks = Flag(default_value=False).tag(sync=True)
    """Whether the colours of tracks fade where few of the selected cells are on."""
    _tracks = traitlets.Any(None).tag(sync=True)
    _window = traitlets.Any(None).tag(sync=True)

    _annotations: Tracks

    def _refresh_window(self, *, anew: bool = False) -> None:
        """Send what is drawn of the visible tracks, unless what was sent before still serves."""
        raise NotImplementedError

    # ------------------------------------------------------------ validation

    @traitlets.validate("visible_tracks")
    def _check_visible_tracks(self, proposal: dict[str, Any]) -> tuple[str, ...]:
        return _checked("visible_tracks", proposal["value"], self._annotations)

    @traitlets.validate("match_tracks")
    def _check_match_tracks(self, proposal: dict[str, Any]) -> tuple[str, ...]:
        return _checked("match_tracks", proposal["value"], _page_tracks.comparable(self._annotations))

    @traitlets.validate("color_by")
    def _check_color_by(self, proposal: dict[str, Any]) -> str | None:
        name: str | None = proposal["value"]
        comparable = _page_tracks.comparable(self._annotations)
        if name not in (None, OVERLAP, *comparable):
            allowed = ", ".join(map(repr, dict.fromkeys((OVERLAP, *comparable))))
            msg = f"color_by must be None or one of {allowed}; got {brief(name)}"
            raise traitlets.TraitError(msg)
        return name

    # ------------------------------------------------------- what is shown

    def _tracks_changed(self) -> None:
        """Tracks were added, changed or removed: show the new ones, and drop the old wherever they were chosen."""
        with self._setting(), self.hold_sync():
            tracks, before = self._annotations, self._window
            known = {track["name"] for track in self._tracks}
            kept = [name for name in self.visible_tracks if name in tracks]
            comparable = _page_tracks.comparable(tracks)
            self._tracks = _page_tracks.described(tracks)
            self.match_tracks = [name for name in self.match_tracks if name in comparable]
            if self.color_by not in (None, OVERLAP, *comparable):
                self.color_by = OVERLAP
            self.visible_tracks = [*kept, *(name for name in tracks if name not in known)]
            if self._window is before:
                self._refresh_window(anew=True)
            self._annotate_matches()

    def _visible_tracks_within(self, start: int, stop: int) -> dict[str, Any]:
        return {
            name: _page_tracks.within(track, start, stop) for name, track in self._there(self.visible_tracks).items()
        }

    def _shown_context(self, context: MatchContext) -> dict[str, Any]:
        return context.sent(self._chosen_tracks())

    def _chosen_tracks(self) -> dict[str, Track]:
        names = dict.fromkeys((*self.match_tracks, *([] if self.color_by in (None, OVERLAP) else [self.color_by])))
        # While tracks change, one of them may be of another kind already and still be chosen.
        comparable = set(_page_tracks.comparable(self._annotations))
        return self._there(name for name in names if name in comparable)

    def _there(self, names: Iterable[str]) -> dict[str, Track]:
        """The tracks of these names, but for one that another thread is just removing."""
        found = ((name, self._annotations.get(name)) for name in names)
        return {name: track for name, track in found if track is not None}

    @traitlets.observe("visible_tracks")
    def _visible_tracks_changed(self, _: Any) -> None:
        if self._complete:
            self._show_error("")
            self._refresh_window()

    @traitlets.observe("match_tracks", "color_by")
    def _match_tracks_changed(self, _: Any) -> None:
        if self._complete:
            self._show_error("")
            self._annotate_matches()

    @traitlets.observe("dim_tracks")
    def _dimming_changed(self, _: Any) -> None:
        if self._complete:
            self._show_error("")

    def _annotate_matches(self) -> None:
        """Send the matches that are on show with the tracks that are chosen now."""
        if self._context_on_show is not None:
            self._match_context = self._shown_context(self._context_on_show)


def _checked(trait: str, names: tuple[str, ...], tracks: Iterable[str]) -> tuple[str, ...]:
    allowed = list(tracks)
    for name in names:
        if name not in allowed:
            listed = ", ".join(map(repr, allowed)) or "none, as there are no such tracks"
            msg = f"{trait} must be among {listed}; got {brief(name)}"
            raise traitlets.TraitError(msg)
    return names
