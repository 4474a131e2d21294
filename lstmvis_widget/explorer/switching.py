"""Showing a layer that the page asks for, once what has to be read of it first has been read in the background."""

from __future__ import annotations

from lstmvis_widget.work.background import CANCELLED, Background, Work

from .data import ExplorerData
from .traits import ExplorerTraits


class Switching:
    """Reads a sample of a layer, and all of its states if its transform needs them, before the layer is shown.

    The page keeps the layer that it shows until then. A layer that is set in Python is read at once: the cell waits.

    Parameters are those of `Ranking`.
    """

    def __init__(self, widget: ExplorerTraits, data: ExplorerData, *, background: bool) -> None:
        self._widget, self._data = widget, data
        self._wanted: str | None = None
        self.task: Background[str, bool] = Background(widget, "lstmvis-switching", self, background=background)

    def has_to_read(self, layer: object) -> bool:
        """Whether this is a layer that can't be shown at once."""
        if self.task.is_inline or not isinstance(layer, str) or layer not in self._data.layers:
            return False
        states = self._data.layers[layer]
        return not self._data.knows(layer) and not (states.in_memory and states.transform is None)

    def want(self, layer: str | None) -> None:
        """Read this layer, and then show it; None: no longer the one that was wanted."""
        self._wanted = layer
        self.task.refresh()

    # ---------------------------------------------------------- the task's part

    def question(self) -> str | None:
        """The layer that is wanted."""
        return self._wanted

    def pending(self, _: str | None) -> None:
        """Keep the layer that is shown."""

    def answer(self, layer: str, work: Work[bool]) -> bool:
        """Read what is needed."""
        transform = self._data.layers[layer].transform
        what = f"reading {layer}" if transform is None else f"reading {layer} for {transform}"
        self._data.scale(layer, check=work.check, progress=work.stage(what))
        return True

    def show(self, layer: str, answer: bool | None, error: str) -> None:  # noqa: FBT001  (as the protocol has it)
        """Show the layer, or say why it can't be shown."""
        self._wanted = None
        self.task.forget()
        if answer:
            self._widget.layer = layer
        elif error and error != CANCELLED:
            self._widget.say(f"layer {layer!r} can't be shown: {error}")
