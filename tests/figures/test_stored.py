"""Figures look as they did: compared with stored pictures."""

import pytest
from PIL import Image

from tests.figures.drawings import FONT, small
from tests.figures.stored import FIGURES, FOLDER, MOST, differing, picture


def stored(name):
    with Image.open(FOLDER / f"{name}.png") as image:
        return image.convert("RGB")


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_looks_as_it_did(name):
    assert differing(picture(FIGURES[name]()), stored(name)) <= MOST


def test_a_figure_that_looks_otherwise_is_found():
    other = small(match_tracks=["kind", "rise"], off_before=1, threshold=0.4).figure(
        width="single", cells=[2], font=FONT
    )
    assert differing(picture(other), stored("words-light")) > MOST
