"""What the chosen jump was made of: the cells that moved, and what its word did to the end."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.projection.jump_contributions import change_of
from lstmvis_widget.projection.step_distances import step_distances
from lstmvis_widget.states.output_track import OutputTrack
from lstmvis_widget.work.background import CANCELLED, Background, Work

from .measuring import Measures, Measuring
from .same import Same
from .traits import SequenceTraits

Floats = NDArray[np.float64]
Sent = dict[str, Any]

BEST = 8
"""How many of the cells with the greatest effect are listed."""

KEPT = 64
"""How many answers are cached."""


class Jumped(NamedTuple):
    """The question: the jump from ``step`` to the next in ``layer``, by ``metric``, among all if they are known."""

    layer: str
    metric: str
    step: int
    measures: Measures | None
    output: Same[OutputTrack | None]

    def named(self) -> Sent:
        """What the answer is about."""
        return {"layer": self.layer, "metric": self.metric, "step": self.step}


class Jumping:
    """Explains the jump of `jump`: from that step to the next, by reading the word of the next.

    Parameters
    ----------
    widget : SequenceTraits
    data : ExplorerData
    measuring : Measuring
        Which knows all jumps.
    weights : mapping of str to ndarray of float64, shape (C, D) or (D,)
        Of the output layer, for the states of layers.
    occlusion : ndarray of float64, shape (T,), or None
        What leaving out each step does to the final probability.
    background : bool
    """

    def __init__(
        self,
        widget: SequenceTraits,
        data: ExplorerData,
        measuring: Measuring,
        weights: Mapping[str, Floats],
        occlusion: Floats | None,
        *,
        background: bool,
    ) -> None:
        self._widget, self._data, self._measuring = widget, data, measuring
        self._weights, self._occlusion = weights, occlusion
        self._shown: Jumped | None = None
        self.task: Background[Jumped, Sent] = Background(widget, "lstmvis-jump", self, background=background, kept=KEPT)

    # ---------------------------------------------------------- the task's part

    def question(self) -> Jumped | None:
        """The chosen jump; None without one."""
        step = self._widget.peek("jump")
        if step is None:
            return None
        widget = self._widget
        output = Same(widget.output)
        return Jumped(widget.peek("layer"), widget.peek("metric"), step, self._measuring.now(), output)

    def pending(self, jumped: Jumped | None) -> None:
        """Clear what was said of another jump; that of this one stays while it is compared with all jumps."""
        if jumped is None or self._shown is None or self._shown._replace(measures=jumped.measures) != jumped:
            self._widget.publish(_cause=None)

    def answer(self, jumped: Jumped, _: Work[Sent]) -> Sent:
        """Read the two states, and divide the jump among the cells."""
        step = jumped.step
        states, tokens = self._data.layers[jumped.layer], self._data.tokens
        rows = states.read(step, step + 2)
        distance = float(step_distances(rows, metric=jumped.metric, progress=False)[0])
        sent: Sent = {
            **jumped.named(),
            "words": [tokens.shown(step), tokens.shown(step + 1)],
            "distance": distance if math.isfinite(distance) else None,
            "quantile": _quantile(distance, jumped.measures),
            "classes": None,
            "of": None,
            "probabilities": None,
            "occlusion": None,
            "error": "",
        }
        before, after = rows.astype(np.float64)
        weights = self._weights.get(jumped.layer)
        row = None
        output = jumped.output.value
        if output is not None:
            places = np.argsort(output.order)
            column = int(output.expected[step + 1])
            sent["classes"] = places[output.expected[step : step + 2]].tolist()
            sent["of"] = int(places[column])
            sent["probabilities"] = output.probabilities(step, step + 2)[:, column].tolist()
            sent["occlusion"] = self._left_out(step + 1, output)
            row = None if weights is None else _row_of(weights, column)
        return sent | _divided(before, after, row)

    def show(self, jumped: Jumped, answer: Sent | None, error: str) -> None:
        """Send what is known of the jump."""
        if answer is None:
            answer = jumped.named() | {"words": ["", ""], "distance": None, "quantile": None}
            answer |= dict.fromkeys(("classes", "of", "probabilities", "occlusion"))
            answer |= {"cells": [], "rest": {"cells": 0, "effect": None, "share": None}}
        self._shown = jumped
        self._widget.publish(_cause=answer | {"error": error})
        if error == CANCELLED:
            self._widget.say(error)
            self.task.forget()  # it takes no time: the next change asks again

    def _left_out(self, step: int, output: OutputTrack) -> Sent | None:
        """What leaving out the word at ``step`` does to the probability of the class predicted for its sequence."""
        occlusion = self._occlusion
        if occlusion is None or not math.isfinite(occlusion[step]):
            return None
        last = int(self._data.sequences.around([step])[1][0]) - 1
        column = int(output.expected[last])
        return {
            "effect": float(occlusion[step]),
            "final": float(output.probabilities(last, last + 1)[0, column]),
            "of": int(np.argsort(output.order)[column]),
        }


def _quantile(distance: float, measures: Measures | None) -> float | None:
    """The share of all jumps that are shorter; None where that isn't known."""
    if measures is None or not math.isfinite(distance):
        return None
    known = measures.distances[~np.isnan(measures.distances)]
    return float((known < distance).mean()) if len(known) else None


def _row_of(weights: Floats, column: int) -> Floats:
    """The weights of a class; those of shape (D,) are of the logit of the second of two classes."""
    if weights.ndim == 1:
        return weights if column else -weights
    row: Floats = weights[column]
    return row


def _divided(before: Floats, after: Floats, weights: Floats | None) -> Sent:
    """The cells with the greatest effect on the logit, or else the greatest change, and all others together."""
    change, share = change_of(before, after)
    effect = None if weights is None else change * weights
    size = np.abs(change if effect is None else effect)
    order = np.argsort(np.where(np.isnan(size), np.inf, -size), kind="stable")
    best, rest = order[:BEST], order[BEST:]
    cells = [
        {
            "cell": cell,
            "change": _number(change[cell]),
            "effect": None if effect is None else _number(effect[cell]),
            "share": _number(share[cell]),
        }
        for cell in best.tolist()
    ]
    summed = {
        "cells": len(rest),
        "effect": None if effect is None else _number(effect[rest].sum()),
        "share": _number(share[rest].sum()),
    }
    return {"cells": cells, "rest": summed}


def _number(value: Any) -> float | None:
    """The number, or None if it isn't finite, which JSON can't say."""
    return float(value) if math.isfinite(value) else None
