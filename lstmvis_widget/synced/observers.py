"""Observers that may raise: an exception in one stops neither other observers nor a computation."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import traitlets

log = logging.getLogger("lstmvis_widget")


class Guarded:
    """Wraps an observer: its exception is passed to ``raised`` instead of ending the notification.

    It equals the wrapped observer, so that `unobserve` finds it.
    """

    def __init__(self, observer: Any, owner: Any, raised: Callable[[BaseException], None]) -> None:
        self._observer, self._owner, self._raised = observer, owner, raised

    def __call__(self, change: Any) -> None:
        """Call the observer."""
        observer = self._observer
        if isinstance(observer, traitlets.EventHandler) and observer.name is not None:
            observer = getattr(self._owner, observer.name)  # as traitlets does: a subclass may override it
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
    """Show exceptions as ipywidgets does: as tracebacks in IPython, else in the log."""
    shell = _shell() if errors else None
    for error in errors:
        if shell is None:
            log.error("Exception in an observer", exc_info=error)
        else:
            shell.showtraceback((type(error), error, error.__traceback__))


def _shell() -> Any:
    try:
        from IPython import get_ipython  # noqa: PLC0415  (not installed everywhere)
    except ImportError:
        return None
    return get_ipython()
