"""What a command of ``python -m lstmvis_widget`` is."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """A command.

    Parameters
    ----------
    name : str
    summary : str
        One line for the list of commands.
    lesson : str
        What ``--help`` teaches: what it is for, with examples.
    arguments : callable
        Adds its arguments to a parser.
    run : callable
        Does it, with the arguments parsed. It prints its result; what is wrong with what it was given it raises as
        OSError, ValueError or TypeError, and an extra that isn't there as ImportError; the message is printed.
    """

    name: str
    summary: str
    lesson: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], None]
