"""PyTorch, imported when it is first used: it is an extra, and the package is imported without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lstmvis_widget.work.extras import import_extra

if TYPE_CHECKING:
    import torch as torch  # noqa: PLC0414  (so that it can be imported from here)
else:

    class _LazyTorch:
        def __getattr__(self, name: str) -> Any:
            what = "recording the states of a model"
            return getattr(import_extra("torch", "torch", what, package="PyTorch"), name)

    torch = _LazyTorch()

Tensor = Any
"""A `torch.Tensor`."""
