"""A figure for a paper: a `matplotlib.figure.Figure` that is saved with its text as text."""

from __future__ import annotations

import functools
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lstmvis_widget.work.extras import import_extra

from .lazy_matplotlib import Figure, RendererBase, mpl

DPI = 300
"""Of a file with the figure as a picture, and of its layer of lines in a vector file."""

SHOWN_DPI, CSS_DPI = 192, 96
"""Of the picture in a notebook, which is shown at the size of the print; and of the pixels of a page."""

SAVED: Any = {
    "svg.fonttype": "none",  # text, in the fonts that the reader's program finds
    "pdf.fonttype": 42,  # text, with the fonts in the file
    "ps.fonttype": 42,
    "svg.hashsalt": "lstmvis-widget",  # the same figure makes the same file
    "savefig.dpi": DPI,
    "savefig.bbox": None,  # the width that was asked for
    "savefig.facecolor": "auto",
    "savefig.transparent": False,  # the colours are chosen for this ground
}
"""Settings of matplotlib that only saving reads. They hold while the figure is saved, and no longer."""

HATCHED: Any = {"hatch.linewidth": 0.5}
"""Settings of what is hatched: matplotlib 3.9 reads them when it draws, later ones when the patch is made."""

if TYPE_CHECKING:
    from matplotlib.figure import Figure as _Base
else:
    _Base = object  # matplotlib's is added when the first figure is made


class _Paper(_Base):
    """A figure made without pyplot, which nobody has to close.

    It is saved as it is, whatever settings of matplotlib hold: at its own width, with text as text.
    """

    def set_layout_engine(self, layout: Any = None, **options: Any) -> None:
        """Choose what lays out the figure. By default nothing does, whatever the settings say.

        matplotlib asks for the default, too, whenever the figure has been saved.
        """
        super().set_layout_engine("none" if layout is None else layout, **options)

    def savefig(self, fname: Any, **options: Any) -> None:
        """Save the figure, with text as text in SVG and PDF; arguments are those of `matplotlib`."""
        with mpl.rc_context(SAVED), _without_missing_glyphs():
            super().savefig(fname, **options)

    def draw(self, renderer: RendererBase) -> None:
        """Draw the figure; a character that no font has is a box, without a warning for each."""
        with mpl.rc_context(HATCHED), _without_missing_glyphs():
            super().draw(renderer)

    def get_tightbbox(self, *arguments: Any, **options: Any) -> Any:
        """The box of all that is drawn, for ``bbox_inches="tight"``."""
        with _without_missing_glyphs():
            return super().get_tightbbox(*arguments, **options)

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """As a notebook shows it, where pyplot isn't used: at the size of the print."""
        picture = io.BytesIO()
        self.savefig(picture, format="png", dpi=SHOWN_DPI)
        width, height = (round(float(inches) * CSS_DPI) for inches in self.get_size_inches())
        return picture.getvalue(), {"width": width, "height": height}


@functools.cache
def _paper_figure() -> Any:
    base = import_extra("matplotlib.figure", "analysis", "a figure").Figure
    return type("PaperFigure", (_Paper, base), {"__module__": __name__, "__doc__": _Paper.__doc__})


def __getattr__(name: str) -> Any:
    """The class, for `pickle`."""
    if name == "PaperFigure":
        return _paper_figure()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def paper_figure(width: float, height: float, ground: str) -> Figure:
    """An empty figure of a size in inches, on a colour.

    Its resolution is that of a page. With pyplot, a notebook draws it in that instead of asking the figure.
    """
    size = (width, height)
    figure: Figure = _paper_figure()(figsize=size, dpi=CSS_DPI, facecolor=ground, edgecolor=ground, frameon=True)
    return figure


@contextmanager
def _without_missing_glyphs() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
        yield
