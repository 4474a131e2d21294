"""Which outputs are asked for, checked before the model runs."""

from __future__ import annotations

from typing import Any

from lstmvis_widget.given.brief import brief

from .layer_sources import available_sources, halves_of
from .output_checks import check_classes, kept_entries
from .outputs import HEAD, INSTEAD, PREFIX, Outputs
from .recurrent import family


def outputs_of(model: Any, outputs: Any, classes: Any, targets: Any, *, may_try: bool) -> Outputs | None:
    """The outputs asked for, or None.

    Raises
    ------
    TypeError, ValueError
        There is no such way, the model has no output layer of this kind, or classes and targets don't fit.
    """
    if outputs is None:
        if classes is not None or targets is not None:
            msg = 'classes and targets are of what the model expects; say how that is found: outputs="head"'
            raise TypeError(msg)
        return None
    modules = dict(model.named_modules())
    if not isinstance(outputs, str):
        msg = f'outputs must be "head", "prefix", or the name of a module; got {brief(outputs)}'
        raise TypeError(msg)
    if outputs not in {HEAD, PREFIX} and (outputs not in modules or not outputs):
        near = ", ".join(
            repr(name) for name, source in available_sources(model).items() if source.kind == "module" and source.module
        )
        msg = f'outputs must be "head", "prefix", or one of the modules {near or "(there are none)"}; got {outputs!r}'
        raise ValueError(msg)
    if halves_of(model) is not None:
        msg = "outputs are of models that say something of what they read; an encoder-decoder says it of another text"
        raise ValueError(msg)
    reader = modules.get(outputs) if outputs not in {HEAD, PREFIX} else None
    if reader is not None and family(reader):
        msg = f"{outputs} is a {type(reader).__name__}, which puts out states; name the module that puts out scores"
        raise ValueError(msg)
    if family(model):
        msg = f"a {type(model).__name__} returns states, not scores of classes; give the model that has an output layer"
        raise ValueError(msg)
    if outputs != PREFIX:
        both = next((name for name, each in modules.items() if getattr(each, "bidirectional", False)), None)
        if both is not None:
            msg = (
                f"outputs={outputs!r} applies the model's output layer to the state of each step, but {both} is "
                f"bidirectional: its states at a step know what comes after. {INSTEAD}"
            )
            raise ValueError(msg)
    classes, targets = kept_entries(classes), kept_entries(targets)
    check_classes(classes, targets)
    return Outputs(model, outputs, classes, targets, may_try)
