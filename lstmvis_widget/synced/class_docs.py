"""What the docstring of a widget says of its traits, properties and methods: written from theirs."""

from __future__ import annotations

import inspect
import re
import textwrap

import traitlets

from lstmvis_widget.work.internal import is_for_the_package

from .tags import is_ours, own_traits, public_names
from .traits import Documented

LATER_SECTION = re.compile(r"^(Returns|Raises|Warns|See Also|Notes|References|Examples)\n-+$", re.MULTILINE)
"""The first section that comes after attributes and methods."""


def with_members(text: str, kind: type[traitlets.HasTraits]) -> str:
    """The docstring of a widget with the sections ``Attributes`` and ``Methods`` in their place."""
    text = inspect.cleandoc(text)
    later = LATER_SECTION.search(text)
    before, after = (text, "") if later is None else (text[: later.start()], text[later.start() :])
    return "\n\n".join(part.strip() for part in (before, _attributes(kind), _methods(kind), after) if part) + "\n"


def _attributes(kind: type[traitlets.HasTraits]) -> str:
    traits = [
        f"{trait.summary(name)}\n{_indented(trait.help)}"
        for name, trait in own_traits(kind).items()
        if isinstance(trait, Documented) and trait.help and not name.startswith("_")
    ]
    properties = [
        f"{name} : property\n{_indented(_summary(member))}"
        for name, member in _members(kind)
        if isinstance(member, property)
    ]
    return "\n".join(["Attributes", "----------", *traits, *properties])


def _methods(kind: type[traitlets.HasTraits]) -> str:
    methods = [
        f"{name}\n{_indented(_summary(member))}" for name, member in _members(kind) if not isinstance(member, property)
    ]
    return "\n".join(["Methods", "-------", *methods])


def _members(kind: type[traitlets.HasTraits]) -> list[tuple[str, object]]:
    """Properties and methods that our own classes define, for users, by name."""
    found = []
    for name in public_names(kind):
        owner = next((each for each in kind.__mro__ if name in vars(each)), object)
        member = vars(owner).get(name)
        described = inspect.isfunction(member) or isinstance(member, property | classmethod)
        if is_ours(owner) and described and not is_for_the_package(member):
            found.append((name, member))
    if inspect.ismethod(opening := getattr(kind, "open", None)):  # on the class; that of an instance opens the comm
        found.append(("open", opening))
    return sorted(found)


def _summary(member: object) -> str:
    return (inspect.getdoc(member) or "").partition("\n")[0]


def _indented(text: str) -> str:
    paragraphs = text.split("\n\n")
    return "\n\n".join(
        textwrap.fill(each, 116, initial_indent="    ", subsequent_indent="    ", break_long_words=False)
        for each in paragraphs
    )
