"""The layers that can be recorded of a model, by name, and those that the user chooses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

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
        Dotted name of the module; "" is the model itself.
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
    named |= {name: Source("hidden_states", number=number) for number, name in enumerate(_hidden_states_of(model))}
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
        A name isn't text.
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
    wanted = [layers] if isinstance(layers, str) else layers
    items = wanted.items() if isinstance(wanted, Mapping) else [(None, name) for name in wanted]
    found: dict[str, Source] = {}
    for own, pattern in items:
        if not isinstance(pattern, str) or not isinstance(own, str | None):
            msg = f"layers must be names; got {pattern if isinstance(own, str | None) else own!r}"
            raise TypeError(msg)
        fitting = (
            [pattern] if pattern in names else [name for name in names if fnmatchcase(name, pattern) and name != OUTPUT]
        )
        if not fitting:
            msg = f"the model has no layer {pattern!r}; it has {_listing(names)}"
            raise ValueError(msg)
        if own is not None and len(fitting) > 1:
            msg = f"{own!r} can't stand for several layers: {pattern!r} fits {_listing(fitting)}"
            raise ValueError(msg)
        found |= {own or name: names[name] for name in fitting}
    if not found:
        msg = f"layers must name at least one layer of {_listing(names)}"
        raise ValueError(msg)
    return found


def _name_of(name: str, module: Any, part: Part) -> str:
    layer, way, quantity = part
    levels = [name, "" if is_cell(module) else f"layer{layer + 1}", way, quantity]
    return ".".join(level for level in levels if level)


def _is_default(source: Source) -> bool:
    return source.kind == "hidden_states" or (source.part is not None and source.part[1:] == ("", "hidden"))


def is_transformers(model: Any) -> bool:
    """Whether a model is one of the transformers library. Its class tells, so that the library isn't imported."""
    return any(kind.__name__ == "PreTrainedModel" for kind in type(model).__mro__)


def _hidden_states_of(model: Any) -> list[str]:
    if not is_transformers(model):
        return []
    config = model.config.get_text_config() if hasattr(model.config, "get_text_config") else model.config
    count = getattr(config, "num_hidden_layers", None)
    return [] if count is None else ["embeddings", *(f"layer{number + 1}" for number in range(count))]


def _listing(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))
