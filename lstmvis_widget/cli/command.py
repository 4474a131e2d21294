"""The parts of a command of ``python -m lstmvis_widget``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One command of the command line.

    Parameters
    ----------
    name : str
    summary : str
        One line for the list of commands.
    description : str
        Shown by ``--help``: what the command is for, with examples.
    add_arguments : callable
        Adds the command's arguments to a parser.
    run : callable
        Runs the command with its parsed arguments and prints the result. For a wrong argument or file it raises
        OSError, ValueError or TypeError, for a missing extra ImportError; the message is printed.
    """

    name: str
    summary: str
    description: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], None]
