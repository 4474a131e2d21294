"""The script and the style sheet of a page, which are built from ``js/``."""

from __future__ import annotations

from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"


def bundle(name: str) -> tuple[str, str]:
    """Script and style sheet of the page called ``name``, as texts.

    Given their paths instead, anywidget would watch the files and keep every closed widget alive.
    """
    script, style = ((STATIC / f"{name}.{ending}").read_text("utf-8") for ending in ("js", "css"))
    return script, style
