"""The map of states: what is on it, how far to trust it, and what is pointed at, chosen and drawn around."""

import re
from contextlib import contextmanager
from functools import cache

import numpy as np
import pytest
from playwright.sync_api import expect

from lstmvis_widget import project_states
from tests.browser.gestures import drag, part, shows
from tests.browser.sequences.data import CLASSES, KINDS, SEQUENCES, STARTS, STATES, TARGETS, TOKENS, output
from tests.browser.sequences.hands import frame, lasso, lonest, open_menu, places, within


@cache
def projection():
    return project_states(STATES, sequences=SEQUENCES)


def coordinates():
    return projection().coordinates


def sequence_of(step):
    return int(np.searchsorted(STARTS, step, side="right") - 1)


def point_at(sequences, step):
    sequences.page.mouse.move(*places(sequences, coordinates()[[step]])[0])
    shows(sequences, hovered=step)


# How opaque the uppermost canvas is at some places of the screen, or beside them.
OPACITY = """(plot, places) => {
    const canvas = [...plot.querySelectorAll(':scope > canvas')].pop();
    const box = plot.getBoundingClientRect();
    const ratio = canvas.width / box.width;
    return places.map(([x, y]) => {
        const at = [(x - box.left) * ratio - 2, (y - box.top) * ratio - 2].map(Math.round);
        return Math.max(...canvas.getContext('2d').getImageData(...at, 4, 4).data.filter((_, i) => i % 4 === 3));
    });
}"""


def test_principal_axes_are_there_at_once_with_how_far_to_trust_them(notebook, sequences):
    shows(sequences, map="pca", settled="true", points=len(STATES), colored="expected", error="")
    explained, trust = notebook.value("[sequences.projection.explained, sequences.projection.trust]")
    shares = " + ".join(f"{round(100 * share)} %" for share in explained)
    expect(part(sequences, "map-title")).to_have_text(f"States, principal axes {shares}")
    told = part(sequences, "trust")
    expect(told).to_contain_text(f"trust {trust['trustworthiness']:.3f}")
    expect(told).to_contain_text(f"neighbours kept {round(100 * trust['kept'])} %")
    expect(told).to_contain_text(f" {trust['jumps']:.2f}")
    expect(told).to_contain_text("shuffled")
    assert notebook.value("sequences.projection.coordinates") == pytest.approx(coordinates(), abs=1e-6)
    said = output()[:]
    names = part(sequences, "legend-entry").locator(".lvs-legend-name").all_inner_texts()
    counts = part(sequences, "legend-entry").locator(".lv-aside").all_inner_texts()
    assert dict(zip(names, map(int, counts), strict=True)) == {name: said.count(name) for name in CLASSES}


@contextmanager
def settling_held(notebook):
    """t-SNE waits once it has moved the points, until `go.set()`; it can be cancelled meanwhile."""
    notebook.run("""
import threading
from lstmvis_widget.sequences_view.mapping import MappingStates
go, were, mover_before = threading.Event(), [], MappingStates._mover
def held(self, axes, work):
    move = mover_before(self, axes, work)
    def moved(positions):
        were.append(positions.copy())
        move(positions)
        while not go.wait(0.01):
            work.check()
    return moved
MappingStates._mover = held
""")
    try:
        yield
    finally:
        notebook.run("go.set(); MappingStates._mover = mover_before")


def test_t_sne_is_asked_for_in_the_page_and_the_map_moves_as_it_settles(notebook, sequences):
    redraws = int(sequences.get_attribute("data-point-redraws"))
    with settling_held(notebook):
        part(sequences, "method-menu").select_option("tsne")
        shows(sequences, method="tsne", map="tsne", settled="false", activity=re.compile("t-SNE"))
        expect(part(sequences, "map-title")).to_contain_text("moving…")
        expect(part(sequences, "trust")).to_have_text("trust is measured when the map has settled")
        expect(part(sequences, "progress")).to_be_visible()
        # The points are where t-SNE has them by now, and the rest of the page works meanwhile.
        sequences.page.wait_for_function(
            "([root, before]) => Number(root.dataset.pointRedraws) > before + 1",
            arg=[sequences.element_handle(), redraws],
        )
        part(sequences, "sequence-after").click()
        shows(sequences, sequence=1, words=(1, 8))
        notebook.run("go.set()")
        shows(sequences, settled="true", trust=re.compile(r"^0\.9|^1"))
    assert notebook.value("[sequences.method, sequences.projection.method]") == ["tsne", "tsne"]
    moved = np.array(notebook.value("sequences.projection.coordinates"))
    assert len(notebook.value("were")) > 1
    assert moved.shape == coordinates().shape
    box = [float(end) for end in part(sequences, "map").get_attribute("data-box").split(",")]
    assert box[0] <= moved[:, 0].min()
    assert box[1] >= moved[:, 0].max()
    expect(part(sequences, "map-title")).to_contain_text("t-SNE, perplexity")
    trust = notebook.value("sequences.projection.trust['trustworthiness']")
    assert float(sequences.get_attribute("data-trust")) == pytest.approx(trust)
    expect(part(sequences, "trust")).to_contain_text("(PCA ")


def test_t_sne_that_is_cancelled_in_the_page_leaves_principal_axes(notebook, sequences):
    with settling_held(notebook):
        part(sequences, "method-menu").select_option("tsne")
        shows(sequences, map="tsne", settled="false")
        part(sequences, "cancel").click()
        shows(sequences, method="pca", map="pca", settled="true", progress="", points=len(STATES))
    assert notebook.value("[sequences.method, sequences.projection.method]") == ["pca", "pca"]
    expect(part(sequences, "error")).to_contain_text("cancelled")


def test_points_are_coloured_by_classes_trust_labels_and_numbers(notebook, sequences):
    step = int(lonest(coordinates())[0])
    menu, readout = part(sequences, "color-menu"), part(sequences, "map-readout")

    def chosen(by):
        menu.select_option(by)
        shows(sequences, color_by=by, colored=by)
        assert notebook.value("sequences.color_by") == by
        point_at(sequences, step)

    chosen("target")
    expect(readout).to_contain_text(f"“{TOKENS[step]}” · sequence {sequence_of(step)}")
    expect(readout).to_contain_text(f"true class {TARGETS[sequence_of(step)]}")
    chosen("kind")
    expect(readout).to_contain_text(f"kind {KINDS[step]}")
    entries = part(sequences, "legend-entry")
    expect(entries.filter(has_text="filler")).to_contain_text(str(KINDS.count("filler")))
    chosen("place")
    expect(part(sequences, "legend-ramp")).to_contain_text("place")
    expect(readout).to_contain_text(re.compile(r" · place [\d.]+"))
    shown = float(re.search(r" · place ([\d.]+)", readout.text_content())[1])
    assert shown == pytest.approx(step - STARTS[sequence_of(step)], abs=max(SEQUENCES) / 254)
    # Trust from the foot of the map, and back.
    button = part(sequences, "color-by-trust")
    button.click()
    shows(sequences, color_by="trust", colored="trust")
    point_at(sequences, step)
    trust = notebook.value("sequences.projection.point_trust()")[step]
    assert float(re.search(r"trust ([\d.]+)", readout.text_content())[1]) == pytest.approx(trust, abs=0.01)
    button.click()
    shows(sequences, color_by="place", colored="place")
    assert notebook.value("sequences.color_by") == "place"


def test_a_class_in_the_legend_lights_its_points_and_keeps_them_lit(sequences):
    entry = part(sequences, "legend-entry").filter(has_text="bad")
    redraws = int(sequences.get_attribute("data-point-redraws"))
    entry.hover()
    place = entry.get_attribute("data-code")
    shows(sequences, hovered_class=place)
    entry.click()
    expect(entry).to_have_attribute("aria-pressed", "true")
    sequences.page.mouse.move(1, 1)
    shows(sequences, hovered_class="")
    expect(entry).to_have_attribute("aria-pressed", "true")
    assert int(sequences.get_attribute("data-point-redraws")) > redraws


def test_the_pointer_is_joined_with_the_true_neighbours_of_its_step(notebook, sequences):
    step = int(lonest(coordinates())[0])
    point_at(sequences, step)
    shows(sequences, neighbours=15)
    near = notebook.value("sequences.peek('_neighbours')")
    away = np.linalg.norm(STATES.astype(float) - STATES[step], axis=1)
    # Some steps are equally far away; which of them comes first doesn't matter.
    assert np.sort(away[near["steps"]]) == pytest.approx(np.sort(np.delete(away, step))[:15], rel=1e-5)
    assert near["step"] == step
    at = places(sequences, coordinates()[[step, *near["steps"]]])
    halfway = (at[1:] + at[0]) / 2
    assert min(part(sequences, "map").evaluate(OPACITY, halfway.tolist())) > 0
    corner = places(sequences, coordinates()).min(0) - 3
    assert part(sequences, "map").evaluate(OPACITY, [corner.tolist()]) == [0]
    sequences.page.mouse.move(1, 1)
    shows(sequences, hovered="", neighbours="")


def test_a_click_goes_to_a_point_and_a_double_click_pins_its_sequence(notebook, sequences):
    step = int(lonest(coordinates())[0])
    number = sequence_of(step)
    mouse = sequences.page.mouse
    mouse.click(*places(sequences, coordinates()[[step]])[0])
    shows(sequences, position=step, sequence=number, words=(int(STARTS[number]), int(STARTS[number + 1])))
    assert notebook.value("[sequences.position, sequences.sequence]") == [step, number]
    mouse.dblclick(*places(sequences, coordinates()[[step]])[0])
    shows(sequences, pinned_sequences=number)
    assert notebook.value("sequences.pinned_sequences") == [number]
    mouse.move(1, 1)
    part(sequences, "map-pin").click()
    assert notebook.value("sequences.pinned_sequences") == []


def test_a_lasso_selects_the_steps_of_the_points_within(notebook, sequences):
    # Two heaps of points, those of each class, and between them those of texts that have said nothing yet.
    x, y = coordinates().T
    left, middle = gaps(x)
    end = x.max() + 0.1
    low, high = y.min() - 0.1, y.max() + 0.1
    inside = np.flatnonzero(x > middle)
    assert 10 < len(inside) < len(STATES) - 10
    lasso(sequences, frame(middle, end, low, high), "Shift")
    shows(sequences, selected_steps=len(inside))
    assert notebook.value("sequences.selected_steps") == inside.tolist()
    assert notebook.value("sequences.states[sequences.selected_steps].shape") == [len(inside), STATES.shape[1]]
    # With Alt those of another lasso are added.
    more = np.flatnonzero((x > left) & (x < middle))
    assert len(more) > 10
    lasso(sequences, frame(left, middle, low, high), "Shift", "Alt")
    both = np.union1d(inside, more).tolist()
    shows(sequences, selected_steps=len(both))
    assert notebook.value("sequences.selected_steps") == both
    part(sequences, "map").focus()
    sequences.page.keyboard.press("Escape")
    shows(sequences, selected_steps="")
    assert notebook.value("sequences.selected_steps") == []
    # Its button makes each drag a lasso; points of sequences that don't pass the filters are left out.
    part(sequences, "map-lasso").click()
    expect(part(sequences, "map-lasso")).to_have_attribute("aria-pressed", "true")
    notebook.run("sequences.filters = {'target': 'bad'}")
    shows(sequences, shown=TARGETS.count("bad"))
    lasso(sequences, frame(middle, end, low, high))
    bad = [step for step in inside.tolist() if TARGETS[sequence_of(step)] == "bad"]
    assert notebook.value("sequences.selected_steps") == bad


def gaps(values):
    """The middles of the two wide gaps between values."""
    in_order = np.sort(values)
    wide = np.flatnonzero(np.diff(in_order) > 0.5)
    assert len(wide) == 2
    return (in_order[wide] + in_order[wide + 1]) / 2


def test_the_map_is_zoomed_moved_and_shown_whole_again(notebook, sequences):
    def width():
        left, right, bottom, top = notebook.value("sequences.view")
        assert right > left
        assert top > bottom
        return right - left

    whole = [float(end) for end in part(sequences, "map").get_attribute("data-box").split(",")]
    step = int(lonest(coordinates())[0])
    before = within(sequences, coordinates()[[step]])
    mouse, keyboard = sequences.page.mouse, sequences.page.keyboard
    mouse.move(*places(sequences, coordinates()[[step]])[0])
    keyboard.down("Control")
    mouse.wheel(0, -200)
    keyboard.up("Control")
    expect(sequences).not_to_have_attribute("data-view", "")
    zoomed = width()
    assert zoomed < whole[1] - whole[0]
    assert within(sequences, coordinates()[[step]]) == pytest.approx(before, abs=1)
    mouse.move(1, 1)
    # The map is moved by what isn't a point of the current trajectory.
    part(sequences, "map").scroll_into_view_if_needed()
    plot = part(sequences, "map").bounding_box()
    start = plot["x"] + plot["width"] - 12, plot["y"] + plot["height"] - 12
    drag(sequences, start, (start[0] - 30, start[1] - 20))
    assert within(sequences, coordinates()[[step]]) == pytest.approx(before - np.array([30, 20]), abs=1.5)
    assert width() == pytest.approx(zoomed)
    part(sequences, "map-zoom-in").click()
    assert width() < zoomed
    part(sequences, "map-zoom-all").click()
    shows(sequences, view="")
    assert notebook.value("sequences.view") is None
    notebook.run("sequences.view = (-1, 1, -1, 1)")
    shows(sequences, view="-1,1,-1,1")


def test_keys_on_the_map_go_along_sequences_pin_zoom_and_let_go(notebook, sequences):
    number = 2
    start, stop = int(STARTS[number]), int(STARTS[number + 1])
    notebook.run(f"sequences.sequence = {number}")
    shows(sequences, trajectories=number)
    plot, keyboard = part(sequences, "map"), sequences.page.keyboard
    plot.focus()
    keyboard.press("ArrowRight")
    shows(sequences, hovered=start)
    keyboard.press("ArrowRight")
    shows(sequences, hovered=start + 1)
    expect(part(sequences, "map-readout")).to_have_attribute("aria-live", "polite")
    keyboard.press("End")
    shows(sequences, hovered=stop - 1)
    keyboard.press("Enter")
    assert notebook.value("sequences.position") == stop - 1
    plot.focus()
    keyboard.press("p")
    assert notebook.value("sequences.pinned_sequences") == [number]
    plot.focus()
    keyboard.press("ArrowDown")
    shows(sequences, sequence=number + 1)
    assert notebook.value("sequences.sequence") == number + 1
    plot.focus()
    keyboard.press("+")
    assert notebook.value("sequences.view") is not None
    plot.focus()
    keyboard.press("0")
    assert notebook.value("sequences.view") is None
    notebook.run("sequences.selected_steps = [3, 4]; sequences.selection = (5, 7)")
    plot.focus()
    keyboard.press("Escape")
    assert notebook.value("[sequences.selected_steps, sequences.selection]") == [[], [5, 7]]


def test_a_stretch_of_the_current_trajectory_is_selected_by_a_drag_along_it(notebook, sequences):
    # A text that changes its mind: its trajectory leads from heap to heap.
    jump = int(
        np.argmax(
            np.linalg.norm(np.diff(coordinates(), axis=0), axis=1)
            * (np.diff(np.repeat(np.arange(len(SEQUENCES)), SEQUENCES)) == 0)
        )
    )
    number = sequence_of(jump)
    notebook.run(f"sequences.sequence = {number}; sequences.point_size = 2")
    shows(sequences, trajectories=number)
    at = places(sequences, coordinates())
    own = slice(STARTS[number], STARTS[number + 1])
    from_, to = (STARTS[number] + int(np.hypot(*(at[own] - at[step]).T).argmin()) for step in (jump, jump + 1))
    drag(sequences, at[from_], at[to])
    start, stop = sorted((int(from_), int(to)))
    shows(sequences, selection=(start, stop + 1))
    assert notebook.value("sequences.selection") == [start, stop + 1]


def test_which_points_are_shown_is_drawn_and_hit(notebook, sequences):
    step = int(next(step for step in lonest(coordinates()) if step not in STARTS and step + 1 not in STARTS))
    open_menu(sequences, "view-menu")
    part(sequences, "shown-points").select_option("last")
    assert notebook.value("sequences.shown_points") == "last"
    sequences.page.keyboard.press("Escape")
    at = places(sequences, coordinates())
    last = STARTS[1:] - 1
    sequences.page.mouse.move(*at[step])
    away = np.hypot(*(at[last] - at[step]).T)
    expected = int(last[away.argmin()]) if away.min() <= 12 else ""
    shows(sequences, hovered=expected)
    end = int(last[lonest(coordinates()[last])[0]])
    sequences.page.mouse.move(*at[end])
    shows(sequences, hovered=end)
