"""Keys of tasks: short, since a query sends those of all parts to the scheduler and back."""

from __future__ import annotations

import secrets


def short_key(name: str) -> str:
    """A key that no other task has."""
    return f"{name}-{secrets.token_hex(6)}"


def numbered_keys(name: str, count: int) -> list[str]:
    """Keys that no other tasks have, numbered from 0."""
    first = short_key(name)
    return [f"{first}-{number}" for number in range(count)]
