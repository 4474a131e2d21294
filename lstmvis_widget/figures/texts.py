r"""Texts of a figure: their fonts, how wide they are, and what of them fits.

A token, a label or a name is data: "$" and "\" mean nothing here.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from lstmvis_widget.given.brief import brief

from .lazy_matplotlib import Artist, Axes, FontProperties, Text, font_manager, mpl, text_to_path

SIZE = 7.0
"""Of words and names, in points."""

SMALL = 6.0
"""Of labels, and of what stands beside."""

LEAST_SIZE = 5.0
"""Smaller text can't be read in print."""

FALLBACK = "DejaVu Sans"
"""The font that matplotlib brings along: it has most alphabets, no Chinese, and few emoji."""

GENERIC = ("serif", "sans-serif", "cursive", "fantasy", "monospace")

CAP_HEIGHT = 0.35
"""Half the height of capitals, in ems: how far below its middle the baseline of a text lies."""

EMPTY = "∅"

SPACES_AT_ENDS = re.compile(r"^[ \u00a0\u3000]+|[ \u00a0\u3000]+$")
INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff\ud800-\udfff]")

MEASURED_CHARACTERS = 64

ROUNDING = 1e-6
"""How much wider than its room a text may be, in points: the room is often the width of the text, after some sums."""


class Fitted(NamedTuple):
    """A text as it fits into some room; the text is empty where nothing of it would be readable."""

    text: str
    size: float


def families(font: Any = None) -> tuple[str, ...]:
    """The installed fonts to write in, the first that has a character first.

    Parameters
    ----------
    font : str or list of str, optional
        By default those of matplotlib's settings, ``rcParams["font.family"]``.

    Raises
    ------
    ValueError
        A font isn't installed.
    TypeError
        It is no name.
    """
    known = _installed()
    if font is None:
        named = [name for family in mpl.rcParams["font.family"] for name in _of_family(family)]
        found = [name for name in named if name in known]
    else:
        found = [font] if isinstance(font, str) else list(font) if isinstance(font, Iterable) else [font]
        wrong = [name for name in found if not isinstance(name, str)]
        if wrong or not found:
            raise TypeError(f"font must be the name of a font, or a list of names; got {brief(font)}")
        missing = [name for name in found if name not in known and name not in GENERIC]
        if missing:
            raise ValueError(
                f"font must name installed fonts, see matplotlib.font_manager.get_font_names(); got {brief(missing[0])}"
            )
        found = [name for family in found for name in _of_family(family) if name in known]
    return tuple(dict.fromkeys([*found, FALLBACK]))


def _of_family(family: str) -> list[str]:
    settings: Any = mpl.rcParams
    return list(settings[f"font.{family}"]) if family in GENERIC else [family]


def _installed() -> frozenset[str]:
    return frozenset(font_manager.get_font_names())


class Writing:
    """Writes and measures text in given fonts.

    Parameters
    ----------
    font : str or list of str, optional
        As for `families`.
    """

    def __init__(self, font: Any = None) -> None:
        # A font without a character passes on to the next; the first few of many are enough, and keep measuring fast.
        self.families = families(font)[:8]

    def width(self, text: str, size: float, weight: str = "normal") -> float:
        """The width of a text, in points."""
        return size * _width_in_ems(text, self.families, weight)

    def fitted(self, text: str, room: float, size: float, least: float = LEAST_SIZE) -> Fitted:
        """A text in ``room`` points: smaller where it is long, down to ``least``, and cut where that isn't enough."""
        width = self.width(text[:MEASURED_CHARACTERS], size)
        if width <= room + ROUNDING and len(text) <= MEASURED_CHARACTERS:
            return Fitted(text, size)
        smaller = max(least, min(size, size * room / max(width, 1e-9)))
        if width * smaller / size <= room + ROUNDING and len(text) <= MEASURED_CHARACTERS:
            return Fitted(text, smaller)
        return Fitted(self._cut(text[:MEASURED_CHARACTERS], room, smaller), smaller)

    def _cut(self, text: str, room: float, size: float) -> str:
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle] + "…", size) <= room + ROUNDING:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + "…" if low else ""

    def shortened_inside(self, name: str, room: float, size: float) -> str:
        """A name, or as much of its two ends as fits: names differ at both."""
        if self.width(name, size) <= room + ROUNDING:
            return name
        for kept in range(min(len(name), MEASURED_CHARACTERS) - 1, 1, -1):
            head = kept // 2
            shortened = f"{name[:head]}…{name[head - kept :]}"
            if self.width(shortened, size) <= room + ROUNDING:
                return shortened
        return "…"

    def write(
        self,
        axes: Axes,
        place: tuple[float, float],
        text: str,
        *,
        color: Any,
        size: float = SIZE,
        align: str = "left",
        weight: str = "normal",
        shift: float = 0.0,
        down: float = 0.0,
        **options: Any,
    ) -> Text:
        """Write a text with its middle at the height of ``place``, in the data's coordinates.

        ``align`` is "left", "center" or "right"; ``shift`` moves it to the right and ``down`` down, in points. The
        baseline is the same for all texts at the same height.
        """
        return axes.annotate(
            text,
            place,
            (shift, -CAP_HEIGHT * size - down),
            textcoords="offset points",
            annotation_clip=False,
            horizontalalignment=align,
            verticalalignment="baseline",
            color=color,
            parse_math=False,
            usetex=False,
            fontproperties=self.font(size, weight),
            **options,
        )

    def font(self, size: float, weight: str = "normal") -> FontProperties:
        """The fonts in a size, for a text that matplotlib makes itself."""
        return FontProperties(family=list(self.families), size=size, weight=weight)


def ground_of_text(color: str) -> dict[str, Any]:
    """What lies behind a text that can be read over anything, for ``bbox``."""
    return {"boxstyle": "round,pad=0.08", "facecolor": color, "alpha": 0.75, "linewidth": 0}


@lru_cache(maxsize=20_000)
def _width_in_ems(text: str, fonts: tuple[str, ...], weight: str) -> float:
    if not text:
        return 0.0
    prop = FontProperties(family=list(fonts), size=100, weight=weight)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
        width, _, _ = text_to_path.get_text_width_height_descent(text, prop, ismath=False)
    return width / 100


def visible_token(token: str) -> str:
    """A token as it is drawn: spaces at its ends, line ends and other invisible characters become symbols.

    As in the page (js/src/shared/text.ts).
    """
    if not token:
        return EMPTY
    lines = re.sub(r"\r\n|\n|\r", "⏎", token).replace("\t", "⇥")
    inked = SPACES_AT_ENDS.sub(lambda spaces: "␣" * len(spaces[0]), lines)
    return INVISIBLE.sub("·", inked)


def named(artist: Artist, name: str) -> None:
    """Give what is drawn a name, by which it can be found again in Python, and in an SVG file."""
    artist.set_gid(re.sub(r"\s", "-", name))
