"""Texts of figures."""

import itertools
import json
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

from lstmvis_widget.figures.texts import FALLBACK, SIZE, SMALL, Writing, families, visible_token
from lstmvis_widget.figures.time_rows import LABEL_GAP, label_width

CASES = json.loads((Path(__file__).parents[1] / "visible_token_cases.json").read_text("utf-8"))
WRITING = Writing(FALLBACK)


@pytest.mark.parametrize(("token", "shown"), CASES)
def test_a_token_looks_as_in_the_page(token, shown):
    assert visible_token(token) == shown


def test_half_of_a_character_can_be_drawn():
    assert visible_token("\ud800x") == "·x"


def test_a_text_that_fits_stays():
    assert WRITING.fitted("cat", 40, 7) == ("cat", 7)


def test_a_long_text_gets_smaller_before_it_is_cut():
    full = WRITING.width("certainly", 7)
    text, size = WRITING.fitted("certainly", full * 0.8, 7)
    assert (text, round(size, 6)) == ("certainly", 5.6)
    text, size = WRITING.fitted("certainly", full * 0.5, 7)
    assert text.endswith("…")
    assert text[:-1] in "certainly"
    assert size == 5
    assert WRITING.width(text, size) <= full * 0.5


def test_where_no_letter_fits_there_is_no_text():
    assert WRITING.fitted("certainly", 2, 7).text == ""


def test_a_name_keeps_both_ends():
    name = "president of 1861"
    shortened = WRITING.shortened_inside(name, WRITING.width(name, 6) * 0.6, 6)
    head, tail = shortened.split("…")
    assert name.startswith(head)
    assert name.endswith(tail)
    assert tail


def test_text_is_measured_without_a_warning_for_characters_that_no_font_has():
    assert WRITING.width("日本", 7) > 0


def test_fonts_are_those_of_the_settings():
    with mpl.rc_context({"font.family": ["monospace"], "font.monospace": ["no such font", "DejaVu Sans Mono"]}):
        assert families() == ("DejaVu Sans Mono", FALLBACK)


def test_a_font_that_is_not_installed_is_refused():
    with pytest.raises(ValueError, match=r"font must name installed fonts.*got 'Comic Serif'"):
        families(["DejaVu Sans", "Comic Serif"])
    with pytest.raises(TypeError, match="font must be the name of a font, or a list of names; got 3"):
        families(3)


def test_a_name_is_whole_in_the_room_that_it_is_given():
    names = ["ww" + "".join(letters) for letters in itertools.product("ailmw.0", repeat=3)]
    rooms = {name: label_width(WRITING, [name], 500) - LABEL_GAP for name in names}
    assert [name for name in names if WRITING.shortened_inside(name, rooms[name], SMALL) != name] == []


def test_a_text_that_fits_when_it_is_smaller_is_whole():
    rooms = [WRITING.width("mouse", size) for size in np.linspace(5.1, 6.9, 60)]
    assert {WRITING.fitted("mouse", room, SIZE).text for room in rooms} == {"mouse"}
