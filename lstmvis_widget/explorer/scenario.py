"""A view as plain values: what is shown, and the marks by which the data that it was made with are known again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lstmvis_widget.synced.traits import brief

VERSION = 1
"""Of the layout of scenarios; another one can't be read."""

SAMPLED_TOKENS = 4096
"""So many tokens, spread evenly, are looked at for a fingerprint."""


def fingerprint(tokens: Sequence[str]) -> str:
    """SHA-256, in hexadecimal digits, of the number of tokens and of at most 4096 of them.

    Those looked at are spread evenly, the first and the last among them, so that a million tokens take milliseconds;
    a change that touches none of them isn't seen.
    """
    steps = np.linspace(0, len(tokens) - 1, min(len(tokens), SAMPLED_TOKENS)).astype(int)
    digest = hashlib.sha256(f"{len(tokens)}\n".encode())
    for step in steps.tolist():
        token = tokens[step].encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(token))
        digest.update(token)
    return digest.hexdigest()


def compose(data: Mapping[str, Any], view: Mapping[str, Any]) -> dict[str, Any]:
    """The scenario of a view of the data that ``data`` describes, of values that JSON has."""
    return {
        "version": VERSION,
        **data,
        "view": {name: _as_json(value) for name, value in view.items()},
    }


def _as_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return {str(key): item for key, item in value.items()} if isinstance(value, dict) else value


def line(scenario: Mapping[str, Any]) -> str:
    """The statement that replays the scenario, on one line."""
    return f"explorer.replay({scenario!r})"


def view_of(scenario: Any, data: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The view of a scenario that is made for these data.

    Parameters
    ----------
    scenario : mapping
        What `compose` gave, also by way of JSON.
    data : mapping
        What describes the data there are: ``layers`` (name → number of cells), and any other values.
    names : sequence of str
        Names of the values that a view consists of.

    Raises
    ------
    ValueError
        The message names all that differs, or that is missing, unknown, or of a wrong type.
    """
    if not isinstance(scenario, Mapping):
        got = type(scenario).__name__
        raise ValueError(f"a scenario is a dict as explorer.scenario() gives it; got {got}")  # noqa: TRY004  (as documented)
    if (version := scenario.get("version", VERSION)) != VERSION:
        raise ValueError(f"the scenario has version {brief(version)}; this is made for version {VERSION}")
    wrong = _other_keys("the scenario", scenario, ("version", *data, "view"))
    view, layers = scenario.get("view", {}), scenario.get("layers", {})
    for what, value in (("view", view), ("layers", layers)):
        if not isinstance(value, Mapping):
            wrong.append(f"its {what} must be a dict, got {type(value).__name__}")
    if isinstance(view, Mapping) and "view" in scenario:
        wrong += _other_keys("its view", view, names)
    if isinstance(layers, Mapping):
        wrong += _other_layers(layers, data["layers"])
    wrong += [
        f"{name} is {brief(scenario[name])} in the scenario and {brief(value)} in the data"
        for name, value in data.items()
        if name != "layers" and name in scenario and not _equal(scenario[name], value)
    ]
    if wrong:
        raise ValueError(f"the scenario doesn't fit: {'; '.join(wrong)}")
    return dict(view)


def _equal(given: Any, wanted: Any) -> bool:
    return type(given) is type(wanted) and bool(given == wanted)


def _other_keys(what: str, given: Mapping[Any, Any], wanted: Sequence[str]) -> list[str]:
    unknown = [key for key in given if key not in wanted]
    missing = [key for key in wanted if key not in given]
    return [f"{what} has unknown keys: {', '.join(map(brief, unknown))}"] * bool(unknown) + [
        f"{what} lacks {', '.join(map(repr, missing))}"
    ] * bool(missing)


def _other_layers(given: Mapping[Any, Any], there: Mapping[str, int]) -> list[str]:
    wrong = []
    for name, cells in given.items():
        if name not in there:
            wrong.append(f"the data have no layer {brief(name)}, but {', '.join(map(repr, there))}")
        elif not _equal(cells, there[name]):
            wrong.append(f"layer {name!r} has {brief(cells)} cells in the scenario and {there[name]} in the data")
    return wrong
