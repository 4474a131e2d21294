"""Where else than in JupyterLab the page of sequences is shown."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

import lstmvis_widget
from tests.browser.gestures import part, shows, word
from tests.browser.marimo_server import MarimoServer
from tests.browser.nbconvert_page import convert, serve_from_here
from tests.browser.sequences.data import SHOW, STARTS, STATES, TARGETS, TOKENS
from tests.browser.sequences.hands import row
from tests.browser.test_hosts import SHOWN, lone_page, notebook_7, own_page  # noqa: F401  (fixtures)

NUMBER = 13
START, STOP = int(STARTS[NUMBER]), int(STARTS[NUMBER + 1])

APP = """
import marimo

app = marimo.App(width="full")


@app.cell
def _():
    import marimo as mo
    from tests.browser.sequences.data import explorer
    return explorer, mo


@app.cell
def _(explorer, mo):
    sequences = mo.ui.anywidget(explorer())
    sequences
    return (sequences,)


@app.cell
def _(mo, sequences):
    sequences.value
    shown = sequences.widget
    mo.plain_text(f"{shown.sequence} {shown.selection} {shown.sort_by} {shown.filters} {len(shown.shown_sequences)}")
    return
"""


def choose_words(shown):
    """Go to a sequence in the table, and select three of its words with keys."""
    row(shown, NUMBER).locator(".lvs-cell-text").click()
    shows(shown, sequence=NUMBER, words=(START, STOP), trajectories=NUMBER)
    part(shown, "words").focus()
    for key in ("Home", "Shift+ArrowRight", "Shift+ArrowRight"):
        shown.page.keyboard.press(key)
    shows(shown, selection=(START, START + 3))


def test_in_notebook_7_a_gesture_is_a_value_and_the_next_cell_reads_it(notebook_7):  # noqa: F811
    notebook_7.run(SHOW)
    shown = notebook_7.explorer()
    choose_words(shown)
    assert notebook_7.value("[sequences.sequence, sequences.selection]") == [NUMBER, [START, START + 3]]
    notebook_7.run("sequences.pinned_sequences = [2]")
    shows(shown, trajectories=[NUMBER, 2])


@pytest.fixture
def marimo(tmp_path):
    server = MarimoServer(tmp_path, APP)
    server.start()
    yield server
    server.stop()


def test_in_marimo_a_gesture_has_other_cells_run_with_its_values(lone_page, marimo):  # noqa: F811
    lone_page.goto(marimo.address)
    shown = lone_page.locator(SHOWN)
    shown.wait_for(timeout=60_000)
    assert shown.evaluate("each => each.getRootNode() instanceof ShadowRoot")
    shows(shown, points=len(STATES), settled="true")
    choose_words(shown)
    part(shown, "matrix-true").and_(shown.locator("[aria-label^='true bad']")).click()
    count = TARGETS.count("bad")
    shows(shown, shown=count)
    text = f"{NUMBER} {(START, START + 3)} sequence {{'target': ['bad']}} {count}"
    expect(lone_page.get_by_text(text, exact=True)).to_be_visible()
    part(shown, "words").focus()
    lone_page.keyboard.press("Control+z")
    shows(shown, filters="{}", shown=30)


def test_nbconverts_html_shows_the_saved_state_without_a_kernel(own_page, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setenv("PYTHONPATH", str(Path(lstmvis_widget.__file__).parents[1]))
    chosen = f"sequences.sequence = {NUMBER}; sequences.jump = {START + 7}; sequences.selected_steps = [40, 41]"
    source = f"{SHOW.strip().removesuffix('sequences')}{chosen}\nsequences.finish()\nsequences"
    page_file = convert(source, tmp_path)
    unanswered = serve_from_here(own_page.context)
    own_page.goto(page_file.as_uri())
    shown = own_page.locator(SHOWN)
    shown.wait_for(timeout=60_000)
    shows(shown, sequence=NUMBER, words=(START, STOP), cause=START + 7, points=len(STATES), selected_steps=2)
    expect(part(shown, "saved-note")).to_be_visible()
    word(shown, START + 3).hover()
    expect(part(shown, "readout")).to_contain_text(f"“{TOKENS[START + 3]}”")
    row(shown, 2).locator(".lvs-cell-text").click()
    shows(shown, sequence=NUMBER)
    assert [url for url in unanswered if "mathjax" not in url] == []
