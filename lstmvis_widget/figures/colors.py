"""The colours of the page, by theme, and what is mixed of them.

They are those of the page's style sheet (js/src/shared/styles/tokens.css), and a test holds them equal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

RGB = NDArray[np.float64]
"""Red, green and blue in the last axis, 0…1."""

Extent = tuple[float, float]

SHARE_EXPONENT = 1.6
"""Above 1, so that the few cells that are on everywhere leave words pale (js/src/explorer/words/on_share.ts)."""

SHARE_WORDS, SHARE_HEAT, SHARE_NONE = 0.50, 0.58, 0.04
"""Share of the selected cells' colour in words and in squares where all cells are on; and in squares where none is."""

WORD_LIMIT = 0.4
"""Share of a ramp's colour behind words, which have to stay legible (js/src/explorer/matches/match_colors.ts)."""

LEAST_LIGHT = 0.12
"""Share of a dimmed track's colour that is left where no selected cell is on."""

LEAST_STRENGTH, CLASS_ALPHA = 0.3, 0.9
"""Of classes (js/src/shared/classes.ts): strength of one no more probable than the others; opacity at probability 1."""


@dataclass(frozen=True)
class Colors:
    """The colours of a theme, as "#rrggbb".

    Those of ``labels`` are for the most frequent labels, that of all others is ``label_rest``. Of these colours
    ``label_strength`` is painted, and of that ``label_context`` around a match. ``class_brightness``, 0…255, is that
    of their brightest part where nothing is written on them; or ``classes`` are the colours there, where it has any.
    ``points`` are those of phrases on a map, by their labels; the last is that of further ones, as in
    js/src/scatter/scatter.css. Points of successive labels have the shapes ``markers``, as matplotlib calls them, in
    turn. With ``greys`` there are no other colours.
    """

    ground: str
    word: str
    hairline: str
    edge: str
    text: str
    second: str
    selected: str
    on_selected: str
    wash: str
    threshold: str
    line: str
    bar: str
    off: str
    labels: tuple[str, ...]
    label_rest: str
    label_strength: float
    label_context: float
    class_brightness: int
    ramp_zero: str
    ramp: str
    ramp_below: str
    ramp_above: str
    points: tuple[str, ...]
    classes: tuple[str, ...] = ()
    markers: tuple[str, ...] = ("o",)
    greys: bool = False

    def label(self, code: int) -> str:
        """The colour of a label, by its rank among the labels of its track."""
        return self.labels[code] if code < len(self.labels) else self.label_rest

    def point(self, rank: int) -> str:
        """The colour of a phrase on a map, by the rank of its label."""
        return self.points[min(rank, len(self.points) - 1)]

    def labelled(self, code: int, strength: float = 1.0) -> RGB:
        """What is painted for a label, on which text can be read."""
        return mixed(self.label(code), strength * self.label_strength, self.ground)

    def label_fills(self, codes: NDArray[np.integer[Any]], strength: ArrayLike = 1.0) -> RGB:
        """What is painted for the labels of steps, as `labelled`; NaN for the code −1, which is none."""
        # With fewer colours than the page has, all further labels share the last.
        palette = np.array([rgb(color) for color in (*self.labels, self.label_rest)])
        amounts = np.broadcast_to(np.asarray(strength, np.float64) * self.label_strength, codes.shape)
        fills = mixed(palette[np.minimum(codes, len(self.labels))], amounts, self.ground)
        return np.where((codes < 0)[:, None], np.nan, fills)

    def in_context(self, color: ArrayLike) -> RGB:
        """The colour of a label outside of a match."""
        return mixed(color, self.label_context, self.ground)

    def strong(self, place: int) -> RGB:
        """The colour of a class where nothing is written on it, by its place in the order of the output track."""
        if self.classes:
            return rgb(self.classes[min(place, len(self.classes) - 1)])
        color = rgb(self.label(place))
        brightest = max(1.0, 255 * float(color.max()))
        result: RGB = np.round(255 * color * (self.class_brightness / brightest)) / 255
        return result

    def class_filled(self, probability: ArrayLike, place: int) -> RGB:
        """The colour of a class's cell in the matrix of an output track; NaN is the ground."""
        amount = CLASS_ALPHA * np.nan_to_num(np.asarray(probability, np.float64))
        return mixed(self.strong(place), amount, self.ground)

    def shared(self, on: ArrayLike, cells: int) -> RGB:
        """The background of a word at which ``on`` of ``cells`` selected cells are on."""
        return mixed(self.selected, SHARE_WORDS * share_strength(on, cells), self.word)

    def shared_square(self, on: ArrayLike, cells: int) -> RGB:
        """The square of a heatmap at which ``on`` of ``cells`` selected cells are on."""
        return mixed(self.selected, SHARE_HEAT * share_strength(on, cells) + SHARE_NONE, self.ground)

    def ramped(self, values: ArrayLike, extent: Extent | None, limit: float = 1.0) -> RGB:
        """The colours of numbers; NaN where there is none. ``limit`` is the amount of colour at the highest."""
        values = np.asarray(values, np.float64)
        if extent is None:
            return np.full((*values.shape, 3), np.nan)
        low, high = extent
        if low < 0 < high and not self.greys:
            with np.errstate(over="ignore"):
                amounts = np.clip(np.abs(values) / max(-low, high), 0, 1)
            ends = np.where((values < 0)[..., None], rgb(self.ramp_below), rgb(self.ramp_above))
        else:
            shares = np.full(values.shape, 0.5) if low == high else (values / 2 - low / 2) / (high / 2 - low / 2)
            amounts, ends = np.clip(np.where(np.isnan(values), np.nan, shares), 0, 1), rgb(self.ramp)
        return mixed(ends, limit * amounts, self.ramp_zero)


def rgb(color: ArrayLike) -> RGB:
    """A colour as three numbers, 0…1; "#rrggbb" or what is that already."""
    if isinstance(color, str):
        return np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.asarray(color, np.float64)


def mixed(color: ArrayLike, amount: ArrayLike, ground: ArrayLike) -> RGB:
    """So much of a colour, 0…1, in a ground, as CSS mixes them in sRGB; ``amount`` may be an array."""
    share = np.asarray(amount, np.float64)[..., None]
    result: RGB = share * rgb(color) + (1 - share) * rgb(ground)
    return result


def share_strength(on: ArrayLike, cells: int) -> NDArray[np.float64]:
    """How strongly to colour steps where ``on`` of ``cells`` selected cells are on, from 0 for none to 1 for all."""
    shares = np.asarray(on, np.float64) / max(cells, 1)
    strength: NDArray[np.float64] = np.round(shares**SHARE_EXPONENT, 3) if cells > 0 else np.zeros(shares.shape)
    return strength


def dimming(on: ArrayLike, most: float) -> NDArray[np.float64]:
    """The share of a dimmed track's colour where ``on`` of ``most`` selected cells are on; 1 without selected cells."""
    shares = np.asarray(on, np.float64) / most if most > 0 else np.ones(np.shape(on))
    return LEAST_LIGHT + (1 - LEAST_LIGHT) * np.round(shares**SHARE_EXPONENT, 3)


def sureness(confidence: Any, classes: int) -> NDArray[np.float64]:
    """The strength of an expected class's colour, by its probability: less where the model is unsure."""
    chance = 1 / max(2, classes)
    above = np.clip((np.asarray(confidence, np.float64) - chance) / (1 - chance), 0, 1)
    return np.where(np.isnan(above), 1.0, LEAST_STRENGTH + (1 - LEAST_STRENGTH) * above)


LIGHT = Colors(
    ground="#ffffff",
    word="#f3f5f7",
    hairline="#e3e6ea",
    edge="#cfd5dc",
    text="#1b1f24",
    second="#5b6470",
    selected="#2563c9",
    on_selected="#ffffff",
    wash="#dbe8fb",
    threshold="#c8322d",
    line="#5a6470",
    bar="#8d959f",
    off="#dfe2e6",
    labels=(
        "#abd8f3",
        "#e19766",
        "#fedf89",
        "#bc98e2",
        "#52c1a5",
        "#93f0cd",
        "#b6c688",
        "#f3a0ca",
        "#f5c4b6",
        "#a8bcf5",
        "#a1b289",
        "#d3ecaf",
    ),
    label_rest="#e2e4e8",
    label_strength=0.68,
    label_context=0.42,
    class_brightness=182,
    ramp_zero="#e7eaee",
    ramp="#36414d",
    ramp_below="#7b3ba6",
    ramp_above="#12734c",
    points=(
        "#2f86b5",
        "#c05a1c",
        "#b18d08",
        "#652794",
        "#025b4a",
        "#12a27c",
        "#5d6e02",
        "#a62f76",
        "#b26853",
        "#465eb7",
        "#3f5709",
        "#789d2e",
        "#8a8d92",
    ),
)

DARK = Colors(
    ground="#111418",
    word="#1a1f26",
    hairline="#2a3038",
    edge="#3b434d",
    text="#e6e9ed",
    second="#a3acb7",
    selected="#6ba4ff",
    on_selected="#0b1a30",
    wash="#1b3358",
    threshold="#ff7b72",
    line="#a0acba",
    bar="#6f7985",
    off="#333a43",
    labels=(
        "#285d80",
        "#651b05",
        "#462464",
        "#65581c",
        "#12403c",
        "#853a5c",
        "#314282",
        "#673c14",
        "#5d3860",
        "#3a4e34",
        "#343551",
        "#4f4e93",
    ),
    label_rest="#3c424b",
    label_strength=1.0,
    label_context=0.58,
    class_brightness=214,
    ramp_zero="#262c34",
    ramp="#d3dae1",
    ramp_below="#cf9bf0",
    ramp_above="#58d29c",
    points=(
        "#56a8dc",
        "#d3522f",
        "#9960cf",
        "#f1d766",
        "#18938a",
        "#ffc2da",
        "#8ba6fd",
        "#ea9549",
        "#d68ddb",
        "#8aba7c",
        "#7879bc",
        "#cfd2fe",
        "#949ba5",
    ),
)

GREYS = tuple(f"#{grey:02x}{grey:02x}{grey:02x}" for grey in (0xB0, 0xE6, 0xCB, 0x9A, 0xF2, 0xD8))
"""Greys of the six most frequent labels: neighbours in the order differ most, and text on each can be read."""

CLASS_GREYS = tuple(f"#{grey:02x}{grey:02x}{grey:02x}" for grey in (0x48, 0xA8, 0x78, 0xC4, 0x18, 0x90, 0xD4))
"""Greys of the six most frequent classes where nothing is written on them, and of all others."""

POINT_GREYS = tuple(CLASS_GREYS[rank % 6] for rank in range(12)) + CLASS_GREYS[-1:]
"""Those of phrases: after six labels both greys and shapes come again."""

MARKERS = ("o", "s", "^", "D", "v", "P")
"""Shapes of points, which tell labels apart where colours don't."""

PRINT = replace(
    LIGHT,
    word="#f4f4f4",
    hairline="#e6e6e6",
    edge="#d4d4d4",
    text="#000000",
    second="#555555",
    selected="#444444",
    wash="#e4e4e4",
    threshold="#000000",
    line="#8a8a8a",
    bar="#909090",
    off="#dedede",
    labels=GREYS,
    label_rest="#ffffff",
    label_strength=1.0,
    ramp_zero="#eeeeee",
    ramp="#3c3c3c",
    ramp_below="#3c3c3c",
    ramp_above="#3c3c3c",
    points=POINT_GREYS,
    classes=CLASS_GREYS,
    markers=MARKERS,
    greys=True,
)
"""Greys, for print without colours: the same figure, with labels told apart less well."""

THEMES = {"light": LIGHT, "dark": DARK, "print": PRINT}
