"""Time axis and value axis: zoom, columns, ruler, overview, sequences, what the value axis covers."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.data import N_STEPS, SHOW
from tests.browser.gestures import brush, drag, middle, part, shows, word

LONG = """
import numpy as np
from lstmvis_widget import StateExplorer
T, D = 100_000, 16
noise = np.random.default_rng(1).standard_normal((T, D)).astype(np.float32)
states = np.tanh(noise + np.sin(np.arange(T) / 5000)[:, None].astype(np.float32))
labels = ["ab"[(t // 5000) % 2] for t in range(T)]
explorer = StateExplorer(
    states, tracks={"half": labels, "peak": (np.arange(T) == 77_777).astype(int)},
    sequences=[40_000, 60_000], threshold=0.3, units="mV", word_width=30,
)
explorer
"""


@pytest.fixture
def explorer(notebook):
    notebook.run(SHOW)
    return notebook.explorer()


@pytest.fixture
def long(notebook):
    notebook.run(LONG)
    return notebook.explorer()


def whole(explorer):
    """Show all steps."""
    part(explorer, "word-width-whole").click()
    shows(explorer, columns=re.compile(r"^0-"), position=0)


def plot_box(explorer):
    plot = part(explorer, "plot")
    plot.scroll_into_view_if_needed()
    return plot.bounding_box()


def at(explorer, share, height=0.5):
    """A point of the plot."""
    box = plot_box(explorer)
    return box["x"] + share * box["width"], box["y"] + height * box["height"]


def ink(explorer, name, share):
    """How many pixels differ from the first one, in a column of the canvas of a part."""
    return part(explorer, name).evaluate(
        """(part, share) => {
            const canvas = part.matches("canvas") ? part : part.querySelector("canvas");
            const x = Math.round(share * (canvas.width - 1));
            const { data } = canvas.getContext("2d").getImageData(x, 0, 1, canvas.height);
            return new Set(Array.from({ length: canvas.height }, (_, y) => data.slice(4 * y, 4 * y + 4).join())).size;
        }""",
        share,
    )


def test_ctrl_and_the_wheel_zoom_around_the_step_under_the_pointer(notebook, explorer):
    notebook.run("explorer.position = 100")
    shows(explorer, position=100)
    _, step = min((abs(x - 400), s) for s, x in ((s, middle(word(explorer, s))[0]) for s in range(102, 125)))
    x, y = middle(word(explorer, step))
    explorer.page.mouse.move(x, y)
    explorer.page.keyboard.down("Control")
    explorer.page.mouse.wheel(0, -200)
    explorer.page.keyboard.up("Control")
    shows(explorer, word_width=47)
    assert notebook.value("explorer.word_width") == 47
    assert abs(middle(word(explorer, step))[0] - x) <= 47


def test_narrow_steps_give_way_to_a_ruler_and_wide_ones_to_words_again(notebook, explorer):
    notebook.run("explorer.word_width = 12")
    shows(explorer, word_width=12, stride="")
    expect(word(explorer, 0)).to_be_visible()
    part(explorer, "word-width-less").click()
    shows(explorer, stride=1, columns=re.compile("^0-"))
    assert notebook.value("explorer.word_width") == 10
    expect(part(explorer, "ruler")).to_be_visible()
    expect(part(explorer, "words").locator(".lv-word")).to_have_count(0)
    part(explorer, "word-width-more").click()
    shows(explorer, stride="")
    expect(part(explorer, "words").locator(".lv-word").first).to_be_visible()
    expect(part(explorer, "ruler")).to_be_hidden()


def test_keys_zoom_and_show_all_steps_and_what_was_seen_before(notebook, explorer):
    notebook.run("explorer.position = 60")
    shows(explorer, position=60)
    part(explorer, "plot").focus()
    explorer.page.keyboard.press("+")
    shows(explorer, word_width=38)
    explorer.page.keyboard.press("-")
    shows(explorer, word_width=30)
    position = notebook.value("explorer.position")
    part(explorer, "plot").focus()
    explorer.page.keyboard.press("0")
    shows(explorer, position=0, stride=1)
    assert notebook.value(f"explorer.word_width * {N_STEPS}") <= plot_box(explorer)["width"] + 1
    part(explorer, "plot").focus()
    explorer.page.keyboard.press("0")
    shows(explorer, word_width=30, position=position)


def test_a_hundred_thousand_steps_are_seen_whole_without_an_element_a_step(long):
    whole(long)
    shows(long, stride=re.compile("^(64|128|256)$"), columns="0-100000")
    assert long.evaluate("root => root.querySelectorAll('*').length") < 1000
    assert ink(long, "ruler", 0.5) > 1
    assert ink(long, "plot", 0.5) > 20
    peak = long.locator("[data-track='peak'] canvas")
    strip = peak.evaluate(
        """canvas => {
            const { data } = canvas.getContext("2d").getImageData(0, 2, canvas.width, 1);
            const colors = Array.from({ length: canvas.width }, (_, x) => data.slice(4 * x, 4 * x + 4).join());
            return colors.flatMap((color, x) => color === colors[0] ? [] : [x / canvas.width]);
        }"""
    )
    assert strip
    assert np.abs(np.array(strip) - 0.77777).max() < 0.005


def test_a_brush_over_columns_selects_whole_columns_up_to_the_end_of_the_sequence(notebook, long):
    whole(long)
    stride = notebook.value("explorer._stride")
    drag(long, at(long, 0.1), at(long, 0.1, 0.6))
    start, stop = notebook.value("explorer.selection")
    assert start % stride == 0
    assert stop - start == stride
    drag(long, at(long, 0.3), at(long, 0.7))
    start, stop = notebook.value("explorer.selection")
    assert start % stride == 0
    assert abs(start - 30_000) <= 2 * stride
    assert stop == 40_000


def test_the_readout_names_the_steps_of_a_column(long):
    whole(long)
    x, y = at(long, 0.28)
    long.page.mouse.move(x, y)
    expect(part(long, "readout")).to_have_text(re.compile(r"steps 2\d,\d{3}–2\d,\d{3}.* b"))


def shades(explorer, selector):
    """The mean opacity and darkness of a canvas, 0…1, row by row from the top."""
    return explorer.locator(selector).evaluate(
        """canvas => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const ink = i => (data[i + 3] / 255) * (1 - (data[i] + data[i + 1] + data[i + 2]) / 765);
            return Array.from({ length: canvas.height }, (_, y) => {
                let sum = 0;
                for (let x = 0; x < canvas.width; x++) sum += ink(4 * (y * canvas.width + x));
                return sum / canvas.width;
            });
        }"""
    )


def test_thousands_of_sequences_darken_nothing_and_every_nth_is_marked(notebook):
    notebook.run(LONG.replace("sequences=[40_000, 60_000]", "sequences=[50] * 2000"))
    long = notebook.explorer()
    whole(long)
    every = int(part(long, "ruler").get_attribute("data-marked-every"))
    assert every > 1
    assert f"starts of every {every:,}" in part(long, "words").get_attribute("title")
    many = shades(long, "[data-part='ruler']")
    notebook.run(LONG.replace("sequences=[40_000, 60_000]", "sequences=[100_000]"))
    one = notebook.explorer(1)
    whole(one)
    assert part(one, "ruler").get_attribute("data-marked-every") == "1"
    none = shades(one, "[data-part='ruler']")
    upper = slice(0, len(none) * 3 // 4)
    assert np.abs(np.subtract(many, none))[upper].max() < 0.02
    assert many[-1] > none[-1]


def test_numbers_of_a_million_steps_fit_their_fields(notebook):
    notebook.run(
        "import numpy as np\nfrom lstmvis_widget import StateExplorer\n"
        "StateExplorer(np.zeros((1_000_000, 2), np.float32), sequences=[100] * 10_000, position=999_950)"
    )
    explorer = notebook.explorer()
    for field, text in (("position-field", "999,9"), ("sequence-field", "10,000")):
        expect(part(explorer, field)).to_have_value(re.compile(f"^{text}"))
        hidden = part(explorer, field).evaluate("field => field.scrollWidth - field.clientWidth")
        assert hidden <= 0, f"{hidden} pixels of the {field} are cut off"


def test_columns_show_and_say_the_shares_of_labels_and_the_sequences_they_hold(notebook):
    made = LONG.replace("sequences=[40_000, 60_000]", "sequences=[50] * 2000").replace(
        '["ab"[(t // 5000) % 2] for t in range(T)]', '["aab"[t % 3] if t < 80_000 else "b" for t in range(T)]'
    )
    notebook.run(made)
    long = notebook.explorer()
    whole(long)
    x, y = at(long, 0.5)
    long.page.mouse.move(x, y)
    readout = part(long, "readout")
    expect(readout).to_have_text(
        re.compile(r"steps ([\d,]+)–([\d,]+) · sequences ([\d,]+)–([\d,]+) · .*a 67 %, b 33 %")
    )
    said = [int(number.replace(",", "")) for number in re.findall(r"[\d,]+", readout.inner_text())[:4]]
    assert said[2:] == [said[0] // 50 + 1, said[1] // 50 + 1]
    assert said[1] - said[0] + 1 == notebook.value("explorer._stride")
    colors = long.locator("[data-track='half'] canvas").evaluate(
        """canvas => [0.4, 0.9].map(share => {
            const x = Math.round(share * canvas.width);
            const { data } = canvas.getContext("2d").getImageData(x, 0, 1, canvas.height);
            return Array.from({ length: canvas.height }, (_, y) => data.slice(4 * y, 4 * y + 4).join());
        })"""
    )
    mixed, single = colors
    share_of_first = mixed.count(mixed[0]) / len(mixed)
    assert abs(share_of_first - 2 / 3) < 0.08
    assert set(mixed[-3:]) == set(single)


def test_the_selected_cells_have_envelopes_that_follow_the_threshold(notebook, long):
    notebook.run("explorer.selection = (10, 12)")
    whole(long)
    before = notebook.value("explorer.selected_cells")
    assert before
    notebook.run("explorer.threshold = 0.8")
    after = notebook.value("explorer.selected_cells")
    assert after != before
    shows(long, selected_cells=after)
    notebook.run("import time\nwhile explorer._envelopes['cells'] != explorer.selected_cells.tolist(): time.sleep(.01)")


def test_the_overview_is_dragged_clicked_and_moved_with_keys(notebook, explorer):
    overview, seen = part(explorer, "overview"), part(explorer, "overview-window")
    start = middle(seen)  # in sight, so that nothing scrolls any more
    box = overview.bounding_box()
    drag(explorer, start, (box["x"] + box["width"] / 2, box["y"] + 10))
    visible = notebook.value("explorer._visible_steps")
    assert abs(notebook.value("explorer.position") + visible / 2 - N_STEPS / 2) <= 2
    box = overview.bounding_box()  # a cell that runs may scroll the notebook
    explorer.page.mouse.click(box["x"] + box["width"] - 3, box["y"] + 12)
    assert notebook.value("explorer.position") == N_STEPS - visible
    overview.focus()
    explorer.page.keyboard.press("Home")
    shows(explorer, position=0)
    explorer.page.keyboard.press("ArrowRight")
    shows(explorer, position=1)
    assert notebook.value("explorer.position") == 1
    expect(overview).to_have_attribute("aria-valuetext", f"steps 1 to {visible} of 300")


def test_the_overview_marks_the_matches(notebook, explorer):
    assert ink(explorer, "overview", 0.5) == 1
    brush(explorer, 10, 12)
    start = notebook.value("int(explorer.matches.start[-1])")
    shows(explorer, matches=re.compile("[1-9]"))
    assert ink(explorer, "overview", (start + 0.5) / N_STEPS) > 1


def test_a_number_counted_from_one_goes_to_a_sequence(notebook, explorer):
    field = part(explorer, "sequence-field")
    field.fill("4")
    field.press("Enter")
    shows(explorer, position=75, sequence=3)
    assert notebook.value("[explorer.sequence, explorer.position]") == [3, 75]
    notebook.run("explorer.position = 30")
    expect(field).to_have_value("2")


def test_one_sequence_needs_no_number(notebook):
    notebook.run(SHOW.replace("sequences=SEQUENCES, ", ""))
    expect(part(notebook.explorer(), "sequence-field")).to_be_hidden()


def test_the_value_axis_covers_what_is_chosen(notebook, long):
    menu = part(long, "axis-menu")
    expect(menu).to_contain_text("mV")
    menu.locator("summary").focus()
    long.page.keyboard.press("Enter")
    part(long, "axis-view").click()
    assert notebook.value("explorer.value_axis") == "view"
    part(long, "axis-fixed").click()
    low, high = notebook.value("explorer.value_axis")
    assert low < 0 < high
    part(long, "axis-high").fill("0.5")
    part(long, "axis-high").press("Enter")
    assert notebook.value("explorer.value_axis") == [low, 0.5]
    expect(part(long, "threshold")).to_have_attribute("aria-valuemax", "0.5")
    part(long, "axis-low").fill("7")
    part(long, "axis-low").press("Enter")
    expect(part(long, "error")).to_contain_text("stays as it was")
    assert notebook.value("explorer.value_axis") == [low, 0.5]
    part(long, "axis-low").press("Escape")
    expect(part(long, "axis-high")).to_be_hidden()
    notebook.run("explorer.value_axis = 'layer'")
    shows(long, value_axis="layer")


def test_where_all_steps_fit_none_are_left_out_for_empty_room(notebook, long):
    notebook.run("explorer.position = 99_000; explorer.word_width = 0.004")
    shows(long, columns=re.compile(r"^0-"))
    expect(part(long, "position-field")).to_have_value("0")
    notebook.run("explorer.word_width = 30")
    expect(word(long, 99_000)).to_be_visible()
    assert notebook.value("explorer.position") == 99_000


def test_two_fingers_zoom_by_how_far_they_go_apart_and_leave_the_selection(notebook, explorer):
    notebook.run("explorer.selection = (5, 8)")
    shows(explorer, selection=(5, 8), word_width=30)
    explorer.scroll_into_view_if_needed()
    box = part(explorer, "plot").bounding_box()
    x, y = box["x"] + 300, box["y"] + 100
    devtools = explorer.page.context.new_cdp_session(explorer.page)

    def touch(kind, *places):
        points = [{"x": place, "y": y, "id": i} for i, place in enumerate(places)]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", x - 60)
    touch("touchStart", x - 60, x + 60)
    for moved in range(6, 61, 6):
        touch("touchMove", x - 60 - moved, x + 60 + moved)
    touch("touchEnd")
    devtools.detach()
    shows(explorer, word_width=60)
    assert notebook.value("[explorer.word_width, explorer.selection]") == [60, [5, 8]]
