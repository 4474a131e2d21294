import io
import os
import pty
import subprocess
import sys

import pytest

from lstmvis_widget.work.progress_bar import ProgressBar, TerminalLine, WaitingBar, duration


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def work(stream, total, seconds_a_step, steps=100):
    clock = Clock()
    with ProgressBar("writing states.h5", total, stream=stream, clock=clock) as progress:
        for step in range(steps):
            clock.now += seconds_a_step
            progress.to(step + 1)
    return clock


def test_elsewhere_than_on_a_terminal_there_are_a_few_plain_lines():
    stream = io.StringIO()
    work(stream, 100, seconds_a_step=0.3)
    assert stream.getvalue().splitlines() == [
        "writing states.h5:   0%, 0 of 100 steps",
        "writing states.h5:  34%, 34 of 100 steps, 20 s left",
        "writing states.h5:  68%, 68 of 100 steps, 10 s left",
        "writing states.h5: 100%, 100 of 100 steps",
        "writing states.h5: done in 30 s",
    ]


def test_where_the_end_is_unknown_the_steps_are_counted():
    stream = io.StringIO()
    work(stream, None, seconds_a_step=0.01)
    assert stream.getvalue().splitlines() == [
        "writing states.h5: 0 steps",
        "writing states.h5: 100 steps",
        "writing states.h5: done in 1 s",
    ]


class Terminal(io.StringIO):
    encoding = "ascii"

    def isatty(self):
        return True


def test_on_a_terminal_there_is_a_bar_on_one_line(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    stream = Terminal()
    work(stream, 100, seconds_a_step=0.06)
    drawn = stream.getvalue()
    assert drawn.count("\n") == 1
    assert drawn.endswith(" in 6 s\n")
    states = drawn.split("\r")[1:]
    assert states[0].rstrip() == "writing states.h5  [....................]   0%, 0 of 100 steps"
    assert "[##########..........]  50%, 50 of 100 steps, 3 s left" in drawn
    assert len(states) <= 6 / 0.1 + 2
    assert max(map(len, states)) < 100


def test_without_a_total_there_is_only_a_count(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    work(stream, None, seconds_a_step=0.5, steps=10)
    assert "writing states.h5  5 steps" in stream.getvalue()
    assert "[" not in stream.getvalue()


def test_a_bar_fits_its_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "30")
    stream = Terminal()
    with ProgressBar("writing états.h5", 10, stream=stream):
        pass
    assert all(len(state) <= 29 for state in stream.getvalue().rpartition(" in ")[0].split("\r"))


def test_what_fails_is_not_said_to_be_done():
    stream = io.StringIO()

    def fail():
        with ProgressBar("writing", 10, stream=stream):
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert "done" not in stream.getvalue()


def test_a_real_terminal_shows_a_bar():
    ours, theirs = pty.openpty()
    code = "from lstmvis_widget.work.progress_bar import ProgressBar\nwith ProgressBar('reading', 10) as p: p.more(10)"
    ran = subprocess.run(
        [sys.executable, "-c", code], stderr=theirs, check=False, env=os.environ | {"TERM": "xterm", "COLUMNS": "80"}
    )
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert ran.returncode == 0
    assert "\rreading  [####################] 100%, 10 of 10 steps" in shown


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (59, "59 s"), (65, "1 min 5 s"), (3720, "1 h 2 min")])
def test_durations_are_told_as_people_do(seconds, text):
    assert duration(seconds) == text


def test_a_line_of_a_terminal_is_written_over_and_erased(monkeypatch):
    monkeypatch.setenv("COLUMNS", "12")
    stream = Terminal()
    line = TerminalLine(stream)
    for text in ("batch 10 of 20", "batch 9"):
        line.show(text)
    line.erase()
    line.erase()
    assert stream.getvalue() == "\rbatch 10 of\rbatch 9    \r       \r"


@pytest.fixture
def on_terminal(monkeypatch):
    """Make standard error a terminal, and return it."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")

    def on_terminal():
        monkeypatch.setattr(sys, "stderr", stream := Terminal())
        return stream

    return on_terminal


def test_what_is_waited_for_is_said_after_a_second_and_erased(on_terminal):
    stream, clock = on_terminal(), Clock()
    bar = WaitingBar(clock)
    for percent in (10, 20, 30):
        bar.show("indexing states", percent / 100)
        clock.now += 0.6
    bar.show("counting candidates", 0)
    bar.erase()
    shown = [each.rstrip() for each in stream.getvalue().split("\r")]
    assert shown == ["", "indexing states, 30 %", "counting candidates ?", "", ""]  # … isn't in ASCII


def test_elsewhere_than_on_a_terminal_no_wait_is_shown(monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream := io.StringIO())
    clock = Clock()
    bar = WaitingBar(clock)
    clock.now = 5
    bar.show("indexing states", 0.5)
    bar.erase()
    assert stream.getvalue() == ""
