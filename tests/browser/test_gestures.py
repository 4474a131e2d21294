"""Gestures with the mouse and the keyboard, and the Python values they are."""

import re

import pytest
from playwright.sync_api import expect

from tests import oracle
from tests.browser.data import SEQUENCES, SHOW, STATES, TAGS, THRESHOLD, WORDS
from tests.browser.gestures import brush, drag, match_row, middle, part, shows, word


@pytest.fixture
def explorer(notebook):
    notebook.run(SHOW)
    return notebook.explorer()


def cells_of(start, stop, threshold=THRESHOLD, **limits):
    return oracle.select_cells(STATES, start, stop, threshold, **limits)


def matches_of(start, stop, threshold=THRESHOLD, without=(), **limits):
    cells = [cell for cell in cells_of(start, stop, threshold, **limits) if cell not in without]
    ranking = oracle.rank_matches(
        STATES, cells, threshold, min_length=min(2, stop - start), sequences=SEQUENCES, **limits
    )
    return [[start, stop, overlap, union] for start, stop, _, overlap, union in ranking.rows]


COLUMNS = ("start", "stop", "overlap", "union")
ROWS = f"[list(row) for row in zip(*(getattr(explorer.matches, name).tolist() for name in {COLUMNS}))]"


def test_words_brushed_with_the_mouse_are_the_selection_that_the_next_cell_works_with(notebook, explorer):
    brush(explorer, 10, 14)
    assert notebook.run("print(explorer.selected_cells.tolist())") == f"{cells_of(10, 14)}\n"
    assert cells_of(10, 14)
    assert notebook.value("explorer.selection") == [10, 14]
    assert notebook.value(ROWS) == matches_of(10, 14)
    shows(explorer, selection=(10, 14), selected_cells=cells_of(10, 14), matches=len(matches_of(10, 14)))


def test_the_cell_that_runs_next_reads_every_gesture_however_many_came_before(notebook, explorer):
    for start, moves in ((3, 30), (12, 3), (7, 3), (18, 3), (5, 30)):
        brush(explorer, start, start + 4, moves)
        assert notebook.value(f"[explorer.selection, explorer.selected_cells, {ROWS}]") == [
            [start, start + 4],
            cells_of(start, start + 4),
            matches_of(start, start + 4),
        ]


def test_a_brush_from_right_to_left_selects_the_same_words(notebook, explorer):
    middle(word(explorer, 14))
    drag(explorer, middle(word(explorer, 14)), middle(word(explorer, 11)))
    assert notebook.value("explorer.selection") == [11, 15]


def test_a_brush_ends_where_its_sequence_ends(notebook, explorer):
    notebook.run("explorer.position = 12")
    shows(explorer, position=12)
    brush(explorer, 20, 29)
    assert notebook.value("explorer.selection") == [20, 25]
    assert notebook.value("explorer.error") == ""


def test_the_threshold_is_dragged(notebook, explorer):
    brush(explorer, 10, 14)
    line = part(explorer, "threshold")
    x, y = middle(line)
    drag(explorer, (x, y), (x, y - 40))
    threshold = notebook.value("explorer.threshold")
    assert THRESHOLD < threshold < 1
    shows(explorer, threshold=threshold)
    assert notebook.value("explorer.selected_cells") == cells_of(10, 14, threshold)
    assert notebook.value(ROWS) == matches_of(10, 14, threshold)
    x, y = middle(line)
    drag(explorer, (x, y), (x, y + 1000))
    assert notebook.value("explorer.threshold") == float(line.get_attribute("aria-valuemin"))


def test_the_threshold_is_typed(notebook, explorer):
    field = part(explorer, "threshold-field")
    field.fill("0.42")
    field.press("Enter")
    shows(explorer, threshold=0.42)
    assert notebook.value("explorer.threshold") == 0.42


def test_what_is_being_typed_stays_when_values_arrive(notebook, explorer):
    threshold, find = part(explorer, "threshold-field"), part(explorer, "find")
    threshold.fill("0.42")
    notebook.value("explorer.set_trait('threshold', 0.5)")
    shows(explorer, threshold=0.5)
    expect(threshold).to_have_value("0.42")
    threshold.press("Enter")
    shows(explorer, threshold=0.42)
    find.fill("w12")
    notebook.value("explorer.set_trait('find_text', 'w3')")
    expect(part(explorer, "found-all").locator(".lv-found-other")).to_have_count(1)
    expect(find).to_have_value("w12")
    find.press("Enter")
    assert notebook.value("[explorer.threshold, explorer.find_text]") == [0.42, "w12"]
    notebook.value("explorer.set_trait('find_text', 'w3')")
    expect(find).to_have_value("w3")


def test_both_ends_of_the_pattern_are_dragged(notebook, explorer):
    brush(explorer, 10, 14)
    shows(explorer, selected_cells=cells_of(10, 14))
    step = word(explorer, 11).bounding_box()["x"] - word(explorer, 10).bounding_box()["x"]
    x, y = middle(part(explorer, "off-before"))
    drag(explorer, (x, y), (x - 2 * step, y))
    x, y = middle(part(explorer, "off-after"))
    drag(explorer, (x, y), (x + step, y))
    limits = {"off_before": 2, "off_after": 1}
    assert notebook.value("[explorer.off_before, explorer.off_after]") == [2, 1]
    assert notebook.value("explorer.selected_cells") == cells_of(10, 14, **limits)
    assert notebook.value(ROWS) == matches_of(10, 14, **limits)
    shows(explorer, off_before=2, off_after=1, selected_cells=cells_of(10, 14, **limits))


def test_a_match_that_is_clicked_comes_into_sight_and_the_selection_stays(notebook, explorer):
    brush(explorer, 10, 14)
    matches = matches_of(10, 14)
    shows(explorer, matches=len(matches))
    far = next(row for row, (start, *_) in enumerate(matches) if start > 150)
    start, stop, *_ = matches[far]
    match_row(explorer, far).click()
    shows(explorer, position=re.compile(r"1\d\d|2\d\d"))
    expect(word(explorer, start)).to_be_visible()
    expect(word(explorer, stop - 1)).to_have_text(WORDS[stop - 1])
    position = notebook.value("explorer.position")
    assert position <= start
    assert notebook.value("explorer.selection") == [10, 14]
    part(explorer, "back-to-selection").click()
    expect(word(explorer, 10)).to_be_visible()
    assert notebook.value("explorer.position") <= 10


def test_a_match_shows_its_words_and_those_around_it(explorer):
    brush(explorer, 10, 14)
    matches = matches_of(10, 14)
    shows(explorer, matches=len(matches))
    expect(part(explorer, "matches")).to_have_attribute("aria-rowcount", str(len(matches) + 1))
    for row, (start, stop, *_) in list(enumerate(matches))[:5]:
        first, end = start - start % 25, start - start % 25 + 25
        shown = [*range(max(first, start - 6), min(stop, start + 20)), *range(stop, min(stop + 6, end))]
        expect(match_row(explorer, row).locator("[data-part='match-word']")).to_have_text(
            [WORDS[step] for step in shown]
        )


def test_a_cell_that_is_clicked_no_longer_counts_until_it_is_clicked_again(notebook, explorer):
    brush(explorer, 10, 14)
    cells = cells_of(10, 14)
    expect(part(explorer, "cell")).to_have_count(len(cells))
    part(explorer, "cell").first.click()
    assert notebook.value("explorer.deselected_cells") == cells[:1]
    assert notebook.value("explorer.selected_cells") == cells[1:]
    assert notebook.value(ROWS) == matches_of(10, 14, without=cells[:1])
    shows(explorer, selected_cells=cells[1:])
    part(explorer, "cell").first.click()
    assert notebook.value("explorer.selected_cells") == cells


def test_words_are_selected_with_the_keyboard(notebook, explorer):
    part(explorer, "words").focus()
    word(explorer, 5).click()
    for _ in range(3):
        explorer.page.keyboard.press("Shift+ArrowRight")
    shows(explorer, selection=(5, 9))
    assert notebook.value("explorer.selection") == [5, 9]
    assert notebook.value("explorer.selected_cells") == cells_of(5, 9)


def test_the_threshold_follows_the_arrow_keys(notebook, explorer):
    part(explorer, "threshold").focus()
    explorer.page.keyboard.press("ArrowUp")
    explorer.page.keyboard.press("ArrowUp")
    assert notebook.value("explorer.threshold") == pytest.approx(
        THRESHOLD + 2 * notebook.value("explorer._threshold_step")
    )


def test_the_next_page_is_shown(notebook, explorer):
    part(explorer, "next").click()
    position = notebook.value("explorer.position")
    assert position > 0
    shows(explorer, position=position)
    expect(word(explorer, position)).to_have_text(WORDS[position])


def test_a_position_is_typed(notebook, explorer):
    field = part(explorer, "position-field")
    field.fill("123")
    field.press("Enter")
    shows(explorer, position=123)
    expect(word(explorer, 123)).to_have_text("w123")
    assert notebook.value("explorer.position") == 123


def test_a_track_is_drawn_and_hidden(notebook, explorer):
    track = explorer.locator("[data-track='pos'][data-part='track']")
    labels = track.locator(".lv-label")
    expect(labels.first).to_have_text(TAGS[0])
    texts = labels.all_text_contents()
    assert texts == TAGS[: len(texts)]
    assert len(texts) > 10
    colors = labels.evaluate_all("all => all.map(each => getComputedStyle(each).backgroundColor)")
    color_of = dict(zip(texts, colors, strict=True))
    assert len(set(color_of.values())) == 3
    assert [color_of[text] for text in texts] == colors
    part(track, "track-hide").click()
    expect(track).to_have_count(0)
    assert notebook.value("explorer.visible_tracks") == []
