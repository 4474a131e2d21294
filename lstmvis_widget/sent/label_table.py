"""The table of labels in the matches, as plain values for the page. CONTRIBUTING.md has their layout."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from lstmvis_widget.timeline.tokens import shortened

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 12
"""Labels shown, besides those of the selection."""

MOST_REST = 500
"""Further labels that the page can show."""

MOST_SELECTED = 8
"""Labels of the selection shown in any case."""


def label_rows(table: pd.DataFrame, selected: Iterable[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of a table of `enrichment` that are shown at first, and the rest, which the page shows on request.

    At first it shows the first labels that occur in the matches, and those of the selection.
    """
    there = set(selected)
    marked = table["label"].isin(there)
    first = (table["count"] > 0) & (table.index < MOST_ROWS)
    shown = first | (marked & (marked.cumsum() <= MOST_SELECTED))
    return _rows(table[shown], there), _rows(table[~shown][:MOST_REST], there)


def _rows(table: pd.DataFrame, there: set[str]) -> list[dict[str, Any]]:
    return [
        {
            "label": shortened(str(row["label"])),
            "selected": row["label"] in there,
            "count": int(row["count"]),
            "share": _number(row["share"]),
            "base_rate": _number(row["base_rate"]),
            "odds_ratio": _number(row["odds_ratio"]),
            "interval": [_number(row["ci_low"]), _number(row["ci_high"])],
            "p": _number(row["p_adjusted"]),
        }
        for row in table.to_dict("records")
    ]


def chance_rows(table: pd.DataFrame, labels: Iterable[str]) -> list[dict[str, Any]]:
    """The row of each of ``labels`` in a table of `enrichment_null`."""
    rows = {(shortened(str(row["label"])), row["kind"]): row for row in table.to_dict("records")}
    kinds = list(dict.fromkeys(table["kind"]))
    return [{kind: _chance(rows[label, kind]) for kind in kinds} for label in labels]


def _chance(row: dict[str, Any]) -> dict[str, Any]:
    names = {"mean": "null_mean", "low": "null_low", "high": "null_high", "p": "p"}
    return {name: _number(row[key]) for name, key in names.items()}


def _number(value: float) -> float | None:
    """The number, or None if it isn't finite, which JSON can't say."""
    return float(value) if math.isfinite(value) else None
