"""The equations of LSTM and GRU from PyTorch's documentation, for the quantities that its modules don't return.

Every step is computed from the hidden state that the module itself returned for the step before. So all gates come from
two matrix products, and no error grows along the text, however chaotic the model is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .lazy_torch import Tensor, torch


@dataclass(frozen=True)
class Weights:
    """The weights of one layer in one direction, by PyTorch's names; None for a bias or projection it doesn't have."""

    weight_ih: Tensor
    weight_hh: Tensor
    bias_ih: Tensor | None
    bias_hh: Tensor | None
    weight_hr: Tensor | None

    @classmethod
    def of(cls, module: Any, suffix: str = "") -> Weights:
        """The weights of a module; ``suffix`` ends the names of its parameters."""
        return cls(*(getattr(module, f"{name}{suffix}", None) for name in cls.__annotations__))

    def to(self, dtype: torch.dtype) -> Weights:
        """The same weights in another precision."""
        values = (getattr(self, name) for name in type(self).__annotations__)
        return Weights(*(None if value is None else value.detach().to(dtype) for value in values))


@dataclass(frozen=True)
class Pass:
    """One pass of one layer in one direction: what it read, in its order, and its hidden states.

    Parameters
    ----------
    inputs, hidden : Tensor of shape (T, B, F) and (T, B, H)
        Row t of ``hidden`` is the state after reading row t of ``inputs``.
    first_hidden, first_cell : Tensor of shape (B, H)
        The states before the first step; ``first_cell`` is None for a GRU.
    padding : Tensor of bool, shape (T, B), or None
        The steps that weren't read.
    """

    inputs: Tensor
    hidden: Tensor
    first_hidden: Tensor
    first_cell: Tensor | None
    padding: Tensor | None

    def before(self) -> Tensor:
        """The hidden states before each step, (T, B, H)."""
        hidden = self.hidden
        if self.padding is not None:  # padding comes first when the text is read backwards
            hidden = torch.where(self.padding[..., None], self.first_hidden, hidden)
        return torch.cat([self.first_hidden[None], hidden[:-1]])


def lstm(read: Pass, weights: Weights) -> dict[str, Tensor]:
    """Gates and cell states, and hidden states to compare with the module's own, each of shape (T, B, ·)."""
    before = read.before()
    sums = _linear(read.inputs, weights.weight_ih, weights.bias_ih)
    sums += _linear(before, weights.weight_hh, weights.bias_hh)
    entry, forget, candidate, exit_ = sums.chunk(4, dim=-1)
    entry, forget, exit_ = entry.sigmoid(), forget.sigmoid(), exit_.sigmoid()
    candidate = candidate.tanh()
    cell = _running(forget, entry * candidate, read)
    hidden = exit_ * cell.tanh()
    if weights.weight_hr is not None:
        hidden = _linear(hidden, weights.weight_hr, None)
    gates = {"input_gate": entry, "forget_gate": forget, "cell_gate": candidate, "output_gate": exit_}
    return {"hidden": hidden, "cell": cell, **gates}


def gru(read: Pass, weights: Weights) -> dict[str, Tensor]:
    """Gates, and hidden states to compare with the module's own, each of shape (T, B, H)."""
    before = read.before()
    of_input = _linear(read.inputs, weights.weight_ih, weights.bias_ih).chunk(3, dim=-1)
    of_hidden = _linear(before, weights.weight_hh, weights.bias_hh).chunk(3, dim=-1)
    reset = (of_input[0] + of_hidden[0]).sigmoid()
    update = (of_input[1] + of_hidden[1]).sigmoid()
    new = (of_input[2] + reset * of_hidden[2]).tanh()
    hidden = (1 - update) * new + update * before
    return {"hidden": hidden, "reset_gate": reset, "update_gate": update, "new_gate": new}


def _linear(values: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    product = values @ weight.t()
    return product if bias is None else product + bias


def _running(forget: Tensor, added: Tensor, read: Pass) -> Tensor:
    """Cell states: c[t] = forget[t] · c[t − 1] + added[t]; padding doesn't change them."""
    if read.padding is not None:
        forget = forget.masked_fill(read.padding[..., None], 1)
        added = added.masked_fill(read.padding[..., None], 0)
    cells = torch.empty_like(added)
    last: Tensor = read.first_cell
    for step in range(len(cells)):
        last = torch.addcmul(added[step], forget[step], last, out=cells[step])
    return cells
