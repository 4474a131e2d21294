"""Docstrings, written for `help()`, made into reStructuredText: bars, references, and tables laid out for the eye."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from sphinx.application import Sphinx

CODE = re.compile(r"(``.*?``)")
BORDER = re.compile(r"\s*=+(\s+=+)+\s*")
CELLS = re.compile(r"(?<!\\)\|")


def translate(*given: Any) -> None:
    """Translate the lines of a docstring in place."""
    lines = given[-1]
    new: list[str] = []
    while lines:
        indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
        if BORDER.fullmatch(lines[0]):
            new += [indent + line for line in simple_table(taken(lines, borders=3))]
        elif lines[0].lstrip().startswith("| "):
            new += [indent + line for line in bar_table(taken(lines))]
        else:
            new.append(escaped(lines.pop(0)))
    lines[:] = listed(new)


def listed(lines: list[str]) -> list[str]:
    """The lines with each of the references as an item of a list: one begins in a line after a full stop."""
    if "References" not in lines:
        return lines
    first = lines.index("References") + 2
    last = next((at for at in range(first, len(lines)) if not lines[at].strip()), len(lines))
    begins = [at == first or lines[at - 1].endswith(".") for at in range(first, last)]
    # The backslash keeps an initial, such as "C.", from being the number of a list.
    items = [("- \\" if begin else "  ") + line for begin, line in zip(begins, lines[first:last], strict=True)]
    return [*lines[:first], *items, *lines[last:]]


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


def simple_table(rows: list[str]) -> list[str]:
    """A table between lines of "=". Where blank lines divide its rows, the cells of a row go on over lines."""
    if not any(not row.strip() for row in rows):
        return [escaped(row) for row in rows]
    borders = [number for number, row in enumerate(rows) if BORDER.fullmatch(row)]
    starts = [found.start() for found in re.finditer("=+", rows[0])]
    head, body = [rows[1 : borders[1]]] * (len(borders) > 2), rows[borders[-2] + 1 : borders[-1]]
    divided = [list(part) for filled, part in groupby(body, key=lambda row: bool(row.strip())) if filled]
    return list_table([joined(part, starts) for part in [*head, *divided]], head=bool(head))


def joined(lines: list[str], starts: list[int]) -> list[str]:
    """The cells of a row that goes on over lines."""
    columns = [slice(start, stop) for start, stop in zip(starts, [*starts[1:], None], strict=True)]
    return [escaped(" ".join(line[column].strip() for line in lines).strip()) for column in columns]


def bar_table(rows: list[str]) -> list[str]:
    """A table as Markdown has it."""
    return list_table([[cell.strip() for cell in CELLS.split(row.strip("|"))] for row in (*rows[:1], *rows[2:])])


def list_table(rows: list[list[str]], *, head: bool = True) -> list[str]:
    """A table as reStructuredText has it, one whose cells hold a line each."""
    lines = [".. list-table::", *(["   :header-rows: 1"] if head else []), ""]
    for first, *others in rows:
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
