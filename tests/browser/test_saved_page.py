"""The file that `to_html` writes, opened from the disk with the network off."""

import importlib.util
import json
import re
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lstmvis_widget import StateExplorer
from tests.browser.data import SEQUENCES, STATES, TAGS, THRESHOLD, WORDS
from tests.browser.gestures import brush, drag, middle, part, shows, word
from tests.browser.test_gestures import cells_of, matches_of

HOSTILE = "</script><script>window.wasRun = true</script><img src=x onerror='window.wasRun = true'>"


@pytest.fixture
def opened(browser, tmp_path):
    """Opens what an explorer saves."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, offline=True)
    requests, errors = [], []

    def open_saved(explorer):
        with closing(explorer):
            path = explorer.to_html(tmp_path / "view.html")
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(error.stack))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(path.as_uri())
        shown = page.locator(".lstmvis[data-ready='true']")
        shown.wait_for()
        return shown

    yield open_saved
    context.close()
    assert [url for url in requests if not url.endswith("/view.html")] == []
    assert errors == []


def explorer(**traits):
    return StateExplorer(
        STATES, WORDS, {"pos": TAGS, "n": range(len(WORDS))}, sequences=SEQUENCES, threshold=THRESHOLD, **traits
    )


def test_a_saved_view_hovers_toggles_and_moves(opened):
    shown = opened(explorer(selection=(10, 14), visible_tracks=["pos"]))
    shows(shown, selection=(10, 14), selected_cells=cells_of(10, 14), matches=len(matches_of(10, 14)))
    word(shown, 12).hover()
    expect(part(shown, "readout")).to_contain_text("step 12")
    part(shown, "heatmap-toggles").get_by_text("pos").click()
    expect(part(shown, "match").first.locator("[data-part='heat']")).to_have_count(2)
    part(shown, "color-by").select_option(label="pos")
    shows(shown, color_by="pos")
    part(shown, "tracks-menu").locator("summary").click()
    part(shown, "tracks-menu").locator("input[data-track='n']").check()
    expect(shown.locator("[data-part='track'][data-track='n'] canvas")).to_be_visible()
    part(shown, "next").click()
    shows(shown, position=re.compile("[1-9]"))
    expect(word(shown, 40)).to_have_text("w40")
    part(shown, "position-field").fill("299")
    part(shown, "position-field").press("Enter")
    expect(word(shown, 299)).to_have_text("w299")
    expect(part(shown, "next")).to_be_disabled()


def test_what_needs_python_is_off_in_a_saved_view(opened):
    shown = opened(explorer(selection=(10, 14)))
    before = {"selection": (10, 14), "threshold": THRESHOLD, "off_before": 0, "deselected_cells": ""}
    expect(part(shown, "saved-note")).to_contain_text("need Python")
    for name in ("threshold-field", "find", "find-case"):
        expect(part(shown, name)).to_be_disabled()
    expect(part(shown, "threshold")).to_have_attribute("aria-disabled", "true")
    expect(part(shown, "words")).to_have_css("cursor", "default")
    brush(shown, 3, 6)
    x, y = middle(part(shown, "threshold"))
    drag(shown, (x, y), (x, y - 40))
    part(shown, "cell").first.click(force=True)
    part(shown, "words").focus()
    for key in ("Shift+ArrowRight", "Enter", "Escape", "Control+z"):
        shown.page.keyboard.press(key)
    word(shown, 12).hover()
    shows(shown, **before)
    part(shown, "cell").first.hover()
    expect(part(shown, "readout")).to_contain_text(f"cell {cells_of(10, 14)[0]}")


def test_movement_ends_where_the_saved_steps_end(opened):
    import numpy as np

    states = np.tanh(np.random.default_rng(0).normal(size=(3000, 650))).astype(np.float32)
    shown = opened(StateExplorer(states, position=1500, selection=(1510, 1512), threshold=0.2, word_width=30))
    start, stop = map(int, shown.get_attribute("data-window").split("-"))
    assert 0 < start < 1500
    assert 1540 < stop < 3000
    part(shown, "plot").focus()
    shown.page.keyboard.press("Home")
    shows(shown, position=start)
    expect(part(shown, "previous")).to_be_disabled()
    shown.page.keyboard.press("End")
    expect(word(shown, stop - 1)).to_have_text(str(stop - 1))
    expect(part(shown, "next")).to_be_disabled()
    assert float(shown.get_attribute("data-position")) + 30 < stop
    far = part(shown, "match").locator("visible=true").filter(has_not_text=f"{start:,}")
    steps = [int(row.get_attribute("data-start")) for row in far.all()]
    outside = next(i for i, step in enumerate(steps) if not start <= step < stop - 2)
    far.nth(outside).click()
    expect(part(shown, "error")).to_contain_text("not part of the saved view")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_saved_view_follows_the_colours_of_the_system(opened, scheme):
    shown = opened(explorer())
    shown.page.emulate_media(color_scheme=scheme)
    shows(shown, theme=scheme)


def test_on_a_page_without_a_background_it_is_dark_only_where_the_page_allows_that(opened):
    shown = opened(explorer())
    shown.page.emulate_media(color_scheme="dark")
    for allowed, theme in (("light", "light"), ("light dark", "dark")):
        shown.page.evaluate(
            """allowed => {
                document.body.style.background = "none";
                document.documentElement.style.colorScheme = allowed;
            }""",
            allowed,
        )
        shows(shown, theme=theme)


def test_data_in_a_saved_view_are_text(opened):
    hostile = StateExplorer(
        {HOSTILE: STATES, "other": STATES}, [HOSTILE] * 300, {HOSTILE: [HOSTILE] * 300}, name=HOSTILE,
        threshold=THRESHOLD, selection=(3, 6),
    )  # fmt: skip
    shown = opened(hostile)
    assert word(shown, 2).text_content() == HOSTILE
    expect(part(shown, "match-word").first).to_have_text(HOSTILE)
    assert shown.locator("img").count() == 0
    assert shown.page.evaluate("() => window.wasRun") is None


def test_each_widget_of_the_quickstart_is_drawn_in_the_documentation(browser, tmp_path):
    """From the state that the notebook has saved."""
    root = Path(__file__).parents[2]
    spec = importlib.util.spec_from_file_location("stored", root / "docs" / "extensions" / "stored.py")
    stored = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stored)
    path = root / "notebooks" / "quickstart.ipynb"
    written = json.loads(stored.notebook(path.read_text("utf-8"), "notebooks/quickstart.ipynb", tmp_path))
    outputs = [output for cell in written["cells"] for output in cell.get("outputs", [])]
    frames = "".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
    addresses = re.findall(r'src="\.\./([^"]+)"', frames)
    assert len(addresses) == 2
    context = browser.new_context(viewport={"width": 900, "height": 700}, offline=True)
    page = context.new_page()
    drawn = []
    for address in addresses:
        page.goto((tmp_path / address).as_uri())
        shown = page.locator(".lstmvis[data-ready='true'], .lstmvis[data-points]:has(canvas)")
        expect(shown).to_be_visible()
        drawn.append(shown.get_attribute("class").split()[1])
    context.close()
    assert drawn == ["lv-explorer", "lv-scatter"]
