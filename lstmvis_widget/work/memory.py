"""Free memory, and sizes in bytes as readable text."""

from __future__ import annotations

import os
from pathlib import Path

UNKNOWN = 2 * 2**30
"""Bytes assumed to be free where the system doesn't say."""


def free_memory() -> int:
    """Bytes of memory that are available without swapping."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:  # not Linux
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):  # not Unix
        return UNKNOWN


def format_bytes(size: float) -> str:
    """A number of bytes as readable text: ``1.5 GB``."""
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.3g} PB"
