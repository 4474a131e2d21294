"""Arguments of a recording: checked, and taken from the model where they aren't given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from .batches import Layout
from .lazy_torch import torch


def check_model(model: Any) -> None:
    """Check that the model is a module whose modules call hooks.

    Raises
    ------
    TypeError
        It isn't, as a compiled or scripted model.
    """
    if not isinstance(model, torch.nn.Module):
        msg = f"model must be a torch.nn.Module; got {type(model).__name__}"
        raise TypeError(msg)
    for name, module in model.named_modules():
        if hasattr(module, "_orig_mod"):
            what = f"; its module {name!r} is compiled" if name else ""
            msg = f"a compiled model can't be watched{what}; give the model that was compiled (compiled._orig_mod)"
            raise TypeError(msg)
    if isinstance(model, torch.jit.ScriptModule):
        msg = "a scripted model can't be watched; give the model that was scripted"
        raise TypeError(msg)


def unwrapped(model: Any) -> Any:
    """The model that is run on several devices, out of its wrapper."""
    parallel = (torch.nn.DataParallel, torch.nn.parallel.DistributedDataParallel)
    return model.module if isinstance(model, parallel) else model


@contextmanager
def returning_dicts(model: Any) -> Iterator[None]:
    """Have a transformers model return its outputs by name meanwhile, also if its configuration says tuples."""
    configs = {id(each.config): each.config for each in model.modules() if hasattr(each, "config")}
    changed = [each for each in configs.values() if getattr(each, "return_dict", None) is False]
    for config in changed:
        config.return_dict = True
    try:
        yield
    finally:
        for config in changed:
            config.return_dict = False


def check_carrying(recurrent: Sequence[Any], *, carry_state: bool, steps_per_call: int | None) -> None:
    """Check that the model's state can be carried on to the next batch or piece.

    Raises
    ------
    TypeError, ValueError
        The model has no state, or a bidirectional module, whose state comes from the end of the text.
    """
    if carry_state and not recurrent:
        msg = "carry_state=True hands the state of recurrent modules on; the model has none"
        raise ValueError(msg)
    if (carry_state or steps_per_call) and any(getattr(module, "bidirectional", False) for module in recurrent):
        msg = (
            "a bidirectional module reads each batch from its end too, so its state can't be handed on: "
            "leave out carry_state and steps_per_call"
        )
        raise ValueError(msg)


def layout_of(model: Any, batch_first: bool | None, *, transformers: bool) -> Layout:  # noqa: FBT001
    """The layout of batches: that of the user, else that of the model's modules if they agree, else batch first."""
    if batch_first is not None:
        return Layout(batch_first, certain=True)
    if transformers:
        return Layout(batch_first=True, certain=True)
    ways = {module.batch_first for module in model.modules() if hasattr(module, "batch_first")}
    return Layout(ways != {False}, certain=False)
