"""The command ``describe``: what an HDF5 file holds."""

from __future__ import annotations

import argparse

from lstmvis_widget.files.describing import describe

from .command import Command

DESCRIPTION = """\
List the datasets of an HDF5 file with their shapes, and say which could be states, tokens or tracks. No states
are read, and no link out of the file is followed.

A file that save_states or StateWriter wrote says how many steps are complete and where they come from; open it
with StateExplorer.open. From any other file, give the parts to StateExplorer by their paths, as the last line shows.

example:
    python -m lstmvis_widget describe states.h5"""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="path of an HDF5 file")


def _run(given: argparse.Namespace) -> None:
    print(describe(given.file))  # noqa: T201


DESCRIBE = Command(
    name="describe",
    summary="list what an HDF5 file holds, and what of it can be explored",
    description=DESCRIPTION,
    add_arguments=_add_arguments,
    run=_run,
)
