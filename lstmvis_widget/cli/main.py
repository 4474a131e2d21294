"""Parses the command line, runs the command, and turns errors into messages and exit codes."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence

from lstmvis_widget.hdf5.texts import printable

from .command import Command
from .convert import CONVERT
from .describe import DESCRIBE
from .text import TEXT

COMMANDS: tuple[Command, ...] = (DESCRIBE, TEXT, CONVERT)

DESCRIPTION = """\
lstmvis-widget explores the hidden states of sequence models in a notebook:

    from lstmvis_widget import StateExplorer
    StateExplorer.open("states.h5")

This command line looks into files and makes them.

exit codes: 0 done, 1 an argument or a file is wrong (the message says what), 2 wrong usage, 130 interrupted"""


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m lstmvis_widget", description=DESCRIPTION, formatter_class=layout)
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True, title="commands")
    for command in COMMANDS:
        subparser = subparsers.add_parser(
            command.name, help=command.summary, description=command.description, formatter_class=layout
        )
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process.
    """
    given = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning  # type: ignore[assignment]
            given.run(given)
            sys.stdout.flush()
    except BrokenPipeError:  # the reader of the pipe, such as `head`, has closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (OSError, ValueError, TypeError, ImportError) as error:
        return _fail(str(error), 1)
    except KeyboardInterrupt:
        return _fail("interrupted", 130)
    return 0


def _fail(message: str, code: int) -> int:
    sys.stderr.write(f"error: {printable(message)}\n")
    return code


def _show_warning(message: Warning | str, *_: object) -> None:
    sys.stderr.write(f"warning: {printable(str(message))}\n")
