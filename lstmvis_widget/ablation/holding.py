"""Modules of a model of which some cells are held at a value while it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any, Protocol

from lstmvis_widget.recording.exactness import allowed_error, check_agreement
from lstmvis_widget.recording.layer_sources import Source
from lstmvis_widget.recording.lazy_torch import Tensor, torch
from lstmvis_widget.recording.recurrent import Part, family, is_cell, single
from lstmvis_widget.recording.run_shape import RunShape

from .stepping import Hold, Layer, State, layer_of, run_layer


@dataclass(frozen=True)
class Held:
    """What is held in one run of R rows: the sequences of a batch, once for each set of cells.

    Parameters
    ----------
    cells : Tensor of bool, shape (R, D)
        Which cells of a row are held.
    values : Tensor of shape (R, D), or (T, B, D)
        At what; of B sequences, the same for each set.
    steps : Tensor of bool, shape (T, R), or None
        At which steps; None: at all.
    """

    cells: Tensor
    values: Tensor
    steps: Tensor | None

    def like(self, values: Tensor) -> Held:
        """The same where these values are, and in their precision."""
        if self.cells.device == values.device and self.values.dtype == values.dtype:
            return self
        steps = None if self.steps is None else self.steps.to(values.device)
        return Held(self.cells.to(values.device), self.values.to(values), steps)

    def applied(self, step: int, values: Tensor, columns: slice = slice(None)) -> Tensor:
        """The values of a step, (R, D), with those held that are; ``columns`` are the cells that they are of."""
        held, own = self.cells[:, columns], self.values
        if self.steps is not None:
            held = self.steps[step, :, None] & held
        if own.ndim == 3:
            own = own[step].repeat(len(held) // own.shape[1], 1)
        return torch.where(held, own[:, columns].to(values.dtype), values)

    def applied_to_all(self, values: Tensor) -> Tensor:
        """The same for all steps, (T', R, D), of which those beyond the batch's are padding."""
        own, count = self.values, len(values)
        if self.steps is not None:
            count = min(count, len(self.steps))
        own = own[:count].repeat(1, values.shape[1] // own.shape[1], 1) if own.ndim == 3 else own
        held = self.cells if self.steps is None else self.steps[:count, :, None] & self.cells
        return torch.cat([torch.where(held, own.to(values.dtype), values[:count]), values[count:]])


class Holder(Protocol):
    """Holds cells of a module, while it is in place."""

    def begin(self, held: Held | None, shape: RunShape) -> None:
        """Get ready for a run; None: nothing is held, and what is computed here is checked."""

    def in_place(self) -> Any:
        """A context manager, within which the module holds what it is told."""


def holder_of(model: Any, source: Source) -> Holder:
    """What holds the cells of a layer."""
    module = dict(model.named_modules())[source.module]
    if source.kind != "recurrent":
        return _OfOutput(source.module, module)
    assert source.part is not None  # noqa: S101  (recurrent modules have parts)
    return (_OfCell if is_cell(module) else _OfLayer)(source.module or "the model", module, source.part)


class _Recurrent:
    """Stands in for what a recurrent module computes."""

    def __init__(self, name: str, module: Any, part: Part) -> None:
        self._name, self._module = name, module
        self._layer, self._way, self._quantity = part
        self._family = str(family(module))
        self._held: Held | None = None
        self._at = 0

    def begin(self, held: Held | None, _: RunShape) -> None:
        self._held, self._at = held, 0

    @contextmanager
    def in_place(self) -> Iterator[None]:
        own = vars(self._module)
        before = {name: own[name] for name in ("forward",) if name in own}
        self._forward = self._module.forward
        self._module.forward = self._forward_stepped
        try:
            yield
        finally:
            del self._module.forward
            own.update(before)

    def _forward_stepped(self, *args: Any, **kwargs: Any) -> Any:
        return self._stepped(args[0] if args else kwargs["input"], args[1] if len(args) > 1 else kwargs.get("hx"))

    def _stepped(self, inputs: Any, hx: Any) -> Any:
        raise NotImplementedError

    def _hold(self, step: int, columns: slice) -> Hold:
        """What is held of a direction's cells at a step of this call."""
        held = self._held
        if held is None:
            return _nothing

        def hold(quantity: str, values: Tensor) -> Tensor:
            return held.applied(self._at + step, values, columns) if quantity == self._quantity else values

        return hold


class _OfLayer(_Recurrent):
    """Of an LSTM, GRU or RNN: the layers below and above run as they are, that with the cells step by step."""

    def __init__(self, name: str, module: Any, part: Part) -> None:
        super().__init__(name, module, part)
        self._directions = 2 if module.bidirectional else 1
        with torch.no_grad():
            self._single = [single(module, layer) for layer in range(module.num_layers)]
            alone = self._single[self._layer]
            suffixes = ("_l0", "_l0_reverse")[: self._directions]
            self._steps = [layer_of(self._family, alone, suffix) for suffix in suffixes]

    def _stepped(self, inputs: Any, hx: Any) -> Any:
        packed = isinstance(inputs, torch.nn.utils.rnn.PackedSequence)
        is_alone = not packed and inputs.ndim == 2
        if is_alone:
            read = inputs[:, None]
        else:
            read = inputs.transpose(0, 1) if not packed and self._module.batch_first else inputs
        streams = int(inputs.batch_sizes[0]) if packed else read.shape[1]
        first = self._first(hx, streams, inputs.data if packed else inputs)
        reached: list[State] = []
        for number, alone in enumerate(self._single):
            rows = slice(number * self._directions, (number + 1) * self._directions)
            state = [each[rows] for each in first]
            if number == self._layer:
                read, last = self._step(read, state)
            else:
                read, after = alone(read, tuple(state) if self._family == "LSTM" else state[0])
                last = list(after) if self._family == "LSTM" else [after]
            reached.append(last)
        joined = [torch.cat(each) for each in zip(*reached, strict=True)]
        if is_alone:
            read, joined = read[:, 0], [each[:, 0] for each in joined]
        elif not packed and self._module.batch_first:
            read = read.transpose(0, 1)
        return read, tuple(joined) if self._family == "LSTM" else joined[0]

    def _first(self, hx: Any, streams: int, like: Tensor) -> State:
        """The state that the module begins with, each (layers · directions, B, ·)."""
        if hx is not None:
            given = hx if isinstance(hx, tuple) else (hx,)
            return [each if each.ndim == 3 else each[:, None] for each in given]
        sizes = [getattr(self._module, "proj_size", 0) or self._module.hidden_size]
        sizes += [self._module.hidden_size] if self._family == "LSTM" else []
        count = self._module.num_layers * self._directions
        return [like.new_zeros(count, streams, size) for size in sizes]

    def _step(self, read: Any, first: State) -> tuple[Any, State]:
        """The layer's output, as its input is given, and the state that it reaches."""
        values, valid = read, None
        self._held = self._held and self._held.like(first[0])
        if isinstance(read, torch.nn.utils.rnn.PackedSequence):
            values, lengths = torch.nn.utils.rnn.pad_packed_sequence(read)
            valid = (torch.arange(len(values), device=lengths.device)[:, None] < lengths).to(values.device)
        width = first[1 if self._quantity != "hidden" and len(first) > 1 else 0].shape[-1]
        runs = []
        for direction, layer in enumerate(self._steps):
            columns = self._columns(direction, width)
            runs.append(
                run_layer(
                    layer,
                    values,
                    [each[direction] for each in first],
                    lambda step, columns=columns: _nothing if columns is None else self._hold(step, columns),  # type: ignore[misc]
                    valid=valid,
                    backward=direction == 1,
                    keep_before=self._held is None,
                )
            )
        if self._held is None:
            self._check(values, valid, runs)
        self._at += len(values)
        output = torch.cat([run.states[0] for run in runs], dim=-1)
        last = [torch.stack(each) for each in zip(*(run.last for run in runs), strict=True)]
        return (_packed_as(read, output) if valid is not None else output), last

    def _columns(self, direction: int, width: int) -> slice | None:
        """The cells of the layer that are of a direction; None: none is."""
        if self._way:
            return slice(None) if self._way == ("forward", "backward")[direction] else None
        return slice(direction * width, (direction + 1) * width)

    def _check(self, values: Tensor, valid: Tensor | None, runs: list[Any]) -> None:
        """Compare each step with what the module itself makes of the state before it."""
        alone = self._single[self._layer]
        before = [torch.stack(each).flatten(1, 2) for each in zip(*(run.before for run in runs), strict=True)]
        found = [torch.stack(each).flatten(1, 2) for each in zip(*(run.states for run in runs), strict=True)]
        _, own = alone(values.flatten(0, 1)[None], tuple(before) if self._family == "LSTM" else before[0])
        there = slice(None) if valid is None else valid.flatten()
        for one, other in zip(found, own if self._family == "LSTM" else (own,), strict=True):
            check_agreement(self._name, one[:, there], other[:, there], allowed_error(other), values)


class _OfCell(_Recurrent):
    """Of an LSTMCell, GRUCell or RNNCell, which reads a step in each call."""

    def __init__(self, name: str, module: Any, part: Part) -> None:
        super().__init__(name, module, part)
        self._step: Layer = layer_of(self._family, module)

    def _stepped(self, inputs: Any, hx: Any) -> Any:
        is_alone = inputs.ndim == 1
        read = inputs[None] if is_alone else inputs
        self._held = self._held and self._held.like(read)
        if hx is None:
            state = [read.new_zeros(len(read), self._module.hidden_size)] * (2 if self._family == "LSTM" else 1)
        else:
            state = [each[None] if is_alone else each for each in (hx if isinstance(hx, tuple) else (hx,))]
        new = self._step.step(self._step.of_input(read), state, self._hold(0, slice(None)))
        if self._held is None:
            own = self._forward(inputs, hx)
            for one, other in zip(new, own if self._family == "LSTM" else (own,), strict=True):
                check_agreement(self._name, one, other.reshape(one.shape), allowed_error(other), read)
        self._at += 1
        new = [each[0] for each in new] if is_alone else new
        return tuple(new) if self._family == "LSTM" else new[0]


class _OfOutput:
    """Of any other module: its output is replaced."""

    def __init__(self, name: str, module: Any) -> None:
        self._name, self._module = name, module
        self._held: Held | None = None
        self._shape: RunShape | None = None
        self._at = 0

    def begin(self, held: Held | None, shape: RunShape) -> None:
        self._held, self._shape, self._at = held, shape, 0

    @contextmanager
    def in_place(self) -> Iterator[None]:
        hook = self._module.register_forward_hook(self._replaced, prepend=True)  # others see what is held
        try:
            yield
        finally:
            hook.remove()

    def _replaced(self, _: Any, __: Any, output: Any) -> Any:
        if self._held is None or self._shape is None:
            return None
        return _with_first_tensor(output, self._with_held)

    def _with_held(self, values: Tensor) -> Tensor:
        assert self._held is not None and self._shape is not None  # noqa: S101, PT018
        self._held = self._held.like(values)
        streams = self._shape.streams or 0
        changed = values.clone(memory_format=torch.contiguous_format)
        if values.ndim <= 2 and values.numel() == streams * values.shape[-1]:  # once a step
            rows = changed.view(streams, values.shape[-1])
            rows.copy_(self._held.applied(self._at, rows))
            self._at += 1
            return changed
        view = self._shape.time_first(self._name or "the model", [changed])
        view.copy_(self._held.applied_to_all(view))
        return changed


def _nothing(_: str, values: Tensor) -> Tensor:
    """Hold nothing."""
    return values


def _packed_as(packed: Any, values: Tensor) -> Any:
    """Values (T, B, ·) packed as the input is."""
    lengths = torch.nn.utils.rnn.pad_packed_sequence(packed)[1]
    order = packed.sorted_indices
    if order is not None:
        values, lengths = values[:, order], lengths[order.to(lengths.device)]
    data = torch.nn.utils.rnn.pack_padded_sequence(values, lengths).data
    return packed._replace(data=data)


def _with_first_tensor(output: Any, changed: Any) -> Any:
    """A module's output with its first tensor, or its ``logits``, replaced."""
    if isinstance(output, torch.Tensor):
        return changed(output)
    if isinstance(output, torch.nn.utils.rnn.PackedSequence):
        padded = torch.nn.utils.rnn.pad_packed_sequence(output, batch_first=True)[0]
        return _packed_as(output, changed(padded).transpose(0, 1))
    if isinstance(output, tuple | list):
        at = _place_of_tensor(output)
        entries = [_with_first_tensor(each, changed) if place == at else each for place, each in enumerate(output)]
        return type(output)._make(entries) if hasattr(output, "_make") else type(output)(entries)
    named = output if isinstance(output, Mapping) else vars(output)
    name = "logits" if named.get("logits") is not None else list(named)[_place_of_tensor(list(named.values()))]
    new = copy(output)
    if isinstance(output, Mapping):
        new[name] = _with_first_tensor(named[name], changed)
    else:
        setattr(new, name, _with_first_tensor(named[name], changed))
    return new


def _place_of_tensor(values: Any) -> int:
    kinds = (torch.Tensor, torch.nn.utils.rnn.PackedSequence)
    return next(place for place, each in enumerate(values) if isinstance(each, kinds))
