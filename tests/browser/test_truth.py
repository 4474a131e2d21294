"""The page shows what the traits say, whatever happened before: as a page that is opened anew on the same view."""

import random
import time

import pytest

from tests.browser.gestures import drag, part, shows

SHOW = """
import numpy as np
from lstmvis_widget import StateExplorer
rng = np.random.default_rng(3)
lower = np.tanh(np.cumsum(rng.standard_normal((4000, 12)), axis=0) % 7 - 3).astype(np.float32)
DATA = dict(
    states={"lower": lower, "upper": np.tanh(rng.standard_normal((4000, 20))).astype(np.float32)},
    tokens=[f"w{step}" for step in range(4000)], tracks={"pos": list("abcd") * 1000}, sequences=[400] * 10,
)
VIEW = dict(selection=(1678, 1681), word_width=60, position=1660, threshold=0.3, show_coverage=True)
explorer = StateExplorer(**DATA, **VIEW)
explorer
"""
OPEN_ANEW = """
fresh = StateExplorer(**DATA)
fresh.replay(explorer.scenario())
fresh
"""
SEEN = """root => {
    const all = selector => [...root.querySelectorAll(selector)].filter(each => each.offsetParent);
    const canvases = all("canvas").map(canvas => {
        const { width, height } = canvas;
        const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
        // Coarse, as half a pixel may be drawn in either of two.
        const cells = {};
        for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) for (let i = 0; i < 4; i++) {
            const at = `${Math.floor(x / 16)},${Math.floor(y / 16)},${i}`;
            cells[at] = (cells[at] ?? 0) + pixels[4 * (y * width + x) + i];
        }
        return { name: canvas.className || canvas.parentElement.className, size: [width, height], cells };
    });
    const text = element => element.textContent;
    return {
        canvases,
        words: all(".lv-word").map(word => [text(word), word.style.getPropertyValue("--strength"),
            word.classList.contains("lv-absent"), word.getAttribute("aria-selected")]),
        fields: [...all(".lv-header input")].map(field => [field.dataset.part, field.value]),
        selection: all(".lv-selection, .lv-pattern *").map(box => [box.className, box.style.left, box.style.width]),
        labels: all(".lv-label").map(label => [text(label), getComputedStyle(label).backgroundColor]),
        chips: all(".lv-chip").map(chip => [text(chip), chip.className, chip.style.getPropertyValue("--pin")]),
        matches: all("[data-part='match']").map(text),
        state: Object.fromEntries(["layer", "position", "wordWidth", "selection", "threshold", "selectedCells",
            "pinnedCells", "matches", "stride"].map(name => [name, root.dataset[name]])),
    };
}"""
AT_REST = """() => {
    document.activeElement?.blur?.();
    return [...document.querySelectorAll('.lstmvis')].every(root =>
        root.dataset.ready === 'true' && root.dataset.progress === '' && root.dataset.activity === '');
}"""


@pytest.fixture
def explorer(notebook):
    notebook.run(SHOW)
    return notebook.explorer()


def difference(one, other):
    """What differs between two pages: names of parts, with both values where they are short."""
    found = [(name, one[name], other[name]) for name in one if name != "canvases" and one[name] != other[name]]
    for drawn, expected in zip(one["canvases"], other["canvases"], strict=False):
        if (drawn["name"], drawn["size"]) != (expected["name"], expected["size"]):
            found.append(("canvas", drawn["name"], drawn["size"], expected["size"]))
            continue
        off = {at: value - expected["cells"][at] for at, value in drawn["cells"].items()}
        off = {at: by for at, by in off.items() if abs(by) > 256 * 20}
        if off:
            found.append(("canvas", drawn["name"], drawn["size"], len(off), dict(list(off.items())[:8])))
    return found


def assert_as_opened_anew(notebook, explorer, what):
    """Compare until both are drawn, with a fresh page of the width of this one."""
    width = explorer.evaluate("root => root.style.width")
    notebook.run(OPEN_ANEW)
    fresh = notebook.page.locator(".lstmvis").nth(1)
    fresh.wait_for()
    fresh.evaluate("(root, width) => { root.style.width = width; }", width)
    notebook.page.mouse.move(0, 0)
    deadline = time.monotonic() + 15
    while True:
        notebook.page.wait_for_function(AT_REST)
        found = difference(explorer.evaluate(SEEN), fresh.evaluate(SEEN))
        if not found or time.monotonic() > deadline:
            break
    assert found == [], what
    notebook.run("fresh.close(); del fresh")
    fresh.wait_for(state="detached")


def click(name):
    def act(notebook, explorer):  # noqa: ARG001
        if part(explorer, name).is_enabled():
            part(explorer, name).click()

    return act


def run(code):
    return lambda notebook, explorer: notebook.run(code)  # noqa: ARG005


def resize(width):
    return lambda notebook, explorer: explorer.evaluate("(root, width) => { root.style.width = width; }", f"{width}px")  # noqa: ARG005


def press(key):
    def act(notebook, explorer):
        part(explorer, "plot").focus()
        notebook.page.keyboard.press(key)

    return act


def brush(notebook, explorer):  # noqa: ARG001
    box = part(explorer, "words").bounding_box()
    y = box["y"] + box["height"] / 2
    drag(explorer, (box["x"] + 100, y), (box["x"] + 190, y))


CASES = {
    "words that zooming out brings into view are coloured": [click("word-width-less")],
    "so are those that a wider page shows": [resize(700), resize(1100)],
    "a position set while all steps are in view is shown by wider ones": [
        click("word-width-whole"),
        run("explorer.position = 1666; explorer.word_width = 30"),
    ],
    "and with statements of their own": [
        click("word-width-whole"),
        run("explorer.position = 3990"),
        run("explorer.word_width = 30"),
    ],
    "pins belong to a layer": [run("explorer.pinned_cells = [3, 7]"), run("explorer.layer = 'upper'")],
}
ACTIONS = {
    "less": click("word-width-less"),
    "more": click("word-width-more"),
    "whole": click("word-width-whole"),
    "next": click("next"),
    "narrow": resize(760),
    "wide": resize(1150),
    "left": press("PageUp"),
    "end": press("End"),
    "brush": brush,
    "undo": run("explorer.undo()"),
    "redo": run("explorer.redo()"),
    "layer": run("explorer.layer = 'upper' if explorer.layer == 'lower' else 'lower'"),
    "position": run("explorer.position = int(rng.integers(4000))"),
    "width": run("explorer.word_width = [30, 5, 0.3, 2, 45][int(rng.integers(5))]"),
    "select": run("explorer.selection = (1700, 1703)"),
    "pin": run("explorer.pinned_cells = [2, 5]"),
    "threshold": run("explorer.threshold = round(float(rng.random()), 2)"),
}


def test_the_page_shows_the_same_as_one_opened_anew(notebook, explorer):
    notebook.run("start = explorer.scenario()")
    for what, actions in CASES.items():
        for act in actions:
            act(notebook, explorer)
        assert_as_opened_anew(notebook, explorer, what)
        notebook.run("explorer.replay(start)")
        resize(1100)(notebook, explorer)


@pytest.mark.parametrize("seed", [1, 2])
def test_so_it_does_after_gestures_and_statements_in_any_order(notebook, explorer, seed):
    chosen = random.Random(seed)
    done = []
    for _ in range(4):
        for name in chosen.choices(list(ACTIONS), k=5):
            done.append(name)
            ACTIONS[name](notebook, explorer)
        assert_as_opened_anew(notebook, explorer, done)


def test_a_pinned_cell_is_pinned_in_its_layer_alone(notebook, explorer):
    notebook.run("explorer.pinned_cells = [3, 7]; explorer.layer = 'upper'")
    shows(explorer, layer="upper", pinned_cells=[])
    notebook.run("explorer.pinned_cells = [11]; explorer.layer = 'lower'")
    shows(explorer, layer="lower", pinned_cells=[3, 7])


def test_undoing_the_selection_of_a_match_brings_back_the_view_it_came_from(notebook, explorer):
    row = part(explorer, "match").nth(1)
    row.click()
    explorer.page.keyboard.press("s")
    assert notebook.value("explorer.selection") != [1678, 1681]
    assert notebook.value("explorer.position") != 1660
    notebook.run("explorer.undo()")
    assert notebook.value("[explorer.selection, explorer.position]") == [[1678, 1681], 1660]
    shows(explorer, selection=(1678, 1681), position=1660)


def test_escape_clears_the_selection_only_where_words_are_selected(notebook, explorer):
    for name in ("next", "cell", "match", "overview"):
        part(explorer, name).first.focus()
        explorer.page.keyboard.press("Escape")
    assert notebook.value("explorer.selection") == [1678, 1681]
    part(explorer, "words").focus()
    explorer.page.keyboard.press("Escape")
    assert notebook.value("explorer.selection") is None


def test_numbers_beyond_the_range_are_refused_with_the_range(notebook, explorer):
    sequence, position = part(explorer, "sequence-field"), part(explorer, "position-field")
    assert sequence.input_value() == "5"
    sequence.fill("10")
    sequence.press("Enter")
    assert notebook.value("[explorer.sequence, explorer.position]") == [9, 3600]
    for field, typed, said in (
        (sequence, "11", "1 to 10"),
        (sequence, "0", "1 to 10"),
        (position, "4000", "0 to 3,999"),
    ):
        field.fill(typed)
        field.press("Enter")
        part(explorer, "error").filter(has_text=said).wait_for()
    assert notebook.value("[explorer.sequence, explorer.position]") == [9, 3600]


def test_what_is_said_beside_the_search_is_about_what_stands_there(notebook, explorer):
    field, count = part(explorer, "find"), part(explorer, "find-count")
    field.fill("nowhere")
    field.press("Enter")
    count.filter(has_text="none").wait_for()
    field.fill("")
    count.wait_for(state="hidden")
    assert notebook.value("explorer.find_text") == ""


def test_groups_of_controls_are_one_stop_of_the_tab_key(explorer):
    explorer.page.keyboard.press("Tab")  # so that the focus is shown
    stops = explorer.evaluate(
        "root => [...root.querySelectorAll('button, input, select, summary, [tabindex]')].filter("
        "each => each.tabIndex >= 0 && !each.disabled && each.checkVisibility({ visibilityProperty: true })).length"
    )
    assert stops < 40
    cells = part(explorer, "cell")
    assert cells.count() > 2
    cells.first.focus()
    explorer.page.keyboard.press("ArrowRight")
    assert cells.nth(1).evaluate("cell => cell === document.activeElement")
    explorer.page.keyboard.press("End")
    assert cells.last.evaluate("cell => cell === document.activeElement")
    assert cells.evaluate_all("cells => cells.filter(cell => cell.tabIndex === 0).length") == 1
