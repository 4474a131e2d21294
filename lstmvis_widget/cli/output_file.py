"""The file that a command makes."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name the file, and say whether it may be replaced."""
    parser.add_argument("out", metavar="OUT", help="the HDF5 file to make")
    parser.add_argument("--overwrite", action="store_true", help="replace OUT if it is there")


def check_output(given: argparse.Namespace) -> None:
    """Raise FileExistsError where the file is there and isn't to be replaced: before the work, not after it."""
    if Path(given.out).exists() and not given.overwrite:
        raise FileExistsError(f"there is a file {given.out!r} already; --overwrite replaces it")
