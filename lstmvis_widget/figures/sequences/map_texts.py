"""What is said of the map, as in the page."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from lstmvis_widget.figures.numerals import format_count, format_share, plural

from .sent_view import SequenceView


def title_of(facts: Mapping[str, Any]) -> str:
    """What is on the map, and how it got there."""
    parts = [f"States{_method_of(facts)}"]
    if facts["points"] < facts["steps"]:
        parts.append(f"{format_count(facts['points'])} of {plural(facts['steps'], 'step')}")
    return ", ".join(parts)


def _method_of(facts: Mapping[str, Any]) -> str:
    if facts["method"] == "tsne":
        return ", t-SNE" + ("" if facts["perplexity"] is None else f", perplexity {facts['perplexity']:.3g}")
    if facts["method"] == "given":
        return ", positions as given"
    shares = " + ".join(f"{math.floor(100 * share + 0.5)} %" for share in facts["explained"] or ())
    return f", principal axes{f' {shares}' if shares else ''}"


def notes_of(view: SequenceView) -> str:
    """Remarks on the map, such as which of the sequences that are shown have no step on it; empty if there are none."""
    missing = [each.sequence for each in view.trajectories if not _is_there(each.coordinates)]
    notes = list((view.map_facts or {}).get("notes", ()))
    if missing:
        are = "sequence {} is" if len(missing) == 1 else "sequences {} are"
        notes.append(are.format(", ".join(map(format_count, missing))) + " not on this map")
    return " · ".join(notes)


def _is_there(coordinates: Any) -> bool:
    return any(math.isfinite(value) for value in coordinates.ravel().tolist())


def trust_of(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """How far to trust the map: the name and the value of each figure that is known, with those of other maps."""
    trust = facts["trust"]
    if not trust:
        return []
    others = [other for other in ("pca", "shuffled") if other in trust and other != facts["method"]]
    found = []
    figures: tuple[tuple[str, str, Callable[[float], str]], ...] = (
        ("trustworthiness", "trust", _trustworthiness),
        ("kept", "neighbours kept", format_share),
        ("jumps", "map jumps ~ state jumps \N{GREEK SMALL LETTER RHO}", _correlation),
    )
    for key, name, shown in figures:
        if trust["map"][key] is None:
            continue
        beside = [f"{'PCA' if other == 'pca' else other} {_known(trust[other][key], shown)}" for other in others]
        value = shown(trust["map"][key])
        found.append((name, f"{value} ({', '.join(beside)})" if beside else value))
    return found


def _known(value: float | None, shown: Callable[[float], str]) -> str:
    return "unknown" if value is None else shown(value)


def _trustworthiness(value: float) -> str:
    return f"{value:.{2 if value < 0.8 else 4 if value > 0.995 else 3}f}"


def _correlation(value: float) -> str:
    return f"{math.floor(100 * value + 0.5) / 100 + 0:.2f}".replace("-", "−")
