"""The command line: ``python -m lstmvis_widget COMMAND``."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence

from .cli.command import Command
from .cli.convert import CONVERT
from .cli.text import TEXT
from .files.describing import describe
from .hdf5.texts import printable

LESSON = """\
lstmvis-widget explores the hidden states of sequence models in a notebook:

    from . import StateExplorer
    StateExplorer.open("states.h5")

This command line looks into files and makes them.

exit codes: 0 done, 1 something given is wrong (the message says what), 2 the command line is, 130 interrupted"""


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="path of an HDF5 file")


DESCRIBE = Command(
    name="describe",
    summary="list what an HDF5 file holds, and what of it can be explored",
    lesson="""\
List the datasets of an HDF5 file with their shapes, and say which could be states, tokens or tracks. No states
are read, and no link out of the file is followed.

A file that save_states or StateWriter wrote says how many steps are complete and where they come from; open it
with StateExplorer.open. From any other file, give the parts to StateExplorer by their paths, as the last line shows.

example:
    python -m lstmvis_widget describe states.h5""",
    arguments=_add_file,
    run=lambda given: print(describe(given.file)),  # noqa: T201
)

COMMANDS: tuple[Command, ...] = (DESCRIBE, TEXT, CONVERT)


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m lstmvis_widget", description=LESSON, formatter_class=layout)
    commands = parser.add_subparsers(metavar="COMMAND", required=True, title="commands")
    for command in COMMANDS:
        its = commands.add_parser(
            command.name, help=command.summary, description=command.lesson, formatter_class=layout
        )
        command.arguments(its)
        its.set_defaults(run=command.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code."""
    given = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning  # type: ignore[assignment]
            given.run(given)
            sys.stdout.flush()
    except BrokenPipeError:  # what it is piped into has read enough
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


if __name__ == "__main__":
    sys.exit(main())
