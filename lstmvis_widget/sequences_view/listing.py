"""All sequences: the beginning of each, and what the model says of it, found in the background."""

from __future__ import annotations

from dataclasses import dataclass

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.sent.sequences import beginnings
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.statistics.sequence_table import SequenceFacts, facts_of
from lstmvis_widget.work.background import Background, Work

from .same import Same
from .traits import SequenceTraits

Asked = Same[OutputTrack | None]
"""The question: what this output track says."""


@dataclass(eq=False)
class Listed:
    """The first words of each sequence, and what the output track says of it (None without one)."""

    texts: list[str]
    output: OutputTrack | None
    facts: SequenceFacts | None


class Listing:
    """Lists the sequences.

    Parameters
    ----------
    widget : SequenceTraits
    data : ExplorerData
    background : bool
    """

    def __init__(self, widget: SequenceTraits, data: ExplorerData, *, background: bool) -> None:
        self._widget, self._data = widget, data
        self._texts: list[str] | None = None
        self.task: Background[Asked, Listed] = Background(widget, "lstmvis-sequences", self, background=background)

    def question(self) -> Asked:
        """The output track."""
        return Same(self._widget.output)

    def pending(self, _: Asked | None) -> None:
        """Keep what is listed until there is something new."""

    def answer(self, asked: Asked, work: Work[Listed]) -> Listed:
        """Look at each sequence."""
        if self._texts is None:
            progress = work.stage("reading the sequences")
            self._texts = beginnings(self._data.tokens, self._data.sequences, check=work.check, progress=progress)
        output = asked.value
        return Listed(self._texts, output, None if output is None else facts_of(output, self._data.sequences))

    def show(self, _: Asked, answer: Listed | None, error: str) -> None:
        """Send what is listed."""
        if answer is not None:
            self._widget.results_changed("sequences")
        if error:
            self._widget.say(error)

    def now(self) -> Listed | None:
        """What is listed so far."""
        return self.task.asked.answer
