"""Observers that may raise: neither the others nor what is being computed ends by it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import traitlets

log = logging.getLogger("lstmvis_widget")


class Guarded:
    """An observer whose exception is handed on instead of ending the notification.

    It equals the observer that it stands for, so that `unobserve` finds it.
    """

    def __init__(self, observer: Any, owner: Any, raised: Callable[[BaseException], None]) -> None:
        self._observer, self._owner, self._raised = observer, owner, raised

    def __call__(self, change: Any) -> None:
        """Call the observer."""
        observer = self._observer
        if isinstance(observer, traitlets.EventHandler) and observer.name is not None:
            observer = getattr(self._owner, observer.name)  # as traitlets does: a subclass may have another
        try:
            observer(change)
        except BaseException as error:
            if not isinstance(error, Exception) and threading.current_thread() is threading.main_thread():
                raise  # an interrupt; on other threads it would only end the thread
            self._raised(error)

    def __eq__(self, other: object) -> bool:
        return bool(self._observer == (other._observer if isinstance(other, Guarded) else other))

    def __hash__(self) -> int:
        return hash(self._observer)


def report(*errors: BaseException) -> None:
    """Show exceptions as ipywidgets does: as tracebacks where IPython runs, else in the log."""
    shell = _shell() if errors else None
    for error in errors:
        if shell is None:
            log.error("Exception in an observer", exc_info=error)
        else:
            shell.showtraceback((type(error), error, error.__traceback__))


def _shell() -> Any:
    try:
        from IPython import get_ipython  # noqa: PLC0415  (comes with ipywidgets, but not everywhere)
    except ImportError:
        return None
    return get_ipython()
