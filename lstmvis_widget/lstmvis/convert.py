"""Converting a project of LSTMVis to one file, which `StateExplorer.open` opens."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack

from numpy.typing import DTypeLike

from lstmvis_widget.files.saving import save_states
from lstmvis_widget.states.sources import States
from lstmvis_widget.work.cancelling import Report

from .project import Project


def convert(
    project: Project,
    path: str | os.PathLike[str],
    *,
    raw: bool = False,
    compression: str | None = None,
    dtype: DTypeLike | None = None,
    overwrite: bool = False,
    progress: bool | Callable[[int], object] | None = None,
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
    progress : bool or callable, optional
        As `save_states` takes it, but a callable is given the number of steps written.

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
            layers[name] = opened.enter_context(States(source, None if raw else project.transform[name]))
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
            progress=_of_steps(progress, len(project.tokens)) if callable(progress) else progress,
        )


def _of_steps(progress: Callable[[int], object], steps: int) -> Report:
    def report(share: float) -> None:
        progress(round(share * steps))

    return report
