"""All sequences: the counts by class, filters that add up, and the table. The oracle is pandas, on `table`."""

import itertools

import pandas as pd
from playwright.sync_api import expect

from lstmvis_widget import sequence_table, step_distances
from tests.browser.gestures import part, shows
from tests.browser.sequences.data import CLASSES, SEQUENCES, STARTS, STATES, TOKENS, output
from tests.browser.sequences.hands import as_json, open_menu, row

TABLE = sequence_table(output(), SEQUENCES, distances=step_distances(STATES, SEQUENCES)).assign(
    text=[" ".join(TOKENS[start:stop]) for start, stop in itertools.pairwise(STARTS)]
)


def shown_by(notebook, sequences, filters, rows):
    """The filters in Python, the sequences that pass them there, and how many the page shows."""
    shows(sequences, filters=as_json(filters), shown=len(rows))
    assert notebook.value("[sequences.filters, sequences.shown_sequences]") == [filters, rows["sequence"].tolist()]
    expect(part(sequences, "shown")).to_have_text(f"{len(rows)} of {len(TABLE)}")


def cell(sequences, target, said):
    return part(sequences, "matrix-cell").and_(sequences.locator(f"[aria-label^='true {target}, said {said}:']"))


def test_the_data_set_is_counted_by_class(sequences):
    expect(part(sequences, "title")).to_contain_text("planted")
    expect(part(sequences, "title")).to_contain_text(
        f"{len(SEQUENCES)} sequences, {len(STATES)} steps × {STATES.shape[1]}"
    )
    counts = pd.crosstab(TABLE["target"], TABLE["prediction"])
    for target in counts.index:
        for said in counts.columns:
            expect(cell(sequences, target, said)).to_have_attribute("data-count", str(counts.loc[target, said]))
    expect(part(sequences, "matrix-readout")).to_contain_text(f"accuracy {TABLE['correct'].mean():.2f} of {len(TABLE)}")
    cell(sequences, "good", "bad").hover()
    wrong = counts.loc["good", "bad"]
    expect(part(sequences, "matrix-readout")).to_contain_text(f"true good, said bad: {wrong} sequence")
    # The same as a list of classes with bars.
    part(sequences, "classes-open").click()
    for name in ("good", "bad"):
        line = part(sequences, "class").filter(has_text=name).first
        of = TABLE[TABLE["target"] == name]["correct"]
        expect(line).to_contain_text(f"{of.sum()} ✓ {(~of).sum()} ✗")


def test_cells_classes_and_bars_are_filters_that_add_up_and_go_one_by_one(notebook, sequences):
    def by(condition, filters):
        shown_by(notebook, sequences, filters, TABLE[condition])

    is_good, said_bad = TABLE["target"] == "good", TABLE["prediction"] == "bad"
    cell(sequences, "good", "bad").click()
    by(is_good & said_bad, {"target": ["good"], "prediction": ["bad"]})
    expect(cell(sequences, "good", "bad")).to_have_attribute("aria-selected", "true")
    chips = part(sequences, "filter")
    expect(chips).to_have_text(["true good×", "said bad×"])
    chips.first.click()
    by(said_bad, {"prediction": ["bad"]})
    chips.first.click()
    by(slice(None), {})
    # A class of the rows, one of the columns, and the bars of what is right and wrong.
    part(sequences, "matrix-true").and_(sequences.locator("[aria-label^='true bad']")).click()
    by(~is_good, {"target": ["bad"]})
    part(sequences, "matrix-said").and_(sequences.locator("[aria-label^='said good']")).click()
    by(~is_good & ~said_bad, {"target": ["bad"], "prediction": ["good"]})
    part(sequences, "clear-filters").click()
    wrong = part(sequences, "matrix-wrong").and_(sequences.locator("[aria-label^='true good, wrong']"))
    wrong.click()
    by(is_good & ~TABLE["correct"], {"target": ["good"], "correct": False})
    # Text adds to them.
    find = part(sequences, "find")
    find.fill("filler3")
    find.press("Enter")
    has = TABLE["text"].str.split().map(lambda words: "filler3" in words)
    by(is_good & ~TABLE["correct"] & has, {"target": ["good"], "correct": False, "text": "filler3"})
    wrong.click()
    by(has, {"text": "filler3"})
    # Undone and done again, as one change each.
    part(sequences, "matrix-cell").first.focus()
    sequences.page.keyboard.press("Control+z")
    by(is_good & ~TABLE["correct"] & has, {"target": ["good"], "correct": False, "text": "filler3"})
    part(sequences, "matrix-cell").first.focus()
    sequences.page.keyboard.press("Control+Shift+z")
    by(has, {"text": "filler3"})
    part(sequences, "filter").click()
    by(slice(None), {})


def test_a_text_that_is_no_expression_is_refused_beside_the_field(notebook, sequences):
    find = part(sequences, "find")
    find.fill("/good (/")
    find.press("Enter")
    expect(part(sequences, "find-error")).to_contain_text("must be a phrase or a regular expression")
    assert notebook.value("sequences.filters") == {}
    find.fill("/good filler[12]$/")
    find.press("Enter")
    expect(part(sequences, "find-error")).to_be_hidden()
    shows(sequences, filters=as_json({"text": "/good filler[12]$/"}))
    found = notebook.value("sequences.shown_sequences")
    ends = [number for number, text in enumerate(TABLE["text"]) if text.endswith(("good filler1", "good filler2"))]
    assert found == ends


def test_ranges_and_boxes_of_the_menu_are_filters(notebook, sequences):
    open_menu(sequences, "filter-menu")
    for end, value in (("least", 5), ("most", 20)):
        field = part(sequences, f"filter-length-{end}")
        field.fill(str(value))
        field.press("Enter")
    shown_by(notebook, sequences, {"length": [5, 20]}, TABLE[TABLE["length"].between(5, 20)])
    open_menu(sequences, "filter-menu")
    part(sequences, "filter-correct").and_(sequences.locator("[data-value='true']")).check()
    part(sequences, "filter-changes-least").fill("2")
    part(sequences, "filter-changes-least").press("Enter")
    both = TABLE[TABLE["length"].between(5, 20) & TABLE["correct"] & (TABLE["changes"] >= 2)]
    assert len(both) > 1
    shows(sequences, shown=len(both))
    chips = {text.strip() for text in part(sequences, "filter").all_text_contents()}
    assert chips == {"right×", "length 5–20×", "changes ≥ 2×"}
    assert notebook.value("sequences.shown_sequences") == both["sequence"].tolist()
    part(sequences, "filter-changes-least").press("Escape")  # the menu covers what is clicked below
    notebook.run("sequences.filters = {'length': (900, None)}")
    expect(part(sequences, "no-sequences")).to_have_text("No sequence passes these filters.")
    part(sequences, "clear-empty").click()
    shown_by(notebook, sequences, {}, TABLE)


def test_the_table_is_sorted_by_clicks_on_its_heads_both_ways(notebook, sequences):
    order = {name: place for place, name in enumerate(CLASSES)}
    places = TABLE.assign(target=TABLE["target"].map(order), prediction=TABLE["prediction"].map(order))
    heads = part(sequences, "sequences").locator("[data-sort]")
    names = heads.evaluate_all("all => all.map(each => each.dataset.sort)")
    assert {"sequence", "target", "prediction", "text"} <= set(names)
    for name in names:
        head = part(sequences, "sequences").locator(f"[data-sort='{name}']")
        key = (lambda column: column.str.casefold()) if name == "text" else None
        for _ in range(2):
            before = notebook.value("sequences.sort_by")
            head.click()
            expect(sequences).not_to_have_attribute("data-sort-by", before)
            by = notebook.value("sequences.sort_by")
            assert by.removeprefix("-") == name
            is_down = by.startswith("-")
            column = places["settled"] - places["start"] if name == "settled" else places[name]
            expected = places.assign(by=column).sort_values(
                ["by", "sequence"], ascending=[not is_down, True], key=None if key is None else _only("by", key),
                na_position="last",
            )["sequence"].tolist()  # fmt: skip
            assert notebook.value("sequences.shown_sequences") == expected, by
            first = part(sequences, "sequences").locator("[aria-rowindex='2']")
            expect(first).to_have_attribute("data-sequence", str(expected[0]))
            expect(head.locator("..")).to_have_attribute("aria-sort", "descending" if is_down else "ascending")


def _only(name, key):
    return lambda column: key(column) if column.name == name else column


def test_rows_say_what_the_table_has_and_arrow_keys_go_from_one_to_the_next(notebook, sequences):
    facts = TABLE.iloc[4]
    line = row(sequences, 4)
    expect(line.locator(".lvs-cell-target")).to_have_attribute("title", facts["target"])
    expect(line.locator(".lvs-cell-prediction")).to_have_attribute("title", facts["prediction"])
    assert line.locator(".lvs-cell-text").text_content()[:20] == facts["text"][:20]
    line.hover()
    shows(sequences, hovered_sequence=4)
    said = part(sequences, "readout")
    expect(said).to_contain_text(f"sequence 4 · {facts['length']} steps · true {facts['target']}")
    expect(said).to_contain_text(f"said {facts['prediction']} {facts['confidence']:.2f}")
    expect(said).to_contain_text(f"largest jump {facts['largest_jump']:.2f}")
    line.locator(".lvs-cell-text").click()
    assert notebook.value("[sequences.sequence, sequences.position]") == [4, facts["start"]]
    keyboard = sequences.page.keyboard
    for key, number in (("ArrowDown", 5), ("ArrowDown", 6), ("ArrowUp", 5), ("End", 29), ("Home", 0)):
        if key == "ArrowDown" and number == 5:
            row(sequences, 4).focus()
        keyboard.press(key)
        shows(sequences, sequence=number)
        expect(row(sequences, number)).to_be_focused()
    keyboard.press("p")
    shows(sequences, pinned_sequences=0)
    assert notebook.value("[sequences.sequence, sequences.pinned_sequences]") == [0, [0]]
    row(sequences, 0).locator("[data-part='sequence-pin']").click()
    assert notebook.value("sequences.pinned_sequences") == []


MANY = """
from tests.browser.sequences.data import *
from lstmvis_widget import SequenceExplorer
import numpy as np
N = 2000
scores = np.random.default_rng(1).dirichlet([1, 1, 1], 3 * N)
sequences = SequenceExplorer(
    np.random.default_rng(0).normal(size=(3 * N, 4)).astype("f4"), None,
    {"model": OutputTrack(scores, ["a", "b", "c"], ["a", "b"] * (N // 2))}, sequences=[3] * N,
)
sequences
"""


def test_of_two_thousand_sequences_only_the_rows_in_sight_are_in_the_page(notebook):
    notebook.run(MANY)
    shown = notebook.explorer()
    shows(shown, shown=2000)
    rows = part(shown, "sequence")
    expect(rows.first).to_be_visible()
    assert rows.count() < 80
    grid = part(shown, "sequences")
    expect(grid).to_have_attribute("aria-rowcount", "2001")
    grid.evaluate("grid => { grid.scrollTop = grid.scrollHeight; }")
    expect(row(shown, 1999)).to_be_visible()
    row(shown, 1990).click()
    assert notebook.value("sequences.sequence") == 1990
    notebook.run("sequences.sort_by = '-confidence'; sequences.filters = {'correct': False}")
    expected = notebook.value(
        "sequences.table.query('not correct').sort_values(['confidence', 'sequence'], ascending=[False, True])"
        ".sequence.tolist()"
    )
    shows(shown, shown=len(expected))
    expect(grid.locator("[aria-rowindex='2']")).to_have_attribute("data-sequence", str(expected[0]))
    assert notebook.value("sequences.shown_sequences") == expected
    grid.locator("[aria-rowindex='2']").focus()
    shown.page.keyboard.press("End")
    shows(shown, sequence=expected[-1])
    assert notebook.value("sequences.sequence") == expected[-1]
    assert rows.count() < 80
