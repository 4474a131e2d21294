"""Which module of a transformers model makes one of its hidden states."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from lstmvis_widget.recording.hidden_states import hidden_state
from lstmvis_widget.recording.layer_sources import Source
from lstmvis_widget.recording.lazy_torch import Tensor, torch
from lstmvis_widget.recording.watching import first_tensor


def module_of(model: Any, run: Callable[[], Any], layer: str, source: Source) -> Source:
    """The module whose output is a hidden state: of several, such as a layer and a dropout after it, the first.

    Parameters
    ----------
    model : Module
    run : callable
        Runs it once, and returns its output.
    layer : str
        The hidden state's name, for the message.
    source : Source

    Raises
    ------
    ValueError
        There is no such module.
    """
    found: list[tuple[str, Tensor]] = []

    def keep(name: str) -> Callable[..., None]:
        def hook(_: Any, __: Any, output: Any) -> None:
            try:
                values = first_tensor(name, output)
            except TypeError:
                return
            if values.ndim == 3:
                found.append((name, values))

        return hook

    with ExitStack() as undo:
        for name, module in model.named_modules():
            undo.callback(module.register_forward_hook(keep(name)).remove)
        state = hidden_state(model, run(), layer, source)
    for name, values in found:
        if values.shape == state.shape and torch.equal(values, state):
            return Source("module", name)
    raise ValueError(
        f"{layer!r} is the output of none of the model's modules, so nothing can be held there: name the module that "
        "has the cells"
    )
