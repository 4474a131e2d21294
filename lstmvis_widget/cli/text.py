"""The command ``text``: write the tokens of a text into a file."""

from __future__ import annotations

import argparse

from lstmvis_widget.files.token_files import save_text
from lstmvis_widget.given.paths import as_path
from lstmvis_widget.timeline.plain_text import PARTS, UNITS, read_text
from lstmvis_widget.work.progress_bar import ProgressBar

from .command import Command
from .output_file import add_output, check_output

DESCRIPTION = """\
Split a text into tokens, number them, and write both into an HDF5 file, to train a model on and to show its states
beside later. The file holds

    tokens       one id for each time step (int32)
    vocabulary   which string each id stands for; the most frequent one has the id 0
    sequences    the lengths of the lines or paragraphs, with --sequences

To train on it:

    ids = h5py.File("corpus.h5")["tokens"][:]       # a model of n tokens takes ids >= n for unknown
    words = lstmvis_widget.read_vocabulary("corpus.h5")

To explore the states that the trained model has over it, T rows for T tokens:

    StateExplorer(states, "corpus.h5::tokens", vocabulary="corpus.h5")
    # with --sequences also: sequences=h5py.File("corpus.h5")["sequences"][:]

Words are separated by white space: put spaces around punctuation marks that your model reads as tokens. Characters
are all characters, with the ends of lines.

examples:
    python -m lstmvis_widget text corpus.txt corpus.h5
    python -m lstmvis_widget text corpus.txt corpus.h5 --line-end "</s>"
    python -m lstmvis_widget text songs.txt songs.h5 --by characters --sequences paragraphs"""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("corpus", metavar="CORPUS", help="a text file")
    add_output(parser)
    parser.add_argument("--by", choices=UNITS, default=UNITS[0], help="what a token is (default: %(default)s)")
    parser.add_argument("--sequences", choices=PARTS, help="what is a sequence; no match crosses its end")
    parser.add_argument("--line-end", metavar="TOKEN", help="with words: a token to put at the end of each line")
    parser.add_argument("--encoding", default="utf-8", help="of the text (default: %(default)s)")


def _run(given: argparse.Namespace) -> None:
    check_output(given)
    with ProgressBar(f"reading {given.corpus}", total=as_path(given.corpus).stat().st_size, unit="bytes") as progress:
        text = read_text(
            given.corpus,
            given.by,
            sequences=given.sequences,
            line_end=given.line_end,
            encoding=given.encoding,
            progress=progress.to,
        )
    lengths = text.sequences if given.sequences else None
    source = {"source": as_path(given.corpus).name, "by": given.by}
    different = save_text(given.out, text.tokens, lengths, source=source, overwrite=given.overwrite)
    sequences = f", {len(text.sequences):,} sequences" if given.sequences else ""
    print(f"{given.out}: {len(text.tokens):,} tokens, {different:,} different ones{sequences}")  # noqa: T201


TEXT = Command(
    name="text",
    summary="write the tokens of a text into a file, to train on and to show states beside",
    description=DESCRIPTION,
    add_arguments=_add_arguments,
    run=_run,
)
