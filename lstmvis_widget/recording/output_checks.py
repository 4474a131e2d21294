"""Checks of outputs, and of the classes and targets that a user names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from lstmvis_widget.given.brief import brief
from lstmvis_widget.states.output_track import OutputTrack

from .layer_sources import is_transformers
from .lazy_torch import torch


def check_scores(model: Any, output: Any) -> None:
    """Check that a transformers model has returned scores.

    Raises
    ------
    ValueError
        It has returned hidden states only.
    """
    if is_transformers(model) and isinstance(output, Mapping) and output.get("logits") is None:
        msg = (
            f"a {type(model).__name__} returns {brief(list(output))}, no scores of classes (logits); give a model with "
            "an output layer, such as one for sequence classification"
        )
        raise ValueError(msg)


@contextmanager
def explaining_length(steps: int, line: str) -> Iterator[None]:
    """Tell that a model can't read texts of so few steps.

    Raises
    ------
    ValueError
        Where the model has raised an error; ``line`` says what to do.
    """
    try:
        yield
    except (RuntimeError, ValueError, IndexError) as error:
        if isinstance(error, torch.OutOfMemoryError):
            raise
        what = f"the model can't read a text of {steps} step{'s' * (steps > 1)} like these"
        raise ValueError(f"{what}; {line}. It says: {error}") from error


def kept_entries(values: Any) -> Any:
    """What is given, in a list if it can be read only once."""
    return list(values) if hasattr(values, "__next__") else values


def check_classes(classes: Any, targets: Any = None) -> None:
    """Check the names of classes, and targets among them, before the model runs.

    Raises
    ------
    TypeError, ValueError
        They aren't names, or targets aren't among them.
    """
    if classes is not None:
        count = len(classes) if hasattr(classes, "__len__") else 2
        OutputTrack(np.full((1, count), 1 / max(1, count)), classes, targets)
