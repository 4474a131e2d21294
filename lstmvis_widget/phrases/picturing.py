"""Drawing a `PhraseScatter` as a figure for a paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.figures.lazy_matplotlib import Figure
from lstmvis_widget.figures.options import SCATTER_PARTS, checked_parts, checked_theme, checked_width, listed
from lstmvis_widget.figures.phrase_scatter import draw_scatter, shown_of
from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.numbers import checked_ints
from lstmvis_widget.work.extras import import_extra

GROUPS = ("all", "selected", "picked", "lit")
"""Phrases that can be labelled by a word."""

PLACE_BYTES = 8
"""Of a point as it is sent: two numbers of 32 bits."""


def figure_of(shown: Callable[[], Mapping[str, Any]], labels: Any, **options: Any) -> Figure:
    """The figure; ``shown`` waits for what the page shows. Other arguments are those of `PhraseScatter.figure`."""
    width, colors = checked_width(options["width"]), checked_theme(options["theme"])
    parts = checked_parts(options["parts"], SCATTER_PARTS)
    import_extra("matplotlib.figure", "analysis", "PhraseScatter.figure")
    found = shown()
    sent, picked = found["sent"], found["picked"]
    count = len(sent["coordinates"]) // PLACE_BYTES
    groups = {
        "all": np.arange(count),
        "selected": found["selected"],
        "picked": np.array([] if picked is None else [picked], np.int64),
        "lit": found["lit"],
    }
    labelled = _labelled(labels, groups, count)
    if len(labelled) and sent["words"] is None:
        raise ValueError("labels need the words of the phrases; pass an explorer or tokens to PhraseScatter")
    drawn = shown_of(**found, labelled=labelled)
    return draw_scatter(drawn, width=width, colors=colors, font=options["font"], parts=parts)


def _labelled(labels: Any, groups: dict[str, NDArray[np.int64]], count: int) -> NDArray[np.int64]:
    """The phrases that are labelled."""
    allowed = f"labels must be {listed(GROUPS)}, or numbers of phrases, 0…{count - 1}"
    if isinstance(labels, str):
        if labels not in groups:
            raise ValueError(f"{allowed}; got {brief(labels)}")
        return groups[labels]
    numbers = checked_ints("labels", labels)
    if len(numbers) and not 0 <= numbers.min() <= numbers.max() < count:
        raise ValueError(f"{allowed}; got {brief(labels)}")
    return numbers
