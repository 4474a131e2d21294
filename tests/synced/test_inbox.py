import contextlib
import threading
import time

import numpy as np
import pytest
from ipywidgets import DOMWidget

from lstmvis_widget import PhraseScatter, SequenceExplorer, StateExplorer, map_phrases
from lstmvis_widget.synced.inbox import Inbox
from lstmvis_widget.synced.tags import public_names


class Comm:
    """A comm that ipykernel 7.4 asks for the subshell of each message."""

    def _reply_subshell_for(self, _data, _default):
        return "the thread that used the comm last"


def watched():
    inbox, comm = Inbox(), Comm()
    inbox.watch(comm)
    return inbox, comm


def on_another_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_messages_go_where_the_page_sent_them():
    _, comm = watched()
    assert comm._reply_subshell_for({}, "subshell") == "subshell"
    assert comm._reply_subshell_for({}, None) is None


def test_reading_waits_for_a_message_that_has_arrived():
    inbox, comm = watched()
    comm._reply_subshell_for({}, "subshell")
    steps = []

    def handle():
        time.sleep(0.05)
        steps.append("handled")
        inbox.handled()

    on_another_thread(handle)
    inbox.wait_until_empty()
    assert steps == ["handled"]


def test_a_message_for_the_thread_of_the_cells_is_not_waited_for():
    inbox, comm = watched()
    comm._reply_subshell_for({}, None)
    begun = time.monotonic()
    inbox.wait_until_empty()
    inbox.handled()
    assert time.monotonic() - begun < 1


def test_another_thread_than_that_of_the_cells_never_waits():
    inbox, comm = watched()
    comm._reply_subshell_for({}, "subshell")
    thread = on_another_thread(inbox.wait_until_empty)
    thread.join(1)
    assert not thread.is_alive()


def test_a_message_that_is_never_taken_in_is_given_up(monkeypatch):
    monkeypatch.setattr("lstmvis_widget.synced.inbox.PATIENCE", 0.05)
    inbox, comm = watched()
    comm._reply_subshell_for({}, "subshell")
    inbox.wait_until_empty()
    monkeypatch.setattr("lstmvis_widget.synced.inbox.PATIENCE", 60)
    inbox.wait_until_empty()


def test_a_comm_that_nobody_asks_is_left_as_it_is():
    Inbox().watch(object())


STATES = np.random.default_rng(0).normal(size=(60, 10))
PHRASES = {"a": [(at, at + 2) for at in range(0, 20, 2)], "b": [(at, at + 3) for at in range(21, 60, 3)]}


@pytest.fixture
def explorer():
    explorer = StateExplorer(STATES, selection=(3, 5))
    yield explorer
    explorer.close()


GIVEN = {"layers", "tokens", "tracks", "sequences", "output", "phrase_map", "progress"}
"""What no gesture changes, and how far work has come."""


@pytest.mark.parametrize("kind", [StateExplorer, SequenceExplorer, PhraseScatter])
def test_whatever_is_read_of_a_widget_waits_for_messages_that_have_arrived(explorer, kind, monkeypatch):
    with contextlib.ExitStack() as at_end:
        widget = explorer
        if kind is SequenceExplorer:
            widget = SequenceExplorer(STATES)
            at_end.callback(widget.close)
        elif kind is PhraseScatter:
            widget = map_phrases(explorer, PHRASES, 0.1).scatter(explorer)
            at_end.callback(widget.close)
        waited = []
        monkeypatch.setattr(Inbox, "wait_until_empty", lambda _: waited.append(True))
        without = set()
        for name in set(public_names(kind)) - set(dir(DOMWidget)) - GIVEN:
            waited.clear()
            if not callable(getattr(widget, name)) and not waited:
                without.add(name)
        assert without == set()
