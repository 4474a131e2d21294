"""A `SequenceExplorer` that is linked with a `StateExplorer`, or with another of its kind."""

import threading

import numpy as np
import pytest
import traitlets

from lstmvis_widget import StateExplorer, link
from tests.explorer.test_explorer import is_right
from tests.page import wait_until
from tests.sequences_view.conftest import LENGTHS, OTHER, STATES, WORDS
from tests.synced.test_history import message

BOUNDS = np.cumsum([0, *LENGTHS])


@pytest.fixture
def pair(made):
    """A `StateExplorer` and a `SequenceExplorer` of the same data, linked."""
    explorer = StateExplorer({"a": STATES, "b": OTHER}, WORDS, sequences=LENGTHS, threshold=0.1)
    sequences = made({"a": STATES, "b": OTHER})
    link(explorer, sequences)
    yield explorer, sequences
    explorer.close()


def with_a_match(explorer):
    """Numbers of the sequences that a match starts in."""
    return sorted({int(np.searchsorted(BOUNDS, start, side="right")) - 1 for start in explorer.matches.start})


def matches_sent(sequences):
    return [np.frombuffer(sequences._matches[name], "<i4").tolist() for name in ("start", "stop")]


def test_position_selection_and_pointer_are_shared(pair, page_of):
    explorer, sequences = pair
    sequences.selection = (10, 13)
    assert explorer.selection == (10, 13)
    explorer.position = 30
    assert (sequences.position, sequences.sequence) == (30, 3)
    sequences.sequence = 5
    assert explorer.position == BOUNDS[5]
    page_of(sequences).set(_hovered_step=41)
    assert page_of(explorer).sent("_hovered_step")[-1] == 41
    assert (explorer._links, sequences._links) == (1, 1)


def test_two_of_a_kind_are_linked(made):
    one, other = made(sequence=3), made()
    linked = link(one, other)
    assert other.sequence == 3
    other.selection = (0, 4)
    assert one.selection == (0, 4)
    assert one._matches is None
    linked.unlink()
    other.selection = None
    assert one.selection == (0, 4)


def test_the_matches_of_the_explorer_are_those_shown(pair):
    explorer, sequences = pair
    for selection in [(10, 13), (50, 52)]:
        sequences.selection = selection
        sequences.filters = {"matches": True}
        assert sequences.shown_sequences.tolist() == with_a_match(explorer)
        assert matches_sent(sequences) == [explorer.matches.start.tolist(), explorer.matches.stop.tolist()]
        assert len(explorer.matches)
    sequences.selection = None
    assert sequences.shown_sequences.tolist() == []
    assert matches_sent(sequences) == [[], []]


def test_matches_go_with_the_link(made):
    with_matches = StateExplorer(STATES, WORDS, sequences=LENGTHS, threshold=0.1, selection=(10, 13))
    sequences = made(filters={"matches": True})
    assert sequences.shown_sequences.tolist() == []
    linked = link(with_matches, sequences)
    assert sequences.shown_sequences.tolist() == with_a_match(with_matches)
    linked.unlink()
    assert sequences._matches is None
    assert sequences.shown_sequences.tolist() == []
    link(with_matches, sequences)
    sequences.finish()
    assert sequences._matches is not None
    with_matches.close()
    wait_until(lambda: sequences._matches is None, "no matches of a closed explorer")
    assert sequences._links == 0


def test_closing_either_ends_the_link(pair):
    explorer, sequences = pair
    sequences.close()
    wait_until(lambda: explorer._links == 0, "the end of the link")
    explorer.position = 30
    assert sequences.peek("position") == 0


def test_cells_are_taken_by_the_explorer(pair, page_of):
    explorer, sequences = pair
    explorer.selection = (10, 13)
    sequences.take_cells([4, 1])
    assert explorer.selected_cells.tolist() == [1, 4]
    page_of(sequences).send({"take_cells": [0, 2]})
    assert explorer.selected_cells.tolist() == [0, 2]
    explorer.undo()
    assert explorer.selected_cells.tolist() == [1, 4]
    assert sequences.error == ""


def test_cells_that_cannot_be_taken_say_why(pair, page_of, made):
    explorer, sequences = pair
    alone = made()

    def why(explorer_of_sequences, cells, kind=ValueError):
        with pytest.raises(kind) as refused:
            explorer_of_sequences.take_cells(cells)
        page_of(explorer_of_sequences).send({"take_cells": cells})
        assert explorer_of_sequences.error == str(refused.value)
        return str(refused.value)

    assert "link(explorer, sequences)" in why(alone, [1])
    assert "nothing is selected in the linked explorer" in why(sequences, [1])
    explorer.selection = (10, 13)
    explorer.layer = "b"
    assert "cells of layer 'a', and the linked explorer shows 'b'" in why(sequences, [1])
    sequences.layer = "b"
    assert "0…3; got 4" in why(sequences, [4], traitlets.TraitError)
    assert explorer.added_cells == ()


def test_explorers_of_other_sequences_are_not_linked(made):
    explorer = StateExplorer(STATES, threshold=0.1)
    with pytest.raises(ValueError, match=r"same sequences as it; these have 1 and 6\. Make both with sequences="):
        link(explorer, made())
    explorer.close()
    with pytest.raises(ValueError, match="number of time steps; these have 60 and 7"):
        link(made(), made(STATES[:7], WORDS[:7], {}, sequences=[7]))
    with pytest.raises(TypeError, match="got ndarray"):
        link(made(), STATES)


def test_a_drag_in_the_page_of_one_is_a_step_of_both(pair, page_of):
    explorer, sequences = pair
    for stop in (10, 11, 12):
        page_of(sequences).set(selection=[8, stop])
    message(sequences, settle={"selection": [8, 12]})
    sequences.selection = (0, 3)
    explorer.undo()
    assert (explorer.selection, sequences.selection) == ((8, 12), (8, 12))
    explorer.undo()
    assert (explorer.selection, sequences.selection) == (None, None)


def test_changes_of_both_at_once_block_nobody_and_end_in_agreement(pair):
    explorer, sequences = pair
    begin = threading.Barrier(2)

    def move(widget, offset):
        begin.wait()
        for i in range(15):
            widget.selection = (offset + i % 5, offset + i % 5 + 2)
            widget.position = offset + i % 10

    threads = [threading.Thread(target=move, args=each) for each in ((explorer, 8), (sequences, 22))]
    for thread in threads:
        thread.start()
    sequences.filters = {"matches": True}
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    wait_until(lambda: explorer.selection == sequences.selection, "agreement on the selection")
    wait_until(lambda: explorer.position == sequences.position, "agreement on the position")
    is_right(explorer, STATES, sequences=LENGTHS)
    assert sequences.shown_sequences.tolist() == with_a_match(explorer)


def test_an_observer_may_read_what_the_other_shows(pair):
    explorer, sequences = pair
    seen = []
    explorer.observe(lambda _: seen.append(len(sequences.shown_sequences)), names="matches")
    sequences.observe(lambda _: seen.append(len(explorer.matches)), names="selection")
    sequences.filters = {"matches": True}
    sequences.selection = (10, 13)
    assert len(explorer.matches)
    wait_until(lambda: len(seen) >= 2, "both observers")
