"""Docstrings, written for `help()`, made into reStructuredText: bars, and tables that are laid out for the eye."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

CODE = re.compile(r"(``.*?``)")
BORDER = re.compile(r"\s*=+(\s+=+)+\s*")
CELLS = re.compile(r"(?<!\\)\|")


FOR_THE_EYE = {"lstmvis_widget.files", "lstmvis_widget.states.given.given_states"}
"""Whose tables only the eye can divide into rows, as all cells of a row go on over lines."""


def translate(*given: Any) -> None:
    """Translate the lines of a docstring in place."""
    name, lines = given[2], given[-1]
    new: list[str] = []
    while lines:
        indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
        if BORDER.fullmatch(lines[0]):
            new += [indent + line for line in simple_table(taken(lines, borders=3), as_it_is=name in FOR_THE_EYE)]
        elif lines[0].lstrip().startswith("| "):
            new += [indent + line for line in bar_table(taken(lines))]
        else:
            new.append(escaped(lines.pop(0)))
    lines[:] = new


def taken(lines: list[str], *, borders: int = 0) -> list[str]:
    """The table that the lines begin with, up to its last border or line of bars, taken out of them."""
    if borders:
        at = [number for number, line in enumerate(lines) if BORDER.fullmatch(line)]
        count = at[min(borders, len(at)) - 1] + 1  # without a header there are two
    else:
        count = next((n for n, line in enumerate(lines) if not line.lstrip().startswith("| ")), len(lines))
    indent = len(lines[0]) - len(lines[0].lstrip())
    table, lines[:] = [line[indent:] for line in lines[:count]], lines[count:]
    return table


def simple_table(rows: list[str], *, as_it_is: bool) -> list[str]:
    """A table between lines of "="."""
    return ["::", "", *("    " + row for row in rows), ""] if as_it_is else [escaped(row) for row in rows]


def bar_table(rows: list[str]) -> list[str]:
    """A table as Markdown has it."""
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for row in (*rows[:1], *rows[2:]):
        first, *others = (cell.strip() for cell in CELLS.split(row.strip("|")))
        lines += [f"   * - {first}", *(f"     - {cell}" for cell in others)]
    return [*lines, ""]


def escaped(line: str) -> str:
    """A line with the bars of |S1| escaped, outside of code: in reStructuredText they would name a substitution."""
    if line.lstrip().startswith((">>>", "...")):
        return line
    return "".join(part if part.startswith("``") else part.replace("|", "\\|") for part in CODE.split(line))


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx what is here."""
    app.connect("autodoc-process-docstring", translate, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
