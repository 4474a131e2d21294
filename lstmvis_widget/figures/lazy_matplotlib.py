"""matplotlib, imported when it is first used: it is an extra, and the package is imported without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lstmvis_widget.work.extras import import_extra

if TYPE_CHECKING:
    import matplotlib as mpl
    from matplotlib import font_manager
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from matplotlib.collections import LineCollection, PolyCollection
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.image import AxesImage
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle
    from matplotlib.text import Text
    from matplotlib.textpath import text_to_path
else:

    class _Lazy:
        """A module, or something of a module, that is imported when it is used."""

        def __init__(self, module: str, name: str = "") -> None:
            self._module, self._name = module, name

        def _found(self) -> Any:
            module = import_extra(self._module, "analysis", "a figure")
            return getattr(module, self._name) if self._name else module

        def __getattr__(self, name: str) -> Any:
            return getattr(self._found(), name)

        def __call__(self, *arguments: Any, **options: Any) -> Any:
            return self._found()(*arguments, **options)

    mpl = _Lazy("matplotlib")
    font_manager = _Lazy("matplotlib.font_manager")
    FontProperties = _Lazy("matplotlib.font_manager", "FontProperties")
    LineCollection = _Lazy("matplotlib.collections", "LineCollection")
    Line2D = _Lazy("matplotlib.lines", "Line2D")
    PolyCollection = _Lazy("matplotlib.collections", "PolyCollection")
    Rectangle = _Lazy("matplotlib.patches", "Rectangle")
    text_to_path = _Lazy("matplotlib.textpath", "text_to_path")
    # Of these only annotations speak.
    Artist = Axes = AxesImage = Figure = RendererBase = Text = Any

__all__ = [
    "Artist",
    "Axes",
    "AxesImage",
    "Figure",
    "FontProperties",
    "Line2D",
    "LineCollection",
    "PolyCollection",
    "Rectangle",
    "RendererBase",
    "Text",
    "font_manager",
    "mpl",
    "text_to_path",
]
