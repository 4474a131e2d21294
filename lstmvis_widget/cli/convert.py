"""The command ``convert``: write a project folder of LSTMVis into one file."""

from __future__ import annotations

import argparse

from lstmvis_widget.given.paths import as_path
from lstmvis_widget.hdf5.texts import printable
from lstmvis_widget.lstmvis.convert import convert
from lstmvis_widget.lstmvis.project import read_project
from lstmvis_widget.work.memory import format_bytes
from lstmvis_widget.work.progress_bar import ProgressBar

from .command import Command
from .output_file import add_output, check_output

DESCRIPTION = """\
Write all that a project folder of LSTMVis holds (states, words, meta tracks) into one HDF5 file. Open it with

    StateExplorer.open("out.h5")

The folder can also be explored without converting it: StateExplorer.from_lstmvis("FOLDER") reads it. One file is
easier to copy and to share, can be smaller (--dtype float16, --compression gzip), and needs no pyyaml.

States are written as LSTMVis shows them: with tanh, unless lstm.yml says that the transform is none. With --raw they
are written without it; then give the transform when you open the file:

    StateExplorer.open("out.h5", transform="tanh")

examples:
    python -m lstmvis_widget convert data/parens parens.h5
    python -m lstmvis_widget convert data/05childbook childbook.h5 --dtype float16"""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", help="a project folder, or the lstm.yml in it")
    add_output(parser)
    parser.add_argument("--raw", action="store_true", help="write states as they are, without tanh")
    parser.add_argument("--dtype", choices=("float16", "float32", "float64"), help="store states in this precision")
    parser.add_argument("--compression", choices=("gzip", "lzf"), help="compress states: smaller, and slower to read")


def _run(given: argparse.Namespace) -> None:
    check_output(given)
    project = read_project(given.folder)
    steps = len(project.tokens)
    with ProgressBar(f"writing {given.out}", total=steps) as progress:
        rounding = convert(
            project,
            given.out,
            raw=given.raw,
            dtype=given.dtype,
            compression=given.compression,
            overwrite=given.overwrite,
            progress=progress.to,
        )
    tracks = f"; tracks {', '.join(project.tracks)}" if project.tracks else ""
    size = format_bytes(as_path(given.out).stat().st_size)
    made = f"{given.out}: {steps:,} steps; layers {', '.join(project.states)}{tracks}; {size}"
    print(printable(made))  # noqa: T201
    if rounding:
        print(f"stored as {given.dtype}: no value moved by more than {max(rounding.values()):.2g}")  # noqa: T201


CONVERT = Command(
    name="convert",
    summary="write a project folder of LSTMVis into one file",
    description=DESCRIPTION,
    add_arguments=_add_arguments,
    run=_run,
)
