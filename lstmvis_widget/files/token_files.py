"""The tokens of a text in a file, as ids: to train a model on, and to show its states beside later."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import h5py
import numpy as np
from numpy.typing import ArrayLike

from lstmvis_widget.given.paths import as_path
from lstmvis_widget.hdf5.texts import ENDS, UTF8, encode_texts
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.timeline.tracks import CategoricalTrack
from lstmvis_widget.work.atomic_file import atomic_file, check_absent

from .block_checks import checked_source
from .state_writer import LAYOUT


def save_text(
    path: str | os.PathLike[str],
    tokens: Sequence[str],
    sequences: ArrayLike | None = None,
    *,
    source: str | Mapping[str, str | float] | None = None,
    overwrite: bool = False,
) -> int:
    """Write the tokens of a text into an HDF5 file, as ids with their vocabulary.

    The file is laid out as `lstmvis_widget.files` says, without states: ``tokens`` are T ids (int32),
    ``vocabulary`` the strings that they stand for, ``sequences`` the lengths. The most frequent token has the id 0
    (equally frequent ones are sorted by name), so a model of n tokens knows the ids below n. Once the model's states
    over the text are recorded, ``StateExplorer(states, "text.h5::tokens", vocabulary="text.h5")`` shows them.

    Parameters
    ----------
    path : path
        Of the file to make.
    tokens : sequence of T str
    sequences : sequence of int, optional
        Lengths of the sequences, which sum to T.
    source : str or mapping, optional
        Where the text comes from; kept in the attributes of the file.
    overwrite : bool, default False
        Whether to replace a file that is there.

    Returns
    -------
    int
        The number of different tokens.

    Raises
    ------
    FileExistsError
        There is a file, and ``overwrite`` is False.
    OSError
        The file can't be written.
    TypeError, ValueError
        There are no tokens, they aren't strings, or the lengths don't sum to T.
    """
    path = as_path(path)
    check_absent(path, overwrite=overwrite)
    texts = list(Tokens(tokens, None))
    if not texts:
        raise ValueError("there must be at least one token")
    lengths = None if sequences is None else Sequences.of(sequences, len(texts)).lengths
    about = checked_source(source)
    found = CategoricalTrack(texts)
    vocabulary = found.labels
    with atomic_file(path, overwrite=overwrite) as part, h5py.File(part, "x") as file:
        file.attrs["layout"] = LAYOUT
        file.attrs.update(about)
        file["tokens"] = found.codes
        utf8, sizes = encode_texts(vocabulary)
        file["vocabulary/ids"] = np.arange(len(vocabulary), dtype=np.int64)
        file[f"vocabulary/{UTF8}"] = utf8
        file[f"vocabulary/{ENDS}"] = np.cumsum(sizes)
        if lengths is not None:
            file["sequences"] = lengths
    return len(vocabulary)
