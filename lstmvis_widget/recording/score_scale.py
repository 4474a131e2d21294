"""What the scores of a model are: how many, and whether they are probabilities or logits."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from lstmvis_widget.given.brief import brief
from lstmvis_widget.states.output_track import OutputTrack

from .lazy_torch import Tensor
from .predictions import are_probabilities

Array = NDArray[Any]

MANY_CLASSES = 1000
"""A warning is given for more classes."""

LOGISTIC = {"sigmoid", "sigmoid_", "expit", "special_expit", "hardsigmoid"}
"""Names of functions whose results are probabilities, each by itself."""


@dataclass
class Scale:
    """What the scores of a model are, as its first run shows: C columns, of logits or of probabilities.

    Parameters
    ----------
    names : sequence of str, or None
        Of the classes, as the user gives them.
    """

    names: Any
    columns: int | None = None
    logits: bool = False

    def learn(self, scores: Tensor, function: str | None) -> None:
        """Look at the first scores, (…, C), and at the name of the function that has computed them, if it is known.

        Raises
        ------
        ValueError
            There aren't as many as the classes, or they are no scores of classes that exclude each other.
        """
        columns = int(scores.shape[-1])
        count = 2 if columns == 1 else columns
        if self.names is not None and len(self.names) != count:
            msg = (
                f"the model has {columns} output{'s' * (columns > 1)}, so classes must have {count} names; got "
                f"{len(self.names)}: {brief(list(self.names))}"
            )
            raise ValueError(msg)
        if count > MANY_CLASSES:
            msg = (
                f"the model has {count:,} outputs, and the scores of all are kept at each step; of a language model "
                "top_k=5 keeps the likeliest"
            )
            warnings.warn(msg, UserWarning, stacklevel=2)
        self.columns = columns
        self.decide(scores, function)

    def decide(self, scores: Tensor, function: str | None) -> None:
        """Tell logits from probabilities.

        Raises
        ------
        ValueError
            They are neither those of classes that exclude each other.
        """
        columns = int(scores.shape[-1])
        if function == "log_sigmoid":
            msg = (
                "the model returns logarithms of a logistic function; let it return logits: run=lambda model, batch: …"
            )
            raise ValueError(msg)
        inside = bool(((scores >= 0) & (scores <= 1)).all())
        if columns == 1:
            self.logits = not inside if function is None else function not in LOGISTIC
        elif function in LOGISTIC and not are_probabilities(scores):
            msg = (
                f"the model's {columns} outputs come from a logistic function each, so they aren't probabilities of "
                "classes that exclude each other. Leave that function out: run=lambda model, batch: …, which returns "
                "logits"
            )
            raise ValueError(msg)
        else:
            self.logits = not are_probabilities(scores)

    def track(self, scores: Array, targets: Any = None) -> OutputTrack:
        """The track of scores (T, C)."""
        count = 2 if scores.shape[1] == 1 else scores.shape[1]
        classes = [str(place) for place in range(count)] if self.names is None else self.names
        return OutputTrack(scores[:, 0] if scores.shape[1] == 1 else scores, classes, targets, logits=self.logits)
