"""Every public object of the package, by the name that a user gives it."""

import inspect
from collections.abc import Iterator
from typing import Any

import traitlets

import lstmvis_widget
from lstmvis_widget import datasets
from lstmvis_widget.synced.tags import is_ours, own_traits, public_names
from lstmvis_widget.work.internal import is_for_the_package


def public_objects() -> dict[str, Any]:
    """Name → object: the names of the package, methods and properties of its classes, and the data sets; each once."""
    found = {}
    for name in lstmvis_widget.__all__:
        found |= _with_members(name, getattr(lstmvis_widget, name))
    for name, value in vars(datasets).items():
        if getattr(value, "__module__", "") == datasets.__name__ and not name.startswith("_"):
            found |= _with_members(f"datasets.{name}", value)
    return _once(found)


def public_traits() -> dict[str, traitlets.TraitType]:
    """Name → trait, of all widgets."""
    return {
        f"{name}.{trait}": value
        for name in lstmvis_widget.__all__
        if _is_widget(getattr(lstmvis_widget, name))
        for trait, value in own_traits(getattr(lstmvis_widget, name)).items()
        if not trait.startswith("_")
    }


def _once(named: dict[str, Any]) -> dict[str, Any]:
    """What several widgets inherit has the name that it has in the first."""
    of_function = {getattr(value, "__func__", value): name for name, value in reversed(named.items())}
    return {name: value for name, value in named.items() if of_function[getattr(value, "__func__", value)] == name}


def _with_members(name: str, value: Any) -> dict[str, Any]:
    if not inspect.isclass(value):
        return {name: value if inspect.isfunction(value) else type(value)}
    return {name: value} | {f"{name}.{member}": each for member, each in _members(value)}


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    """Methods and properties that our own classes define. Constants and fields stand in the docstring of the class."""
    if inspect.ismethod(opening := getattr(kind, "open", None)):
        yield "open", opening
    names = public_names(kind) if _is_widget(kind) else [name for name in dir(kind) if not name.startswith("_")]
    for name in names:
        owner = next(each for each in kind.__mro__ if name in vars(each))
        member = vars(owner)[name]
        is_described = isinstance(member, property | classmethod | staticmethod) or inspect.isfunction(member)
        if is_ours(owner) and is_described and not is_for_the_package(member):
            yield name, getattr(kind, name)


def _is_widget(value: Any) -> bool:
    return inspect.isclass(value) and issubclass(value, traitlets.HasTraits)
