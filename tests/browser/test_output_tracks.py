"""What a model expects: a row for the expected class, and a row for each class under it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.data import WORDS
from tests.browser.gestures import brush, part, shows
from tests.browser.test_gestures import cells_of

SHOW = """
from lstmvis_widget import OutputTrack, StateExplorer
from tests.browser.data import *
SCORES = np.random.default_rng(3).dirichlet([0.7, 1, 1], len(WORDS))
MODEL = OutputTrack(SCORES, ["bad", "mixed", "good"], ["good", "bad"] * 6)
explorer = StateExplorer(STATES, WORDS, {"model": MODEL}, sequences=SEQUENCES, threshold=THRESHOLD, word_width=30)
explorer
"""

HEIGHT = 11
# The opacity in the middle of a cell of the matrix, 0…255.
OPACITY = """(canvas, [step, row, width, height]) => {
    const ratio = canvas.width / parseFloat(canvas.style.width);
    const at = [(step + 0.5) * width, (row + 0.5) * height].map(each => Math.floor(each * ratio));
    return canvas.getContext('2d').getImageData(...at, 1, 1).data[3];
}"""
STRENGTH = "box => Number(box.style.getPropertyValue('--light'))"


@pytest.fixture
def explorer(notebook):
    notebook.run(SHOW)
    return notebook.explorer()


def test_what_a_model_expects_is_drawn_as_a_matrix_that_folds(notebook, explorer):
    rows, scores = ["bad", "mixed", "good"], notebook.value("SCORES")  # in the order that was given
    row = part(explorer, "track")
    expect(part(row, "class-names").locator("> div")).to_have_text(rows)
    labels = row.locator(".lv-expected > div")
    expect(labels.first).to_have_text(rows[scores[0].index(max(scores[0]))])

    # The expected classes are paler where they are less probable, and the cells darker where classes are more so.
    strengths = labels.evaluate_all(f"all => all.map({STRENGTH})")[:20]
    assert strengths == pytest.approx([0.3 + 0.7 * (max(scores[step]) - 1 / 3) * 1.5 for step in range(20)], abs=2e-3)
    matrix = part(row, "class-matrix")
    for step, place in ((0, 0), (3, 1), (7, 2)):
        opacity = matrix.evaluate(OPACITY, [step, place, 30, HEIGHT])
        assert opacity == pytest.approx(255 * 0.9 * scores[step][place], abs=2)

    # The probability of the class under the pointer, and at the end of a sequence the true class.
    matrix.hover(position={"x": 30 * 5 + 15, "y": HEIGHT * 1.5})
    expected = f"{rows[scores[5].index(max(scores[5]))]} {max(scores[5]):.2f}"
    said = f"“{WORDS[5]}” · p({rows[1]}) {scores[5][1]:.2f} · {expected} · sequence 1 · step 5"
    expect(part(explorer, "readout")).to_have_text(said)
    matrix.hover(position={"x": 30 * 24 + 15, "y": HEIGHT * 0.5})
    expect(part(explorer, "readout")).to_have_text(re.compile("true: good"))

    # Folding, by the keyboard, leaves the expected class.
    part(row, "track-fold").focus()
    explorer.page.keyboard.press("Enter")
    shows(explorer, folded_tracks="model")
    assert notebook.value("explorer.folded_tracks") == ["model"]
    expect(matrix).to_be_hidden()
    expect(labels.first).to_be_visible()
    expect(part(row, "track-fold")).to_have_attribute("aria-expanded", "false")
    notebook.run("explorer.folded_tracks = []")
    expect(matrix).to_be_visible()

    # Many steps have the means of columns.
    notebook.run("explorer.word_width = 0.5")
    shows(explorer, stride=2, columns=(0, 300))
    mean = (scores[100][0] + scores[101][0]) / 2
    assert matrix.evaluate(OPACITY, [50, 0, 1, HEIGHT]) == pytest.approx(255 * 0.9 * mean, abs=3)


def test_matches_have_the_colours_of_what_a_model_expects(notebook, explorer):
    brush(explorer, 10, 14)
    shows(explorer, selected_cells=cells_of(10, 14))
    part(explorer, "color-by").select_option(label="model")
    assert notebook.value("explorer.color_by") == "model"
    expected, strengths = notebook.value("[MODEL[:], MODEL.confidence.tolist()]")
    words = part(explorer, "match").first.locator("[data-part='match-word']:not(.lv-context)")
    word = words.first
    mixed = re.compile(r"calc\((0\.\d+) \*")
    expect(word).to_have_attribute("style", mixed)
    step = int(word.get_attribute("data-step"))
    strength = 0.3 + 0.7 * (strengths[step] - 1 / 3) * 1.5
    assert float(mixed.search(word.get_attribute("style"))[1]) == pytest.approx(strength, abs=2e-3)
    word.hover()
    expect(part(explorer, "readout")).to_contain_text(f"{expected[step]} {strengths[step]:.2f}")
