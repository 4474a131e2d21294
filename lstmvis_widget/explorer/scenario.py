"""Scenarios: a view as plain values, with what identifies the data that it was made with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lstmvis_widget.given.brief import brief

from .using import UsedTable

VERSION = 1
"""Version of the format; other versions can't be read."""

ADDED = ("thresholds", "folded_tracks", "used_tables", "phrase_sets", "contrast_with", "show_contrast")
"""Parts of a view that scenarios made before them lack: these stay as they are."""

WITHOUT = {"mirror": False}
"""What describes data is left out of a scenario where it says this."""

IMPLIED: Mapping[str, Any] = {"selected_ranges": (), "tolerance": 0.0}
"""Parts of a view that scenarios made before them lack, with what these mean without them."""

MOST_IN_LINE = 1000
"""Selected and kept ranges of the longest line that is sent to the page: it travels with every change of the view."""

SAMPLED_TOKENS = 4096
"""Most tokens, spread evenly, that a fingerprint is made from."""


def fingerprint(tokens: Sequence[str]) -> str:
    """SHA-256, in hexadecimal digits, of the number of tokens and of at most 4096 of them.

    The sampled tokens are spread evenly, including the first and the last, so that a million tokens take milliseconds.
    A change of other tokens isn't noticed.
    """
    steps = np.linspace(0, len(tokens) - 1, min(len(tokens), SAMPLED_TOKENS)).astype(int)
    digest = hashlib.sha256(f"{len(tokens)}\n".encode())
    for step in steps.tolist():
        token = tokens[step].encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(token))
        digest.update(token)
    return digest.hexdigest()


def compose(data: Mapping[str, Any], view: Mapping[str, Any]) -> dict[str, Any]:
    """The scenario of a view, in values that JSON can hold; ``data`` describes the data."""
    return {
        "version": VERSION,
        **data,
        "view": {name: _as_json(value) for name, value in view.items()},
    }


def _as_json(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple):
        return [_as_json(item) for item in value]
    if isinstance(value, UsedTable):
        return value.to_dict()
    return {str(key): _as_json(item) for key, item in value.items()} if isinstance(value, dict) else value


def line(scenario: Mapping[str, Any], explorer: str = "explorer") -> str:
    """The Python statement that replays the scenario, in one line; ``explorer`` is the name of the variable."""
    return f"{explorer}.replay({scenario!r})"


def view_of(scenario: Any, data: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The view in a scenario, after checking that it fits these data.

    Parameters
    ----------
    scenario : mapping
        A result of `compose`, possibly converted to JSON and back.
    data : mapping
        Description of the current data: ``layers`` (name → number of cells), and any other values.
    names : sequence of str
        Names of the values that a view consists of.

    Raises
    ------
    ValueError
        Something differs, is missing, is unknown, or has a wrong type; the message names all of it.
    """
    if not isinstance(scenario, Mapping):
        got = type(scenario).__name__
        raise ValueError(f"a scenario is a dict as explorer.scenario() gives it; got {got}")  # noqa: TRY004  (as documented)
    if (version := scenario.get("version", VERSION)) != VERSION:
        raise ValueError(f"the scenario has version {brief(version)}; this is made for version {VERSION}")
    scenario, data = {**WITHOUT, **scenario}, {**WITHOUT, **data}
    wrong = _other_keys("the scenario", scenario, ("version", *data, "view"))
    view, layers = scenario.get("view", {}), scenario.get("layers", {})
    for what, value in (("view", view), ("layers", layers)):
        if not isinstance(value, Mapping):
            wrong.append(f"its {what} must be a dict, got {type(value).__name__}")
    if isinstance(view, Mapping) and "view" in scenario:
        wrong += _other_keys("its view", view, names, may_lack=(*ADDED, *IMPLIED))
    if isinstance(layers, Mapping):
        wrong += _other_layers(layers, data["layers"])
    wrong += [
        f"{name} is {brief(scenario[name])} in the scenario and {brief(value)} in the data"
        for name, value in data.items()
        if name != "layers" and name in scenario and not _equal(scenario[name], value)
    ]
    if wrong:
        raise ValueError(f"the scenario doesn't fit: {'; '.join(wrong)}")
    return {name: value for name, value in IMPLIED.items() if name in names} | dict(view)


def _equal(given: Any, wanted: Any) -> bool:
    return type(given) is type(wanted) and bool(given == wanted)


def _other_keys(what: str, given: Mapping[Any, Any], wanted: Sequence[str], may_lack: Sequence[str] = ()) -> list[str]:
    unknown = [key for key in given if key not in wanted]
    missing = [key for key in wanted if key not in given and key not in may_lack]
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
