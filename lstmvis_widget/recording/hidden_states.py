"""The hidden states in the output of a transformers model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .layer_sources import Source, hidden_states_of
from .lazy_torch import Tensor, torch


def hidden_state(model: Any, output: Any, name: str, source: Source) -> Tensor:
    """One of the hidden states that a model has returned, in its own shape.

    Parameters
    ----------
    model : Module
    output : Any
        What it has returned: a mapping, an object or, with ``return_dict=False``, a tuple.
    name : str
        Of the layer, for the message.
    source : Source

    Raises
    ------
    ValueError
        There are none, or they come from ``generate``.
    """
    half = source.module
    found = None
    for attribute in dict.fromkeys([f"{half}_hidden_states" if half else "hidden_states", "hidden_states"]):
        if attribute == "hidden_states" and half == "decoder":
            continue
        found = output.get(attribute) if isinstance(output, Mapping) else getattr(output, attribute, None)
        if found is not None:
            break
    if isinstance(output, tuple) and found is None:
        count = hidden_states_of(model)[half]
        fitting = [each for each in output if _are_hidden_states(each, count)]
        found = fitting[-1 if half == "encoder" else 0] if fitting else None
    if found is not None and len(found) and not isinstance(found[0], torch.Tensor):
        msg = (
            "generate returns the hidden states of each new token by themselves, without those of the last one. Record "
            "the ids that it returns: record_states(model, model.generate(ids), …)"
        )
        raise ValueError(msg)
    if found is None or source.number >= len(found):
        msg = f"the model gave no hidden states for {name!r}"
        raise ValueError(msg)
    state: Tensor = found[source.number]
    return state


def _are_hidden_states(values: Any, count: int) -> bool:
    return (
        isinstance(values, tuple | list)
        and len(values) == count
        and all(isinstance(each, torch.Tensor) and each.ndim == 3 for each in values)
    )
