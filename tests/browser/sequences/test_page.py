"""The page as a whole: how things are drawn, undoing, scenarios, the keyboard alone, and two views of one widget."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.gestures import drag, middle, part, shows, word
from tests.browser.sequences.data import SEQUENCES, STARTS
from tests.browser.sequences.hands import as_json, open_menu, row

NUMBER = 13
START = int(STARTS[NUMBER])

# What is drawn over the points: trajectories, rings and words.
LINES = "plot => plot.querySelector(':scope > canvas:not(.lv-points)').toDataURL()"

CHOICES = {
    "line-color": ["time", "expected"],
    "line-thickness": ["time", "jump", "constant"],
    "point-labels": ["jumps", "class", "confidence", "none"],
}
POINTS = {"shown-points": ["first", "last", "all"], "fade": ["correct", "wrong", "none"]}


def lines_of(sequences):
    return part(sequences, "map").evaluate(LINES)


def lines_are_drawn_anew(sequences, before):
    plot = part(sequences, "map").element_handle()
    sequences.page.wait_for_function(f"([plot, before]) => ({LINES})(plot) !== before", arg=[plot, before])


def enter(sequences, name, text):
    part(sequences, name).fill(text)
    part(sequences, name).press("Enter")


@pytest.fixture
def optioned(notebook, sequences):
    """The page at a text that jumps, with its menu of options open."""
    notebook.run(f"sequences.sequence = {NUMBER}; sequences.jump_threshold = 0.3")
    shows(sequences, trajectories=NUMBER, words=(START, int(STARTS[NUMBER + 1])))
    open_menu(sequences, "view-menu")
    return sequences


@pytest.mark.parametrize("name", CHOICES)
def test_each_option_of_trajectories_reaches_its_trait_and_is_drawn(notebook, optioned, name):
    trait = name.replace("-", "_")
    for value in CHOICES[name]:
        before = lines_of(optioned)
        part(optioned, name).select_option(value)
        shows(optioned, **{trait: value})
        lines_are_drawn_anew(optioned, before)
        if value == "confidence":
            part(optioned, "confidence-change").focus()
            optioned.page.keyboard.press("Home")
            shows(optioned, confidence_change=0)
    least = 0 if name == "point-labels" else 0.3
    assert notebook.value(f"[sequences.{trait}, sequences.confidence_change]") == [CHOICES[name][-1], least]


def test_each_option_of_points_and_of_the_page_reaches_its_trait(notebook, optioned):
    for name, values in POINTS.items():
        for value in values:
            before = optioned.get_attribute("data-point-redraws")
            part(optioned, name).select_option(value)
            shows(optioned, **{name.replace("-", "_"): value})
            expect(optioned).not_to_have_attribute("data-point-redraws", before)
    before = lines_of(optioned)
    enter(optioned, "line-width", "5")
    lines_are_drawn_anew(optioned, before)
    for name, value in {"metric": "cosine", "align-at": "end"}.items():
        part(optioned, name).select_option(value)
    for name, text in {"point-size": "7", "jump-threshold": "0.25", "height": "600"}.items():
        enter(optioned, name, text)
    shows(optioned, height=600, align_at="end", metric="cosine", jump_threshold=0.25)
    names = ("line_width", "point_size", "metric", "align_at", "jump_threshold", "height")
    assert notebook.value(f"[getattr(sequences, name) for name in {names}]") == [5, 7, "cosine", "end", 0.25, 600]
    open_menu(optioned, "view-menu")
    enter(optioned, "point-size", "99")
    expect(part(optioned, "error")).to_contain_text("“99” is not a number from 1 to 20")
    optioned.page.keyboard.press("Escape")
    optioned.page.keyboard.press("Escape")
    assert notebook.value("sequences.point_size") == 7
    x, y = middle(part(optioned, "grip"))
    drag(optioned, (x, y), (x, y - 100))
    assert notebook.value("sequences.height") == pytest.approx(500, abs=3)


def test_gestures_are_undone_and_done_again_one_by_one(notebook, sequences):
    row(sequences, 4).locator(".lvs-cell-text").click()
    shows(sequences, sequence=4)
    part(sequences, "color-menu").select_option("kind")
    shows(sequences, colored="kind")
    part(sequences, "sequences").locator("[data-sort='prediction']").click()
    shows(sequences, sort_by="prediction")
    part(sequences, "sequences").locator("[data-sort='prediction']").focus()
    press = sequences.page.keyboard.press
    press("Control+z")
    shows(sequences, sort_by="sequence", color_by="kind", sequence=4)
    press("Control+z")
    shows(sequences, color_by="expected", colored="expected", sequence=4)
    press("Control+z")
    shows(sequences, sequence=0, position=0)
    assert notebook.value("[sequences.sequence, sequences.color_by, sequences.sort_by]") == [0, "expected", "sequence"]
    part(sequences, "sequences").locator("[data-sort='prediction']").focus()
    for _ in range(3):
        press("Control+Shift+z")
    shows(sequences, sort_by="prediction", color_by="kind", sequence=4)
    assert notebook.value("[sequences.sequence, sequences.color_by, sequences.sort_by]") == [4, "kind", "prediction"]


NAMES = ("sequence", "position", "pinned_sequences", "selection", "selected_steps", "jump", "color_by", "sort_by",
         "filters", "jump_threshold", "fade", "align_at")  # fmt: skip
VIEW = f"[getattr(sequences, name) for name in {NAMES}]"


def test_the_line_that_is_copied_shows_the_view_again(notebook, sequences):
    notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    notebook.run(
        f"sequences.set_together(dict(position={START + 3}, pinned_sequences=[2, {NUMBER}], selection=({START}, "
        f"{START + 2}), selected_steps=[5, 9], jump={START + 1}, color_by='place', sort_by='-length', "
        "filters={'correct': True}, jump_threshold=0.5, fade='wrong', align_at='settled'))"
    )
    shows(sequences, jump=START + 1, selection=(START, START + 2), colored="place", selected_steps=2)
    before = notebook.value(VIEW)
    part(sequences, "scenario").click()
    expect(part(sequences, "scenario")).to_have_text("✓ copied")
    line = notebook.page.evaluate("() => navigator.clipboard.readText()")
    assert line.startswith("sequences.replay({")
    notebook.run("sequences = explorer()\nsequences")
    notebook.run(line)
    assert notebook.value(VIEW) == before
    shows(notebook.explorer(1), jump=START + 1, sort_by="-length", fade="wrong", filters=as_json({"correct": True}))
    notebook.run("sequences.undo()")
    shows(notebook.explorer(1), jump="", sort_by="sequence", selection="", pinned_sequences="")


IN_FOCUS = """() => {
    const { activeElement } = document;
    return { name: activeElement.dataset?.part ?? '', inside: activeElement.closest('.lv-sequences') !== null };
}"""


def walk(sequences, tour):
    """Go to each part with the Tab key, press keys there, and wait for what they do."""
    for name, keys, state in tour:
        for _ in range(60):
            sequences.page.keyboard.press("Tab")
            focused = sequences.page.evaluate(IN_FOCUS)
            assert focused["inside"], f"the focus left the page before {name}"
            if focused["name"] == name:
                break
        assert focused["name"] == name, f"{name} can't be reached with the Tab key"
        for key in keys:
            sequences.page.keyboard.press(key)
        shows(sequences, **state)


def test_everything_is_done_by_keyboard_alone(notebook, sequences):
    start, stop = int(STARTS[2]), int(STARTS[3])
    other_threshold = re.compile(f"^(?!{sequences.get_attribute('data-jump-threshold')}$)")
    sequences.focus()
    walk(sequences, [
        ("color-menu", ["ArrowDown"], {"color_by": "target", "colored": "target"}),
        ("find", [*"good", "Enter"], {"filters": as_json({"text": "good"})}),
        ("filter", ["Enter"], {"filters": "{}"}),
        ("sequence-after", ["Enter", "Enter"], {"sequence": 2, "words": (start, stop)}),
        ("words", ["ArrowRight", "Shift+ArrowRight"], {"selection": (start + 1, start + 3)}),
        ("class-matrix", ["End", "Enter"], {"position": stop - 1}),
        ("jumps", ["Home", "Enter"], {"jump": start, "cause": start}),
        ("jump-threshold-line", ["ArrowDown"], {"jump_threshold": other_threshold}),
        ("map", ["p"], {"pinned_sequences": 2}),
        ("color-by-trust", ["Enter"], {"color_by": "trust"}),
        ("matrix-true", ["Home", "Enter"], {"filters": re.compile("target")}),
    ])  # fmt: skip
    sequences.page.keyboard.press("Control+z")
    shows(sequences, filters="{}", shown=len(SEQUENCES))
    walk(sequences, [("sort", ["Enter"], {"sort_by": "-sequence"})])
    expect(part(sequences, "sequences").locator("[aria-rowindex='2']")).to_have_attribute("data-sequence", "29")
    walk(sequences, [
        ("sequence", ["Home", "ArrowDown"], {"sequence": 28}),
        ("close-cause", ["Enter"], {"jump": ""}),
    ])  # fmt: skip
    assert notebook.value("[sequences.sequence, sequences.sort_by, sequences.pinned_sequences, sequences.jump]") == [
        28, "-sequence", [2], None,
    ]  # fmt: skip


def test_two_views_of_one_widget_show_the_same_and_a_closed_one_leaves_the_page(notebook, sequences):
    notebook.run("sequences")
    second = notebook.explorer(1)
    second.scroll_into_view_if_needed()
    row(second, 4).locator(".lvs-cell-text").click()
    shows(sequences, sequence=4)
    word(sequences, int(STARTS[4]) + 1).click()
    shows(second, position=int(STARTS[4]) + 1)
    word(second, int(STARTS[4]) + 2).hover()
    shows(second, hovered=int(STARTS[4]) + 2)
    shows(sequences, hovered="")
    assert notebook.value("sequences.position") == int(STARTS[4]) + 1
    notebook.run("sequences.close()")
    expect(notebook.page.locator(".lv-sequences")).to_have_count(0)
    assert notebook.value("[sequences.position, len(sequences.sequences)]") == [int(STARTS[4]) + 1, len(SEQUENCES)]


def test_values_that_python_refuses_are_said_and_put_back(notebook, sequences):
    notebook.run(f"sequences.sequence = {NUMBER}")
    field = part(sequences, "jump-threshold-field")
    field.fill("many")
    field.press("Enter")
    expect(part(sequences, "error")).to_contain_text("“many” is not a number")
    threshold = notebook.value("sequences.jump_threshold")
    expect(sequences).to_have_attribute("data-jump-threshold", re.compile(f"^{threshold:.4f}"))
    notebook.run("sequences.pinned_sequences = range(12)")
    shows(sequences, pinned_sequences=list(range(12)))
    row(sequences, 13).locator("[data-part='sequence-pin']").click()
    expect(part(sequences, "error")).to_contain_text("12 sequences")
    assert notebook.value("sequences.pinned_sequences") == list(range(12))
