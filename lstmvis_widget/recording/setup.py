"""Arguments of a recording: checked, and taken from the model where they aren't given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    if hasattr(model, "_orig_mod"):
        msg = "a compiled model can't be watched; give the model that was compiled"
        raise TypeError(msg)
    if isinstance(model, torch.jit.ScriptModule):
        msg = "a scripted model can't be watched; give the model that was scripted"
        raise TypeError(msg)


def check_carrying(recurrent: Sequence[Any], *, carry_state: bool, steps_per_call: int | None) -> None:
    """Check that the model's state can be carried on to the next batch or piece.

    Raises
    ------
    TypeError, ValueError
        The model has no state, or a bidirectional module, whose state comes from the end of the text; or the number
        of steps is wrong.
    """
    if steps_per_call is not None and (isinstance(steps_per_call, bool) or not isinstance(steps_per_call, int)):
        msg = f"steps_per_call must be an integer; got {steps_per_call!r}"
        raise TypeError(msg)
    if steps_per_call is not None and steps_per_call < 1:
        msg = f"steps_per_call must be at least 1; got {steps_per_call}"
        raise ValueError(msg)
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


def place_of(model: Any) -> tuple[Any, Any]:
    """The device and the floating-point dtype of a model."""
    values = [*model.parameters(), *model.buffers()]
    floating = next((value.dtype for value in values if value.is_floating_point()), torch.get_default_dtype())
    return (values[0].device if values else torch.device("cpu")), floating


@dataclass(frozen=True)
class Runner:
    """Runs a model with a batch; a tuple holds arguments, a mapping keyword arguments.

    Parameters
    ----------
    asks_hidden_states : bool
        Whether to ask a transformers model for its hidden states.
    """

    asks_hidden_states: bool

    def __call__(self, model: Any, batch: Any) -> Any:
        """The output of the model."""
        options = {"output_hidden_states": True, "return_dict": True} if self.asks_hidden_states else {}
        if isinstance(batch, Mapping):
            return model(**batch, **options)
        args = batch if type(batch) is tuple else (batch,)
        return model(*args, **options)


def ids_of_texts(
    texts: Any, model: Any, tokenizer: Callable[..., Any], steps_per_call: int | None
) -> list[Any] | Iterator[Any]:
    """The token ids of each text, (1, T).

    Raises
    ------
    TypeError, ValueError
        A text isn't a string, or it has no token or more tokens than the model reads.
    """
    config = getattr(model, "config", None)
    most = getattr(config, "max_position_embeddings", None)

    def ids_of(text: Any) -> Any:
        if not isinstance(text, str):
            msg = f"with a tokenizer, batches must be a text or several; got {type(text).__name__}"
            raise TypeError(msg)
        ids = tokenizer(text, verbose=False)["input_ids"]
        if not ids:
            msg = f"the text {text!r} has no token"
            raise ValueError(msg)
        if steps_per_call is None and isinstance(most, int) and 0 < most < len(ids):
            msg = (
                f"a text has {len(ids):,} tokens, and the model reads {most:,} at most: with steps_per_call={most} it "
                "is read in pieces, each a sequence of its own"
            )
            raise ValueError(msg)
        return torch.tensor([ids])

    if isinstance(texts, str) or not hasattr(texts, "__iter__"):
        return [ids_of(texts)]
    return [ids_of(text) for text in texts] if hasattr(texts, "__len__") else (ids_of(text) for text in texts)
