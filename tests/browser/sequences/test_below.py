"""What tells selected steps from the rest, and what goes on from there to a linked explorer."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.gestures import brush, part, shows
from tests.browser.sequences.data import KINDS, SEQUENCES, STARTS, STATES, TOKENS, output
from tests.browser.sequences.hands import column, frame, lasso, open_menu, row
from tests.browser.sequences.test_map import coordinates, gaps

LINKED = """
from tests.browser.sequences.data import *
from lstmvis_widget import StateExplorer, link
sequences = explorer()
other = StateExplorer(STATES, TOKENS, {"kind": KINDS}, sequences=SEQUENCES, threshold=0.5)
together = link(other, sequences)
display(sequences, other)
"""


def selected_by_lasso(sequences):
    """The steps after which "good" is expected, by a lasso around their heap or that of the others."""
    x, y = coordinates().T
    middle, end = gaps(x)[1], x.max() + 0.1
    lasso(sequences, frame(middle, end, y.min() - 0.1, y.max() + 0.1), "Shift")
    steps = np.flatnonzero(x > middle)
    shows(sequences, selected_steps=len(steps))
    return steps


def auc(steps):
    """The area under the ROC curve of each cell, from all pairs of a selected step and another."""
    inside = np.zeros(len(STATES), bool)
    inside[steps] = True
    pairs = STATES[inside][:, None] - STATES[~inside]
    return ((pairs > 0) + 0.5 * (pairs == 0)).mean((0, 1))


def chips(host):
    """The names and values of the chips in a row."""
    texts = host.locator("[role=listitem]").evaluate_all(
        "all => all.map(each => [...each.children].map(child => child.textContent))"
    )
    return dict(texts)


def number(text):
    return float(text.replace("−", "-").removesuffix("×"))


def test_words_labels_and_cells_of_selected_steps_are_those_of_numpy(notebook, sequences):
    steps = selected_by_lasso(sequences)
    found_in = len({int(np.searchsorted(STARTS, step, side="right")) for step in steps})
    expect(part(sequences, "selected-count")).to_have_text(f"{len(steps)} steps selected")
    expect(part(sequences, "selected-where")).to_have_text(f"in {found_in} sequences")
    assert notebook.value("sequences.selected_steps") == steps.tolist()
    expect(part(sequences, "telling-cells")).to_be_visible()
    words = chips(part(sequences, "selected-words"))
    assert words
    for word, ratio in words.items():
        share = np.mean([TOKENS[step] == word for step in steps]) / np.mean([token == word for token in TOKENS])
        assert number(ratio) == pytest.approx(share, abs=0.06)
    said = output()[:]
    labels = part(sequences, "selected-labels")
    for track, values in (("model", said), ("kind", KINDS)):
        of = labels.locator(f"[role=list][aria-label='{track}']")
        for name, ratio in chips(of).items():
            share = np.mean([values[step] == name for step in steps]) / np.mean([value == name for value in values])
            assert number(ratio) == pytest.approx(share, abs=0.06)
    # With its sign, from the best one on.
    expected = auc(steps)
    size = 0.5 + np.abs(expected - 0.5)
    cells = chips(part(sequences, "telling-cells"))
    assert len(cells) == 10
    for name, value in cells.items():
        cell = int(name.replace("−", ""))
        assert ("−" in name) == (expected[cell] < 0.5)
        assert number(value) == pytest.approx(size[cell], abs=0.006)
    assert [size[int(name.replace("−", ""))] for name in cells] == pytest.approx(np.sort(size)[::-1][:10], abs=1e-6)
    expect(part(sequences, "selected-panel")).to_contain_text("chance up to")
    expect(part(sequences, "take-telling-cells")).to_be_disabled()
    expect(part(sequences, "selected-panel")).to_contain_text("link(explorer, sequences) to take them")
    # Only their sequences, all again, and let go.
    only = part(sequences, "selected-only")
    only.click()
    shows(sequences, shown=found_in)
    numbers = sorted({int(np.searchsorted(STARTS, step, side="right") - 1) for step in steps})
    assert notebook.value("[sequences.filters, sequences.shown_sequences]") == [{"selected": True}, numbers]
    only.click()
    shows(sequences, shown=len(SEQUENCES))
    part(sequences, "clear-selected").click()
    assert notebook.value("[sequences.selected_steps, sequences.filters]") == [[], {}]
    notebook.run("sequences.selected_steps = range(len(STATES))")
    expect(part(sequences, "selected-said")).to_contain_text("all steps are selected")


@pytest.fixture
def linked(notebook):
    notebook.run(LINKED)
    sequences, other = notebook.page.locator(".lv-sequences"), notebook.page.locator(".lstmvis:not(.lv-sequences)")
    shows(sequences, ready="true", links=1, trust=re.compile(r"\d"))
    shows(other, ready="true")
    expect(sequences).not_to_have_attribute("data-jump-threshold", "0")
    return sequences, other


def test_words_that_are_brushed_are_selected_in_the_linked_explorer_and_its_matches_are_counted(notebook, linked):
    sequences, other = linked
    notebook.run("sequences.sequence = 13")
    shows(sequences, words=(int(STARTS[13]), int(STARTS[14])))
    start = int(STARTS[13]) + 8
    brush(sequences, start, start + 3)
    shows(sequences, selection=(start, start + 3))
    both = [start, start + 3]
    assert notebook.value("[sequences.selection, other.selection]") == [both, both]
    shows(other, selection=(start, start + 3))
    matches = notebook.value("[[match.start, match.stop] for match in other.matches]")
    assert len(matches) > 3
    shows(sequences, matches=len(matches))
    # The table counts them, the filter keeps their sequences, words within them are marked.
    counts = np.bincount(np.searchsorted(STARTS, [start for start, _ in matches], side="right") - 1, minlength=30)
    column_of = row(sequences, 13).locator(".lvs-cell-matches")
    expect(column_of).to_have_text(str(counts[13]))
    open_menu(sequences, "filter-menu")
    part(sequences, "filter-matches").check()
    shows(sequences, shown=int((counts > 0).sum()))
    assert notebook.value("sequences.shown_sequences") == np.flatnonzero(counts).tolist()
    # The other way: what is brushed there is selected here.
    notebook.run("other.selection = (20, 23)")
    shows(sequences, selection=(20, 23))
    assert notebook.value("sequences.selection") == [20, 23]


def test_the_pointer_and_the_position_are_those_of_the_linked_explorer(notebook, linked):
    sequences, other = linked
    notebook.run("heard = []; other.observe(lambda change: heard.append(change.new), names='_hovered_step')")
    number_ = 9
    row(sequences, number_).locator(".lvs-cell-text").click()
    start = int(STARTS[number_])
    shows(sequences, sequence=number_, words=(start, int(STARTS[number_ + 1])))
    shows(other, position=start)
    assert notebook.value("[sequences.position, other.position]") == [start, start]
    part(sequences, "words").locator(f"[data-step='{start + 2}']").hover()
    shows(sequences, hovered=start + 2)
    expect(part(other, "words").locator(f"[data-step='{start + 2}']")).to_contain_class("lv-hovered")
    assert start + 2 in notebook.value("heard")
    sequences.page.mouse.move(1, 1)  # a hand takes longer from one widget to the other than the two messages
    shows(sequences, hovered="")
    part(other, "words").locator(f"[data-step='{start + 4}']").hover()
    shows(sequences, hovered=start + 4)


def test_the_cells_that_tell_selected_steps_become_the_explorers(notebook, linked):
    sequences, other = linked
    steps = selected_by_lasso(sequences)
    take = part(sequences, "take-telling-cells")
    expect(take).to_be_disabled()
    expect(part(sequences, "selected-panel")).to_contain_text("select words first")
    first = int(steps[0])
    notebook.run(f"sequences.selection = ({first}, {first + 1})")
    expect(take).to_be_enabled()
    expect(part(sequences, "selected-panel")).to_contain_text("chance up to")
    chance = number(
        re.search(r"chance up to (\S+?):?( |$)", part(sequences, "selected-panel").inner_text().replace("\n", " "))[1]
    )
    take.click()
    size = 0.5 + np.abs(auc(steps) - 0.5)
    best = np.argsort(-size, kind="stable")[:10]
    cells = sorted(int(cell) for cell in best if size[cell] > chance + 0.005)
    assert cells
    expect(other).to_have_attribute("data-selected-cells", re.compile(r"\d"))
    taken = notebook.value("other.selected_cells")
    assert set(cells) <= set(taken) <= {int(cell) for cell in best}
    shows(other, selected_cells=taken)
    assert notebook.value("sequences.error") == ""


def test_from_a_jump_to_its_cells_to_where_else_they_are_on(notebook, linked):
    sequences, other = linked
    jump = 133  # "good" overrules "bad"
    assert TOKENS[jump + 1] in {"good", "bad"}
    notebook.run("sequences.sequence = 11")
    shows(sequences, words=(int(STARTS[11]), int(STARTS[12])))
    sequences.page.mouse.click(*column(part(sequences, "jumps"), jump, int(STARTS[11]), int(STARTS[12])))
    shows(sequences, cause=jump)
    cells = sorted(int(name) for name in chips(part(sequences, "cause-cells")))
    take = part(sequences, "take-cause-cells")
    expect(take).to_be_enabled()
    take.click()
    shows(other, selection=(jump, jump + 2), selected_cells=cells)
    assert notebook.value("[other.selection, other.selected_cells]") == [[jump, jump + 2], cells]
    shows(sequences, selection=(jump, jump + 2), matches=re.compile(r"[1-9]"))
    found = notebook.value("len(other.matches)")
    shows(sequences, matches=found)


def test_when_one_of_the_two_is_closed_the_other_goes_on(notebook, linked):
    sequences, _ = linked
    notebook.run("other.close()")
    shows(sequences, links=0, matches="")
    part(sequences, "sequence-after").click()
    assert notebook.value("sequences.sequence") == 1
    notebook.run("sequences.close()")
    expect(sequences).to_have_count(0)
    assert notebook.value("[sequences.selection, len(sequences.table)]") == [None, len(SEQUENCES)]
