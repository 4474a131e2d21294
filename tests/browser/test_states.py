"""The page looks as in its stored pictures; `python -m tests.browser.states` takes them anew."""

import pytest
from PIL import Image

from tests.browser.picture import THEMES
from tests.browser.states import (
    COMPARED,
    DATA,
    STORED,
    as_stored,
    compute,
    drawn,
    is_as,
    same_everywhere,
    stored_path,
    styled,
    take,
)  # fmt: skip

MUTATIONS = {
    "no plot": "[data-part='plot'] canvas { visibility: hidden }",
    "no threshold": "[data-part='threshold'] { visibility: hidden }",
    "no words": "[data-part='words'] { visibility: hidden }",
    "a track less": "[data-part='track'][data-track='pos'] { visibility: hidden }",
    "no numbers of cells": "[data-part='cell'] { opacity: 0 !important }",
    "no heatmaps": "[data-part='heat'] { visibility: hidden }",
    "no header": ".lv-header { visibility: hidden }",
    "orange for blue": ".lstmvis { --lv-selected: #e69f00 !important }",
    "matches 20 pixels down": "[data-part='matches'] { position: relative; top: 20px }",
    "matches 20 pixels to the right": "[data-part='matches'] { position: relative; left: 20px }",
    "matches 10 pixels to the right": "[data-part='matches'] { position: relative; left: 10px }",
    "a narrower page": ".lstmvis { width: 860px !important }",
}
SAME = {
    "as it is": "/* nothing */",
    "another font of the host": "html, body { --jp-ui-font-family: serif; font: 17px serif !important }",
}


@pytest.fixture
def in_theme(notebook):
    """Sets a theme for one test."""
    yield lambda theme: notebook.set_theme(THEMES[theme])
    notebook.set_theme(THEMES["light"])


def stored(name, theme):
    return Image.open(stored_path(name, theme)).convert("RGB")


@pytest.mark.parametrize("theme", COMPARED)
def test_each_state_looks_as_in_its_picture(notebook, in_theme, theme, tmp_path):
    in_theme(theme)
    changed = []
    for name, taken in take(notebook, theme):
        if not is_as(taken, stored(name, theme)):
            changed.append(name)
            taken.save(tmp_path / f"{name}-{theme}.png")
    assert changed == [], f"how they look now is in {tmp_path}"


def test_what_is_missing_displaced_or_of_another_colour_is_noticed(notebook):
    expected = stored("cells-200", "light")
    notebook.run(DATA)
    looks_the_same = {}
    with same_everywhere(notebook.page):
        compute(notebook, "cells-200")
        explorer = drawn(notebook, "cells-200", "light")
        for what, css in (SAME | MUTATIONS).items():
            with styled(notebook.page, css):
                looks_the_same[what] = is_as(as_stored(explorer), expected)
    assert looks_the_same == dict.fromkeys(SAME, True) | dict.fromkeys(MUTATIONS, False)
    assert not is_as(expected, stored("cells-200", "dark"))


def test_the_pictures_are_few_and_small():
    paths = list(STORED.glob("*.png"))
    assert len(paths) < 50
    assert sum(path.stat().st_size for path in paths) < 1_000_000
