"""How a figure is saved and shown."""

import io
import pickle
import re

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib._pylab_helpers import Gcf
from PIL import Image

from lstmvis_widget.figures.colors import LIGHT
from lstmvis_widget.figures.sheet import Sheet
from lstmvis_widget.figures.texts import FALLBACK, Writing
from tests.figures.drawings import small

TOKENS = ["$a$", "\\frac{1}", "<b>&", "日本", "😀", "_^{}"]


def sheet_with_words():
    writing = Writing(FALLBACK)
    sheet = Sheet(3.3, LIGHT, writing)
    for token in TOKENS:
        writing.write(sheet.part(token, 10), (0, 5), token, color=LIGHT.text)
    return sheet.finished()


def saved(figure, kind):
    file = io.BytesIO()
    figure.savefig(file, format=kind)
    return file.getvalue()


def test_text_is_text_in_svg():
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", saved(sheet_with_words(), "svg").decode())
    assert texts == [token.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for token in TOKENS]


def test_a_pdf_holds_its_font_as_true_type():
    content = saved(sheet_with_words(), "pdf")
    assert b"/CIDFontType2" in content
    assert b"/Type3" not in content


def test_no_setting_changes_and_pyplot_knows_nothing():
    before = dict(mpl.rcParams)
    for kind in ("svg", "pdf", "png"):
        saved(sheet_with_words(), kind)
    assert dict(mpl.rcParams) == before
    assert Gcf.figs == {}


@pytest.mark.parametrize(
    "settings",
    [
        {"savefig.bbox": "tight"},
        {"figure.autolayout": True},
        {"figure.constrained_layout.use": True},
        {"text.parse_math": True, "svg.fonttype": "path", "savefig.facecolor": "red"},
        {"savefig.transparent": True, "savefig.dpi": 50, "figure.dpi": 50},
    ],
)
def test_the_settings_of_a_style_change_nothing(settings):
    plain = saved(sheet_with_words(), "png")
    with mpl.rc_context(settings):
        figure = sheet_with_words()
        assert saved(figure, "png") == plain
    assert saved(figure, "png") == plain


def test_a_layout_can_be_asked_for():
    figure = sheet_with_words()
    figure.set_layout_engine("constrained")
    assert figure.get_layout_engine() is not None


def test_the_same_figure_makes_the_same_file():
    first, second = (re.sub(rb"<dc:date>.*?</dc:date>", b"", saved(sheet_with_words(), "svg")) for _ in range(2))
    assert first == second


def test_a_figure_can_be_pickled():
    copy = pickle.loads(pickle.dumps(sheet_with_words()))  # noqa: S301
    assert saved(copy, "png") == saved(sheet_with_words(), "png")


def test_a_notebook_shows_it_at_the_size_of_the_print():
    from IPython.core.formatters import DisplayFormatter

    data, about = DisplayFormatter().format(sheet_with_words())
    assert data["image/png"].startswith(b"\x89PNG")
    assert about["image/png"] == {"width": round(3.3 * 96), "height": round((6 * 10 + 4) / 72 * 96)}


def test_a_notebook_in_which_pyplot_is_used_shows_all_of_it_at_the_size_of_the_print():
    from IPython.core.pylabtools import print_figure

    figure = small().figure(width="single")
    shown = Image.open(io.BytesIO(print_figure(figure, bbox_inches="tight", pad_inches=0)))
    assert 96 * 3.3 - 10 <= shown.width <= 96 * 3.3
    assert Image.open(io.BytesIO(saved(figure, "png"))).width == 300 * 3.3
    assert print_figure(sheet_with_words(), bbox_inches="tight")


def test_a_sheet_is_as_high_as_its_parts_below_each_other():
    sheet = Sheet(2, LIGHT, Writing(FALLBACK))
    first = sheet.part("one", 10)
    sheet.below(5)
    beside = sheet.beside("two", 20, left=40, width=30)
    third = sheet.part("three", 20)
    figure = sheet.finished()
    width, height = figure.get_size_inches() * 72
    assert (width, height) == pytest.approx((144, 2 + 10 + 5 + 20 + 2))
    points = [np.array(axes.get_position().bounds) * [width, height, width, height] for axes in (first, beside, third)]
    assert points[0] == pytest.approx([2, height - 12, 140, 10])
    assert points[1] == pytest.approx([42, 2, 30, 20])
    assert points[2] == pytest.approx([2, 2, 140, 20])
