"""The layers in what is given as states, by name. `lstmvis_widget.states.given` has the table of forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lstmvis_widget.given.arrays import as_numpy

from .opening import depth

ALONE = "states"
"""Name of a layer that is given alone."""

ARGUMENTS = {"tokens", "tracks", "sequences", "vocabulary"}
"""Arguments of `StateExplorer`, which a recording has as keys."""

GENERATED = 5
"""Depth of the hidden states of ``generate``: for each new token a tuple of layers (B, T, D)."""

HIDDEN_STATES = ("hidden_states", "encoder_hidden_states", "decoder_hidden_states")
"""Names of the tuples of layers in the outputs of transformers."""


def layers_of(states: Any) -> dict[str, Any]:
    """The layers of a mapping, of a tuple as transformers returns it, or of a model's output; or one alone.

    Raises
    ------
    TypeError
        A name isn't text, or the mapping holds something else than layers.
    ValueError
        There is no layer, or the output has no hidden states; the message says what to write.
    """
    if isinstance(states, list | tuple) and len(states) == 1 and depth(states) >= 3:
        return layers_of(states[0])
    if callable(getattr(states, "keys", None)) and not hasattr(states, "shape"):
        return _of_mapping(states)
    if isinstance(states, tuple) and depth(states) == GENERATED:
        return _generated(states)
    if isinstance(states, tuple) and {depth(each) for each in states} == {3} and _look_like_layers(states):
        return dict(zip(hidden_state_names(len(states)), states, strict=True))
    return {ALONE: states}


def hidden_state_names(count: int) -> list[str]:
    """The names of the ``hidden_states`` of transformers, as `record_states` gives them."""
    return ["embeddings", *(f"layer{number}" for number in range(1, count))]


def _look_like_layers(states: tuple[Any, ...]) -> bool:
    """Whether all arrays have the same shape (B, T, …): the packed states of a sequence have other shapes."""
    return all(hasattr(each, "shape") for each in states) and len({tuple(each.shape[:2]) for each in states}) == 1


def _of_mapping(states: Any) -> dict[str, Any]:
    names = list(states.keys())
    if not names:
        msg = "states must hold at least one layer; got an empty mapping"
        raise ValueError(msg)
    found = {name for name in HIDDEN_STATES if name in names and states[name] is not None}
    if found or {"last_hidden_state", "logits"} & set(names):
        return _of_output(states, found)
    if "input_ids" in names:
        msg = "these are the ids of a tokenizer, not states: record_states(model, ids) records the states"
        raise TypeError(msg)
    if ALONE in names and (ARGUMENTS & set(names) or isinstance(states[ALONE], Mapping)):
        msg = f"got a mapping of arguments ({', '.join(map(repr, names))}); unpack it: StateExplorer(**recording)"
        raise TypeError(msg)
    for name in names:
        if not isinstance(name, str):
            msg = f"a layer's name must be text; got {name!r}"
            raise TypeError(msg)
    return {name: states[name] for name in names}


def _of_output(output: Any, found: set[str]) -> dict[str, Any]:
    """The layers of an output of transformers."""
    if not found:
        msg = (
            "this output of a model has no hidden states: call the model with output_hidden_states=True, or give one "
            "array of it, such as output.last_hidden_state"
        )
        raise ValueError(msg)
    if len(found) > 1:
        listed = " or ".join(f"output.{name}" for name in sorted(found))
        msg = f"this output of a model has several stacks of layers: give one of them, {listed}"
        raise ValueError(msg)
    layers = output[found.pop()]
    if "beam_indices" in output.keys() and output["beam_indices"] is not None:  # noqa: SIM118  (an output is no mapping)
        msg = (
            "a beam search changes the order of its beams at every step, so these hidden states aren't those of one "
            "text: record_states(model, output.sequences) gives them"
        )
        raise ValueError(msg)
    if depth(layers) == GENERATED:
        return _generated(layers)
    return dict(zip(hidden_state_names(len(layers)), layers, strict=True))


def _generated(steps: Sequence[Any]) -> dict[str, Any]:
    """The layers of what ``generate`` returns: all steps of the prompt first, then a step for each new token.

    The last new token isn't among them: it was never read.
    """
    counts = {len(step) for step in steps}
    lengths = [tuple(step[0].shape)[1] for step in steps]
    if len(counts) > 1 or any(length != 1 for length in lengths[1:]):
        msg = (
            "a tuple of tuples of arrays is taken for the hidden states of generate: as many layers for each new "
            "token, of one time step each after the first; several texts are a list of arrays for each layer: "
            "{'layer1': [output.hidden_states[1] for output in outputs], …}"
        )
        raise ValueError(msg)
    joined = [np.concatenate([as_numpy(step[at]) for step in steps], axis=1) for at in range(counts.pop())]
    return dict(zip(hidden_state_names(len(joined)), joined, strict=True))
