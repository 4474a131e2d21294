"""The file that a command makes."""

from __future__ import annotations

import argparse

from lstmvis_widget.given.paths import as_path
from lstmvis_widget.work.atomic_file import check_absent


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add the arguments for the file's path, and for whether to replace it."""
    parser.add_argument("out", metavar="OUT", help="the HDF5 file to make")
    parser.add_argument("--overwrite", action="store_true", help="replace OUT if it is there")


def check_output(given: argparse.Namespace) -> None:
    """Raise FileExistsError before any work if the file is there and must not be replaced."""
    check_absent(as_path(given.out), overwrite=given.overwrite, remedy="--overwrite")
