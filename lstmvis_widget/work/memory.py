"""Free memory, and sizes in bytes as readable text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

UNKNOWN = 2 * 2**30
"""Bytes assumed to be free where the system doesn't say."""


SYSTEM = Path("/")
"""Where the system's files are."""


def free_memory() -> int:
    """Bytes of memory that are available without swapping: of the machine, and of the container that this runs in."""
    return min([_of_machine(), *_of_containers()])


def _of_machine() -> int:
    try:
        for line in (SYSTEM / "proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:  # not Linux
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):  # not Unix
        return UNKNOWN


def _of_containers() -> Iterator[int]:
    """What each control group that holds this process leaves it, in version 2 or version 1 of Linux's control groups.

    Files that are only cached count as free. A container sees its own group as the root; without one there are several
    groups, of which each may have a limit.
    """
    try:
        lines = (SYSTEM / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            root, names = SYSTEM / "sys/fs/cgroup", ("memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            root = SYSTEM / "sys/fs/cgroup/memory"
        else:
            continue
        group = root / path.strip("/")
        for folder in (group, *group.parents):
            left = _left_in(folder, *names)
            if left is not None:
                yield left
            if folder == root:
                break


def _left_in(group: Path, limit: str, usage: str, cached: str) -> int | None:
    """What a control group leaves, in bytes; None if it has no limit."""
    try:
        most = (group / limit).read_text().strip()
        if most == "max":
            return None
        used = int((group / usage).read_text())
        lines = (group / "memory.stat").read_text().splitlines()
    except (OSError, ValueError):
        return None
    kept = next((int(line.split()[1]) for line in lines if line.startswith(f"{cached} ")), 0)
    return max(0, int(most) - max(0, used - kept))


def format_bytes(size: float) -> str:
    """A number of bytes as readable text: ``1.5 GB``."""
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.3g} PB"
