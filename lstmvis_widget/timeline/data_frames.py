"""Tracks from the columns of a data frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lstmvis_widget.given.columns import coded_labels
from lstmvis_widget.given.tables import columns_of, is_table, listed

from .same_tokens import check_same_tokens
from .tracks import Track, as_track

TOKEN_COLUMN = "token"  # noqa: S105  (a token is a word here, not a secret)
"""The column of a table that holds the tokens of the text."""


def tracks_from_frame(
    frame: Any,
    tokens: Sequence[str] | None = None,
    columns: str | Iterable[str] | None = None,
    *,
    token_column: str = TOKEN_COLUMN,
) -> dict[str, Track]:
    """Make tracks of the columns of a table.

    Parameters
    ----------
    frame : data frame of pandas, polars or pyarrow, structured array, or mapping
        One row for each of the T time steps, in their order. A mapping is column name → T values.
    tokens : sequence of T str, optional
        The tokens of the text, such as ``explorer.tokens``. Those in ``token_column`` must be the same. None: they are
        not compared.
    columns : str or iterable of str, optional
        The columns to take; by default all but ``token_column``.
    token_column : str
        The column that holds the tokens.

    Returns
    -------
    dict of str to CategoricalTrack or ContinuousTrack
        `as_track` says which column becomes which.

    Raises
    ------
    TypeError
        ``frame`` isn't a table, or a column makes no track.
    KeyError
        A column is missing; the message lists the columns of the table.
    ValueError
        The tokens differ: the message shows both sides at the first difference.

    Examples
    --------
    Columns of a table become tracks, if their tokens are those of the text:

    >>> import pandas as pd
    >>> from lstmvis_widget import tracks_from_frame
    >>> frame = pd.DataFrame({"token": ["the", "cat"], "pos": ["DET", "NOUN"], "surprise": [1.5, 8.2]})
    >>> tracks = tracks_from_frame(frame, tokens=["the", "cat"])
    >>> tracks["pos"].labels, tracks["surprise"].values
    (('DET', 'NOUN'), array([1.5, 8.2]))
    """
    table = columns_of(frame)
    if tokens is not None:
        check_same_tokens(_tokens_in(_column(table, token_column)), tokens, "the table")
    wanted = [columns] if isinstance(columns, str) else columns
    chosen = [name for name in table if name != token_column] if wanted is None else list(wanted)
    return {str(name): _as_track(name, _column(table, name)) for name in chosen}


def without_tokens(tracks: Any, tokens: Sequence[str] | None) -> Any:
    """A table as columns by name, without the tokens in its column ``token``; anything but a table as it is.

    Parameters
    ----------
    tracks : data frame, or anything else
    tokens : sequence of T str, optional
        The tokens of the text. None: the column is a track like the others.

    Raises
    ------
    ValueError
        The tokens differ: the message shows both sides at the first difference.
    """
    if not is_table(tracks):
        return tracks
    table = {str(name): column for name, column in columns_of(tracks).items()}
    if tokens is not None and TOKEN_COLUMN in table:
        check_same_tokens(_tokens_in(table.pop(TOKEN_COLUMN)), tokens, "the table")
    return table


def _column(table: Mapping[Any, Any], name: Any) -> Any:
    if name not in table:
        raise KeyError(f"the table has no column {name!r}; its columns are {listed(table)}")
    return table[name]


def _tokens_in(column: Any) -> list[str]:
    texts: list[str] = coded_labels(column, "the column of tokens").texts("").tolist()
    return texts


def _as_track(name: Any, column: Any) -> Track:
    try:
        return as_track(column)
    except TypeError as error:
        raise TypeError(f"column {name!r}: {error}") from error
