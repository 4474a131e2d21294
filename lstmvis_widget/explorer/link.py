"""Two explorers that go along with each other."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import traitlets

from .explorer import StateExplorer

NAMES = ("position", "selection", "_hovered_step")
"""The traits that are the same in linked explorers."""

PATIENCE = 0.05
"""Seconds to wait for another thread that sets traits; it may be waiting for this one."""


class Link:
    """Keeps two explorers in step; made by `link`."""

    def __init__(self, one: StateExplorer, other: StateExplorer) -> None:
        self._linked = True
        self._ways = [
            (source, partial(self._follow, source, target), partial(self._end_step, target))
            for source, target in ((one, other), (other, one))
        ]
        for name in NAMES:
            self._copy(one, other, name)
        for source, follow, end in self._ways:
            source.observe(follow, names=list(NAMES))
            source._when_step_ends.append(end)  # noqa: SLF001  (explorers know of no links)
            source._links += 1  # noqa: SLF001

    def unlink(self) -> None:
        """Let each go its own way; a second time does nothing."""
        if not self._linked:
            return
        self._linked = False
        for source, follow, end in self._ways:
            source.unobserve(follow, names=list(NAMES))
            source._when_step_ends.remove(end)  # noqa: SLF001
            source._links -= 1  # noqa: SLF001

    def _follow(self, source: StateExplorer, target: StateExplorer, change: Any) -> None:
        name = change["name"]
        if not self._copy(source, target, name, PATIENCE):
            # Another thread sets traits of the target, and may be about to set some of the source, which this thread
            # is setting. Once this one is through, there is nothing to wait for in a circle.
            threading.Thread(target=self._copy, args=(source, target, name), daemon=True).start()

    def _copy(self, source: StateExplorer, target: StateExplorer, name: str, patience: float = -1) -> bool:
        """Give the target what the source has now; False where another thread goes on setting its traits."""
        with target._setting_within(patience) as is_free:  # noqa: SLF001
            if not is_free:
                return False
            value = source._trait_values[name]  # noqa: SLF001
            if self._linked and value != target._trait_values[name]:  # noqa: SLF001
                with target._part_of_gesture():  # noqa: SLF001
                    try:
                        setattr(target, name, value)
                    except traitlets.TraitError as error:
                        target._show_error(str(error))  # noqa: SLF001
        return True

    def _end_step(self, target: StateExplorer) -> None:
        with target._setting_within(PATIENCE) as is_free:  # noqa: SLF001
            if is_free:
                target._end_step()  # noqa: SLF001


def link(one: StateExplorer, other: StateExplorer) -> Link:
    """Show two explorers in step: the same position, the same selection, the same step under the pointer.

    At once ``other`` takes over what ``one`` shows. A selection that ``other`` can't have, since a sequence of its own
    ends there, is left out, and its `error` says so.

    Parameters
    ----------
    one, other : StateExplorer
        Over the same number of time steps.

    Returns
    -------
    Link
        Its method ``unlink()`` lets each go its own way again.

    Raises
    ------
    TypeError
        One of them is no explorer.
    ValueError
        They have different numbers of time steps, or are the same explorer.
    """
    for explorer in (one, other):
        if not isinstance(explorer, StateExplorer):
            raise TypeError(f"link takes two explorers; got {type(explorer).__name__}")
    if one is other:
        raise ValueError("an explorer can't be linked with itself")
    if len(one.tokens) != len(other.tokens):
        steps = f"{len(one.tokens)} and {len(other.tokens)}"
        raise ValueError(f"linked explorers must have the same number of time steps; these have {steps}")
    return Link(one, other)
