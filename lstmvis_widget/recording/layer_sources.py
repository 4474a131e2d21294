"""The layers that can be recorded of a model, by name, and those that the user chooses."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from lstmvis_widget.given.brief import brief

from .recurrent import Part, family, is_cell, parts_of

OUTPUT = "output"
"""Name of the output of the model itself. Patterns don't match it."""


@dataclass(frozen=True)
class Source:
    """Where the states of one recorded layer come from.

    Parameters
    ----------
    kind : {"recurrent", "module", "hidden_states"}
        A quantity of a recurrent module; the output of a module; one of the hidden states of a transformers model.
    module : str
        Dotted name of the module; "" is the model itself. Of hidden states: the half of an encoder-decoder.
    part : Part, optional
        The quantity of a recurrent module.
    number : int
        Which of the hidden states.
    """

    kind: str
    module: str = ""
    part: Part | None = None
    number: int = 0


def available_sources(model: Any) -> dict[str, Source]:
    """All layers that can be recorded of a model: name → source.

    First the quantities of recurrent modules, then the hidden states of a transformers model, then the outputs of all
    other modules.
    """
    modules = dict(model.named_modules())
    named: dict[str, Source] = {}
    for name, module in modules.items():
        if family(module):
            for part in parts_of(module):
                named[_name_of(name, module, part)] = Source("recurrent", name, part)
    for half, count in hidden_states_of(model).items():
        for number in range(count):
            name = f"layer{number}" if number else "embeddings"
            named[f"{half}.{name}" if half else name] = Source("hidden_states", half, number=number)
    for name, module in modules.items():
        if name and not family(module):
            named.setdefault(name, Source("module", name))
    if not family(model):
        named.setdefault(OUTPUT, Source("module"))
    return named


def chosen_sources(model: Any, layers: str | Iterable[str] | Mapping[str, str] | None) -> dict[str, Source]:
    """The layers to record: name in the recording → source.

    Parameters
    ----------
    model : Module
    layers : str, iterable of str, mapping, or None
        Names, or patterns with ``*``; a mapping gives other names. None: the hidden states of every layer.

    Raises
    ------
    TypeError
        The layers aren't names.
    ValueError
        A name is unknown (all names are listed), or there is nothing to record by default.
    """
    names = available_sources(model)
    if layers is None:
        default = {name: source for name, source in names.items() if _is_default(source)}
        if not default:
            msg = f"the model has no recurrent module; say which layers to record: {_listing(names)}"
            raise ValueError(msg)
        return default
    aliases = {name: module for name, module in model.named_modules(remove_duplicate=False) if name}
    wanted = _in_order([layers] if isinstance(layers, str) else layers, names)
    items = wanted.items() if isinstance(wanted, Mapping) else [(None, name) for name in wanted]
    found: dict[str, Source] = {}
    for own, pattern in items:
        if not isinstance(pattern, str) or not isinstance(own, str | None):
            msg = f"layers must be names; got {pattern if isinstance(own, str | None) else own!r}"
            raise TypeError(msg)
        fitting = _fitting(pattern, names, aliases)
        if not fitting:
            turned = f" (a mapping gives your name → the layer: {{{pattern!r}: {own!r}}})" if own in names else ""
            near = difflib.get_close_matches(pattern, names, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            msg = f"the model has no layer {pattern!r}{turned}; it has {_listing(names)}{meant}"
            raise ValueError(msg)
        if own is not None and len(fitting) > 1:
            msg = f"{own!r} can't stand for several layers: {pattern!r} fits {_listing(fitting)}"
            raise ValueError(msg)
        found |= {own or str(name): source for name, source in fitting.items()}
    if not found:
        msg = f"layers must name at least one layer of {_listing(names)}"
        raise ValueError(msg)
    return found


def _name_of(name: str, module: Any, part: Part) -> str:
    layer, way, quantity = part
    levels = [name, "" if is_cell(module) else f"layer{layer + 1}", way, quantity]
    return ".".join(level for level in levels if level)


def _is_default(source: Source) -> bool:
    if source.kind == "hidden_states":
        return source.module != "decoder"
    return source.part is not None and source.part[1:] == ("", "hidden")


def _in_order(wanted: Any, names: Mapping[str, Source]) -> Any:
    """The user's layers, where a set has the model's order, so that the first layer is the same in every run."""
    if isinstance(wanted, bytes) or hasattr(wanted, "columns") or not isinstance(wanted, Iterable):
        msg = f"layers must be names; got {brief(wanted)}"
        raise TypeError(msg)
    if isinstance(wanted, AbstractSet):
        places = {name: place for place, name in enumerate(names)}
        return sorted(wanted, key=lambda name: (places.get(name, len(places)), str(name)))
    return wanted


def _fitting(pattern: str, names: Mapping[str, Source], aliases: Mapping[str, Any]) -> dict[str, Source]:
    """The layers that a name or pattern means. A pattern that fits hidden states means these, not modules as well."""
    if pattern in names:
        return {pattern: names[pattern]}
    if pattern in aliases:  # a module with several names, such as tied embeddings
        own = next(name for name, module in aliases.items() if module is aliases[pattern])
        return {pattern: names[own]} if own in names else {}
    found = {name: each for name, each in names.items() if fnmatchcase(name, pattern) and name != OUTPUT}
    hidden = {name: each for name, each in found.items() if each.kind == "hidden_states"}
    return hidden or found


def is_transformers(model: Any) -> bool:
    """Whether a model is one of the transformers library. Its class tells, so that the library isn't imported."""
    return any(kind.__name__ == "PreTrainedModel" for kind in type(model).__mro__)


def halves_of(model: Any) -> tuple[Any, Any] | None:
    """The encoder and the decoder of an encoder-decoder of the transformers library; None for other models."""
    if not is_transformers(model) or not getattr(model.config, "is_encoder_decoder", False):
        return None
    encoder, decoder = model.get_encoder(), model.get_decoder()
    return None if encoder is None or decoder is None or encoder is decoder else (encoder, decoder)


def hidden_states_of(model: Any) -> dict[str, int]:
    """How many hidden states a transformers model returns: half of an encoder-decoder, or "" → number."""
    if not is_transformers(model):
        return {}
    halves = halves_of(model)
    if halves is None:
        count = _count_of_layers(model.config, "")
        return {} if count is None else {"": count + 1}
    sides = ("encoder", "decoder")
    counts = {
        side: _count_of_layers(getattr(half, "config", model.config), side)
        for side, half in zip(sides, halves, strict=True)
    }
    return {side: count + 1 for side, count in counts.items() if count is not None}


def _count_of_layers(config: Any, half: str) -> int | None:
    config = config.get_text_config() if hasattr(config, "get_text_config") and not half else config
    of_half = [f"{half}_layers", f"num_{half}_layers"] if half else []
    found = (getattr(config, name, None) for name in [*of_half, "num_hidden_layers"])
    return next((count for count in found if isinstance(count, int)), None)


def _listing(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))
