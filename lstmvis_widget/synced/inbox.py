"""Messages of the page that the kernel has received and not handled yet.

With ipykernel 7, messages of widgets are handled on a thread of their own (a subshell), so a cell can run while an
earlier gesture still waits to be handled. From 7.4 on, ipykernel asks the comm which subshell handles a message, when
the message arrives and before any later one is handled. So the inbox learns of each message. It answers with the
subshell that the page has chosen: ipykernel's own choice is the thread that used the comm last, where the message would
wait for the end of a running cell. Earlier versions of ipykernel don't ask, and the inbox stays empty.
"""

from __future__ import annotations

import threading
from typing import Any

PATIENCE = 2.0
"""Seconds to wait for messages before giving them up."""


class Inbox:
    """Counts the unhandled messages of other threads than the main one, which runs the cells."""

    def __init__(self) -> None:
        self._waiting = 0
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)

    def watch(self, comm: Any) -> None:
        """Learn of each message that arrives at ``comm``."""
        if hasattr(comm, "_reply_subshell_for"):
            comm._reply_subshell_for = self._route  # noqa: SLF001  (see above)

    def _route(self, _: Any, subshell: str | None) -> str | None:
        if subshell is not None:
            with self._lock:
                self._waiting += 1
        return subshell

    def handled(self) -> None:
        """Count off a message that this thread has handled."""
        if threading.current_thread() is threading.main_thread():
            return
        with self._lock:
            self._waiting = max(0, self._waiting - 1)
            self._changed.notify_all()

    def wait_until_empty(self) -> None:
        """Wait, on the main thread, until all messages that have arrived are handled."""
        if self._waiting == 0 or threading.current_thread() is not threading.main_thread():
            return
        with self._lock:
            if not self._changed.wait_for(lambda: self._waiting == 0, PATIENCE):
                self._waiting = 0
