"""The tokens of a text file: its words or characters, and the lengths of its documents."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lstmvis_widget.given.paths import as_path
from lstmvis_widget.work.showing import Progress, shown

from .text_files import LINES_AT_ONCE, bytes_reported, open_text

UNITS = ("words", "characters")
PARTS = ("lines", "paragraphs")


@dataclass(frozen=True)
class Text:
    """The tokens of a text.

    Attributes
    ----------
    tokens : list of str
    sequences : list of int
        Lengths of the sequences; they sum to the number of tokens.
    """

    tokens: list[str]
    sequences: list[int]


def read_tokens(
    path: str | os.PathLike[str],
    by: str = "words",
    *,
    line_end: str | None = None,
    encoding: str = "utf-8",
    progress: Progress = None,
) -> list[str]:
    r"""Read the tokens of a text file, for ``StateExplorer(states, tokens)``.

    Parameters
    ----------
    path : path
        A text file, with the line ends of any system; it may be packed by gzip (``.txt.gz``).
    by : {"words", "characters"}
        Words are separated by white space; where punctuation marks are tokens of their own, the text must have spaces
        around them. Characters are all characters, with ``"\n"`` for the ends of lines.
    line_end : str, optional
        A token to add at the end of each line, also of empty lines, such as ``"</s>"`` for texts that LSTMVis's tools
        have prepared. Only with words: characters have their line ends.
    encoding : str
        Of the file. A byte order mark is left out; that of UTF-16 or UTF-32 says the encoding of a file that isn't said
        to have another than UTF-8.
    progress : bool or callable, optional
        None shows a bar once the work has taken a second, in a notebook and on a terminal; True shows it at once, False
        never. A callable is given the share done, 0…1.

    Returns
    -------
    list of str
        The tokens in their order.

    Raises
    ------
    FileNotFoundError, OSError
        The file can't be read.
    ValueError
        ``by`` isn't allowed, the file has another encoding, or it has no token.

    Examples
    --------
    Words, with a token for the end of each line as in the texts of LSTMVis; or characters:

    >>> from pathlib import Path
    >>> from lstmvis_widget import read_tokens
    >>> written = Path("poem.txt").write_text("The sun\nwas up\n")
    >>> read_tokens("poem.txt", line_end="</s>")
    ['The', 'sun', '</s>', 'was', 'up', '</s>']
    >>> read_tokens("poem.txt", by="characters")[:9]
    ['T', 'h', 'e', ' ', 's', 'u', 'n', '\n', 'w']
    """
    source = as_path(path)
    with shown(progress, f"reading {source.name}") as report:
        share = bytes_reported(source, report)
        return read_text(source, by, line_end=line_end, encoding=encoding, progress=share).tokens


def read_text(
    path: str | os.PathLike[str],
    by: str = "words",
    *,
    sequences: str | None = None,
    line_end: str | None = None,
    encoding: str = "utf-8",
    progress: Callable[[int], None] = lambda _: None,
) -> Text:
    """Read the tokens of a text file, and the lengths of its documents.

    Parameters
    ----------
    path, by, line_end, encoding
        See `read_tokens`.
    sequences : {None, "lines", "paragraphs"}
        What is a sequence: the whole text, each line, or each paragraph between blank lines. The tokens of blank lines
        (their line ends) belong to the sequence before them.
    progress : callable
        Is given the number of bytes read.

    Raises
    ------
    FileNotFoundError, OSError, ValueError
        As for `read_tokens`; also if ``sequences`` isn't allowed.
    """
    if by not in UNITS:
        raise ValueError(f"by must be one of {', '.join(map(repr, UNITS))}; got {by!r}")
    if sequences is not None and sequences not in PARTS:
        raise ValueError(f"sequences must be None or one of {', '.join(map(repr, PARTS))}; got {sequences!r}")
    if by == "characters" and line_end is not None:
        raise ValueError("line_end goes with words; characters have the line ends of the text")
    text = _collected(_lines(as_path(path), encoding, progress), _splitter(by, line_end), sequences)
    if not text.tokens:
        raise ValueError(f"there is no token in {path}")
    return text


def _lines(path: Path, encoding: str, progress: Callable[[int], None]) -> Iterator[str]:
    """The lines, each with a line feed at its end."""
    with open_text(path, encoding) as (file, bytes_read):
        for number, line in enumerate(file):
            if number % LINES_AT_ONCE == 0:
                progress(bytes_read())
            yield line
        progress(bytes_read())


def _splitter(by: str, line_end: str | None) -> Callable[[str], list[str]]:
    """A function that splits a line into tokens. Equal tokens are one object, to save memory."""
    if by == "characters":
        return lambda line: list(map(sys.intern, line))
    ends = [] if line_end is None else [line_end]
    return lambda line: [*map(sys.intern, line.split()), *ends]


def _collected(lines: Iterable[str], tokens_of: Callable[[str], list[str]], sequences: str | None) -> Text:
    tokens: list[str] = []
    starts = [0]
    seen = blank_before = False
    for line in lines:
        blank = not line.strip()
        if not blank:
            if seen and (sequences == "lines" or (sequences == "paragraphs" and blank_before)):
                starts.append(len(tokens))
            seen = True
        tokens += tokens_of(line)
        blank_before = blank
    ends = [*starts[1:], len(tokens)]
    return Text(tokens, [end - start for start, end in zip(starts, ends, strict=True)])
