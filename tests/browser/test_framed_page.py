"""The file of `to_html` in a frame of another page, as the documentation has it."""

from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lstmvis_widget import SequenceExplorer, StateExplorer
from lstmvis_widget.datasets import load_addresses
from tests.browser.data import STATES, TAGS, THRESHOLD, WORDS

SCRIPT = Path(__file__).parents[2] / "docs" / "_static" / "live.js"

AROUND = """<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">
<script type="module">{script}</script>
<iframe class="live" src="view.html" style="width:100%;height:50px;border:0"></iframe>
"""


def explorer():
    return StateExplorer(STATES, WORDS, {"pos": TAGS}, threshold=THRESHOLD, selection=(10, 14))


def sequences():
    return SequenceExplorer(**load_addresses())


@pytest.mark.parametrize("make", [explorer, sequences])
def test_a_frame_is_as_tall_as_the_page_in_it_and_has_its_theme(browser, tmp_path, make):
    with closing(make()) as widget:
        widget.to_html(tmp_path / "view.html")
    (tmp_path / "index.html").write_text(AROUND.format(script=SCRIPT.read_text("utf-8")), "utf-8")
    with browser.new_context(viewport={"width": 1000, "height": 700}, color_scheme="light") as context:
        page = context.new_page()
        page.goto((tmp_path / "index.html").as_uri())
        frame, shown = page.locator("iframe"), page.frame_locator("iframe").locator(".lstmvis[data-ready='true']")
        shown.wait_for()
        expect(frame).to_have_attribute("data-fits", "true")
        inside = page.frame_locator("iframe").locator("html")
        assert inside.evaluate("page => page.scrollHeight <= page.clientHeight")
        assert frame.bounding_box()["height"] > 300
        expect(shown).to_have_attribute("data-theme", "light")
        page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
        expect(shown).to_have_attribute("data-theme", "dark")
        page.set_viewport_size({"width": 480, "height": 700})
        expect(inside).to_have_js_property("clientWidth", 480)
        page.frames[1].wait_for_function(
            """() => {
                const { scrollHeight, clientHeight } = document.documentElement;
                return scrollHeight <= clientHeight;
            }"""
        )
