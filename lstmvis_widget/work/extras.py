"""Optional packages, imported when they are used; the error for a missing one says how to install it."""

from __future__ import annotations

import importlib
from typing import Any


def import_extra(module: str, extra: str, what: str, *, package: str | None = None) -> Any:
    """Import a module of an optional package.

    Parameters
    ----------
    module : str
        Name of the module, such as ``"sklearn.linear_model"``.
    extra : str
        The extra of lstmvis-widget that installs the package.
    what : str
        The function that needs it, for the message.
    package : str, optional
        Name of the package, for the message; by default the first part of ``module``.

    Raises
    ------
    ImportError
        The package isn't installed; the message says how to install it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        name = package or module.partition(".")[0]
        raise ImportError(f"{what} needs {name}: pip install 'lstmvis-widget[{extra}]'") from error
