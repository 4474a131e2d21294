"""What the page shows, gathered for a figure on paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.figures.explorer_figure import explorer_figure
from lstmvis_widget.figures.options import EXPLORER_PARTS, checked_parts, checked_theme, checked_width
from lstmvis_widget.figures.shown import Columns, MatchesShown, Range, Shown, Window
from lstmvis_widget.given.brief import brief, few
from lstmvis_widget.given.numbers import as_integer, checked_int, checked_ints
from lstmvis_widget.sent import tracks as page_tracks
from lstmvis_widget.states.on_off import is_on
from lstmvis_widget.synced.traits import with_chosen_colors
from lstmvis_widget.work.cancelling import Report
from lstmvis_widget.work.extras import import_extra

from .data import ExplorerData
from .drawing import MOST_PINS, Drawing
from .ranking import Ranking
from .traits import OVERLAP, ExplorerTraits
from .viewing import Viewing

if TYPE_CHECKING:
    from matplotlib.figure import Figure


NO_MATCHES = MatchesShown()


class Picturing:
    """Draws figures of an explorer.

    Parameters
    ----------
    widget : ExplorerTraits
    data : ExplorerData
    ranking : Ranking
    viewing : Viewing
    drawing : Drawing
    """

    def __init__(
        self, widget: ExplorerTraits, data: ExplorerData, ranking: Ranking, viewing: Viewing, drawing: Drawing
    ) -> None:
        self._widget, self._data, self._ranking = widget, data, ranking
        self._viewing, self._drawing = viewing, drawing

    def figure(self, cells: Any, **options: Any) -> Figure:
        """The figure; arguments are those of `StateExplorer.figure`."""
        widget = self._widget
        width, colors = checked_width(options["width"]), checked_theme(options["theme"])
        count = checked_int("matches", options["matches"])
        parts = checked_parts(options["parts"], EXPLORER_PARTS)
        steps = self._checked_steps(options["steps"])
        named = self._checked_cells(cells)
        import_extra("matplotlib.figure", "analysis", "StateExplorer.figure")
        widget.finish()
        if options["parts"] is None and not widget.peek("show_coverage"):
            parts = tuple(part for part in parts if part != "coverage")
        if "matches" not in parts:
            count = 0
        matches = self._matches() if count else NO_MATCHES
        with widget.when_free():
            shown = self._shown(named, matches)
        return explorer_figure(
            shown, width=width, colors=colors, font=options["font"], parts=parts, matches=count, steps=steps
        )

    # ------------------------------------------------------------- arguments

    def _checked_steps(self, steps: Any) -> Range | None:
        if steps is None:
            return None
        total = self._data.steps
        allowed = f"steps must be None or a half-open range (start, stop), 0 ≤ start < stop ≤ {total:,}"
        if isinstance(steps, str) or not isinstance(steps, Iterable):
            raise TypeError(f"{allowed}; got {brief(steps)}")
        ends = [as_integer(end) for end in steps]
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            raise TypeError(f"{allowed}; got {brief(steps)}")
        if not 0 <= ends[0] < ends[1] <= total:
            raise ValueError(f"{allowed}; got {brief(steps)}")
        return ends[0], ends[1]

    def _checked_cells(self, cells: Any) -> list[int]:
        """The numbers of cells that are given by number or by name."""
        names = self._widget.cell_names
        given = [cells] if isinstance(cells, str) else cells
        if isinstance(given, Iterable) and (listed := list(given)) and all(isinstance(each, str) for each in listed):
            known = {name: cell for cell, name in enumerate(names or ())}
            unknown = [name for name in listed if name not in known]
            if unknown:
                allowed = few(list(known)) if known else "none, as cells have numbers"
                raise ValueError(f"cells must be numbers, or names of cells ({allowed}); got {brief(unknown[0])}")
            return [known[name] for name in listed]
        return list(map(int, checked_ints("cells", given, 0, self._widget.cells_in_layer() - 1)))

    # ------------------------------------------------------------ what is shown

    def _shown(self, named: list[int], matches: MatchesShown) -> Shown:
        widget, data = self._widget, self._data
        layer, total = widget.peek("layer"), widget.cells_in_layer()
        states, scale = data.layers[layer], data.scale(layer)
        names = widget.cell_names
        several, selection = widget.peek("selected_ranges"), widget.peek("selection")
        tracks = dict(data.tracks)
        pinned = dict(sorted(widget.peek("pinned_cells").items())[:MOST_PINS])
        colored = with_chosen_colors({**pinned, **{cell: pinned.get(cell) for cell in named}})
        return Shown(
            steps=data.steps,
            position=widget.first_shown(),
            word_width=widget.peek("word_width"),
            caption=self._caption(),
            plain_cells=states.plain_cells,
            cell_name=str if names is None else lambda cell: names[cell],
            selected=tuple(cell for cell in widget.peek("selected_cells").tolist() if cell < total),
            pinned=colored,
            threshold=widget.peek("threshold"),
            least_above_zero=widget.peek("_least_above_zero"),
            value_axis=widget.peek("value_axis"),
            value_range=(scale.low, scale.high),
            selection=selection,
            ranges=several or (() if selection is None else (selection,)),
            off_before=widget.peek("off_before"),
            off_after=widget.peek("off_after"),
            has_tokens=data.tokens.are_known,
            visible_tracks=tuple(name for name in widget.peek("visible_tracks") if name in tracks),
            folded_tracks=widget.peek("folded_tracks"),
            dim_tracks=widget.peek("dim_tracks"),
            described={each["name"]: each for each in page_tracks.described(tracks)},
            window=self._window,
            columns=partial(self._columns, set(colored)),
            matches=matches,
        )

    def _caption(self) -> str:
        """What the values are, where that isn't what the states are; else their unit."""
        layers = {each["name"]: each for each in self._widget.peek("_layers")}
        units = self._widget.peek("_units")
        if "of" in layers.get(self._widget.peek("layer"), {}):
            return f"distance from each cell\u2019s own threshold{f', {units}' if units else ''}"
        return str(units)

    def _window(self, start: int, stop: int) -> Window:
        widget = self._widget
        sent = self._viewing.window(start, stop, widget.peek("layer"), widget.peek("visible_tracks"))
        return Window(
            start=start,
            values=np.frombuffer(sent["values"], f"<{np.dtype(sent['dtype']).str[1:]}").reshape(stop - start, -1),
            is_on=self._drawn_as_on(start, stop),
            words=tuple(sent["words"]),
            tracks=sent["tracks"],
            sequence_starts=tuple(sent["sequence_starts"]),
        )

    def _drawn_as_on(self, start: int, stop: int) -> NDArray[np.bool_]:
        """Which cells are on at the steps [start, stop), without runs of less than ``min_run`` steps."""
        least, total = self._widget.peek("min_run"), self._data.steps
        first, end = max(0, start - least), min(total, stop + least)
        values = self._data.layers[self._widget.peek("layer")].read(first, end)
        on = is_on(values, self._widget.peek("threshold"))
        if least > 1:
            starts = self._data.sequences.starts_in(first, end) - first
            on = without_short_runs(on, least, starts, (first > 0 and 0 not in starts, end < total))
        return on[start - first : stop - first]

    def _columns(self, cells: set[int], start: int, stop: int, stride: int) -> Columns:
        def stage(activity: str) -> Report:
            self._widget.tell_waiting(activity)
            return partial(self._widget.tell_waiting, activity)

        return Columns(*self._drawing.drawn_between((start, stop), stride, cells, stage))

    def _matches(self) -> MatchesShown:
        widget = self._widget
        results = self._ranking.results(lambda results: results.match_context is not None)
        found, context = results.matches, results.match_context
        if found is None or context is None or len(found) == 0:
            is_selected = widget.peek("selection") is not None
            return replace(NO_MATCHES, note=(results.note or "There are no matches.") if is_selected else "")
        ranks = np.arange(len(found))
        if widget.peek("fold_matches"):
            ranks = np.flatnonzero(found.folded_into() == ranks)
        color_by, names = widget.peek("color_by"), widget.peek("match_tracks")
        tracks = self._data.tracks_named([*names, *([color_by] if color_by not in (None, OVERLAP) else [])])
        return MatchesShown(
            ranks=tuple(ranks.tolist()),
            numbers={name: found[name][ranks] for name in ("start", "stop", "length", "overlap", "union")},
            context=context,
            candidates=self._candidates(found),
            heatmaps=tuple(name for name in names if name in tracks),
            color_by=color_by,
            in_columns=widget.peek("match_layout") == "columns",
            tracks={name: page_tracks.at(track, context.steps) for name, track in tracks.items()},
        )

    def _candidates(self, found: Any) -> int:
        length = self._widget.peek("length_filter")
        found.counts(progress=partial(self._widget.tell_waiting, "counting candidates"))
        return int(found.n_candidates if length is None else found.n_candidates_of_length(length))


def without_short_runs(
    on: NDArray[np.bool_], least: int, starts: NDArray[np.int64], cut: tuple[bool, bool]
) -> NDArray[np.bool_]:
    """What is on for at least so many steps on end, where each of ``starts`` begins a run anew.

    A run at the first or the last row is kept, however short it looks, where ``cut`` says that it may go on there.
    """
    kept = np.zeros_like(on)
    bounds = np.union1d(starts, [0, len(on)])
    for cell in range(on.shape[1]):
        changes = np.flatnonzero(np.diff(on[:, cell].astype(np.int8), prepend=0, append=0) != 0)
        edges = np.union1d(changes, bounds)
        for begin, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            goes_on = (begin == 0 and cut[0]) or (end == len(on) and cut[1])
            if on[begin, cell] and (end - begin >= least or goes_on):
                kept[begin:end, cell] = True
    return kept
