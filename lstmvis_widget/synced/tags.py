"""Tags of traits, and lists of trait names made from them; the traits of a widget are listed nowhere else.

``sync``: the trait travels between Python and the page. ``page``: the page may set it, and either shows the change by
itself (``"alone"``) or needs Python to compute the result (``"asks"``). ``undo``: a change can be undone (``True``), or
only together with changes of other traits (``"follows"``). ``viewed``: when its change is undone, the view goes back to
where its old value was in view. ``request``: selected cells and matches depend on it.
``shown``: Python sets it for the page, and nothing is computed from it.
"""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Iterable
from typing import Any

import traitlets

from lstmvis_widget.work.internal import is_for_the_package

PACKAGE = __package__.partition(".")[0]


def is_ours(kind: type) -> bool:
    """Whether a class is one of this package."""
    return kind.__module__.partition(".")[0] == PACKAGE


def our_class(kind: type) -> type[traitlets.HasTraits]:
    """The class of a widget within this package: anywidget gives each instance a subclass of its own."""
    return next(each for each in kind.__mro__ if is_ours(each))


@functools.cache
def own_traits(kind: type[traitlets.HasTraits]) -> dict[str, traitlets.TraitType[Any, Any]]:
    """The traits that classes of this package define, in order of definition."""
    return {
        name: trait
        for each in reversed(kind.__mro__)
        if is_ours(each)
        for name, trait in vars(each).items()
        if isinstance(trait, traitlets.TraitType)
    }


@functools.cache
def names_tagged(kind: type[traitlets.HasTraits], tag: str, *values: Any) -> tuple[str, ...]:
    """Names of our own traits that have this tag, with one of ``values`` if there are any."""
    tags = {name: trait.metadata.get(tag) for name, trait in own_traits(kind).items()}
    return tuple(name for name, value in tags.items() if (value in values if values else value))


@functools.cache
def followed(kind: type[traitlets.HasTraits]) -> frozenset[str]:
    """Names of the traits from whose change something may follow; none of ipywidgets', such as the comm's end."""
    return frozenset(own_traits(kind)).difference(names_tagged(kind, "shown"))


@functools.cache
def set_by_users(kind: type[traitlets.HasTraits]) -> frozenset[str]:
    """Names of the public traits that the page may set, and so may Python; and of those whose change can be undone."""
    names = (*names_tagged(kind, "page"), *names_tagged(kind, "undo"))
    return frozenset(name for name in names if not name.startswith("_"))


@functools.cache
def keywords(kind: type[traitlets.HasTraits]) -> tuple[str, ...]:
    """Names of the traits that a constructor takes as keywords: those that are public and can be set."""
    return tuple(
        name
        for name, trait in own_traits(kind).items()
        if not name.startswith("_") and not trait.read_only and trait.metadata.get("sync")
    )


def nearest(name: str, names: Iterable[str]) -> str:
    """The name most similar to a misspelt one."""
    return difflib.get_close_matches(name, sorted(names), n=1, cutoff=0.0)[0]


FROM_IPYWIDGETS = ("close", "hold_sync", "hold_trait_notifications", "layout", "observe", "unobserve")
"""Names of the base classes that completion offers."""


@functools.cache
def public_names(kind: type) -> tuple[str, ...]:
    """The names that completion offers on a widget: the public ones of our own classes, and `FROM_IPYWIDGETS`."""
    own = {name for each in kind.__mro__ if is_ours(each) for name in vars(each) if not name.startswith("_")}
    public = {name for name in own if not is_for_the_package(inspect.getattr_static(kind, name))}
    return tuple(sorted(public.union(FROM_IPYWIDGETS) - {"open"}))
