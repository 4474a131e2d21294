"""The file that `to_html` writes, opened from the disk with the network off."""

from playwright.sync_api import expect

from tests.browser.gestures import drag, middle, part, shows, word
from tests.browser.sequences.data import SEQUENCES, STARTS, STATES, TARGETS, TOKENS, explorer
from tests.browser.sequences.hands import as_json, frame, lasso, lonest, open_menu, places, row
from tests.browser.sequences.test_map import coordinates
from tests.browser.test_saved_page import HOSTILE, opened  # noqa: F401  (a fixture)

NUMBER = 13
START, STOP = int(STARTS[NUMBER]), int(STARTS[NUMBER + 1])
CHOSEN = {
    "sequence": NUMBER, "pinned_sequences": [2, 4], "jump": START + 7, "selected_steps": [40, 41, 50],
    "selection": (START + 1, START + 4), "filters": {"target": "good"}, "sort_by": "-length", "color_by": "kind",
}  # fmt: skip


def test_a_saved_view_shows_the_same_and_what_needs_no_python_works(opened):  # noqa: F811
    shown = opened(explorer(**CHOSEN))
    shows(shown, sequence=NUMBER, pinned_sequences=[2, 4], jump=START + 7, cause=START + 7, selected_steps=3)
    shows(shown, selection=(START + 1, START + 4), filters=as_json({"target": ["good"]}), sort_by="-length")
    shows(shown, colored="kind", points=len(STATES), trajectories=[NUMBER, 2, 4], shown=TARGETS.count("good"))
    shows(shown, words=(START, STOP), settled="true", progress="", error="")
    expect(part(shown, "telling-cells").locator("[role=listitem]")).to_have_count(10)
    expect(part(shown, "cause-cells").locator("[role=listitem]").first).to_be_visible()
    expect(part(shown, "trust")).to_contain_text("neighbours kept")
    # Hovering, zooming, selecting words and how things are drawn.
    word(shown, START + 3).hover()
    shows(shown, hovered=START + 3)
    expect(part(shown, "readout")).to_contain_text(f"“{TOKENS[START + 3]}”")
    step = int(lonest(coordinates())[0])
    shown.page.mouse.move(*places(shown, coordinates()[[step]])[0])
    shows(shown, hovered=step)
    part(shown, "map-zoom-in").click()
    expect(shown).not_to_have_attribute("data-view", "")
    open_menu(shown, "view-menu")
    part(shown, "line-color").select_option("time")
    shows(shown, line_color="time")
    part(shown, "fade").select_option("wrong")
    shows(shown, fade="wrong")


def test_what_needs_python_is_off_and_the_page_says_so(opened):  # noqa: F811
    shown = opened(explorer(**CHOSEN))
    before = {"sequence": NUMBER, "position": START, "jump": START + 7, "sort_by": "-length", "method": "pca",
              "filters": as_json({"target": ["good"]}), "selected_steps": 3, "pinned_sequences": [2, 4]}  # fmt: skip
    expect(part(shown, "saved-note")).to_contain_text("need Python")
    off = ["method-menu", "color-menu", "find", "filter", "sequence-after", "pin-sequence", "color-by-trust"]
    off += ["selected-only", "clear-selected", "take-telling-cells", "take-cause-cells", "close-cause"]
    for name in off:
        expect(part(shown, name).first).to_be_disabled()
    row(shown, int(TARGETS.index("good"))).click(force=True)
    part(shown, "matrix-cell").first.click(force=True)
    word(shown, START + 2).click()
    x, y = coordinates().T
    lasso(shown, frame(0.5, x.max() + 0.1, y.min() - 0.1, y.max() + 0.1), "Shift")
    part(shown, "jumps").focus()
    for key in ("Home", "Enter", "Control+z"):
        shown.page.keyboard.press(key)
    word(shown, START + 3).hover()
    shows(shown, hovered=START + 3, **before)
    x, y = middle(part(shown, "jump-threshold-line"))
    drag(shown, (x, y), (x, y + 20))
    shows(shown, **before)


def test_data_in_a_saved_view_are_text(opened):  # noqa: F811
    from lstmvis_widget import OutputTrack, SequenceExplorer
    from tests.browser.sequences.data import TEXTS

    model = OutputTrack(TEXTS.logits, ["unclear", HOSTILE, "bad"], [0] * len(SEQUENCES), logits=True)
    hostile = SequenceExplorer(
        STATES, [HOSTILE] * len(STATES), {HOSTILE: model}, sequences=SEQUENCES, name=HOSTILE, sequence=NUMBER,
        jump=START + 1, selected_steps=range(20), pinned_sequences=[1], point_labels="class",
    )  # fmt: skip
    shown = opened(hostile)
    expect(part(shown, "cause-title")).to_contain_text(HOSTILE)
    expect(part(shown, "legend-entry").filter(has_text="<img").first).to_be_visible()
    assert word(shown, START + 1).text_content() == HOSTILE
    assert shown.locator("img").count() == 0
    assert shown.page.evaluate("() => window.wasRun") is None
