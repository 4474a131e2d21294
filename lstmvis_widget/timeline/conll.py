"""Annotated text in the format of CoNLL: a line for each token, with its labels in columns."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lstmvis_widget.given.paths import as_path
from lstmvis_widget.work.showing import Progress, shown

from .same_tokens import check_same_tokens
from .text_files import LINES_AT_ONCE, bytes_reported, open_text
from .tracks import CategoricalTrack

TOKEN = "token"  # noqa: S105  (the name of a column)

CONLL_COLUMNS: dict[int, tuple[str, ...]] = {
    2: (TOKEN, "label"),
    3: (TOKEN, "pos", "chunk"),
    4: (TOKEN, "pos", "chunk", "entity"),
}
"""Number of columns in a file → their names, by default: 3 as in the shared task of 2000, 4 as in that of 2003."""

CONLL_U_COLUMNS = (None, TOKEN, "lemma", "upos", "xpos", "feats", None, "deprel", None, None)
"""The columns of CoNLL-U (universaldependencies.org/format.html). Columns without a name make no track."""


@dataclass(frozen=True)
class ConllTable:
    """The content of a CoNLL file.

    Attributes
    ----------
    tokens : list of str, length T
    tracks : dict of str to CategoricalTrack
        The other columns by name, T labels each.
    sentences, documents : list of int
        Lengths in steps; each list sums to T. A file that marks no documents is one document.
    """

    tokens: list[str]
    tracks: dict[str, CategoricalTrack]
    sentences: list[int]
    documents: list[int]


def read_conll(
    path: str | os.PathLike[str],
    columns: Sequence[str | None] | None = None,
    *,
    tokens: Sequence[str] | None = None,
    sentence_end: str | None = None,
    document_start: str | None = "-DOCSTART-",
    comment: str | None = None,
    encoding: str = "utf-8",
    progress: Progress = None,
) -> ConllTable:
    r"""Read tokens and their labels from a file in the format of CoNLL.

    Parameters
    ----------
    path : path
        A text file, plain or packed by gzip, with one token a line and its labels beside it, separated by tabs or else
        by white space, and an empty line after each sentence. A file of ten columns whose first is a number is CoNLL-U:
        its comments, ranges of tokens (``1-2``) and empty nodes (``1.1``) are left out, and ``_`` is no label.
    columns : sequence of str or None, optional
        Names of the columns from left to right. One must be ``"token"``; None leaves a column out. By default two
        columns are token and label; three token, pos and chunk; four token, pos, chunk and entity; ten those of
        CoNLL-U.
    tokens : sequence of T str, optional
        The tokens of the text, such as ``explorer.tokens``. Those of the file must be the same.
    sentence_end : str, optional
        A token to add, without labels, at the end of each sentence, such as ``"</s>"`` if the text has it.
    document_start : str, optional
        A line with this token begins a document; the token isn't part of the text. None: there is no such mark.
    comment : str, optional
        Lines that begin with this are left out; ``"#"`` in CoNLL-U.
    encoding : str
        Of the file, as `read_tokens` takes it.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    ConllTable
        ``tokens``; ``tracks``, the other columns by name; ``sentences`` and ``documents``, lengths in steps.

    Raises
    ------
    FileNotFoundError, OSError
        The file can't be read.
    ValueError
        The file has other columns than ``columns``; a line has fewer or more columns than the first one (the message
        gives its number); or the tokens differ from ``tokens`` (the message shows both at the first difference).

    Examples
    --------
    Parts of speech from a file become a track:

    >>> from pathlib import Path
    >>> from lstmvis_widget import StateExplorer, read_conll
    >>> written = Path("text.conll").write_text("the DET\ncat NOUN\n\nit PRON\nsat VERB\n")
    >>> table = read_conll("text.conll", ["token", "pos"])
    >>> table.tokens, table.sentences
    (['the', 'cat', 'it', 'sat'], [2, 2])
    >>> states = [[0.1], [0.9], [0.2], [0.4]]
    >>> explorer = StateExplorer(states, table.tokens, table.tracks, sequences=table.sentences)
    >>> explorer.tracks["pos"].labels
    ('DET', 'NOUN', 'PRON', 'VERB')
    """
    source = as_path(path)
    name = source.name
    with open_text(source, encoding) as (file, _):
        first = next((line for line in file if line.strip() and not line.startswith("#")), "")
    layout = _layout(first, columns, comment, name)
    reader = _Reader(name, layout, document_start, sentence_end)
    with shown(progress, f"reading {name}") as report, open_text(source, encoding) as (file, bytes_read):
        said = bytes_reported(source, report)
        for number, line in enumerate(file, start=1):
            if number % LINES_AT_ONCE == 0:
                said(bytes_read())
            reader.take(number, line)
    reader.finish()
    found = [str(token) for token in reader.labels.pop(TOKEN)]
    if tokens is not None:
        check_same_tokens(found, tokens, name, lambda step: f"line {reader.lines[step]}")
    tracks = {key: CategoricalTrack(labels) for key, labels in reader.labels.items()}
    kept = {key: track for key, track in tracks.items() if track.labels or columns is not None}
    return ConllTable(found, kept, _lengths(reader.sentence_stops), _lengths(reader.document_stops))


@dataclass(frozen=True)
class _Layout:
    """How the lines of a file are split into columns."""

    separator: str | None
    width: int
    names: tuple[tuple[int, str], ...]
    comment: str | None
    is_u: bool

    @property
    def token(self) -> int:
        """The number of the token's column."""
        return next(i for i, name in self.names if name == TOKEN)


def _layout(first: str, columns: Sequence[str | None] | None, comment: str | None, source: str) -> _Layout:
    separator = "\t" if "\t" in first else None
    fields = first.strip("\n").split(separator)
    is_u = len(fields) == len(CONLL_U_COLUMNS) and fields[0][:1].isdigit()
    names = tuple(columns) if columns is not None else CONLL_U_COLUMNS if is_u else CONLL_COLUMNS.get(len(fields))
    if not first:
        raise ValueError(f"there is no token in {source}")
    if names is None:
        raise ValueError(f"say what the {len(fields)} columns of {source} are, as columns=({TOKEN!r}, …)")
    if len(names) != len(fields):
        raise ValueError(f"columns names {len(names)} columns; {source} has {len(fields)}: {fields}")
    chosen = [name for name in names if name is not None]
    if chosen.count(TOKEN) != 1 or len(set(chosen)) < len(chosen):
        raise ValueError(f"columns must be different names, one of them {TOKEN!r}; got {names}")
    placed = tuple((i, name) for i, name in enumerate(names) if name is not None)
    return _Layout(separator, len(fields), placed, "#" if is_u and comment is None else comment, is_u)


class _Reader:
    """Collects the tokens and labels of a file line by line."""

    def __init__(self, source: str, layout: _Layout, document_start: str | None, sentence_end: str | None) -> None:
        self._source = source
        self._layout = layout
        self._token = layout.token
        self._document_start = document_start
        self._sentence_end = sentence_end
        self.labels: dict[str, list[str | None]] = {name: [] for _, name in layout.names}
        self._columns = [(i, self.labels[name], name == TOKEN) for i, name in layout.names]
        self.lines: list[int] = []
        self.sentence_stops: list[int] = [0]
        self.document_stops: list[int] = [0]

    def take(self, number: int, line: str) -> None:
        """Read a line; ``number`` is its number."""
        layout = self._layout
        if not line.strip():
            self._end_sentence(number)
        elif layout.comment is not None and line.startswith(layout.comment):
            if layout.is_u and line.startswith("# newdoc"):
                self._end_document(number)
        else:
            fields = line.strip("\n").split(layout.separator)
            if len(fields) != layout.width:
                raise ValueError(
                    f"{self._source}, line {number}: {len(fields)} columns, where the first one has {layout.width}"
                )
            if fields[self._token] == self._document_start:
                self._end_document(number)
            elif not (layout.is_u and not fields[0].isdigit()):
                self._add(number, fields)

    def _add(self, number: int, fields: list[str]) -> None:
        for i, labels, is_token in self._columns:
            label = sys.intern(fields[i])
            labels.append(None if self._layout.is_u and label == "_" and not is_token else label)
        self.lines.append(number)

    def _end_sentence(self, number: int) -> None:
        if len(self.lines) == self.sentence_stops[-1]:
            return
        if self._sentence_end is not None:
            for _, labels, is_token in self._columns:
                labels.append(self._sentence_end if is_token else None)
            self.lines.append(number)
        self.sentence_stops.append(len(self.lines))

    def _end_document(self, number: int) -> None:
        self._end_sentence(number)
        if len(self.lines) > self.document_stops[-1]:
            self.document_stops.append(len(self.lines))

    def finish(self) -> None:
        """End the last sentence and the last document."""
        self._end_document(self.lines[-1] + 1 if self.lines else 1)
        if not self.lines:
            raise ValueError(f"there is no token in {self._source}")


def _lengths(stops: list[int]) -> list[int]:
    return [stop - start for start, stop in pairwise(stops)]
