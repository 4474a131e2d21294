"""Converting a project of LSTMVis to one file, which `StateExplorer.open` opens."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lstmvis_widget.files.saving import save_states
from lstmvis_widget.states.sources import States

from .project import Project


def convert(
    project: Project,
    path: str | os.PathLike[str],
    *,
    raw: bool = False,
    compression: str | None = None,
    dtype: DTypeLike | None = None,
    overwrite: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> dict[str, float]:
    """Write all that a project holds into one file.

    Parameters
    ----------
    project : Project
        As `read_project` returns it.
    path : path
        Of the file to make.
    raw : bool, default False
        Whether to write the states without the transform of the project, which is tanh in most. With it the file shows
        the same as the project.
    compression, dtype, overwrite
        As `save_states` takes them.
    progress : callable
        Given the number of steps written.

    Returns
    -------
    dict of str to float
        As `save_states` returns it.

    Raises
    ------
    FileExistsError
        There is a file, and ``overwrite`` is False.
    OSError, TypeError, ValueError
        As `save_states` raises them.
    """
    about = {"title": project.name, "source": f"LSTMVis project {project.name}", "description": project.description}
    with ExitStack() as opened:
        layers = {}
        for name, source in project.states.items():
            states = opened.enter_context(States(source, None if raw else project.transform[name]))
            layers[name] = _ReportingRows(states, progress)
            if not raw and project.transform[name] is not None:
                about[f"transform of {name}"] = str(project.transform[name])
        return save_states(
            path,
            layers,
            project.tokens,
            project.tracks,
            vocabulary=project.vocabulary,
            compression=compression,
            dtype=dtype,
            source=about,
            overwrite=overwrite,
        )


class _ReportingRows:
    """States that report the last row read."""

    def __init__(self, states: States, progress: Callable[[int], None]) -> None:
        self.shape, self.dtype = states.shape, states.dtype
        self._states, self._progress = states, progress

    def __getitem__(self, rows: slice) -> NDArray[np.generic]:
        start, stop, _ = rows.indices(self.shape[0])
        values: NDArray[Any] = self._states.read(start, stop)
        self._progress(stop)
        return values
