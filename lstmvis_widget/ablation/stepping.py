"""Recurrent layers one step at a time, so that what is held at a step goes on into the next one.

The equations are those of PyTorch's documentation. `equations.py` of the recording has them for all steps at once, from
states that are known already; here each state comes from the one before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from lstmvis_widget.recording.equations import Weights
from lstmvis_widget.recording.lazy_torch import Tensor, torch

Hold = Callable[[str, Tensor], Tensor]
"""Takes the name of a quantity and its values at a step, (B, ·), and gives those that the layer goes on with."""

SHARED_OUT = 2**22
"""Products of a step from which on several threads pay."""

State = list[Tensor]
"""The hidden state (B, H), and of an LSTM the cell state."""


class Layer(NamedTuple):
    """One layer of a recurrent module in one direction.

    Attributes
    ----------
    family : {"LSTM", "GRU", "RNN"}
    weights : Weights
    activation : callable
        That of an RNN: tanh or relu.
    """

    family: str
    weights: Weights
    activation: Callable[[Tensor], Tensor]

    def of_input(self, inputs: Tensor) -> Tensor:
        """What the inputs (…, F) add to the gates."""
        return _linear(inputs, self.weights.weight_ih, self.weights.bias_ih)

    def step(self, of_input: Tensor, state: State, hold: Hold) -> State:
        """The state after one more step.

        Parameters
        ----------
        of_input : Tensor of shape (B, ·)
            What the input of the step adds to the gates.
        state : State
            That before the step.
        hold : Hold
        """
        return STEPS[self.family](self, of_input, state, hold)

    def of_state(self, hidden: Tensor) -> Tensor:
        """What the hidden state adds to the gates."""
        return _linear(hidden, self.weights.weight_hh, self.weights.bias_hh)


def layer_of(family: str, module: object, suffix: str = "") -> Layer:
    """A layer with the weights of a module, whose names end with ``suffix``."""
    relu = getattr(module, "nonlinearity", "tanh") == "relu"
    weights = Weights.of(module, suffix)
    return Layer(family, weights.to(weights.weight_hh.dtype), torch.relu if relu else torch.tanh)


def _lstm(layer: Layer, of_input: Tensor, state: State, hold: Hold) -> State:
    hidden, cell = state
    entry, forget, candidate, exit_ = (of_input + layer.of_state(hidden)).chunk(4, dim=-1)
    entry = hold("input_gate", entry.sigmoid())
    forget = hold("forget_gate", forget.sigmoid())
    candidate = hold("cell_gate", candidate.tanh())
    exit_ = hold("output_gate", exit_.sigmoid())
    cell = hold("cell", forget * cell + entry * candidate)
    hidden = exit_ * cell.tanh()
    if layer.weights.weight_hr is not None:
        hidden = _linear(hidden, layer.weights.weight_hr, None)
    return [hold("hidden", hidden), cell]


def _gru(layer: Layer, of_input: Tensor, state: State, hold: Hold) -> State:
    (hidden,) = state
    reset_in, update_in, new_in = of_input.chunk(3, dim=-1)
    reset_own, update_own, new_own = layer.of_state(hidden).chunk(3, dim=-1)
    reset = hold("reset_gate", (reset_in + reset_own).sigmoid())
    update = hold("update_gate", (update_in + update_own).sigmoid())
    new = hold("new_gate", (new_in + reset * new_own).tanh())
    return [hold("hidden", (1 - update) * new + update * hidden)]


def _rnn(layer: Layer, of_input: Tensor, state: State, hold: Hold) -> State:
    (hidden,) = state
    return [hold("hidden", layer.activation(of_input + layer.of_state(hidden)))]


STEPS = {"LSTM": _lstm, "GRU": _gru, "RNN": _rnn}


class Run(NamedTuple):
    """The states of one layer in one direction at every step, in the order of the text.

    Attributes
    ----------
    states, before : State
        After and before each step, each of shape (T, B, ·). ``before`` is empty unless it is asked for.
    last : State
        The state that the layer has reached, each (B, ·).
    """

    states: State
    before: State
    last: State


def run_layer(
    layer: Layer,
    inputs: Tensor,
    first: State,
    holds: Callable[[int], Hold],
    *,
    valid: Tensor | None = None,
    backward: bool = False,
    keep_before: bool = False,
) -> Run:
    """Step a layer through its inputs.

    Parameters
    ----------
    layer : Layer
    inputs : Tensor of shape (T, B, F)
    first : State
        The state before the first step.
    holds : callable
        Gives for a step, 0…T − 1, what is held at it.
    valid : Tensor of bool, shape (T, B), optional
        The steps that are read; at others the state stays as it is.
    backward : bool
        Whether the text is read from its end.
    keep_before : bool
        Whether to keep the state before each step, too.
    """
    of_input = layer.of_input(inputs)
    count, state = len(inputs), list(first)
    steps: Iterable[int] = range(count - 1, -1, -1) if backward else range(count)
    after: list[State] = [[]] * count
    before: list[State] = [[]] * count
    with _threads_for(of_input[0].numel() * state[0].shape[-1]):
        for step in steps:
            new = layer.step(of_input[step], state, holds(step))
            if valid is not None:
                new = [torch.where(valid[step, :, None], one, other) for one, other in zip(new, state, strict=True)]
            before[step], after[step] = state, new
            state = new
    joined = [torch.stack(each) for each in zip(*after, strict=True)]
    kept = [torch.stack(each) for each in zip(*before, strict=True)] if keep_before else []
    return Run(joined, kept, state)


@contextmanager
def _threads_for(products: int) -> Iterator[None]:
    """Run on one thread where each step has few products: to share them out takes longer than to compute them."""
    before = torch.get_num_threads()
    if products >= SHARED_OUT or before == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _linear(values: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    return torch.nn.functional.linear(values, weight, bias)
