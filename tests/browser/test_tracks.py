"""Tracks of every kind, over time and beside the matches."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.data import STATES, TAGS, WORDS
from tests.browser.gestures import brush, part, shows, word
from tests.browser.test_gestures import cells_of

SHOW = """
from lstmvis_widget import StateExplorer, TopKTrack
from tests.browser.data import *
N = len(WORDS)
QUOTED = [step % 4 == 0 for step in range(N)]
SIGNED = [step % 5 - 2 if step % 7 else float("nan") for step in range(N)]
# At even steps the second label is the token that comes next.
NEXT = TopKTrack([[f"not w{step + 1}", f"w{step + 1}" if step % 2 == 0 else "no"] for step in range(N)],
    [[0.75, 0.25]] * N)
explorer = StateExplorer(STATES, WORDS, {"pos": TAGS, "signed": SIGNED, "quoted": QUOTED, "next": NEXT},
    sequences=SEQUENCES, threshold=THRESHOLD, word_width=30)
explorer
"""

# The colour in the middle of each step of a strip drawn as one canvas, as [red, green, blue, alpha].
STEP_COLORS = """([strip, width]) => {
    const canvas = strip.querySelector('canvas');
    const ratio = canvas.width / parseFloat(canvas.style.width);
    const context = canvas.getContext('2d');
    const colors = [];
    for (let x = width / 2; x * ratio < canvas.width; x += width) {
        colors.push([...context.getImageData(Math.floor(x * ratio), canvas.height / 2, 1, 1).data]);
    }
    return colors;
}"""

BACKGROUND = "element => getComputedStyle(element).backgroundColor"


@pytest.fixture
def explorer(notebook):
    notebook.run(SHOW)
    return notebook.explorer()


def track(explorer, name):
    return explorer.locator(f"[data-part='track'][data-track='{name}']")


def step_colors(explorer, name, width=30):
    strip = part(track(explorer, name), "track-strip").element_handle()
    explorer.page.wait_for_function("strip => strip.querySelector('canvas')?.width > 0", arg=strip)
    return explorer.page.evaluate(STEP_COLORS, [strip, width])


def darkness(color):
    return 3 * 255 - sum(color[:3])


def on_at(start, stop):
    """How many of the cells that are selected at [start, stop) are on at each step."""
    return (STATES[:, cells_of(start, stop)] >= np.float32(0.3)).sum(axis=1)


def test_zeros_and_ones_are_filled_where_they_are_1(explorer):
    colors = step_colors(explorer, "quoted")
    assert len(colors) > 20
    least = min(darkness(color) for color in colors[::4])
    most = max(darkness(color) for step, color in enumerate(colors) if step % 4)
    assert least > most + 200


def test_numbers_of_both_signs_diverge_around_0_and_leave_a_gap_where_there_is_none(explorer):
    colors = step_colors(explorer, "signed")
    for step, (red, green, blue, alpha) in enumerate(colors):
        value = step % 5 - 2
        assert (alpha == 0) == (step % 7 == 0)
        if alpha and value:
            below = (red + blue) / 2 > green + 15
            above = green > red + 15
            assert (below, above) == (value < 0, value > 0)
    assert darkness(colors[4]) > darkness(colors[3])  # 2 is further from 0 than 1


def test_predictions_are_stacked_and_the_one_that_came_is_marked(explorer):
    ranks = part(track(explorer, "next"), "track-strip").locator("> div")
    expect(ranks).to_have_count(2)
    for rank, at in ((0, lambda step: f"not w{step + 1}"), (1, lambda step: "no" if step % 2 else f"w{step + 1}")):
        texts = ranks.nth(rank).locator("> div").all_text_contents()
        assert texts == [at(step) for step in range(len(texts))]
    came = "all => all.map(each => each.classList.contains('lv-came'))"
    assert not any(ranks.nth(0).locator("> div").evaluate_all(came))
    marked = ranks.nth(1).locator("> div").evaluate_all(came)
    # Step 24 is the last one of its sequence: what comes next is no part of it.
    assert marked == [step % 2 == 0 and step % 25 != 24 for step in range(len(marked))]
    first, second = (ranks.nth(rank).locator("> div").first.evaluate(BACKGROUND) for rank in (0, 1))
    assert first != second


def test_the_name_of_a_track_tells_its_colours(explorer):
    name = part(track(explorer, "pos"), "track-name")
    legend = part(track(explorer, "pos"), "legend")
    expect(legend).to_be_hidden()
    name.focus()
    expect(legend).to_be_visible()
    assert legend.locator(".lv-legend-row").all_text_contents() == ["DET100", "NOUN100", "VERB100"]
    swatches = legend.locator(".lv-swatch").evaluate_all(f"all => all.map({BACKGROUND})")
    labels = part(track(explorer, "pos"), "track-strip").locator("> div")
    assert [labels.nth(TAGS.index(tag)).evaluate(BACKGROUND) for tag in ("DET", "NOUN", "VERB")] == swatches
    explorer.page.keyboard.press("Escape")
    expect(legend).to_be_hidden()
    part(track(explorer, "signed"), "track-name").hover()
    expect(part(track(explorer, "signed"), "legend")).to_contain_text(re.compile(r"−2\.00.*2\.00"))


def test_the_value_under_the_pointer_is_read_out(explorer):
    for name, step, text in (("signed", 3, "signed 1.00"), ("next", 5, "next: not w6 0.75"), ("quoted", 4, "quoted")):
        strip = part(track(explorer, name), "track-strip")
        strip.hover(position={"x": 30 * step + 15, "y": 4})
        expect(part(explorer, "readout")).to_have_text(
            re.compile(rf"^“{WORDS[step]}” · {re.escape(text)} · sequence 1 · step {step}$")
        )


def test_tracks_come_and_go_from_python(notebook, explorer):
    notebook.run("explorer.tracks['ner'] = ['PER' if step % 2 else 'LOC' for step in range(N)]")
    expect(part(track(explorer, "ner"), "track-strip").locator("> div").nth(1)).to_have_text("PER")
    names = "all => all.map(each => each.dataset.track)"
    expect(part(explorer, "track")).to_have_count(5)
    assert part(explorer, "track").evaluate_all(names) == ["pos", "signed", "quoted", "next", "ner"]
    notebook.run("del explorer.tracks['signed']")
    expect(part(explorer, "track")).to_have_count(4)
    assert part(explorer, "track").evaluate_all(names) == ["pos", "quoted", "next", "ner"]


def test_tracks_are_hidden_and_shown_with_the_keyboard(notebook, explorer):
    part(track(explorer, "signed"), "track-hide").focus()
    explorer.page.keyboard.press("Enter")
    expect(track(explorer, "signed")).to_have_count(0)
    expect(part(track(explorer, "quoted"), "track-hide")).to_be_focused()
    assert notebook.value("explorer.visible_tracks") == ["pos", "quoted", "next"]
    menu = part(explorer, "tracks-menu")
    menu.locator("summary").focus()
    explorer.page.keyboard.press("Enter")
    box = menu.locator("input[data-track='signed']")
    box.focus()
    explorer.page.keyboard.press("Space")
    expect(track(explorer, "signed")).to_be_visible()
    expect(box).to_be_focused()
    assert notebook.value("explorer.visible_tracks") == ["pos", "quoted", "next", "signed"]


def test_tracks_fade_where_few_selected_cells_are_on(notebook, explorer):
    before = step_colors(explorer, "quoted")
    brush(explorer, 10, 14)
    shows(explorer, selected_cells=cells_of(10, 14))
    part(explorer, "tracks-menu").locator("summary").click()
    part(explorer, "dim-tracks").check()
    shows(explorer, dim_tracks="true")
    assert notebook.value("explorer.dim_tracks") is True
    on, cells = on_at(10, 14), len(cells_of(10, 14))
    strip = part(track(explorer, "quoted"), "track-strip").element_handle()
    explorer.page.wait_for_function(f"both => ({STEP_COLORS})(both)[0][3] < 255", arg=[strip, 30])
    after = step_colors(explorer, "quoted")
    assert on[12] == cells
    assert after[12] == before[12]
    faded = [after[step][3] for step in sorted(range(0, len(after), 4), key=lambda step: on[step])]
    assert faded == sorted(faded)
    assert faded[0] < 128


def test_a_heatmap_of_a_track_stands_beside_that_of_the_overlap(notebook, explorer):
    brush(explorer, 10, 14)
    expect(part(explorer, "match").first).to_be_visible()
    heats = part(explorer, "match").first.locator("[data-part='heat']")
    expect(heats).to_have_count(1)
    toggles = part(explorer, "heatmap-toggles").locator("button")
    assert toggles.all_text_contents() == ["pos", "signed", "quoted"]
    matches = notebook.value("explorer.matches.start")
    for name in ("pos", "signed"):
        toggles.get_by_text(name).click()
    assert notebook.value("explorer.match_tracks") == ["pos", "signed"]
    shows(explorer, match_tracks=["pos", "signed"])
    expect(heats).to_have_count(3)
    heats.nth(1).hover(position={"x": 5, "y": 10})
    readout = part(explorer, "readout")
    expect(readout).to_contain_text(re.compile(r"· step \d+$"))
    step = int(re.search(r"step (\d+)$", readout.text_content())[1])
    value = "" if step % 7 == 0 else f" · signed {step % 5 - 2:.2f}".replace("-", "−")
    cells = len(cells_of(10, 14))
    # Of steps that aren't in view the page doesn't know the sequence.
    said, *sequence = re.split(r" · sequence (\d+)", readout.text_content())
    assert sequence[:1] in ([], [str(step // 25 + 1)])
    assert said + "".join(sequence[1:]) == (
        f"“{WORDS[step]}” · {on_at(10, 14)[step]} of {cells} selected cells on · {TAGS[step]}{value} · step {step}"
    )
    assert heats.locator(".lv-square").count() == 3
    toggles.get_by_text("pos").click()
    assert notebook.value("explorer.match_tracks") == ["signed"]
    assert notebook.value("explorer.matches.start") == matches


def test_words_of_matches_take_the_colour_of_a_track(notebook, explorer):
    brush(explorer, 10, 14)
    shows(explorer, selected_cells=cells_of(10, 14))
    menu = part(explorer, "color-by")
    assert menu.locator("option").all_text_contents() == ["overlap", "pos", "signed", "quoted", "nothing"]
    menu.select_option(label="pos")
    assert notebook.value("explorer.color_by") == "pos"
    labels = part(track(explorer, "pos"), "track-strip").locator("> div")
    of_label = {tag: labels.nth(TAGS.index(tag)).evaluate(BACKGROUND) for tag in set(TAGS)}
    matched = part(explorer, "match").first.locator("[data-part='match-word']:not(.lv-context)")
    expect(matched.first).to_have_css("background-color", of_label[TAGS[int(matched.first.get_attribute("data-step"))]])
    for box in matched.all():
        assert box.evaluate(BACKGROUND) == of_label[TAGS[int(box.get_attribute("data-step"))]]
    menu.select_option(label="nothing")
    assert notebook.value("explorer.color_by") is None
    plain = part(explorer, "match").first.locator("[data-part='match-word']:not(.lv-context)").first
    expect(plain).to_have_css("background-color", "rgb(243, 245, 247)")


def test_the_step_under_the_pointer_is_marked_in_every_track(explorer):
    word(explorer, 6).hover()
    mark = explorer.locator(".lv-track-mark")
    expect(mark).to_be_visible()
    box, over = mark.bounding_box(), word(explorer, 6).bounding_box()
    assert abs(box["x"] + box["width"] / 2 - over["x"] - over["width"] / 2) <= 1
    rows = [part(explorer, "track").nth(i).bounding_box() for i in (0, 3)]
    assert box["y"] <= rows[0]["y"] + 4
    assert box["y"] + box["height"] >= rows[1]["y"] + rows[1]["height"] - 1


def test_many_tracks_have_their_heatmaps_in_a_menu(notebook, explorer):
    notebook.run("for i in range(8): explorer.tracks[f'flag {i}'] = QUOTED")
    brush(explorer, 10, 14)
    expect(part(explorer, "match").first).to_be_visible()
    menu = part(explorer, "heatmap-menu")
    expect(part(explorer, "heatmap-toggles").locator("button")).to_have_count(0)
    menu.locator("summary").focus()
    explorer.page.keyboard.press("Enter")
    menu.get_by_text("flag 6").click()
    expect(part(explorer, "heatmap-toggles").locator("button")).to_have_text(["flag 6"])
    explorer.page.keyboard.press("Escape")
    expect(part(explorer, "heatmap-list")).to_be_hidden()
    assert notebook.value("explorer.match_tracks") == ["flag 6"]
