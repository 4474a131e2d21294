"""PyTorch, imported at its first use: it is an extra, and the package is imported without it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch as torch  # noqa: PLC0414  (so that it can be imported from here)
else:

    class _WhenNeeded:
        def __getattr__(self, name: str) -> Any:
            try:
                module = importlib.import_module("torch")
            except ImportError as error:
                msg = "recording the states of a model needs PyTorch: pip install 'lstmvis-widget[torch]'"
                raise ImportError(msg) from error
            return getattr(module, name)

    torch = _WhenNeeded()
