"""What the page draws."""

import pytest
from playwright.sync_api import expect

from tests.browser.data import SHOW
from tests.browser.gestures import brush, part, shows, word

HOSTILE = "<img src=x onerror='window.wasRun = true'><b>bold</b>"

# How many pixels of the plot are how blue, and how many are neither the ground nor grey.
PIXELS = """plot => {
    const counts = { drawn: 0, blue: 0 };
    for (const canvas of plot.querySelectorAll('canvas')) {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        for (let i = 0; i < data.length; i += 4) {
            if (data[i + 3] > 0) counts.drawn++;
            if (data[i + 3] > 100 && data[i + 2] > data[i] + 60) counts.blue++;
        }
    }
    return counts;
}"""

LIGHTNESS = """element => {
    for (let at = element; at; at = at.parentElement) {
        const [red, green, blue, alpha = 1] = getComputedStyle(at).backgroundColor.match(/[\\d.]+/g).map(Number);
        if (alpha > 0) return (red + green + blue) / 3;
    }
}"""


@pytest.fixture
def explorer(notebook):
    notebook.run(SHOW)
    return notebook.explorer()


def test_states_are_lines_and_those_of_selected_cells_are_blue(explorer):
    plot = part(explorer, "plot")
    before = plot.evaluate(PIXELS)
    assert before["drawn"] > 1000
    assert before["blue"] == 0
    brush(explorer, 10, 14)
    expect(part(explorer, "cell").first).to_be_visible()
    explorer.page.wait_for_function(f"plot => ({PIXELS})(plot).blue > 50", arg=plot.element_handle())


@pytest.fixture
def dark(notebook):
    """Makes the notebook dark for one test."""
    yield lambda: notebook.set_theme("JupyterLab Dark")
    notebook.set_theme("JupyterLab Light")


def test_the_page_follows_the_theme_of_the_notebook(notebook, explorer, dark):
    shows(explorer, theme="light")
    assert explorer.evaluate(LIGHTNESS) > 200
    dark()
    shows(explorer, theme="dark")
    assert explorer.evaluate(LIGHTNESS) < 60
    brush(explorer, 10, 14)
    assert notebook.value("explorer.selection") == [10, 14]


def test_tokens_labels_and_names_are_text_and_never_html(notebook):
    notebook.run(
        f"from lstmvis_widget import StateExplorer\nfrom tests.browser.data import *\nhostile = {HOSTILE!r}\n"
        "explorer = StateExplorer({hostile: STATES, 'other': STATES}, [hostile] * len(STATES),\n"
        "    {hostile: [hostile] * len(STATES)}, name=hostile, threshold=THRESHOLD, word_width=100)\nexplorer"
    )
    explorer = notebook.explorer()
    brush(explorer, 3, 6)
    expect(part(explorer, "match").first).to_be_visible()
    word(explorer, 2).hover()
    assert word(explorer, 2).text_content() == HOSTILE
    expect(part(explorer, "match-word").first).to_have_text(HOSTILE)
    expect(explorer.locator("[data-part='track'] .lv-label").first).to_have_text(HOSTILE)
    assert explorer.locator("img, b").count() == 0
    assert explorer.page.evaluate("() => window.wasRun") is None
    assert notebook.value("explorer.tokens[2]") == HOSTILE


def test_the_remark_says_why_no_cell_is_selected(notebook, explorer):
    notebook.run("explorer.selection = (25, 27); explorer.off_before = 1")
    expect(part(explorer, "note")).to_contain_text("sequence")
    shows(explorer, selected_cells=[], matches=0, error="")
