"""What the page does with data that lack something, or are as small, or as strange, as can be."""

import re
from contextlib import contextmanager

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.gestures import drag, part, shows, word
from tests.browser.notebook import CellError
from tests.browser.sequences.data import SEQUENCES, STARTS, STATES, TARGETS
from tests.browser.sequences.hands import frame, lasso, lonest, places, row
from tests.browser.sequences.test_map import coordinates, sequence_of
from tests.browser.test_map_of_states import NO_WEBGL

BEGIN = """
from tests.browser.sequences.data import *
from lstmvis_widget import SequenceExplorer
"""


def shown_by(notebook, source):
    notebook.run(f"{BEGIN}\n{source}\nsequences")
    shown = notebook.explorer()
    shows(shown, settled="true")
    return shown


def goes_on(notebook, shown, number):
    """Going to another sequence and selecting words work, whatever is missing."""
    notebook.run("sequences.table")
    row(shown, number).locator(".lvs-cell-text").click()
    shows(shown, sequence=number)
    start = notebook.value("sequences.position")
    word(shown, start + 1).click(modifiers=["Shift"])
    part(shown, "words").focus()
    for key in ("Home", "Shift+ArrowRight"):
        shown.page.keyboard.press(key)
    shows(shown, selection=(start, start + 2))
    assert notebook.value("[sequences.sequence, sequences.selection]") == [number, [start, start + 2]]


def test_without_an_output_track_it_says_what_to_pass_and_shows_the_rest(notebook):
    shown = shown_by(notebook, "sequences = SequenceExplorer(STATES, TOKENS, {'kind': KINDS}, sequences=SEQUENCES)")
    expect(part(shown, "note")).to_contain_text("OutputTrack(scores, classes")
    expect(part(shown, "said-class")).to_contain_text("not known: pass output=OutputTrack(…)")
    expect(part(shown, "class-matrix")).to_be_hidden()
    expect(part(shown, "matrix")).to_be_hidden()
    choices = part(shown, "color-menu").locator("option").evaluate_all("all => all.map(each => each.value)")
    assert {"trust", "kind"} <= set(choices)
    part(shown, "color-menu").select_option("kind")
    shows(shown, colored="kind")
    goes_on(notebook, shown, 2)
    shown.page.mouse.move(*places(shown, coordinates()[[lonest(coordinates())[0]]])[0])
    shows(shown, hovered=int(lonest(coordinates())[0]))


def test_two_hundred_classes_are_told_apart_as_far_as_they_can_be(notebook):
    shown = shown_by(
        notebook,
        """
names = [f"class {number}" for number in range(200)]
scores = np.random.default_rng(0).dirichlet(np.full(200, 0.02), len(STATES))
model = OutputTrack(scores, names, [f"class {number * 7 % 200}" for number in range(len(SEQUENCES))])
sequences = SequenceExplorer(STATES, TOKENS, {"model": model}, sequences=SEQUENCES)
""",
    )
    expect(part(shown, "legend-rest")).to_contain_text("more")
    assert part(shown, "legend-entry").count() <= 12
    assert part(shown, "matrix-true").count() <= 14
    part(shown, "classes-open").click()
    expect(part(shown, "class").first).to_be_visible()
    assert part(shown, "class").count() < 60
    goes_on(notebook, shown, 2)
    expected = notebook.value(f"model[{STARTS[2]}]")
    word(shown, int(STARTS[2])).hover()
    expect(part(shown, "readout")).to_contain_text(f"expected {expected}")
    part(shown, "class").first.click()
    expect(shown).not_to_have_attribute("data-filters", "{}")
    assert 0 < notebook.value("len(sequences.shown_sequences)") < len(SEQUENCES)


def test_a_single_class_is_refused_and_a_single_sequence_of_which_one_is_said_is_shown(notebook):
    with pytest.raises(CellError, match="there must be at least two classes"):
        notebook.run(f"{BEGIN}\nOutputTrack(np.ones((20, 1)), ['all'])")
    shown = shown_by(
        notebook,
        """
model = OutputTrack(np.tile([[0.9, 0.1]], (20, 1)), ["all", "none"], ["all"])
sequences = SequenceExplorer(STATES[:20], TOKENS[:20], {"model": model}, sequences=[20])
""",
    )
    expect(part(shown, "said-class")).to_contain_text("all")
    expect(part(shown, "sequence-after")).to_be_disabled()
    expect(part(shown, "sequence-before")).to_be_disabled()
    shows(shown, shown=1, words=(0, 20), error="")
    expect(part(shown, "settled")).to_have_text("from the start: no change")
    part(shown, "words").focus()
    for key in ("Home", "Shift+ArrowRight"):
        shown.page.keyboard.press(key)
    assert notebook.value("[sequences.selection, sequences.shown_sequences]") == [[0, 2], [0]]


def test_sequences_of_one_step_have_no_jump_and_no_trajectory(notebook):
    shown = shown_by(
        notebook,
        """
model = OutputTrack(np.tile([[0.3, 0.7]], (5, 1)), ["a", "b"], ["a", "b", "a", "b", "a"])
sequences = SequenceExplorer(STATES[:5], TOKENS[:5], {"model": model}, sequences=[1] * 5)
""",
    )
    expect(part(shown, "jump-fact")).to_have_text("none: a single step")
    expect(part(shown, "jump-readout")).to_have_text("none: the sequence has a single step")
    expect(part(shown, "jumps")).to_be_hidden()
    row(shown, 3).locator(".lvs-cell-text").click()
    assert notebook.value("[sequences.sequence, sequences.position]") == [3, 3]
    assert notebook.value("sequences.table.largest_jump.isna().all().item()") is True
    shows(shown, error="")


def test_states_that_are_not_numbers_stay_off_the_map_and_are_said(notebook):
    shown = shown_by(
        notebook,
        """
states = STATES.copy()
states[3] = np.nan
sequences = explorer_of(states)
""".replace("explorer_of(states)", "SequenceExplorer(states, TOKENS, {'model': output()}, sequences=SEQUENCES)"),
    )
    expect(part(shown, "map-notes")).to_contain_text("1 step is left out: its state or position isn't finite")
    on_map = notebook.value("sequences.projection.steps")
    assert 3 not in on_map
    shows(shown, points=len(STATES) - 1)
    notebook.run("sequences.sequence = 1; sequences.jump = 2")
    shows(shown, cause=2)
    expect(part(shown, "cause-facts")).to_contain_text("known: a value of the states")
    goes_on(notebook, shown, 2)
    word(shown, int(STARTS[2])).hover()
    shows(shown, hovered=int(STARTS[2]))


def test_where_opentsne_is_missing_it_says_how_to_install_it_and_keeps_principal_axes(notebook, sequences):
    notebook.run("""
import sys
kept_modules = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "openTSNE"}
sys.modules["openTSNE"] = None
""")
    try:
        part(sequences, "method-menu").select_option("tsne")
        expect(part(sequences, "error")).to_contain_text("pip install")
        shows(sequences, method="pca", map="pca", settled="true", points=len(STATES))
        assert notebook.value("[sequences.method, sequences.projection.method]") == ["pca", "pca"]
        expect(part(sequences, "method-menu")).to_have_value("pca")
    finally:
        notebook.run("del sys.modules['openTSNE']; sys.modules.update(kept_modules)")
    goes_on(notebook, sequences, 2)


@contextmanager
def without_webgl(page):
    page.evaluate(f"() => {{ window.contextBefore = HTMLCanvasElement.prototype.getContext; ({NO_WEBGL})(); }}")
    try:
        yield
    finally:
        page.evaluate("() => { HTMLCanvasElement.prototype.getContext = window.contextBefore; }")


def test_without_webgl_it_says_what_to_do_and_the_rest_of_the_page_works(notebook):
    with without_webgl(notebook.page):
        shown = shown_by(notebook, "sequences = explorer()")
        expect(part(shown, "map-message")).to_contain_text("no WebGL. Turn hardware acceleration on")
        shows(shown, trust=re.compile(r"\d"))
        step = int(lonest(coordinates())[0])
        shown.page.mouse.move(*places(shown, coordinates()[[step]])[0])
        shows(shown, hovered=step)
        shown.page.mouse.click(*places(shown, coordinates()[[step]])[0])
        assert notebook.value("[sequences.position, sequences.sequence]") == [step, sequence_of(step)]
        x, y = coordinates().T
        lasso(shown, frame(1, x.max() + 0.1, y.min() - 0.1, y.max() + 0.1), "Shift")
        inside = np.flatnonzero(x > 1).tolist()
        assert notebook.value("sequences.selected_steps") == inside
        part(shown, "map-zoom-in").click()
        expect(shown).not_to_have_attribute("data-view", "")
        plot = part(shown, "map").bounding_box()
        corner = plot["x"] + plot["width"] - 12, plot["y"] + plot["height"] - 12
        before = shown.get_attribute("data-view")
        drag(shown, corner, (corner[0] - 20, corner[1]))
        expect(shown).not_to_have_attribute("data-view", before)
        part(shown, "matrix-true").first.click()
        shows(shown, shown=TARGETS.count(notebook.value("sequences.filters['target'][0]")))
        notebook.run("sequences.filters = {}")
        goes_on(notebook, shown, 2)
