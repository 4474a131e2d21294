"""Stored pictures of figures, small and soft: `python -m tests.figures.stored` draws them anew.

They are compared square by square, so that another release of a library that draws text changes nothing.
"""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from lstmvis_widget import PhraseScatter
from tests.figures.drawings import FONT, many, small
from tests.figures.phrases import TOKENS, phrase_map
from tests.sequences_view.small_data import make

FOLDER = Path(__file__).parent / "stored"
DPI, SHRINKING = 144, 2

SQUARE, TOLERANCE, MOST = 6, 30, 6
"""Pixels of a square; how much the colour of one may differ, of 255; how many may differ more."""


def sequences(**traits):
    """Four sequences, two of them on the map."""
    return make(sequence=1, pinned_sequences=[3], point_labels="class", background=False, **traits)


FIGURES = {
    "words-light": lambda: small(match_tracks=["kind", "rise"], off_before=1).figure(
        width="single", cells=[3], font=FONT
    ),
    "columns-dark": lambda: many(selection=(300, 303), show_coverage=True).figure(
        width="single", steps=(100, 1100), matches=2, theme="dark", font=FONT
    ),
    "matches-print": lambda: small(match_layout="columns", min_length=1, match_tracks=["says"]).figure(
        width=4, theme="print", parts=["words", "pattern", "matches", "legend"], font=FONT
    ),
    "sequences-light": lambda: sequences(selection=(7, 9), jump=9).figure(width=5, font=FONT),
    "map-print": lambda: sequences(color_by="pos").figure(width=2, parts=["map"], theme="print", font=FONT),
    "phrases-dark": lambda: PhraseScatter(phrase_map(), tokens=TOKENS).figure(
        width=2.5, labels=[0, 3, 9], theme="dark", font=FONT
    ),
}


def picture(figure):
    """A figure in few pixels."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI)
    return Image.open(file).convert("RGB").reduce(SHRINKING)


def differing(one, other):
    """How many squares of two pictures differ; all of them where the pictures differ in size."""
    a, b = (np.asarray(each.reduce(SQUARE), float) for each in (one, other))
    if one.size != other.size:
        return a[..., 0].size
    return int((np.abs(a - b).max(axis=2) > TOLERANCE).sum())


def main():
    FOLDER.mkdir(exist_ok=True)
    for name, draw in FIGURES.items():
        picture(draw()).quantize(128).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
