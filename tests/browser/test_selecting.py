"""Extending and moving the selection, where a threshold would cut, pinned cells, and what is drawn as on."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests import oracle
from tests.browser.data import N_CELLS, N_STEPS, SEQUENCES, SHOW, STATES, THRESHOLD, WORDS
from tests.browser.gestures import brush, drag, middle, part, shows, word

LONG = """
from lstmvis_widget import StateExplorer
from tests.browser.data import *
explorer = StateExplorer(STATES, WORDS, threshold=THRESHOLD, selection=(5, 8), word_width=30)
explorer
"""

# How many pixels of a canvas have exactly this colour; lines are smoothed, but not everywhere.
COLORED = """(plot, [red, green, blue]) => {
    let count = 0;
    for (const canvas of plot.querySelectorAll('canvas')) {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        for (let i = 0; i < data.length; i += 4) {
            if (data[i] === red && data[i + 1] === green && data[i + 2] === blue && data[i + 3] === 255) count++;
        }
    }
    return count;
}"""

# For each x, the rows of a canvas at which a pixel is blue.
BLUE_ROWS = """(canvas, columns) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const isBlue = (x, y) => {
        const i = 4 * (y * canvas.width + x);
        return data[i + 3] > 128 && data[i + 2] > data[i] + 60;
    };
    return columns.map((x) => [...Array(canvas.height).keys()].filter((y) => isBlue(Math.round(x), y)));
}"""


@pytest.fixture
def explorer(notebook):
    notebook.run(SHOW)
    return notebook.explorer()


def cells_of(start, stop, threshold=THRESHOLD):
    return oracle.select_cells(STATES, start, stop, threshold)


def step_width(explorer):
    return word(explorer, 1).bounding_box()["x"] - word(explorer, 0).bounding_box()["x"]


def runs_of(cell, least, threshold=THRESHOLD):
    """Whether each step lies in a run of at least so many steps on which the cell is on, sequence by sequence."""
    drawn = np.zeros(N_STEPS, bool)
    for first, end in oracle.sequence_bounds(N_STEPS, SEQUENCES):
        start = first
        while start < end:
            stop = start
            while stop < end and STATES[stop, cell] >= np.float32(threshold):
                stop += 1
            drawn[start:stop] = stop - start >= least
            start = stop + 1
    return drawn


# ------------------------------------------------------------------------------------------------------ extending


def test_a_click_with_shift_extends_the_selection_from_its_farther_end(notebook, explorer):
    brush(explorer, 10, 14)
    word(explorer, 17).click(modifiers=["Shift"])
    assert notebook.value("explorer.selection") == [10, 18]
    word(explorer, 5).click(modifiers=["Shift"])
    assert notebook.value("explorer.selection") == [5, 18]
    word(explorer, 7).click(modifiers=["Shift"])
    assert notebook.value("explorer.selection") == [7, 18]
    assert notebook.value("explorer.selected_cells") == cells_of(7, 18)


def test_a_click_with_shift_beyond_the_end_of_the_sequence_extends_to_its_end(notebook, explorer):
    brush(explorer, 10, 14)
    notebook.run("explorer.position = 10")
    word(explorer, 26).click(modifiers=["Shift"])
    assert notebook.value("explorer.selection") == [10, 25]
    assert notebook.value("explorer.error") == ""


def test_a_drag_with_shift_in_the_plot_extends_the_selection(notebook, explorer):
    brush(explorer, 10, 14)
    plot = part(explorer, "plot").bounding_box()
    width = step_width(explorer)
    at = [(plot["x"] + (step + 0.5) * width, plot["y"] + 20) for step in (15, 19)]
    explorer.page.keyboard.down("Shift")
    drag(explorer, *at)
    explorer.page.keyboard.up("Shift")
    assert notebook.value("explorer.selection") == [10, 20]


def test_arrow_keys_with_shift_extend_what_was_brushed(notebook, explorer):
    brush(explorer, 10, 14)
    for key, selection in (("Right", (10, 15)), ("Right", (10, 16)), ("Left", (10, 15))):
        explorer.page.keyboard.press(f"Shift+Arrow{key}")
        shows(explorer, selection=selection)
    assert notebook.value("explorer.selection") == [10, 15]


def test_escape_clears_the_selection(notebook, explorer):
    brush(explorer, 10, 14)
    explorer.page.keyboard.press("Escape")
    shows(explorer, selection="")
    assert notebook.value("explorer.selection") is None


# --------------------------------------------------------------------------------------------------------- moving


def test_the_selection_is_dragged_as_a_whole_within_its_sequence(notebook, explorer):
    brush(explorer, 10, 14)
    bar = part(explorer, "selection-bar")
    width = step_width(explorer)
    x, y = middle(bar)
    drag(explorer, (x, y), (x + 3 * width, y))
    assert notebook.value("explorer.selection") == [13, 17]
    assert notebook.value("explorer.selected_cells") == cells_of(13, 17)
    x, y = middle(bar)
    drag(explorer, (x, y), (x - 2 * width, y))
    assert notebook.value("explorer.selection") == [11, 15]
    x, y = middle(bar)
    drag(explorer, (x, y), (x + 12 * width, y))
    assert notebook.value("explorer.selection") == [21, 25]
    assert notebook.value("explorer.error") == ""


def test_escape_puts_a_dragged_selection_back_and_undo_takes_the_drag_back_as_one(notebook, explorer):
    brush(explorer, 10, 14)
    bar, mouse = part(explorer, "selection-bar"), explorer.page.mouse
    width = step_width(explorer)
    x, y = middle(bar)
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 4 * width, y, steps=6)
    shows(explorer, selection=(14, 18))
    explorer.page.keyboard.press("Escape")
    mouse.up()
    assert notebook.value("explorer.selection") == [10, 14]
    x, y = middle(bar)
    drag(explorer, (x, y), (x + 5 * width, y))
    assert notebook.value("explorer.selection") == [15, 19]
    bar.focus()
    explorer.page.keyboard.press("Control+z")
    shows(explorer, selection=(10, 14))
    assert notebook.value("explorer.selection") == [10, 14]


def test_arrow_keys_move_the_selection_by_a_step_and_with_shift_by_its_length(notebook, explorer):
    brush(explorer, 10, 14)
    bar, keyboard = part(explorer, "selection-bar"), explorer.page.keyboard
    expect(bar).to_have_attribute("aria-valuetext", "steps 10 to 14")
    bar.focus()
    moves = {"ArrowRight": (11, 15), "Shift+ArrowLeft": (7, 11), "End": (21, 25), "Home": (0, 4)}
    for key, selection in moves.items():
        keyboard.press(key)
        shows(explorer, selection=selection)
    assert notebook.value("explorer.selection") == [0, 4]
    expect(bar).to_have_attribute("aria-valuetext", "steps 0 to 4")


def test_a_selection_held_beyond_the_edge_scrolls_along(notebook):
    notebook.run(LONG)
    explorer = notebook.explorer()
    mouse = explorer.page.mouse
    middle(part(explorer, "selection-bar"))  # once in sight, nothing scrolls any more
    x, y = middle(part(explorer, "selection-bar"))
    plot = part(explorer, "plot").bounding_box()
    mouse.move(x, y)
    mouse.down()
    mouse.move(plot["x"] + plot["width"] + 40, y, steps=5)
    expect(word(explorer, 40)).to_be_visible()
    mouse.up()
    start, stop = notebook.value("explorer.selection")
    assert stop - start == 3
    assert start > 15
    assert notebook.value("explorer.position") >= 5
    expect(word(explorer, start)).to_be_visible()


# ----------------------------------------------------------------------------------------------- threshold profile


def test_the_profile_tells_how_many_cells_each_threshold_would_select(explorer):
    profile, plot = part(explorer, "profile"), part(explorer, "plot")
    expect(profile).to_be_hidden()
    width = plot.bounding_box()["width"]
    brush(explorer, 10, 12)
    expect(profile).to_be_visible()
    assert plot.bounding_box()["width"] == width
    expect(part(explorer, "threshold")).to_have_attribute(
        "aria-valuetext", f"{THRESHOLD:.2f}, {len(cells_of(10, 12))} cells"
    )
    box = profile.bounding_box()
    for y in (70, 110, 120):
        explorer.page.mouse.move(box["x"] + 30, box["y"] + y)
        expect(part(explorer, "readout")).to_contain_text("at ")
        told = part(explorer, "readout").text_content()
        threshold, count = told.removeprefix("at ").replace("−", "-").split(": ")
        n_cells = len(cells_of(10, 12, float(threshold)))
        assert count == ("1 cell" if n_cells == 1 else f"{n_cells} cells")


def test_a_press_in_the_profile_sets_the_threshold_and_redraws_no_grey_line(notebook, explorer):
    brush(explorer, 10, 14)
    profile = part(explorer, "profile")
    expect(profile).to_be_visible()
    redraws = explorer.get_attribute("data-grey-redraws")
    box = profile.bounding_box()
    x, y = box["x"] + 20, box["y"] + 60
    drag(explorer, (x, y), (x, y + 25))
    threshold = notebook.value("explorer.threshold")
    # There are 8 pixels above 1.0 and below −1.0.
    rows = part(explorer, "plot").bounding_box()["height"] - 16
    assert threshold == pytest.approx(1 - 2 * (60 + 25 - 8) / rows, abs=0.012)
    assert notebook.value("explorer.selected_cells") == cells_of(10, 14, threshold)
    assert explorer.get_attribute("data-grey-redraws") == redraws


def test_a_narrow_page_has_no_profile(explorer):
    brush(explorer, 10, 14)
    expect(part(explorer, "profile")).to_be_visible()
    explorer.page.set_viewport_size({"width": 800, "height": 900})
    expect(part(explorer, "profile")).to_be_hidden()


# ----------------------------------------------------------------------------------------------------------- pins


def color_of(notebook, cell):
    color = notebook.value(f"explorer.pinned_cells[{cell}]")
    return [int(color[i : i + 2], 16) for i in (1, 3, 5)]


def is_drawn_in(explorer, color):
    explorer.page.wait_for_function(
        f"([plot, color]) => ({COLORED})(plot, color) > 30",
        arg=[part(explorer, "plot").element_handle(), color],
    )


def test_a_cell_is_pinned_with_the_keyboard_and_unpinned_with_the_mouse(notebook, explorer):
    brush(explorer, 10, 14)
    cells = cells_of(10, 14)
    shows(explorer, selected_cells=cells)
    redraws = explorer.get_attribute("data-grey-redraws")
    chip = part(explorer, "cell").first
    chip.focus()
    explorer.page.keyboard.press("p")
    shows(explorer, pinned_cells=cells[:1])
    assert notebook.value("list(explorer.pinned_cells)") == cells[:1]
    explorer.page.mouse.move(5, 5)
    part(explorer, "words").focus()
    is_drawn_in(explorer, color_of(notebook, cells[0]))
    assert explorer.get_attribute("data-grey-redraws") == redraws
    dot = part(explorer, "pin").first
    expect(dot).to_have_attribute("aria-pressed", "true")
    assert dot.bounding_box()["height"] >= 24
    dot.click()
    shows(explorer, pinned_cells=[])
    assert notebook.value("explorer.pinned_cells") == {}
    assert notebook.value("explorer.deselected_cells") == []


def test_a_line_is_pinned_by_a_click_with_alt_and_selects_nothing(notebook, explorer):
    plot = part(explorer, "plot").bounding_box()
    width = step_width(explorer)
    step, cell = 8, int(STATES[8].argmax())
    y = plot["y"] + 8 + (1 - float(STATES[step, cell])) * 102
    x = plot["x"] + (step + 0.5) * width
    explorer.page.mouse.move(x, y)
    expect(part(explorer, "readout")).to_contain_text(f"cell {cell} ")
    explorer.page.keyboard.down("Alt")
    explorer.page.mouse.click(x, y)
    explorer.page.keyboard.up("Alt")
    shows(explorer, pinned_cells=[cell])
    assert notebook.value("list(explorer.pinned_cells)") == [cell]
    assert notebook.value("explorer.selection") is None
    explorer.page.mouse.move(5, 5)
    is_drawn_in(explorer, color_of(notebook, cell))


def test_a_pinned_cell_that_is_not_selected_stands_behind_the_selected_ones(notebook, explorer):
    brush(explorer, 10, 14)
    other = next(cell for cell in range(N_CELLS) if cell not in cells_of(10, 14))
    notebook.run(f"explorer.pinned_cells = {{{other}: '#aa00cc'}}")
    pinned = part(explorer, "pinned-cell")
    expect(pinned).to_have_count(1)
    expect(pinned).to_have_attribute("data-cell", str(other))
    border = pinned.evaluate("button => getComputedStyle(button.parentElement).borderTopColor")
    assert border == "rgb(170, 0, 204)"
    is_drawn_in(explorer, [170, 0, 204])
    pinned.click()
    expect(pinned).to_have_count(0)
    assert notebook.value("explorer.pinned_cells") == {}


# ---------------------------------------------------------------------------------------------------------- hover


def test_a_hovered_cell_is_told_with_its_value_and_a_hovered_step_with_its_sequence(notebook, explorer):
    brush(explorer, 10, 14)
    cell = cells_of(10, 14)[0]
    part(explorer, "cell").first.hover()
    readout = part(explorer, "readout")
    expect(readout).to_contain_text(f"cell {cell} · highest in sight: ")
    visible = part(explorer, "words").locator(".lv-word").count()
    highest = int(STATES[:visible, cell].argmax())
    expect(readout).to_contain_text(f"{STATES[highest, cell]:.2f} at “{WORDS[highest]}” · step {highest}")
    word(explorer, 3).hover()
    expect(readout).to_contain_text("“w3”")
    expect(readout).to_contain_text("sequence 1 · step 3")
    notebook.run("explorer.position = 10")
    word(explorer, 25).hover()
    expect(readout).to_contain_text("sequence 2 · step 25")


# ------------------------------------------------------------------------------------------------ coverage and runs


def shown_as_on(explorer, canvas, steps):
    """The rows of a canvas that are blue at the middle of each of these steps."""
    width = step_width(explorer)
    return canvas.evaluate(BLUE_ROWS, [(step + 0.5) * width - 1 for step in steps])


@pytest.mark.parametrize("least", [1, 3])
def test_coverage_and_runs_are_those_of_the_selected_cells(notebook, explorer, least):
    brush(explorer, 10, 12)
    cells = cells_of(10, 12)
    shows(explorer, selected_cells=cells)
    expect(part(explorer, "coverage")).to_be_hidden()
    part(explorer, "view-menu").locator("summary").click()
    part(explorer, "show-coverage").check()
    field = part(explorer, "min-run")
    field.fill(str(least))
    field.press("Enter")
    field.press("Escape")
    shows(explorer, show_coverage="true", min_run=least)
    assert notebook.value("[explorer.show_coverage, explorer.min_run]") == [True, least]
    explorer.page.mouse.move(5, 5)
    expect(part(explorer, "runs")).to_be_visible()
    steps = range(part(explorer, "words").locator(".lv-word").count())
    on = np.array([runs_of(cell, least) for cell in cells])
    bars = shown_as_on(explorer, part(explorer, "coverage").locator("canvas"), steps)
    for step in steps:
        assert len(bars[step]) == pytest.approx(36 * on[:, step].mean(), abs=1)
    lines = shown_as_on(explorer, part(explorer, "runs").locator("canvas"), steps)
    # Each cell has two rows of pixels, and one between it and the next.
    for step in steps:
        assert lines[step] == [3 * i + row for i in range(len(cells)) for row in (0, 1) if on[i, step]]
    strengths = (
        part(explorer, "words")
        .locator(".lv-word")
        .evaluate_all("all => all.map(each => Number(each.style.getPropertyValue('--strength')))")
    )
    assert strengths == pytest.approx([on[:, step].mean() ** 1.6 for step in steps], abs=0.001)
    assert notebook.value("explorer.selected_cells") == cells


def test_a_run_that_is_pointed_at_highlights_its_cell(notebook, explorer):
    notebook.run("explorer.selection = (10, 12); explorer.show_coverage = True")
    cells = cells_of(10, 12)
    assert len(cells) > 1
    shows(explorer, selected_cells=cells, show_coverage="true")
    runs = part(explorer, "runs").bounding_box()
    explorer.page.mouse.move(runs["x"] + 10.5 * step_width(explorer), runs["y"] + 3 * 1 + 1)
    expect(explorer.locator(f"[data-chip='{cells[1]}']")).to_have_class("lv-chip lv-hovered")
    expect(part(explorer, "readout")).to_contain_text(f"cell {cells[1]} · “w10”")


def test_a_number_of_steps_below_one_is_put_back(notebook, explorer):
    part(explorer, "view-menu").locator("summary").click()
    field = part(explorer, "min-run")
    field.fill("0")
    field.press("Enter")
    expect(field).to_have_value("1")
    expect(part(explorer, "error")).to_contain_text("0")
    assert notebook.value("explorer.min_run") == 1


def test_beyond_two_hundred_cells_chips_are_shown_when_they_are_asked_for(notebook):
    notebook.run(
        "import numpy as np\nfrom lstmvis_widget import StateExplorer\nfrom tests.browser.data import *\n"
        "explorer = StateExplorer(np.tile(STATES, 10), WORDS, threshold=-2, selection=(10, 12))\nexplorer"
    )
    explorer = notebook.explorer()
    chips, more = part(explorer, "cell"), part(explorer, "more-cells")
    expect(chips).to_have_count(200)
    expect(more).to_have_text("show 40 more")
    more.click()
    expect(chips).to_have_count(240)
    chips.last.click()
    assert notebook.value("[explorer.deselected_cells, len(explorer.selected_cells)]") == [[239], 239]
    more.press("Enter")
    expect(chips).to_have_count(200)
    expect(more).to_be_focused()
