"""Phrases as points that can be picked, beside the explorer that they are phrases of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.explorer.explorer import StateExplorer
from lstmvis_widget.matching.selection import check_count
from lstmvis_widget.synced.traits import Box, Count, Names, Numbers
from lstmvis_widget.synced.widget import PageWidget

from .link import PhraseLink
from .phrase_map import PhraseMap

STATIC = Path(__file__).parents[1] / "static"

SHOWN_WORDS = 20
SHOWN_CHARACTERS = 80
"""Of a longer phrase the page shows the beginning."""


class PhraseScatter(PageWidget):
    """The phrases of a `PhraseMap` as points on two principal components, linked with an explorer.

    In the page: a click picks the phrase under the pointer; Shift and a drag around points select them. A drag moves
    the plot; Ctrl and the wheel (or the wheel alone, once the plot has the focus) or a pinch zoom it. Arrow keys go
    from point to point, Page Up and Page Down from phrase to phrase, and Enter picks. The legend hides labels.

    Parameters
    ----------
    phrase_map : PhraseMap
        As `map_phrases` gives it.
    explorer : StateExplorer, optional
        Over the same text. A phrase that is picked here becomes its `selection` and comes in sight there; a phrase
        selected there is picked here; and the phrases that its `matches` overlap are lit.
    x, y : int, default 0 and 1
        Which components are the axes.
    tokens : sequence of T str, optional
        What the phrases say; the explorer's by default.

    Raises
    ------
    TypeError
        An argument has a wrong type.
    ValueError
        The map has no such component, or a phrase ends after the last token or the explorer's last step.
    """

    # As text: of a path anywidget keeps a watched file, which holds on to each scatter and its explorer for good.
    _esm = (STATIC / "scatter.js").read_text("utf-8")
    _css = (STATIC / "scatter.css").read_text("utf-8")

    SETTABLE = frozenset({"picked", "selected", "hidden_labels", "view"})

    picked = Count(None, allow_none=True).tag(sync=True)
    """Number of the phrase picked, or None."""
    selected = Numbers(()).tag(sync=True, to_json=lambda numbers, _: numbers.tolist())
    """Sorted numbers of the phrases selected with a lasso: ``phrase_map.ranges[scatter.selected]`` are their ranges."""
    hidden_labels = Names(()).tag(sync=True)
    """Labels whose phrases aren't drawn."""
    view = Box(None, allow_none=True).tag(sync=True)
    """What is in view, (left, right, bottom, top) in units of the components; None: all."""
    error = traitlets.Unicode("", read_only=True).tag(sync=True)
    """What went wrong last, such as why the explorer can't select the phrase picked; or "" (read only)."""

    _points = traitlets.Any(None).tag(sync=True)
    _lit = traitlets.Any(()).tag(sync=True)
    _linked = traitlets.Any(default_value=False).tag(sync=True)

    def __init__(
        self,
        phrase_map: PhraseMap,
        explorer: StateExplorer | None = None,
        *,
        x: int = 0,
        y: int = 1,
        tokens: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        self._link: PhraseLink | None = None
        _check_given(phrase_map, explorer)
        axes = [_component(name, number, phrase_map) for name, number in (("x", x), ("y", y))]
        if tokens is None and explorer is not None:
            tokens = explorer.tokens
        self._phrase_map = phrase_map
        self._names = _by_frequency(phrase_map.labels)
        # Of phrases with the same range the first.
        self._numbers = {(start, stop): i for i, (start, stop) in reversed([*enumerate(phrase_map.ranges.tolist())])}
        with self._quietly():
            self._points = _described(phrase_map, axes, self._names, tokens)
            self._linked = explorer is not None
            if explorer is not None:
                self._link = PhraseLink(self, explorer)
        self._begin({})

    @property
    def phrase_map(self) -> PhraseMap:
        """What is drawn."""
        return self._phrase_map

    @property
    def lit(self) -> NDArray[np.int64]:
        """Sorted numbers of the phrases that the explorer's matches overlap; waits for these as `matches` does.

        Without the explorer, or once that is closed, those that are shown.
        """
        link = self._link
        return np.asarray(self._lit, np.int64) if link is None else link.lit_now()

    def light(self, points: ArrayLike) -> None:
        """Have the page light these phrases; a link does so with each result."""
        lit = np.asarray(points, np.int64).tolist()
        if lit != list(self._lit):
            self._lit = lit

    def point_of(self, selection: tuple[int, int] | None) -> int | None:
        """Number of the phrase with this range, the one picked if there are several; None if there is none."""
        if selection is None:
            return None
        picked: int | None = self._trait_values.get("picked")
        if picked is not None and tuple(self._phrase_map.ranges[picked].tolist()) == selection:
            return picked
        return self._numbers.get(selection)

    def unlink(self) -> None:
        """Let the explorer go, which stays as it is; a closed one is let go by itself. A second time does nothing."""
        link, self._link = self._link, None
        if link is not None:
            link.unlink()

    def close(self) -> None:
        """Let the explorer go, and take the views away; a second time does nothing."""
        self.unlink()
        super().close()

    def __repr__(self) -> str:
        linked = ", linked" if self._linked else ""
        x, y = self._points["axes"]
        return f"PhraseScatter({len(self._phrase_map.ranges):,} phrases, {x}, {y}{linked})"

    def _show_error(self, text: str) -> None:
        self.set_trait("error", text)

    def _has(self, name: str, value: Any) -> bool:
        if name == "selected":
            return bool(self.selected.tolist() == value)
        return super()._has(name, value)

    @traitlets.validate("picked")
    def _check_picked(self, proposal: dict[str, Any]) -> int | None:
        picked: int | None = proposal["value"]
        if picked is not None and picked >= len(self._phrase_map.ranges):
            msg = f"picked must lie in 0…{len(self._phrase_map.ranges) - 1}, or be None; got {picked}"
            raise traitlets.TraitError(msg)
        return picked

    @traitlets.validate("selected")
    def _check_selected(self, proposal: dict[str, Any]) -> NDArray[np.int64]:
        selected: NDArray[np.int64] = proposal["value"]
        if len(selected) and selected[-1] >= len(self._phrase_map.ranges):
            msg = f"selected must lie in 0…{len(self._phrase_map.ranges) - 1}; got {selected[-1]}"
            raise traitlets.TraitError(msg)
        return selected

    @traitlets.validate("hidden_labels")
    def _check_hidden(self, proposal: dict[str, Any]) -> tuple[str, ...]:
        hidden: tuple[str, ...] = proposal["value"]
        for name in hidden:
            if name not in self._names:
                msg = f"hidden_labels must be among {', '.join(map(repr, self._names))}; got {name!r}"
                raise traitlets.TraitError(msg)
        return hidden

    @traitlets.observe("picked", "selected", "hidden_labels", "view")
    def _changed(self, _: Any) -> None:
        if self._complete:
            self._show_error("")


def _check_given(phrase_map: Any, explorer: Any) -> None:
    if not isinstance(phrase_map, PhraseMap):
        raise TypeError(f"PhraseScatter takes a PhraseMap, as map_phrases gives it; got {type(phrase_map).__name__}")
    if explorer is None:
        return
    if not isinstance(explorer, StateExplorer):
        raise TypeError(f"explorer must be a StateExplorer or None; got {type(explorer).__name__}")
    last, steps = phrase_map.ranges[:, 1].max(initial=0), len(explorer.tokens)
    if last > steps:
        raise ValueError(f"a phrase ends at step {last}; the explorer has {steps} steps")


def _component(name: str, number: Any, phrase_map: PhraseMap) -> int:
    components = len(phrase_map.explained)
    if check_count(name, number) >= components:
        raise ValueError(f"{name} must lie in 0…{components - 1}, the components of the map; got {number}")
    return int(number)


def _by_frequency(labels: NDArray[np.str_]) -> list[str]:
    names, counts = np.unique(labels, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [str(name) for name in names[order]]


def _described(
    phrase_map: PhraseMap, axes: Sequence[int], names: Sequence[str], tokens: Sequence[str] | None
) -> dict[str, Any]:
    """The points as they are sent: see CONTRIBUTING.md."""
    sorted_names, codes = np.unique(phrase_map.labels, return_inverse=True)
    codes = np.array([names.index(name) for name in sorted_names.tolist()], np.int64)[codes]
    return {
        "coordinates": np.ascontiguousarray(phrase_map.coordinates[:, list(axes)], "<f4").tobytes(),
        "ranges": np.ascontiguousarray(phrase_map.ranges, "<i4").tobytes(),
        "codes": codes.astype("<i4").tobytes(),
        "labels": list(names),
        "words": None if tokens is None else _words(phrase_map.ranges, tokens),
        "axes": [f"PC {axis + 1} ({_percent(phrase_map.explained[axis])} of the variance)" for axis in axes],
    }


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.1 or share == 0 else f"{100 * share:.1f} %"


def _words(ranges: NDArray[np.int64], tokens: Sequence[str]) -> list[str]:
    last = ranges[:, 1].max(initial=0)
    if last > len(tokens):
        raise ValueError(f"a phrase ends at step {last}; there are {len(tokens)} tokens")
    return [_said(tokens[start : min(stop, start + SHOWN_WORDS)], stop - start) for start, stop in ranges.tolist()]


def _said(tokens: Sequence[str], length: int) -> str:
    text = " ".join(str(token) for token in tokens)
    if len(text) > SHOWN_CHARACTERS:
        return text[: SHOWN_CHARACTERS - 1] + "…"
    return text + " …" if length > len(tokens) else text
