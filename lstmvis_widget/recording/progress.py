"""A progress bar: in the output of a notebook's cell, or a line in a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any, Self

SECONDS = 0.1
"""The bar moves at most this often."""

PATIENCE = 1.0
"""What is done sooner, in seconds, has no bar unless it is asked for."""

Report = Callable[[int, int | None], object]


class Progress:
    """Shows how many batches of how many are done, as a context manager.

    Parameters
    ----------
    shown : bool, callable, or None
        A callable is called with the number of batches that are done and that of all, None where that isn't known.
        None shows a bar of what takes more than a second where somebody may look: in a notebook, and in a terminal.
    total : int or None
        How many batches there are.
    """

    def __init__(self, shown: bool | Report | None, total: int | None) -> None:  # noqa: FBT001
        self._total = total
        self._last = time.monotonic() + (PATIENCE if shown is None else -SECONDS)
        self._bar: _Silent = _Silent()
        if callable(shown):
            self._bar = _Called(shown)
        elif _in_notebook() and shown is not False:
            self._bar = _Output()
        elif shown or (shown is None and sys.stderr.isatty()):
            self._bar = _Line()

    def __enter__(self) -> Self:
        return self

    def update(self, batches: int, steps: int) -> None:
        """Say what is done."""
        now = time.monotonic()
        if now - self._last >= SECONDS or (self._bar.every and batches == self._total):
            self._last = now
            self._bar.show(batches, self._total, steps)

    def __exit__(self, *_: object) -> None:
        self._bar.close()


class _Silent:
    every = False
    """Whether the last batch is told in any case."""

    def show(self, batches: int, total: int | None, steps: int) -> None:
        pass

    def close(self) -> None:
        pass


class _Called(_Silent):
    every = True

    def __init__(self, report: Report) -> None:
        self._report = report

    def show(self, batches: int, total: int | None, steps: int) -> None:  # noqa: ARG002
        self._report(batches, total)


class _Line(_Silent):
    _shown = False

    def show(self, batches: int, total: int | None, steps: int) -> None:
        self._shown = True
        sys.stderr.write(f"\r{_said(batches, total, steps)}\x1b[K")
        sys.stderr.flush()

    def close(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")


class _Output(_Silent):
    _handle: Any = None

    def show(self, batches: int, total: int | None, steps: int) -> None:
        said = _said(batches, total, steps)
        ends = f' value="{batches}" max="{total}"' if total else ""
        self._say({"text/plain": said, "text/html": f"<progress{ends}></progress> {said}"})

    def close(self) -> None:
        if self._handle is not None:
            self._say({"text/plain": "", "text/html": ""})

    def _say(self, content: dict[str, str]) -> None:
        from IPython.display import display  # noqa: PLC0415  (a script needs none of it)

        if self._handle is None:
            show: Any = display
            self._handle = show(content, raw=True, display_id=True)
        else:
            self._handle.update(content, raw=True)


def _said(batches: int, total: int | None, steps: int) -> str:
    return f"recording states: batch {batches}{f' of {total}' if total else ''}, {steps:,} steps"


def _in_notebook() -> bool:
    shell: Any = sys.modules.get("IPython")
    instance = shell.get_ipython() if shell is not None else None
    return instance is not None and hasattr(instance, "kernel")
