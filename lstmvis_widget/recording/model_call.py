"""What a model takes in one call, and what of the user's arguments is handed to it."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .encoder_decoder import Half
from .layer_sources import is_transformers
from .lazy_torch import Tensor, torch

OF_A_TOKENIZER = (
    "offset_mapping",
    "overflow_to_sample_mapping",
    "overflowing_tokens",
    "num_truncated_tokens",
    "special_tokens_mask",
    "length",
)
"""What a tokenizer may tell about a text besides what models read."""

OF_SOME_MODELS = ("attention_mask", "token_type_ids")
"""What a tokenizer makes for models that read it."""

LIMITS = ("max_position_embeddings", "n_positions", "max_seq_len", "max_sequence_length", "seq_length", "n_ctx")
"""How configurations name the number of steps that a model reads at once."""


@dataclass(frozen=True)
class Inputs:
    """What a model takes.

    Parameters
    ----------
    runs : Module
        What is called.
    device, dtype
        Where the model is, and its floating-point dtype.
    most_steps : int or None
        The number of steps that it reads at once, as its configuration says.
    """

    runs: Any
    device: Any
    dtype: Any
    most_steps: int | None

    @classmethod
    def of(cls, model: Any, half: Half | None) -> Inputs:
        """Those of a model, or of half of it."""
        values = [*model.parameters(), *model.buffers()]
        dtype = next((value.dtype for value in values if value.is_floating_point()), torch.get_default_dtype())
        device = values[0].device if values else torch.device("cpu")
        return cls(model if half is None else half.runs, device, dtype, limit_of(model))

    def _parameters(self) -> tuple[list[str], bool]:
        """The names of the arguments, and whether others are taken as well."""
        try:
            parameters = inspect.signature(self.runs.forward).parameters.values()
        except (TypeError, ValueError):
            return [], True
        named = [each.name for each in parameters if each.kind in {each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY}]
        return named, any(each.kind is each.VAR_KEYWORD for each in parameters)

    def takes(self, name: str) -> bool:
        """Whether there is a keyword argument of this name."""
        named, others = self._parameters()
        return others or name in named

    def taken(self, batch: Mapping[str, Any]) -> dict[str, Any] | Tensor:
        """The keyword arguments that the model takes; or the ids alone, for a model with another name for them.

        What a tokenizer has made and the model doesn't read is left out.

        Raises
        ------
        TypeError
            Anything else would be left out.
        """
        named, others = self._parameters()
        left_out = {key for key in OF_A_TOKENIZER if key not in named}
        if not others:
            left_out |= {key for key in OF_SOME_MODELS if key not in named}
        kept = {key: value for key, value in batch.items() if key not in left_out}
        wrong = [key for key, value in kept.items() if not isinstance(key, str) or _is_text(value)]
        if not others:
            wrong += [key for key in kept if key not in named and key not in wrong]
        if wrong == ["input_ids"] == list(kept) and named:
            ids: Tensor = kept["input_ids"]
            return ids
        if wrong:
            msg = (
                f"a dict holds the keyword arguments of a call, and the model takes no {', '.join(map(repr, wrong))}, "
                f"but {', '.join(named[:6])}{', …' * (len(named) > 6)}. Give texts with a tokenizer, as a list: "
                "list(batches.values())"
            )
            raise TypeError(msg)
        return kept


@dataclass(frozen=True)
class Runner:
    """Runs a model with a batch; a tuple holds arguments, a mapping keyword arguments.

    Parameters
    ----------
    inputs : Inputs
    asks_hidden_states : bool
        Whether to ask a transformers model for its hidden states.
    """

    inputs: Inputs
    asks_hidden_states: bool

    def __call__(self, _: Any, batch: Any) -> Any:
        """The output of the model."""
        options = {"output_hidden_states": True, "return_dict": True} if self.asks_hidden_states else {}
        options = {name: value for name, value in options.items() if self.inputs.takes(name)}
        if isinstance(batch, Mapping):
            return self.inputs.runs(**{**batch, **options})
        args = batch if type(batch) is tuple else (batch,)
        return self.inputs.runs(*args, **options)


def limit_of(model: Any) -> int | None:
    """The number of steps that a transformers model reads at once, if its configuration tells."""
    if not is_transformers(model):
        return None
    config = model.config.get_text_config() if hasattr(model.config, "get_text_config") else model.config
    found = (getattr(config, name, None) for name in LIMITS)
    most = next((most for most in found if isinstance(most, int) and most > 0), None)
    for name, module in model.named_modules():
        of_positions = isinstance(module, torch.nn.Embedding) and "position" in name and module.num_embeddings == most
        if of_positions and module.padding_idx is not None and most is not None:
            return most - int(module.padding_idx) - 1  # RoBERTa counts positions from the one after padding's
    return most


def _is_text(value: Any) -> bool:
    return isinstance(value, str | bytes) or (isinstance(value, list | tuple) and any(map(_is_text, value)))
