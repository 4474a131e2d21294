"""Linking two explorers."""

from __future__ import annotations

from functools import partial
from typing import Any

from lstmvis_widget.synced.at_once_or_later import PATIENCE, at_once_or_later
from lstmvis_widget.synced.linking import Shared
from lstmvis_widget.synced.widget import SyncedWidget

TOGETHER = ("selection", "selected_ranges")
"""Traits that are copied together, as one has to be among the other."""


class Link:
    """Keeps two explorers in step; made by `link`. It ends when one of them is closed.

    Examples
    --------
    A link goes both ways:

    >>> from lstmvis_widget import StateExplorer, link
    >>> states = [[0.1], [0.9], [0.8]]
    >>> one, other = StateExplorer(states), StateExplorer(states)
    >>> together = link(one, other)
    >>> other.selection = (1, 3)
    >>> one.selection
    (1, 3)
    """

    def __init__(self, one: SyncedWidget, other: SyncedWidget, names: tuple[str, ...]) -> None:
        self._linked = True
        self._names = list(names)
        self._ways = [
            (source, target, partial(self._follow, source, target), partial(target.end_step, PATIENCE))
            for source, target in ((one, other), (other, one))
        ]
        for name in names:
            self._copy(one, other, name)
        self._ends = []
        for source, target, follow, end in self._ways:
            source.observe(follow, names=self._names)
            source.observe(self._when_comm_changes, names="comm")
            source.when_step_ends(end)
            source.add_linked(target)
            _count_link(source, 1)
            self._ends.append(source.when_linked(target))

    def unlink(self) -> None:
        """End the link; a second time does nothing.

        Examples
        --------
        From then on each has its own selection:

        >>> from lstmvis_widget import StateExplorer, link
        >>> states = [[0.1], [0.9], [0.8]]
        >>> one, other = StateExplorer(states), StateExplorer(states)
        >>> together = link(one, other)
        >>> together.unlink()
        >>> one.selection = (1, 3)
        >>> print(other.selection)
        None
        """
        if not self._linked:
            return
        self._linked = False
        for source, target, follow, end in self._ways:
            source.unobserve(follow, names=self._names)
            source.unobserve(self._when_comm_changes, names="comm")
            source.when_step_ends(end, ever=False)
            source.remove_linked(target)
            at_once_or_later(partial(_count_link, source, -1))
        for end_use in self._ends:
            end_use()
        self._ways, self._ends = [], []  # whoever keeps the link keeps neither of them

    def _when_comm_changes(self, change: Any) -> None:
        if change["new"] is None:  # one of them is closed
            self.unlink()

    def _follow(self, source: SyncedWidget, target: SyncedWidget, change: Any) -> None:
        at_once_or_later(partial(self._copy, source, target, change["name"]))

    def _copy(self, source: SyncedWidget, target: SyncedWidget, name: str, patience: float = -1) -> bool:
        """Set the target's trait to the source's value; False if another thread keeps the target's lock."""
        names = [each for each in TOGETHER if each in self._names] if name in TOGETHER else [name]
        return target.set_when_free(
            lambda: {each: source.peek(each) for each in names} if self._linked else {}, patience
        )


def _count_link(explorer: SyncedWidget, number: int, patience: float = -1) -> bool:
    with explorer.when_free(patience) as is_free:
        if is_free:
            explorer.publish(_links=explorer.peek("_links") + number)
    return is_free


def link(one: SyncedWidget, other: SyncedWidget) -> Link:
    """Link two explorers: they share the position, what is selected, and the step under the pointer.

    At first ``other`` takes over those of ``one``. If a selection would cross the end of a sequence in the explorer
    that takes it over, it is not set there, and the `error` of that explorer says why. A `SequenceExplorer` shows the
    matches of a linked `StateExplorer`, too, and has it take cells (`SequenceExplorer.take_cells`).

    Parameters
    ----------
    one, other : StateExplorer or SequenceExplorer
        Over the same number of time steps; with a `SequenceExplorer`, over the same sequences.

    Returns
    -------
    Link
        Its method ``unlink()`` ends the link, and so does closing one of them.

    Raises
    ------
    TypeError
        One of them is neither.
    ValueError
        They have different numbers of time steps, or other sequences, or are the same explorer.

    Examples
    --------
    Two layers of one model, side by side: what is selected in one is selected in the other.

    >>> from lstmvis_widget import StateExplorer, link
    >>> from lstmvis_widget.datasets import load_alice
    >>> upper = StateExplorer(**load_alice(), layer="layer 2", transform="tanh")
    >>> lower = StateExplorer(**load_alice(), layer="layer 1", transform="tanh")
    >>> together = link(upper, lower)
    >>> upper.selection = (1678, 1681)
    >>> lower.selection
    (1678, 1681)
    >>> len(upper.selected_cells), len(lower.selected_cells)
    (44, 16)
    """
    first, second = (_shared_by(explorer) for explorer in (one, other))
    if one is other:
        raise ValueError("an explorer can't be linked with itself")
    if first.steps != second.steps:
        raise ValueError(
            f"linked explorers must have the same number of time steps; these have {first.steps} and {second.steps}"
        )
    if (first.needs_sequences or second.needs_sequences) and first.sequences != second.sequences:
        counts = f"{len(first.sequences):,} and {len(second.sequences):,}"
        raise ValueError(
            f"explorers linked with a SequenceExplorer must have the same sequences as it; these have {counts}. Make "
            "both with sequences=…"
        )
    return Link(one, other, tuple(name for name in first.traits if name in second.traits))


def _shared_by(explorer: Any) -> Shared:
    shared = explorer.shared() if isinstance(explorer, SyncedWidget) else None
    if shared is None:
        raise TypeError(f"link takes two explorers; got {type(explorer).__name__}")
    return shared
