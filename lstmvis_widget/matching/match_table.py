"""Matches as a table for people: plain text for a terminal, HTML for a notebook. Tokens are data and never markup."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from lstmvis_widget.given.texts import well_formed
from lstmvis_widget.timeline.tokens import shortened

NUMBER_WIDTH = 9
"""Characters of a column of numbers in the plain text."""

TEXT_WIDTH = 60
"""Characters of the words of a match in the plain text."""

MOST_WORDS = 100
"""Words that are shown of a longer match, its first ones."""


def joined_words(tokens: Sequence[str], start: int, stop: int) -> str:
    """The words of one match, joined by blanks; long tokens and long matches are cut, with "…" at the end."""
    words = [shortened(token) for token in tokens[start : min(stop, start + MOST_WORDS)]]
    return " ".join([*words, "…"] if stop - start > MOST_WORDS else words)


def as_text(title: str, columns: Sequence[str], rows: Iterable[Sequence[int]], texts: Iterable[str] | None) -> str:
    """The title, the names of the columns, and a line for each row; ``texts`` is the last column, if there is one."""
    lines = [title]
    names, cells = _with_texts(columns, rows, texts)
    for row in [names, *cells]:
        numbers = "".join(f"{value:>{NUMBER_WIDTH}}" for value in row[: len(columns)])
        lines.append(numbers + "".join(f"  {_in_one_line(value)}" for value in row[len(columns) :]))
    return "\n".join(lines)


def as_html(title: str, columns: Sequence[str], rows: Iterable[Sequence[int]], texts: Iterable[str] | None) -> str:
    """The same as an HTML table."""
    names, cells = _with_texts(columns, rows, texts)
    head = _html_row("th", names, len(columns))
    body = "".join(_html_row("td", row, len(columns)) for row in cells)
    table = f"<table><caption>{html.escape(title)}</caption><thead>{head}</thead><tbody>{body}</tbody></table>"
    return well_formed(table)


def _html_row(tag: str, row: Sequence[str], numbers: int) -> str:
    """A row of the table, text after the ``numbers`` columns of numbers aligned to the left."""
    cells = [f"<{tag}>{value}</{tag}>" for value in row[:numbers]]
    cells += [f'<{tag} style="text-align: left">{html.escape(value)}</{tag}>' for value in row[numbers:]]
    return f"<tr>{''.join(cells)}</tr>"


def _with_texts(
    columns: Sequence[str], rows: Iterable[Sequence[int]], texts: Iterable[str] | None
) -> tuple[list[str], list[list[str]]]:
    """The names of all columns, and all rows as strings."""
    cells = [[str(value) for value in row] for row in rows]
    if texts is None:
        return list(columns), cells
    return [*columns, "text"], [[*row, shortened(text)] for row, text in zip(cells, texts, strict=True)]


def _in_one_line(text: str) -> str:
    """The text cut to a line; line breaks and other unprintable characters are escaped, as in a Python string."""
    line = "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
    return line if len(line) <= TEXT_WIDTH else line[: TEXT_WIDTH - 1] + "…"
