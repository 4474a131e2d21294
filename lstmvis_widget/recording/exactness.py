"""How far computed states may differ from those that the model's own modules returned."""

from __future__ import annotations

from .lazy_torch import Tensor, torch

ALLOWED_ERROR = {"float64": 1e-10, "float32": 1e-5, "float16": 5e-3, "bfloat16": 5e-2}
"""Precision in which a module computes → the largest error allowed; times the largest value if that exceeds 1."""

TF32 = 5e-3
"""The same for float32 if the GPU may round factors to TensorFloat-32."""


def allowed_error(output: Tensor) -> float:
    """The error allowed for a module that has just returned ``output``."""
    kind = output.device.type
    dtype = output.dtype
    if torch.is_autocast_enabled(kind):
        dtype = min(dtype, torch.get_autocast_dtype(kind), key=lambda each: torch.finfo(each).bits)
    if kind == "cuda" and dtype == torch.float32 and _may_round():
        return TF32
    return ALLOWED_ERROR[str(dtype).removeprefix("torch.")]


def _may_round() -> bool:
    try:
        return bool(torch.backends.cudnn.allow_tf32)
    except RuntimeError:  # set by PyTorch's newer setting, which this older one can't read
        return True


def check_agreement(what: str, computed: Tensor, own: Tensor, allowed: float, *others: Tensor) -> None:
    """Raise RuntimeError if computed states differ from the module's own by more than is allowed.

    Parameters
    ----------
    what : str
        Name of the module.
    computed, own : Tensor
        Of the same shape.
    allowed : float
        The largest error allowed.
    *others : Tensor
        The inputs of the computation: larger inputs allow larger errors.

    Raises
    ------
    RuntimeError
        The error is larger, or only one side is NaN.
    """
    own = own.to(computed.dtype)
    size = max([1.0, *(float(values.abs().max()) for values in (own, *others) if values.numel())])
    error = (computed - own).abs().nan_to_num(torch.inf)
    error[computed.isnan() & own.isnan()] = 0
    error[computed == own] = 0
    largest = float(error.max()) if error.numel() else 0.0
    if largest > allowed * size:
        msg = (
            f"{what} can't be recorded: its states, computed again from its weights, differ from its own by "
            f"{largest:.2g}, where at most {allowed * size:.2g} is allowed. Does it compute what its class says?"
        )
        raise RuntimeError(msg)
