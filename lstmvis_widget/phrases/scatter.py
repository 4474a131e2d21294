"""The widget `PhraseScatter`: phrases as points that can be picked, linked with an explorer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.explorer.explorer import StateExplorer
from lstmvis_widget.given.numbers import checked_int
from lstmvis_widget.given.texts import meant
from lstmvis_widget.sent.bundle import bundle
from lstmvis_widget.synced.traits import Box, Names, Numbers, OptionalCount, sent
from lstmvis_widget.synced.widget import SyncedWidget
from lstmvis_widget.work.internal import for_the_package

from .link import PhraseLink
from .phrase_map import PhraseMap
from .picturing import figure_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN_WORDS = 20
SHOWN_CHARACTERS = 80
"""Most words, and most characters, of a phrase that the page shows; of a longer one it shows the beginning."""


class PhraseScatter(SyncedWidget):
    """The phrases of a `PhraseMap` as points on two principal components, linked with an explorer.

    In the page: a click picks the phrase under the pointer; Shift and a drag around points select them. A drag moves
    the plot; Ctrl and the wheel (or the wheel alone, once the plot has the focus) or a pinch zoom it. Arrow keys go
    from point to point, Page Up and Page Down from phrase to phrase, and Enter picks. The legend hides labels.

    Parameters
    ----------
    phrase_map : PhraseMap
        A result of `map_phrases`.
    explorer : StateExplorer, optional
        An explorer of the same text. Picking a phrase selects it in the explorer, which moves to it; selecting a phrase
        there picks it here; and the phrases that the explorer's `matches` overlap are lit.
    x, y : int, default 0 and 1
        Numbers of the components that are the axes.
    tokens : sequence of T str, optional
        Tokens that show what a phrase says; by default those of the explorer.

    Raises
    ------
    TypeError
        An argument has a wrong type.
    ValueError
        The map has no such component, or a phrase ends after the last token or the explorer's last step.

    Examples
    --------
    Pick a phrase at level 4. All phrases that the explorer's matches overlap are at this level, too:

    >>> from lstmvis_widget import PhraseScatter, StateExplorer, map_phrases, ranges_of
    >>> from lstmvis_widget.datasets import load_parens
    >>> explorer = StateExplorer(**load_parens(), layer="layer 2", transform="tanh")
    >>> levels = {level: ranges_of(explorer.tracks["level"], level)[:60] for level in ("2", "4")}
    >>> scatter = PhraseScatter(map_phrases(explorer, levels, explorer.threshold), explorer)
    >>> labels = scatter.phrase_map.labels.tolist()
    >>> scatter.picked = labels.index("4")
    >>> len(scatter.lit), {labels[point] for point in scatter.lit}
    (10, {'4'})
    """

    # As text: given a path, anywidget watches the file, which keeps every scatter alive.
    _esm, _css = bundle("scatter")

    picked: OptionalCount = OptionalCount(
        None, help="Number of the picked phrase, a row of ``phrase_map.ranges``; None: no phrase is picked."
    ).tag(sync=True, page="alone")
    selected: Numbers = Numbers(
        (),
        help="Sorted numbers of the phrases selected with a lasso, an int64 array: "
        "``phrase_map.ranges[scatter.selected]`` are their ranges.",
    ).tag(sync=True, page="alone", to_json=lambda numbers, _: list(map(int, numbers)))
    hidden_labels: Names = Names((), help="Labels of ``phrase_map`` whose phrases aren't drawn.").tag(
        sync=True, page="alone"
    )
    view: Box = Box(
        None, help="The part in view, (left, right, bottom, top) in units of the components. None: all points."
    ).tag(sync=True, page="alone")

    _points = sent(help="The points, see below.")
    _lit = sent((), help="Numbers of the phrases that the explorer's matches overlap.")
    _linked = sent(default=False, help="Whether the scatter was made with an explorer.")

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
        # For phrases with equal ranges, the first one.
        self._numbers = {(start, stop): i for i, (start, stop) in reversed([*enumerate(phrase_map.ranges.tolist())])}
        self.publish(_points=_described(phrase_map, axes, self._names, tokens), _linked=explorer is not None)
        if explorer is not None:
            self._link = PhraseLink(
                self,
                explorer,
                ranges=phrase_map.ranges,
                point_of=self.point_of,
                light=self.light,
                when_closed=self.unlink,
            )
        self._start()
        self._open({})

    @property
    def phrase_map(self) -> PhraseMap:
        """The map that is drawn.

        Examples
        --------
        The time steps of points that were selected with a lasso:

        >>> import numpy as np
        >>> from lstmvis_widget import map_phrases
        >>> states = np.random.default_rng(0).random((40, 3))
        >>> phrases = {
        ...     "even": [(2 * i, 2 * i + 1) for i in range(10)],
        ...     "odd": [(2 * i + 1, 2 * i + 2) for i in range(10)],
        ... }
        >>> scatter = map_phrases(states, phrases, 0.5, folds=2).scatter()
        >>> scatter.selected = [2, 3]
        >>> scatter.phrase_map.ranges[scatter.selected]
        array([[2, 3],
               [3, 4]])
        """
        return self._phrase_map

    @property
    def lit(self) -> NDArray[np.int64]:
        """Sorted numbers of the phrases that the explorer's matches overlap. Reading it waits for the matches.

        Without an explorer, or after that is closed, the phrases that are lit in the page.

        Examples
        --------
        Of 120 phrases, the 50 best matches of the explorer overlap these:

        >>> from lstmvis_widget import StateExplorer, map_phrases, ranges_of
        >>> from lstmvis_widget.datasets import load_parens
        >>> explorer = StateExplorer(**load_parens(), layer="layer 2", transform="tanh")
        >>> levels = {level: ranges_of(explorer.tracks["level"], level)[:60] for level in ("2", "4")}
        >>> scatter = map_phrases(explorer, levels, explorer.threshold).scatter(explorer)
        >>> explorer.selection = scatter.phrase_map.ranges[8]
        >>> scatter.lit
        array([  7,  12,  21,  36,  39,  42,  95, 109, 111, 116])
        """
        link = self._link
        return np.asarray(self._lit, np.int64) if link is None else link.lit_now()

    @for_the_package
    def light(self, points: ArrayLike) -> None:
        """Light these phrases in the page; the link calls it with each result."""
        lit = np.asarray(points, np.int64).tolist()
        if lit != list(self._lit):
            self._lit = lit

    @for_the_package
    def point_of(self, selection: tuple[int, int] | None) -> int | None:
        """Number of the phrase with this range, of several the picked or else the first one; None if there is none."""
        if selection is None:
            return None
        picked: int | None = self.peek("picked")
        if picked is not None and tuple(self._phrase_map.ranges[picked].tolist()) == selection:
            return picked
        return self._numbers.get(selection)

    def figure(
        self,
        *,
        width: str | float = "single",
        labels: str | ArrayLike = (),
        theme: str = "light",
        parts: Sequence[str] | None = None,
        font: str | Sequence[str] | None = None,
    ) -> Figure:
        """Draw what the page shows as a figure for a paper, with matplotlib and without a browser.

        It waits for the matches of the explorer. Saved with ``figure.savefig("name.pdf")``, ``.svg`` or ``.png``, the
        figure has the size that was asked for, and text stays text. More than 2,000 points become one picture within
        it. Nothing of pyplot is used, and no setting of matplotlib changes.

        Parameters
        ----------
        width : {"double", "single"} or float, default "single"
            Width in inches, 2…40: "single" is 3.3, a column of a paper with two; "double" is 7, both.
        labels : {"all", "selected", "picked", "lit"}, or array_like of int, default ()
            The phrases whose words are written beside their points: all, those that are marked in this way, or these
            rows of ``phrase_map.ranges``. Words for which there is no room are left out, those of later phrases first.
        theme : {"light", "dark", "print"}, default "light"
            "print" has greys only, and a shape of points for each label.
        parts : list of str, optional
            What to draw, of "legend" and "points". By default both.
        font : str or list of str, optional
            Fonts to write in: what the first lacks is written in the next. By default those of matplotlib's settings.

        Returns
        -------
        matplotlib.figure.Figure
            Its ``axes`` have labels, such as "points", where x and y are the components. A notebook shows the figure as
            a picture.

        Raises
        ------
        ImportError
            matplotlib isn't installed.
        TypeError, ValueError
            An argument isn't allowed; the message says what is.

        Examples
        --------
        A figure with the words of the phrases that were selected with a lasso:

        >>> from lstmvis_widget import StateExplorer, map_phrases, ranges_of
        >>> from lstmvis_widget.datasets import load_parens
        >>> explorer = StateExplorer(**load_parens(), layer="layer 2", transform="tanh")
        >>> levels = {level: ranges_of(explorer.tracks["level"], level)[:60] for level in ("2", "4")}
        >>> scatter = map_phrases(explorer, levels, explorer.threshold).scatter(explorer)
        >>> scatter.selected = [7, 12]
        >>> figure = scatter.figure(labels="selected")
        >>> figure.savefig("levels.pdf")
        """
        with self.awaiting():
            return figure_of(self._shown, labels, width=width, theme=theme, parts=parts, font=font)

    def _shown(self) -> dict[str, Any]:
        """What the page shows, once the matches of the explorer are there."""
        self.finish()
        lit = self.lit
        names = {"picked": "picked", "selected": "selected", "hidden": "hidden_labels", "view": "view"}
        return {"sent": self._points, "lit": lit} | {key: self.peek(name) for key, name in names.items()}

    def unlink(self) -> None:
        """End the link with the explorer, as closing the explorer does; a second time does nothing.

        Examples
        --------
        From then on, picking a phrase selects nothing in the explorer:

        >>> from lstmvis_widget import StateExplorer, map_phrases, ranges_of
        >>> from lstmvis_widget.datasets import load_parens
        >>> explorer = StateExplorer(**load_parens(), layer="layer 2", transform="tanh")
        >>> levels = {level: ranges_of(explorer.tracks["level"], level)[:20] for level in ("2", "4")}
        >>> scatter = map_phrases(explorer, levels, explorer.threshold).scatter(explorer)
        >>> scatter.unlink()
        >>> scatter.picked = 3
        >>> print(explorer.selection)
        None
        """
        link, self._link = self.__dict__.get("_link"), None  # an argument may have been refused before there was one
        if link is not None:
            link.unlink()

    @for_the_package
    def finish(self) -> None:
        """Wait until all that is under way has been computed, in the explorer too, and is in the traits."""
        super().finish()
        if self._link is not None:
            self._link.finish()

    def close(self) -> None:
        """End the link with the explorer and remove the views; a second time does nothing.

        Examples
        --------
        A scatter of 20 phrases, and its end:

        >>> import numpy as np
        >>> from lstmvis_widget import map_phrases
        >>> states = np.random.default_rng(0).random((40, 3))
        >>> phrases = {
        ...     "even": [(2 * i, 2 * i + 1) for i in range(10)],
        ...     "odd": [(2 * i + 1, 2 * i + 2) for i in range(10)],
        ... }
        >>> scatter = map_phrases(states, phrases, 0.5, folds=2).scatter()
        >>> scatter
        PhraseScatter(20 phrases, PC 1 (52 % of the variance), PC 2 (30 % of the variance))
        >>> scatter.close()
        """
        self.unlink()
        super().close()

    def __repr__(self) -> str:
        linked = ", linked" if self._linked else ""
        x, y = self._points["axes"]
        return f"PhraseScatter({len(self._phrase_map.ranges):,} phrases, {x}, {y}{linked})"

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
        hidden = tuple(meant(name, self._names) for name in proposal["value"])
        for name in hidden:
            if name not in self._names:
                msg = f"hidden_labels must be among {', '.join(map(repr, self._names))}; got {name!r}"
                raise traitlets.TraitError(msg)
        return hidden


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
    if checked_int(name, number) >= components:
        raise ValueError(f"{name} must lie in 0…{components - 1}, the components of the map; got {number}")
    return int(number)


def _by_frequency(labels: NDArray[np.str_]) -> list[str]:
    names, counts = np.unique(labels, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [str(name) for name in names[order]]


def _described(
    phrase_map: PhraseMap, axes: Sequence[int], names: Sequence[str], tokens: Sequence[str] | None
) -> dict[str, Any]:
    """The value of `_points`, see CONTRIBUTING.md."""
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
