"""The words of the current sequence, with what is expected after each and how far the state jumps."""

from __future__ import annotations

from typing import Any

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.sent.sequences import MOST_WORDS, stretch_around, words_of

from .measuring import Measuring
from .same import Same
from .traits import SequenceTraits


class CurrentSequence:
    """Sends the words around the position.

    Parameters
    ----------
    widget : SequenceTraits
    data : ExplorerData
    measuring : Measuring
    """

    def __init__(self, widget: SequenceTraits, data: ExplorerData, measuring: Measuring) -> None:
        self._widget, self._data, self._measuring = widget, data, measuring
        self._sent: Any = None

    def refresh(self) -> None:
        """Send the words, unless they are there."""
        data, output, measures = self._data, self._widget.output, self._measuring.now()
        stretch = stretch_around(self._widget.peek("position"), data.sequences, MOST_WORDS)
        key = stretch, Same(output), Same(measures)
        if key == self._sent:
            return
        try:
            words = words_of(data.tokens, output, None if measures is None else measures.distances, stretch)
        except (OSError, ValueError) as error:  # the scores are in a file
            self._widget.say(str(error))
            words = words_of(data.tokens, None, None, stretch)
        self._sent = key
        self._widget.publish(_words=words)
