"""The likeliest next labels of a model at each step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from lstmvis_widget.given.brief import brief
from lstmvis_widget.given.numbers import as_integer

from .layer_sources import available_sources
from .lazy_torch import Tensor, torch
from .recurrent import family
from .run_shape import RunShape
from .watching import WatchedModel, first_tensor

TRACK = "next"
"""Name of the track of predictions."""

SUM_ERROR = 1e-3
"""Positive scores that sum to 1, within this error, are taken as probabilities."""


class OfRuns(Protocol):
    """Two tensors of numbers of each run of a model, each of shape (T, B, k)."""

    def of_run(self, watched: WatchedModel, output: Any, shape: RunShape) -> tuple[Tensor, Tensor]:
        """Those of one run."""


@dataclass(frozen=True)
class Predictions:
    """The k likeliest labels of a head, with their probabilities.

    Parameters
    ----------
    k : int
    head : str, callable, or None
        The source of the scores: the dotted name of a module, or a function of what the model returns. None: the model
        returns scores.
    known : int or None
        The number of labels that have a name; the head must have at least as many scores.
    """

    k: int
    head: str | Callable[[Any], Any] | None
    known: int | None

    def heads(self) -> dict[str, Any]:
        """Dotted name of a module → what a `WatchedModel` keeps of its output."""
        return {self.head: self.best} if isinstance(self.head, str) else {}

    def best(self, scores: Tensor) -> tuple[Tensor, Tensor]:
        """The probabilities and numbers of the k likeliest labels, the likeliest first, each of shape (…, k)."""
        if not scores.ndim or not scores.is_floating_point():
            kind = str(scores.dtype).removeprefix("torch.")
            msg = f"scores must be floats, one for each label; the head gives {kind} of shape {tuple(scores.shape)}"
            raise TypeError(msg)
        size = scores.shape[-1]
        if self.known is not None and size < self.known:
            msg = f"the head has {size} scores a step, fewer than the {self.known} entries of the vocabulary"
            raise ValueError(msg)
        with torch.no_grad():
            scores = scores.detach().float()
            if not are_probabilities(scores):
                scores = scores.softmax(dim=-1)
            probabilities, labels = scores.topk(min(self.k, size), dim=-1)
        return probabilities.to("cpu"), labels.to("cpu")

    def of_run(self, watched: WatchedModel, output: Any, shape: RunShape) -> tuple[Tensor, Tensor]:
        """The same for one run of the model, each of shape (T, B, k)."""
        if isinstance(self.head, str):
            calls, name = watched.heads.get(self.head, []), self.head
            if not calls:
                msg = f"{name} didn't run, so there are no predictions"
                raise ValueError(msg)
        else:
            given = first_tensor("the model", output)
            name = "the model" if self.head is None else "head"
            calls = [self.best(given if self.head is None else first_tensor(name, self.head(given)))]
        probabilities, labels = (
            shape.time_first(name, list(each), channels=False) for each in zip(*calls, strict=True)
        )
        return probabilities, labels


def predictions_of(
    model: Any, top_k: int | None, head: str | Callable[[Any], Any] | None, vocabulary: Any
) -> Predictions | None:
    """The predictions asked for, or None.

    Raises
    ------
    TypeError, ValueError
        ``top_k`` is no such number, there is no such head, or the model returns states rather than scores.
    """
    if top_k is None:
        if head is not None:
            msg = "head says where predictions come from; say with top_k how many to keep"
            raise TypeError(msg)
        return None
    count = as_integer(top_k)
    if count is None or count < 1:
        msg = f"top_k must be an integer of at least 1; got {brief(top_k)}"
        raise ValueError(msg)
    if isinstance(head, str) and head not in dict(model.named_modules()):
        near = ", ".join(
            repr(name) for name, source in available_sources(model).items() if source.kind == "module" and source.module
        )
        msg = f"the model has no module {head!r} for a head; it has {near or 'none'}"
        raise ValueError(msg)
    if head is None and family(model):
        msg = f"top_k needs a head: {type(model).__name__} returns states, not scores of tokens"
        raise ValueError(msg)
    return Predictions(count, head, None if vocabulary is None else len(vocabulary))


def are_probabilities(scores: Tensor) -> bool:
    """Whether scores (…, C) are at least 0, and sum to 1."""
    return bool((scores >= 0).all()) and bool(((scores.sum(dim=-1) - 1).abs() < SUM_ERROR).all())
