"""The first reading of a text: what the model is given in each run, where its rows lie, and what its cells are like."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.recording.batches import Batches, Call, Layout
from lstmvis_widget.recording.encoder_decoder import half_of
from lstmvis_widget.recording.layer_sources import Source, is_transformers
from lstmvis_widget.recording.lazy_torch import Tensor, torch
from lstmvis_widget.recording.model_call import Inputs, Runner
from lstmvis_widget.recording.pieces import Pieces, as_before
from lstmvis_widget.recording.recurrent import family
from lstmvis_widget.recording.run_shape import RunShape
from lstmvis_widget.recording.session import Session
from lstmvis_widget.recording.setup import layout_of, returning_dicts
from lstmvis_widget.recording.sinks import Gathered, MemorySink, Rows, Streams
from lstmvis_widget.recording.texts import TextReader
from lstmvis_widget.recording.watching import WatchedModel
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.cancelling import Check, Report

from .losses import Losses

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ONLY = "layer"
"""Name under which the rows of the one layer are recorded."""


@dataclass(frozen=True)
class Given:
    """What the user gives of how the model reads.

    Parameters
    ----------
    batches, lengths, tokenizer, batch_first, carry_state, steps_per_call, run : Any
        As of `record_states`.
    """

    batches: Any
    lengths: Any
    tokenizer: Any
    batch_first: bool | None
    carry_state: bool
    steps_per_call: int | None
    run: Callable[[Any, Any], Any] | None


class CellSummary:
    """A sink that keeps what the cells of a layer are like, not the states.

    Parameters
    ----------
    threshold : float or None
        Where a cell counts as on.
    keep : bool
        Whether to keep all states, too.
    """

    def __init__(self, threshold: float | None, *, keep: bool) -> None:
        self._threshold, self._keep = threshold, keep
        self._ids, self._rows = Gathered(), Gathered()
        self._has_ids = False
        self._open = 0
        self._count = 0
        self._mean = self._squares = np.zeros(0)
        self._on = np.zeros(0, np.int64)
        self.sequences: list[int] = []

    def append(self, rows: Rows) -> None:
        """Add to the open sequence."""
        given = rows.states[ONLY]
        values = given.astype(np.float64)
        if self._count == 0:
            self._mean, self._squares = np.zeros(values.shape[1]), np.zeros(values.shape[1])
            self._on = np.zeros(values.shape[1], np.int64)
        count, mean = self._count + len(values), values.mean(axis=0)
        apart = mean - self._mean
        # Chan and others' way to put together the moments of two parts.
        self._squares = self._squares + ((values - mean) ** 2).sum(0) + apart**2 * self._count * len(values) / count
        self._mean = self._mean + apart * len(values) / count
        self._count = count
        if self._threshold is not None:
            self._on += (given >= self._threshold).sum(axis=0)
        if rows.ids is not None:
            self._has_ids = True
            self._ids.append(rows.ids)
        if self._keep:
            self._rows.append(given)
        self._open += len(values)

    def end_sequence(self) -> None:
        """End the open sequence, if there is one."""
        if self._open:
            self.sequences.append(self._open)
        self._open = 0

    def cells(self) -> Cells:
        """What the cells are like."""
        deviation = np.sqrt(self._squares / self._count)
        rates = None if self._threshold is None else self._on / self._count
        return Cells(self._mean, deviation, rates, self._rows.taken() if self._keep else None)

    def tokens(self) -> Ints | None:
        """The ids of all steps."""
        return self._ids.taken() if self._has_ids else None


@dataclass(frozen=True)
class Cells:
    """What the D cells of a layer are like over the T steps of a text.

    Parameters
    ----------
    mean, deviation : ndarray of float64, shape (D,)
    rates : ndarray of float64, shape (D,), or None
        Share of the steps at which each is on.
    states : ndarray of shape (T, D), or None
    """

    mean: Floats
    deviation: Floats
    rates: Floats | None
    states: NDArray[Any] | None

    def __len__(self) -> int:
        return len(self.mean)

    @property
    def similarity(self) -> Floats:
        """What random cells have about the same of: on-rates, or without a threshold the variance."""
        return self.deviation**2 if self.rates is None else self.rates


@dataclass(frozen=True)
class ReadCall:
    """One run of the model.

    Parameters
    ----------
    call : Call
    shape : RunShape
    continues : bool
        Whether it goes on from the run before.
    places : Tensor of int, shape (T, B)
        The row of each step in the recording; −1 for padding.
    """

    call: Call
    shape: RunShape
    continues: bool
    places: Tensor


@dataclass
class ReadText:
    """A text that a model has read.

    Parameters
    ----------
    calls : list of ReadCall
    sequences : Sequences
    tokens : ndarray of int64, shape (T,), or None
    cells : Cells
    layout : Layout
    batches : Batches
    run : callable
        Runs the model with a batch.
    can_cut : bool
        Whether the model may read fewer steps at once, with its state handed on.
    may_repeat : bool
        Whether it may read a batch several times side by side: not where the user's ``run`` calls it.
    """

    calls: list[ReadCall]
    sequences: Sequences
    tokens: Ints | None
    cells: Cells
    layout: Layout
    batches: Batches
    run: Callable[[Any, Any], Any]
    can_cut: bool
    may_repeat: bool

    @property
    def steps(self) -> int:
        """T."""
        return int(self.sequences.bounds[-1])


@dataclass
class _Places:
    """Takes note of each run, and finds where its rows lie in the recording."""

    runs: list[tuple[Call, RunShape, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sink = MemorySink()
        self._streams = Streams(self._sink)
        self._count = 0

    def ran(self, call: Call, shape: RunShape, continues: bool) -> None:  # noqa: FBT001
        """Keep a run."""
        if not continues:
            self._streams.end()
        for stream, length in enumerate(shape.lengths or []):
            if length:
                numbers = np.arange(self._count, self._count + length, dtype=np.int64)
                self._streams.append(stream, Rows({ONLY: numbers}, None, None))
                self._count += length
        self.runs.append((call, shape, continues))

    def calls(self) -> list[ReadCall]:
        """All runs, with their places."""
        self._streams.end()
        place = np.argsort(self._sink.taken().states[ONLY])
        found, first = [], 0
        for call, shape, continues in self.runs:
            places = torch.full((shape.steps or 0, shape.streams or 0), -1, dtype=torch.int64, device="cpu")
            for stream, length in enumerate(shape.lengths or []):
                places[:length, stream] = torch.from_numpy(place[first : first + length])
                first += length
            found.append(ReadCall(call, shape, continues, places))
        return found


@dataclass(frozen=True)
class _Shares:
    """Tells the share of the batches that are done."""

    report: Report
    check: Check
    total: int | None

    def update(self, done: float, _: int) -> None:
        """Say how many batches are done."""
        self.check()
        self.report(min(done / self.total, 1.0) if self.total else 0.0)


@dataclass(frozen=True)
class _Trial:
    """The scores of a run, for trying out whether pieces change them."""

    losses: Losses

    def of_run(self, watched: WatchedModel, output: Any, shape: RunShape) -> tuple[Tensor, Tensor]:
        """The highest score of each step, and its column, each (T, B, 1)."""
        scores, by_step = self.losses.scores(watched, output, shape)
        if not by_step or not self.losses.may_cut:
            raise ValueError("a result for the whole sequence may need all of it in one call")
        best: tuple[Tensor, Tensor] = scores.detach().to("cpu").topk(1, dim=-1)
        return best


def read_text(
    model: Any,
    source: Source,
    given: Given,
    losses: Losses,
    *,
    threshold: float | None,
    keep: bool,
    many: bool,
    device: Any,
    check: Check,
    progress: Report,
) -> ReadText:
    """Let the model read the text once, as `record_states` does.

    Parameters
    ----------
    model : Module
    source : Source
        Of the layer whose cells are looked at.
    given : Given
    losses : Losses
    threshold : float or None
        Where a cell counts as on.
    keep : bool
        Whether to keep the states.
    many : bool
        Whether many sets of cells will be looked at, so that it pays to try out whether batches can be cut.
    device : device or None
    check, progress : callable

    Raises
    ------
    TypeError, ValueError
        As of `record_states`.
    """
    sources = {ONLY: source}
    half = half_of(model, sources.values(), scores=True)
    inputs = Inputs.of(model, half)
    layout = layout_of(model, given.batch_first, transformers=is_transformers(model))
    run = given.run or Runner(inputs, asks_hidden_states=source.kind == "hidden_states")
    places, summary = _Places(), CellSummary(threshold, keep=keep)
    with ExitStack() as stack:
        stack.enter_context(as_before(model))  # a model may keep a state of its own
        watched = stack.enter_context(WatchedModel(model, sources.values(), losses.heads(), device))
        if given.run is None:
            stack.enter_context(returning_dicts(model))
        batches = Batches(
            given.batches,
            given.lengths,
            layout,
            TextReader(given.tokenizer),
            Inputs.of(model, half),  # where the model is now
            as_is=given.run is not None,
            steps_per_call=given.steps_per_call,
            pieces_continue=any(map(family, model.modules())),
            half=half,
        )
        pieces = Pieces(
            model,
            sources,
            watched,
            run,
            batches,
            _Trial(losses),
            streams_go_on=given.carry_state,
            in_memory=keep,
            may_try=given.run is None,
        )
        batches.pieces = pieces.of
        session = Session(
            model, sources, batches, None, None, run, carry_state=given.carry_state, in_order=False, ran=places.ran
        )
        session.record(watched, summary, _Shares(progress, check, batches.count))
        calls = places.calls()
        can_cut = many and given.steps_per_call is None and pieces.verdict_of(calls[0].call).by_steps
    sequences = Sequences.of(summary.sequences, sum(summary.sequences))
    return ReadText(
        calls,
        sequences,
        summary.tokens(),
        summary.cells(),
        layout,
        batches,
        run,
        can_cut=can_cut,
        may_repeat=given.run is None,
    )
