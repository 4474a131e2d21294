"""Runs of a model with cells held, several sets of cells side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.recording.layer_sources import Source
from lstmvis_widget.recording.lazy_torch import Tensor, torch
from lstmvis_widget.recording.pieces import as_before
from lstmvis_widget.recording.rereading import repeated
from lstmvis_widget.recording.run_shape import RunShape
from lstmvis_widget.recording.setup import returning_dicts
from lstmvis_widget.recording.watching import WatchedModel, first_tensor
from lstmvis_widget.work.cancelling import Check, Report, part

from .hidden_states import module_of
from .holding import Held, Holder, holder_of
from .losses import NONE, Losses
from .reading import ReadCall, ReadText

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SIDE_BY_SIDE_BYTES = 2**27
"""About so many bytes a run may take, where several sets are read side by side."""

LEAST_STEPS = 256
"""A batch isn't cut into fewer steps than so many, to read more sets side by side."""

WIDTHS, OUTPUTS = 16, 3
"""How many numbers a step has for each cell, or each step that is attended to, and for each output, roughly."""

SAME = 1e-3
"""How near losses of a batch that is read by itself, and beside copies of itself, must be."""


class HeldSet(NamedTuple):
    """Cells that are held together.

    Attributes
    ----------
    cells : ndarray of int64, shape (k,)
    values : ndarray of float64, shape (k,), or None
        At what; None: at what they have at other steps.
    """

    cells: Ints
    values: Floats | None


NOTHING = HeldSet(np.zeros(0, np.int64), np.zeros(0))


class Outcome(NamedTuple):
    """The loss of each step, and whether its target has the highest score, of S sets: (S, T); NaN where there is none.

    ``correct`` is None of a loss without targets.
    """

    losses: Floats
    correct: Floats | None


@dataclass
class Runs:
    """Runs a model over a text that it has read, as a context manager.

    Parameters
    ----------
    model : Module
    layer : str
    source : Source
        Of the layer whose cells are held.
    text : ReadText
    losses : Losses
    steps : ndarray of bool, shape (T,)
        At which steps cells are held.
    donors : ndarray of int64, shape (T,), or None
        For each step that whose values cells are held at, where they are held at such.
    device : device or None
    check : callable
    """

    model: Any
    layer: str
    source: Source
    text: ReadText
    losses: Losses
    steps: NDArray[np.bool_]
    donors: Ints | None
    device: Any
    check: Check
    _targets: Ints | None = field(init=False, default=None)
    _width: int = field(init=False, default=1)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._watched = stack.enter_context(WatchedModel(self.model, (), self.losses.heads(), self.device))
            self._watched.carries = True
            stack.enter_context(torch.no_grad())
            if self.text.may_repeat:
                stack.enter_context(returning_dicts(self.model))
            self._holder: Holder = holder_of(self.model, self._source())
            stack.enter_context(self._holder.in_place())
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _source(self) -> Source:
        """Where the cells are held: a hidden state is the output of some module."""
        if self.source.kind != "hidden_states":
            return self.source
        batch = self.text.calls[0].call.batch
        self._watched.begin(batch, carry=False)
        with as_before(self.model):
            return module_of(self.model, lambda: self.text.run(self.model, batch), self.layer, self.source)

    # ----------------------------------------------------------------- one pass

    def without(self, progress: Report) -> Outcome:
        """The losses where nothing is held, (1, T)."""
        return self._read([NOTHING], self.text.calls, progress, is_first=True)

    def each(self, sets: Sequence[HeldSet], without: Outcome, progress: Report) -> Iterator[tuple[int, Outcome]]:
        """The losses with each of the sets held: some at once, with the number of the first of them."""
        size = min(self._most_together(), len(sets))
        if size > 1 and not self._is_same_side_by_side(without):
            size = 1
        for first in range(0, len(sets), max(1, size)):
            some = sets[first : first + size]
            report = part(progress, first / len(sets), (first + len(some)) / len(sets))
            yield first, self._read(some, self._pieces(len(some)), report)

    def _most_together(self) -> int:
        """How many sets are read side by side."""
        if not self.text.may_repeat:
            return 1
        rows = max(
            (LEAST_STEPS if self.text.can_cut else each.places.shape[0]) * each.places.shape[1]
            for each in self.text.calls
        )
        return max(1, SIDE_BY_SIDE_BYTES // (int(rows) * self._row_bytes()))

    def _row_bytes(self) -> int:
        longest = 0 if self.source.kind == "recurrent" else max(each.places.shape[0] for each in self.text.calls)
        return 4 * (OUTPUTS * self._width + WIDTHS * (len(self.text.cells) + longest))

    def _is_same_side_by_side(self, without: Outcome) -> bool:
        """Whether the first batch gives the same losses beside a copy of which all cells are held."""
        cells = self.text.cells
        every = HeldSet(np.arange(len(cells)), np.nan_to_num(cells.mean + cells.deviation))
        try:
            found = self._read([NOTHING, every], self.text.calls[:1], lambda _: None)
        except Exception:  # noqa: BLE001  (a model may keep a state of its own; one by one it is read as it was)
            return False
        losses, known = found.losses[0], np.isfinite(found.losses[0])
        return np.allclose(losses[known], without.losses[0, known], rtol=SAME, atol=SAME)

    def _pieces(self, copies: int) -> Iterator[ReadCall]:
        """The calls, cut into fewer steps where several copies are read side by side."""
        for each in self.text.calls:
            steps, streams = each.places.shape
            size = max(LEAST_STEPS, SIDE_BY_SIDE_BYTES // (copies * streams * self._row_bytes()))
            packs = each.shape.has_lengths and each.call.lengths is None
            if not self.text.can_cut or size >= steps or packs or not self.text.batches.can_cut(each.call):
                yield each
                continue
            for start in range(0, steps, size):
                call = self.text.batches.part(each.call, (0, streams), (start, start + size))
                places = each.places[start : start + size]
                shape = _shape_like(each.shape, len(places), call.lengths or [len(places)] * streams)
                yield ReadCall(call, shape, each.continues or start > 0, places)

    def _read(self, sets: Sequence[HeldSet], calls: Any, progress: Report, *, is_first: bool = False) -> Outcome:
        count = len(sets)
        losses = np.full((count, self.text.steps), np.nan)
        correct = None if callable(self.losses.loss) else losses.copy()
        done = 0
        with as_before(self.model):
            for each in calls:
                self.check()
                found, right = self._run(each, sets, is_first=is_first)
                there = each.places >= 0
                places = each.places[there].numpy()
                done += len(places)
                for number in range(count):
                    columns = slice(number * there.shape[1], (number + 1) * there.shape[1])
                    losses[number, places] = found[:, columns][there].numpy()
                    if correct is not None and right is not None:
                        correct[number, places] = right[:, columns][there].numpy()
                progress(min(done / self.text.steps, 1.0))
        return Outcome(losses, correct)

    def _run(self, each: ReadCall, sets: Sequence[HeldSet], *, is_first: bool) -> tuple[Tensor, Tensor | None]:
        """The losses of one run, (T, S · B), and whether targets have the highest score."""
        count, batch, shape = len(sets), each.call.batch, each.shape
        if count > 1:
            lengths = shape.lengths or []
            batch = repeated(each.call, lengths, count, batch_first=self.text.layout.batch_first)
            if batch is None:
                raise ValueError("a batch without a dimension that counts sequences isn't read side by side")
            shape = _shape_like(shape, each.places.shape[0], lengths * count)
        self._watched.begin(batch, carry=each.continues)
        self._holder.begin(None if is_first else self._held(each, sets), shape)

        def run() -> Any:
            return self.text.run(self.model, batch)

        if is_first and self._targets is None:
            output = self.losses.learn(run, self._watched, shape, self.text.sequences)
            self._targets = self.losses.targets_of(self.text.tokens, self.text.sequences)
            self._width = _width_of(output, each.places.numel())
        else:
            output = run()
        targets = self._of_steps(self._targets, each.places, NONE).repeat(1, count)
        return self.losses.of_run(self._watched, (output, batch), shape, targets, self.text.layout)

    def _held(self, each: ReadCall, sets: Sequence[HeldSet]) -> Held:
        streams, cells = each.places.shape[1], len(self.text.cells)
        mask, values = np.zeros((len(sets), cells), bool), np.zeros((len(sets), cells))
        for number, one in enumerate(sets):
            mask[number, one.cells] = True
            if one.values is not None:
                values[number, one.cells] = one.values
        rows = torch.from_numpy(mask).repeat_interleave(streams, dim=0)
        steps = self._of_steps(self.steps, each.places, fill=False).repeat(1, len(sets))
        if self.donors is not None:
            assert self.text.cells.states is not None  # noqa: S101  (they are kept for this)
            places = self._of_steps(self.donors, each.places, 0).numpy()
            return Held(rows, torch.from_numpy(self.text.cells.states[places]), steps)
        return Held(rows, torch.from_numpy(values).repeat_interleave(streams, dim=0), steps)

    def _of_steps(self, values: Any, places: Tensor, fill: Any) -> Tensor:
        """What each step of the text has, (T, B), and ``fill`` at padding."""
        given = torch.from_numpy(np.asarray(values))
        found = given[places.clamp_min(0)]
        return torch.where(places >= 0, found, torch.full_like(found, fill))


def _shape_like(shape: RunShape, steps: int, lengths: list[int]) -> RunShape:
    """The shape of a run with other numbers of steps and sequences."""
    new = copy(shape)
    new.steps, new.streams, new.lengths = steps, len(lengths), lengths
    return new


def _width_of(output: Any, rows: int) -> int:
    """How many numbers the model returns for a step."""
    try:
        return max(1, int(first_tensor("the model", output).numel() // rows))
    except TypeError:
        return 1
