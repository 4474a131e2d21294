"""Where the progress of long functions is shown."""

import io
import sys
import threading

import pytest

from lstmvis_widget.work import progress_bar
from lstmvis_widget.work.showing import shown


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


class Stream(io.StringIO):
    encoding = "utf-8"

    def __init__(self, *, terminal):
        super().__init__()
        self.terminal = terminal

    def isatty(self):
        return self.terminal


@pytest.fixture
def stderr(monkeypatch):
    """Makes stderr a terminal, or something else."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")

    def use(*, terminal):
        stream = Stream(terminal=terminal)
        monkeypatch.setattr(sys, "stderr", stream)
        return stream

    return use


def work(progress=None, seconds=4, fails=None):
    """Work that takes some seconds."""
    clock = Clock()
    with shown(progress, "aligning cells", clock=clock) as report:
        for second in range(seconds):
            clock.now = second + 0.5
            report(second / seconds)
        if fails is not None:
            raise fails


ERASED = "\r" + " " * len("aligning cells, 75 %") + "\r"


def test_a_terminal_gets_a_bar_once_the_work_has_taken_a_second(stderr):
    stream = stderr(terminal=True)
    work()
    assert stream.getvalue() == f"\raligning cells, 25 %\raligning cells, 50 %\raligning cells, 75 %{ERASED}"


def test_short_work_shows_nothing(stderr):
    stream = stderr(terminal=True)
    work(seconds=1)
    assert stream.getvalue() == ""


@pytest.mark.parametrize("fails", [ValueError(), KeyboardInterrupt()])
def test_the_bar_disappears_however_the_work_ends(stderr, fails):
    stream = stderr(terminal=True)
    with pytest.raises(type(fails)):
        work(fails=fails)
    assert stream.getvalue().endswith(ERASED)


def test_nothing_is_shown_where_output_is_no_terminal_or_there_is_none(stderr, monkeypatch):
    stream = stderr(terminal=False)
    work()
    assert stream.getvalue() == ""
    monkeypatch.setattr(sys, "stderr", None)
    work()


def test_false_shows_nothing_and_true_shows_it_at_once_anywhere(stderr):
    stream = stderr(terminal=True)
    work(progress=False)
    assert stream.getvalue() == ""
    piped = stderr(terminal=False)
    work(progress=True, seconds=1)
    assert "aligning cells" in piped.getvalue()


def test_a_callable_gets_the_shares_and_replaces_the_bar(stderr):
    stream, shares = stderr(terminal=True), []
    work(progress=shares.append)
    assert shares == [0, 0.25, 0.5, 0.75, 1]
    assert stream.getvalue() == ""


@pytest.mark.parametrize("wrong", ["yes", 1, 0.5])
def test_what_is_no_way_to_show_progress_is_refused(wrong):
    with pytest.raises(TypeError, match=rf"progress must be None .*; got {wrong!r}"):
        work(progress=wrong)


@pytest.mark.parametrize("outer", [None, False, lambda _: None])
def test_work_within_work_shows_no_bar_of_its_own(stderr, outer):
    stream = stderr(terminal=True)
    with shown(outer, "counting"):
        work()
    assert stream.getvalue() == ""
    work()
    assert "aligning cells" in stream.getvalue()


def test_other_threads_have_no_bar_by_default_and_draw_none(stderr):
    stream = stderr(terminal=True)

    def in_thread(call):
        thread = threading.Thread(target=call)
        thread.start()
        thread.join()

    in_thread(work)
    clock = Clock()
    with shown(None, "aligning cells", clock=clock) as report:
        clock.now = 5
        in_thread(lambda: report(0.5))
    assert stream.getvalue() == ""


class Kernel:
    def __init__(self, message):
        self.message = message

    def get_parent(self):
        return {"header": {"msg_type": self.message}}


@pytest.fixture
def notebook(monkeypatch, stderr):
    """What is displayed in a notebook whose kernel runs a message."""
    stderr(terminal=True)
    displayed = []

    class Bar(progress_bar.NotebookBar):
        def _update(self, content):
            self._display = self
            displayed.append(content["text/plain"])

    def use(message):
        shell = type("Shell", (), {"kernel": Kernel(message)})
        monkeypatch.setitem(sys.modules, "IPython", type("IPython", (), {"get_ipython": staticmethod(lambda: shell)}))
        monkeypatch.setattr(progress_bar, "NotebookBar", Bar)
        return displayed

    return use


def test_a_cell_of_a_notebook_gets_a_bar_that_leaves_nothing(notebook):
    displayed = notebook("execute_request")
    work()
    assert displayed == ["aligning cells, 25 %", "aligning cells, 50 %", "aligning cells, 75 %", ""]


def test_a_message_of_a_page_has_no_output_for_a_bar(notebook):
    displayed = notebook("comm_msg")
    work()
    assert displayed == []
