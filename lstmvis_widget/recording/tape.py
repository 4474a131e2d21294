"""The functions of PyTorch that a run of a model has called, and those of them that make its output from one state.

A model that reads the state of the last step computes its output from that state alone. The calls that do this, of
layers or plain functions, can be repeated with the states of all steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .exactness import allowed_error
from .lazy_torch import Tensor, torch

SHAPING = {"squeeze", "unsqueeze", "view", "reshape", "flatten", "transpose", "permute", "__getitem__", "select"}
SHAPING |= {"detach", "clone", "contiguous", "float", "double", "to", "cpu", "clamp", "clip"}
"""Names of functions that leave the values as they are, nearly, or take some of them."""


class NotOfOneStateError(ValueError):
    """The output isn't computed from the state of one step alone."""


@dataclass(frozen=True)
class CalledFunction:
    """One call, with what it was given and what it has returned."""

    function: Callable[..., Any]
    args: Any
    kwargs: Mapping[str, Any]
    result: Any

    @property
    def name(self) -> str:
        """Name of the function."""
        return str(getattr(self.function, "__name__", ""))


class Tape:
    """Keeps what is called while it records, with all tensors in between."""

    def __init__(self) -> None:
        self._calls: list[CalledFunction] = []
        self._made_by: dict[int, list[int]] = {}  # several, where a function changes its argument

    def recording(self) -> Any:
        """A context manager within which calls are kept."""
        tape = self

        class _Mode(torch.overrides.TorchFunctionMode):  # type: ignore[misc,name-defined,unused-ignore]
            def __torch_function__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
                result = func(*args, **(kwargs or {}))
                tape.keep(CalledFunction(func, args, kwargs or {}, result))
                return result

        return _Mode()

    def keep(self, call: CalledFunction) -> None:
        """Add a call."""
        made = list(tensors_in(call.result))
        if made:
            for tensor in made:
                self._made_by.setdefault(id(tensor), []).append(len(self._calls))
            self._calls.append(call)

    def last_function(self, output: Tensor) -> str | None:
        """Name of the function that has computed the values of the output; None: it isn't known."""
        at = self._maker(output, len(self._calls))
        while at is not None:
            call = self._calls[at]
            if call.name not in SHAPING:
                return call.name
            given = next(tensors_in((call.args, call.kwargs)), None)
            at = None if given is None else self._maker(given, at)
        return None

    def _maker(self, tensor: Tensor, before: int) -> int | None:
        """The number of the last call, of those before a call, that has made a tensor or changed it."""
        return max((at for at in self._made_by.get(id(tensor), ()) if at < before), default=None)

    def by_step(self, shapes: set[tuple[int, int]]) -> list[Tensor]:
        """The floating-point tensors that begin with one of these shapes, (T, B) or (B, T), and have rows."""
        made = (tensor for call in self._calls for tensor in tensors_in(call.result))
        return [
            each for each in made if each.ndim == 3 and tuple(each.shape[:2]) in shapes and each.is_floating_point()
        ]

    def head_of(self, output: Tensor, states: Sequence[StepStates], parameters: set[int]) -> Head:
        """The calls that compute an output from the states of the last step.

        Parameters
        ----------
        output : Tensor
        states : sequence of StepStates
            What states may be read.
        parameters : set of int
            The ids of the model's parameters and buffers.

        Raises
        ------
        NotOfOneStateError
            It is computed from anything else.
        """
        needed: set[int] = set()
        read: dict[int, tuple[Tensor, StepStates]] = {}
        waiting = [(output, len(self._calls))]
        while waiting:
            tensor, before = waiting.pop()
            if id(tensor) in read or id(tensor) in parameters:
                continue
            own = next((each for each in states if each.are_read_as(tensor)), None)
            if own is not None:
                read[id(tensor)] = tensor, own
                continue
            at = self._maker(tensor, before)
            if at is None:
                raise NotOfOneStateError
            if at not in needed:
                needed.add(at)
                call = self._calls[at]
                waiting += [(each, at) for each in tensors_in((call.args, call.kwargs))]
        if not read:
            raise NotOfOneStateError
        return Head([self._calls[at] for at in sorted(needed)], list(read.values()), output)


@dataclass(frozen=True)
class StepStates:
    """The states of all steps, and which of them are the last.

    Parameters
    ----------
    values : Tensor of shape (T, B, D)
    last : list of int
        For each sequence its last step, as lengths tell it.
    """

    values: Tensor
    last: Sequence[int]

    def last_rows(self) -> Iterator[Tensor]:
        """The states of the last steps, (B, D): by the lengths, and those of the last step of all."""
        steps, streams, _ = self.values.shape
        yield self.values[[min(each, steps - 1) for each in self.last], list(range(streams))]
        yield self.values[-1]

    def are_read_as(self, tensor: Tensor) -> bool:
        """Whether a tensor has the states of the last steps."""
        _, streams, cells = self.values.shape
        if not tensor.is_floating_point() or tensor.numel() != streams * cells or tensor.shape[-1:] != (cells,):
            return False
        rows = tensor.detach().reshape(streams, cells)
        allowed = allowed_error(rows)
        return any(
            torch.allclose(rows, each.to(rows), rtol=allowed, atol=allowed, equal_nan=True) for each in self.last_rows()
        )

    def rows_as(self, tensor: Tensor) -> Tensor:
        """The states of all steps, (T · B, D), in the form in which the last ones are in ``tensor``."""
        rows = self.values.reshape(-1, self.values.shape[-1]).to(tensor, copy=True)  # may be changed in place
        if tensor.ndim == 3:
            return rows[None] if tensor.shape[0] == 1 else rows[:, None]
        return rows


@dataclass(frozen=True)
class Head:
    """The calls that make the output from the states of the last step."""

    calls: list[CalledFunction]
    read: list[tuple[Tensor, StepStates]]
    output: Tensor

    def of_all_steps(self) -> Tensor:
        """The output for the state of each step, (T, B, C).

        Raises
        ------
        NotOfOneStateError
            The calls can't be repeated with another number of states.
        """
        values = {id(tensor): states.rows_as(tensor) for tensor, states in self.read}
        steps, streams, _ = self.read[0][1].values.shape
        try:
            for call in self.calls:
                args, kwargs = _replaced(call.args, values), _replaced(call.kwargs, values)
                result = call.function(*args, **kwargs)
                pairs = zip(tensors_in(call.result), tensors_in(result), strict=True)
                values |= {id(before): after for before, after in pairs}
            return values[id(self.output)].reshape(steps, streams, -1)
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            raise NotOfOneStateError from error


def tensors_in(values: Any) -> Iterator[Tensor]:
    """The tensors in nested tuples, lists and dicts."""
    if isinstance(values, torch.Tensor):
        yield values
    elif isinstance(values, tuple | list):
        for each in values:
            yield from tensors_in(each)
    elif isinstance(values, Mapping):
        yield from tensors_in(list(values.values()))


def _replaced(values: Any, others: Mapping[int, Tensor]) -> Any:
    if isinstance(values, torch.Tensor):
        return others.get(id(values), values)
    if isinstance(values, list):
        return [_replaced(each, others) for each in values]
    if isinstance(values, tuple):
        return tuple(_replaced(each, others) for each in values)
    return {name: _replaced(each, others) for name, each in values.items()} if isinstance(values, dict) else values
