"""Where else than in JupyterLab the widget is shown."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

import lstmvis_widget
from tests.browser.conftest import only_this_machine, watched_page
from tests.browser.data import SHOW, THRESHOLD, WORDS
from tests.browser.gestures import brush, drag, middle, part, shows, word
from tests.browser.marimo_server import MarimoServer
from tests.browser.nbconvert_page import convert, serve_from_here
from tests.browser.notebook import Notebook
from tests.browser.panel_server import PanelServer
from tests.browser.shiny_server import ShinyServer
from tests.browser.solara_server import SolaraServer
from tests.browser.test_gestures import cells_of, matches_of
from tests.browser.test_keys import CELLS, LONE_KEYS, press
from tests.browser.voila_server import VoilaServer

SHOWN = ".lstmvis[data-ready='true']"


def starts_of(start, stop, threshold=THRESHOLD):
    return [row[0] for row in matches_of(start, stop, threshold)]


@pytest.fixture
def own_page(browser):
    # Notebook 7.6 looks for the schema of a setting that it has not got.
    with watched_page(browser, lambda stack: "/static/notebook/" not in stack or "blob:" in stack) as page:
        yield page


@pytest.fixture
def lone_page(own_page):
    with only_this_machine(own_page.context):
        yield own_page


@pytest.fixture
def notebook_7(lone_page, jupyter):
    name = jupyter.new_notebook()
    lone_page.goto(jupyter.address_in_notebook_7(name))
    opened = Notebook(lone_page)
    opened.wait_for_kernel()
    yield opened
    lone_page.goto("about:blank")
    jupyter.shut_down(name)


def test_in_notebook_7_a_gesture_is_a_value_and_the_next_cell_reads_it(notebook_7):
    notebook_7.run(SHOW)
    explorer = notebook_7.explorer()
    brush(explorer, 10, 14)
    assert notebook_7.value("[explorer.selection, explorer.selected_cells, explorer.matches.start]") == [
        [10, 14], cells_of(10, 14), starts_of(10, 14),
    ]  # fmt: skip
    notebook_7.run("explorer.threshold = 0.5")
    shows(explorer, threshold=0.5, selected_cells=cells_of(10, 14, 0.5))
    before = notebook_7.page.evaluate(CELLS)
    for name in ("words", "cell"):
        part(explorer, name).first.focus()
        press(notebook_7.page, *LONE_KEYS)
    assert notebook_7.page.evaluate(CELLS)[1:] == before[1:]


@pytest.fixture(scope="module")
def marimo(tmp_path_factory):
    server = MarimoServer(tmp_path_factory.mktemp("marimo"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def marimo_page(lone_page, marimo):
    lone_page.goto(marimo.address)
    lone_page.locator(SHOWN).wait_for(timeout=60_000)
    return lone_page


def reads(page, selection, threshold=THRESHOLD):
    """Wait for the text that the host computes anew to show the values of a gesture."""
    text = f"{selection} {threshold} {cells_of(*selection, threshold)} {starts_of(*selection, threshold)}"
    expect(page.get_by_text(text, exact=True)).to_be_visible()


def threshold_dragged(explorer, pixels):
    """Drag the threshold by so many pixels; its value, once the line lies where it was let go."""
    line = part(explorer, "threshold")
    x, y = middle(line)
    drag(explorer, (x, y), (x, y + pixels))
    explorer.page.wait_for_function(
        """([line, y]) => {
            const { top, bottom } = line.getBoundingClientRect();
            return Math.abs((top + bottom) / 2 - y) < 1;
        }""",
        arg=[line.element_handle(), y + pixels],
    )
    return float(line.get_attribute("aria-valuenow"))


def test_in_marimo_a_gesture_has_other_cells_run_with_its_values(marimo_page):
    explorer = marimo_page.locator(SHOWN)
    assert explorer.evaluate("each => each.getRootNode() instanceof ShadowRoot")
    brush(explorer, 10, 14)
    reads(marimo_page, (10, 14))
    threshold = threshold_dragged(explorer, -20)
    assert threshold > THRESHOLD
    reads(marimo_page, (10, 14), threshold)
    part(explorer, "words").focus()
    marimo_page.keyboard.press("Control+z")
    shows(explorer, threshold=THRESHOLD, selected_cells=cells_of(10, 14))


def test_in_marimos_shadow_root_menus_focus_copying_and_colours_work(marimo_page):
    explorer = marimo_page.locator(SHOWN)
    shows(explorer, theme="light")
    summary = part(explorer, "tracks-menu").locator("summary")
    summary.click()
    expect(part(explorer, "dim-tracks")).to_be_visible()
    word(explorer, 3).click()
    expect(part(explorer, "dim-tracks")).to_be_hidden()
    # Where the clipboard's interface is refused, the line is copied from a field, which gives the focus back.
    marimo_page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    part(explorer, "scenario").focus()
    marimo_page.keyboard.press("Enter")
    expect(part(explorer, "scenario")).to_have_text("✓ copied")
    expect(part(explorer, "scenario")).to_be_focused()
    part(explorer, "words").focus()
    marimo_page.keyboard.press("ArrowRight")
    expect(word(explorer, 4)).to_have_css("outline-style", "solid")


@contextmanager
def shown(page, server):
    """The explorer of an app, in a page that is left before its server ends."""
    server.start()
    try:
        page.goto(server.address)
        explorer = page.locator(SHOWN)
        explorer.wait_for(timeout=60_000)
        word(explorer, 0).hover(trial=True)  # until nothing lies above it, such as the sign that the page is loading
        yield explorer
        page.goto("about:blank")
    finally:
        server.stop()
    assert "Traceback" not in server.log


def test_in_shiny_a_gesture_has_outputs_computed_anew_with_its_values(tmp_path, lone_page):
    with shown(lone_page, ShinyServer(tmp_path)) as explorer:
        for start, stop in ((10, 14), (3, 6)):
            brush(explorer, start, stop)
            shows(explorer, selected_cells=cells_of(start, stop), matches=len(matches_of(start, stop)), error="")
            reads(lone_page, (start, stop))
        field = part(explorer, "threshold-field")
        field.fill("0.5")
        field.press("Enter")
        reads(lone_page, (3, 6), 0.5)


def gestures_are_read(explorer):
    """Brush words and drag the threshold: the host's own text shows what Python reads after each."""
    brush(explorer, 10, 14)
    reads(explorer.page, (10, 14))
    threshold = threshold_dragged(explorer, -20)
    assert threshold > THRESHOLD
    reads(explorer.page, (10, 14), threshold)
    shows(explorer, selected_cells=cells_of(10, 14, threshold), error="")


def test_in_voila_an_observer_in_the_kernel_reads_gestures(tmp_path, own_page):
    # The icons of its theme come from a CDN.
    with only_this_machine(own_page.context, "/fontawesome"), shown(own_page, VoilaServer(tmp_path)) as explorer:
        gestures_are_read(explorer)


def test_in_solara_a_component_is_rendered_anew_with_the_values_of_gestures(tmp_path, lone_page):
    with shown(lone_page, SolaraServer(tmp_path)) as explorer:
        gestures_are_read(explorer)


def test_in_panel_another_pane_shows_what_gestures_do(tmp_path, own_page):
    unanswered = serve_from_here(own_page.context)
    with shown(own_page, PanelServer(tmp_path)) as explorer:
        gestures_are_read(explorer)
    assert [url for url in unanswered if "/font-awesome/" not in url] == []


def test_nbconverts_html_shows_the_saved_state_without_a_kernel(own_page, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(lstmvis_widget.__file__).parents[1]))
    page_file = convert(f"{SHOW.rstrip()}.selection = (10, 14)\nexplorer.matches\nexplorer", tmp_path)
    unanswered = serve_from_here(own_page.context)
    own_page.goto(page_file.as_uri())
    explorer = own_page.locator(SHOWN)
    explorer.wait_for(timeout=60_000)
    shows(explorer, selection=(10, 14), selected_cells=cells_of(10, 14), matches=len(matches_of(10, 14)))
    expect(word(explorer, 12)).to_have_text(WORDS[12])
    expect(part(explorer, "saved-note")).to_be_visible()
    brush(explorer, 3, 6)
    shows(explorer, selection=(10, 14))
    word(explorer, 12).hover()
    expect(part(explorer, "readout")).to_contain_text("step 12")
    assert [url for url in unanswered if "mathjax" not in url] == []
