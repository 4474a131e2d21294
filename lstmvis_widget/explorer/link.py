"""Linking two explorers."""

from __future__ import annotations

from functools import partial
from typing import Any

from lstmvis_widget.synced.at_once_or_later import PATIENCE, at_once_or_later

from .explorer import StateExplorer

NAMES = ("position", "selection", "_hovered_step")
"""The traits that linked explorers share."""


class Link:
    """Keeps two explorers in step; made by `link`."""

    def __init__(self, one: StateExplorer, other: StateExplorer) -> None:
        self._linked = True
        self._ways = [
            (source, partial(self._follow, source, target), partial(target.end_step, PATIENCE))
            for source, target in ((one, other), (other, one))
        ]
        for name in NAMES:
            self._copy(one, other, name)
        for source, follow, end in self._ways:
            source.observe(follow, names=list(NAMES))
            source.when_step_ends(end)
            _count_link(source, 1)

    def unlink(self) -> None:
        """End the link; a second time does nothing."""
        if not self._linked:
            return
        self._linked = False
        for source, follow, end in self._ways:
            source.unobserve(follow, names=list(NAMES))
            source.when_step_ends(end, ever=False)
            _count_link(source, -1)

    def _follow(self, source: StateExplorer, target: StateExplorer, change: Any) -> None:
        at_once_or_later(partial(self._copy, source, target, change["name"]))

    def _copy(self, source: StateExplorer, target: StateExplorer, name: str, patience: float = -1) -> bool:
        """Set the target's trait to the source's value; False if another thread keeps the target's lock."""
        return target.set_when_free(lambda: {name: source.peek(name)} if self._linked else {}, patience)


def _count_link(explorer: StateExplorer, number: int) -> None:
    with explorer.when_free():
        explorer.publish(_links=explorer.peek("_links") + number)


def link(one: StateExplorer, other: StateExplorer) -> Link:
    """Link two explorers: they share the position, the selection, and the step under the pointer.

    At first ``other`` takes over those of ``one``. If a selection would cross the end of a sequence in the explorer
    that takes it over, it is not set there, and the `error` of that explorer says why.

    Parameters
    ----------
    one, other : StateExplorer
        Over the same number of time steps.

    Returns
    -------
    Link
        Its method ``unlink()`` ends the link.

    Raises
    ------
    TypeError
        One of them is not a `StateExplorer`.
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
