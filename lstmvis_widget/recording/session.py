"""Runs the model over the batches, and appends the recorded rows to a sink."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lstmvis_widget.given.arrays import as_numpy

from .batch_progress import Progressing
from .batches import Batches, Call
from .layer_sources import Source
from .lazy_torch import Tensor, torch
from .outputs import Outputs
from .pieces import Pieces
from .predictions import Predictions
from .run_shape import RunShape, recorded_values
from .sinks import Rows, Sink, Streams
from .watching import WatchedModel


def _not_told(_: Call, __: RunShape, ___: bool) -> None:  # noqa: FBT001
    pass


@dataclass
class Session:
    """One recording.

    Parameters
    ----------
    model : Module
    sources : dict of str to Source
        Name of a recorded layer → its source.
    batches : Batches
    predictions : Predictions or None
    outputs : Outputs or None
        What the model expects after each step, if that is recorded.
    run : callable
        Called with the model and a batch; returns the output of the model.
    carry_state : bool
        Whether each batch goes on where the one before ended.
    in_order : bool
        Whether rows of at most one batch may wait, as when a file is written.
    ran : callable, optional
        Told of each run: what was read, the shape that it had, and whether it went on from the run before.
    """

    model: Any
    sources: Mapping[str, Source]
    batches: Batches
    predictions: Predictions | None
    outputs: Outputs | None
    run: Callable[[Any, Any], Any]
    carry_state: bool
    in_order: bool
    ran: Callable[[Call, RunShape, bool], object] = _not_told
    steps: int = field(init=False, default=0)

    def record(self, watched: WatchedModel, sink: Sink, progress: Progressing) -> None:
        """Run the model over all batches.

        Raises
        ------
        ValueError
            Batches and modules don't fit each other, or there is no batch.
        """
        streams = Streams(sink)
        watched.carries = True
        if self.batches.steps_per_call is None and self.batches.pieces is None:
            self.batches.pieces = Pieces(
                self.model,
                self.sources,
                watched,
                self.run,
                self.batches,
                self.predictions,
                streams_go_on=self.carry_state,
                in_memory=not self.in_order,
                may_try=not self.batches.as_is,
            ).of
        had_ids: bool | None = None
        padded: list[int] | None = None
        with torch.no_grad():
            for number, call in self.batches:
                continues = call.continues or (self.carry_state and had_ids is not None)
                if not continues:
                    self._end(streams)
                elif padded is not None and not call.continues:
                    msg = (
                        f"batch {number}: carry_state=True can't go on after the padding of the batch before: {padded}"
                    )
                    raise ValueError(msg)
                watched.begin(call.batch, carry=continues)
                shape, rows = self._run(watched, call, continues=continues)
                self.ran(call, shape, continues)
                if had_ids is None:
                    had_ids = call.ids is not None
                if had_ids != (call.ids is not None):
                    msg = f"batch {number}: either all batches or none must be token ids"
                    raise ValueError(msg)
                for stream, each in enumerate(rows):
                    if each is not None:
                        streams.append(stream, each)
                        self.steps += len(next(iter(each.states.values())))
                padded = _lengths_of_padding(shape, watched)
                progress.update(number + call.done, self.steps)
            self._end(streams)
        if had_ids is None:
            msg = "there is no batch"
            raise ValueError(msg)

    def _end(self, streams: Streams) -> None:
        streams.end()
        if self.outputs is not None:
            self.outputs.end()

    def _run(self, watched: WatchedModel, call: Call, *, continues: bool) -> tuple[RunShape, list[Rows | None]]:
        scores: list[Tensor] = []
        if self.outputs is None:
            output = self.run(self.model, call.batch)
        else:
            output, scores = self.outputs.run(self.run, call.batch)
        shape = RunShape(call, watched, self.batches.layout)
        values = recorded_values(self.sources, watched, shape, output)
        best = None if self.predictions is None else self.predictions.of_run(watched, output, shape)
        if shape.steps != shape.streams:
            self.batches.layout.certain = True
        lengths = shape.lengths or []
        tokens = watched.readings.check(call, shape.steps, shape.streams, shape.lengths)
        if self.in_order and self.carry_state and len(lengths) > 1:
            msg = (
                f"a batch of {len(lengths)} sequences that go on in the next one can't be written to a file one after "
                "the other: give batches of one sequence, or record into memory (without path)"
            )
            raise ValueError(msg)
        expected = None
        if self.outputs is not None:
            expected = self.outputs.of_run(scores, watched, shape)
            read = self.outputs.keep(call, shape, continues=continues)
            with watched.aside():
                self.outputs.check_prefix(read, expected, self._alone(watched))
        found: list[Rows | None] = []
        for stream, length in enumerate(lengths):
            states = {name: as_numpy(each[:length, stream]) for name, each in values.items()}
            ids = None if tokens is None else tokens[:length, stream].numpy().astype("int64")
            top = None if best is None else (best[0][:length, stream].numpy(), best[1][:length, stream].numpy())
            said = None if expected is None else expected[:length, stream].numpy()
            found.append(Rows(states, ids, top, said) if length else None)
        return shape, found

    def _alone(self, watched: WatchedModel) -> Callable[[Any, Any], Any]:
        """Runs the model on something else, from its first state on."""

        def run(model: Any, batch: Any) -> Any:
            watched.begin(batch, carry=False)
            return self.run(model, batch)

        return run


def _lengths_of_padding(shape: RunShape, watched: WatchedModel) -> list[int] | None:
    """The lengths of the sequences if the model has read the padding after them, else None."""
    lengths = shape.lengths or []
    return lengths if not watched.lengths and any(length != shape.steps for length in lengths) else None
