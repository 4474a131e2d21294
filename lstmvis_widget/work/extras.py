"""Optional packages, imported when they are used; the error for a missing one says how to install it."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from typing import Any

from .cancelling import Stage


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
        raise ImportError(_missing(package or module.partition(".")[0], extra, what)) from error


def _missing(package: str, extra: str, what: str) -> str:
    return f"{what} needs {package}: pip install 'lstmvis-widget[{extra}]'"


def check_extra(package: str, extra: str, what: str) -> None:
    """Raise the ImportError of `import_extra` where a package isn't installed, without importing it."""
    if importlib.util.find_spec(package) is None:
        raise ImportError(_missing(package, extra, what))


def load_extras(modules: Sequence[str], extra: str, what: str, stage: Stage) -> None:
    """Import modules of optional packages ahead of the work that uses them, as a stage of it: it can take seconds.

    Parameters
    ----------
    modules : sequence of str
        Names of the modules.
    extra, what : str
        As for `import_extra`.
    stage : callable
        Begins the stage, unless all modules have been imported.

    Raises
    ------
    ImportError
        A package isn't installed.
    """
    missing = [module for module in modules if sys.modules.get(module) is None]
    for module in missing:
        stage(f"loading {' and '.join(dict.fromkeys(each.partition('.')[0] for each in missing))}")
        import_extra(module, extra, what)
