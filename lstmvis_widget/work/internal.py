"""What isn't for users, though its name has no underscore."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])


def for_the_package(method: Method) -> Method:
    """Mark a method (or a property, under ``@property``) that only the package calls, not users."""
    method.for_the_package = True  # type: ignore[attr-defined]
    return method


def is_for_the_package(attribute: object) -> bool:
    """Whether an attribute, as it stands in its class, is marked."""
    wrapped = getattr(attribute, "fget", None) or getattr(attribute, "__func__", None) or attribute
    return bool(getattr(wrapped, "for_the_package", False))
