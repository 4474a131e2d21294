"""The progress line: quick work shows nothing, long work says what it does and how far it is."""

import numpy as np
import pytest

from lstmvis_widget.synced.activities import INTERVAL, QUIET_SECONDS, Activities

FIRST, SECOND = "ranking", "drawing"


class Timer:
    """A timer of the clock below."""

    due, act = 0.0, None

    def start(self):
        pass

    def is_alive(self):
        return False

    def cancel(self):
        self.act = None


class Line:
    """A progress line with a clock that is set by hand."""

    def __init__(self):
        self.now, self.shown, self.moments, self.timers, self.is_due = 0.0, [], [], [], False
        self.activities = Activities((FIRST, SECOND), self.show, self.show_soon)

    def show(self, *values):
        self.shown.append(values)
        self.moments.append(self.now)

    def show_soon(self):
        self.is_due = True

    def monotonic(self):
        return self.now

    def timer(self, seconds, act):
        timer = Timer()
        timer.due, timer.act = self.now + seconds, act
        self.timers.append(timer)
        return timer

    def pass_to(self, now):
        """Set the clock, and do what is due by then."""
        self.now = now
        for timer in [timer for timer in self.timers if timer.due <= now]:
            self.timers.remove(timer)
            if timer.act:
                timer.act()
        if self.is_due:
            self.is_due = False
            self.activities.show()

    def report(self, task, activity, share=0.0, *, is_wanted=True):
        self.activities.report(task, activity, share, lambda: is_wanted)
        self.pass_to(self.now)


@pytest.fixture
def line(monkeypatch):
    line = Line()
    monkeypatch.setattr("lstmvis_widget.synced.activities.time", line)
    monkeypatch.setattr("lstmvis_widget.synced.activities.threading.Timer", line.timer)
    return line


@pytest.mark.parametrize("end", [lambda each: each.end(FIRST), lambda each: each.close()], ids=["ended", "closed"])
def test_quick_work_shows_nothing(line, end):
    line.report(FIRST, "finding matches")
    line.report(FIRST, "finding matches", 0.5)
    line.pass_to(QUIET_SECONDS / 2)
    end(line.activities)
    line.pass_to(10)
    assert line.shown == []


def test_a_stage_that_reports_nothing_is_named_when_it_has_taken_a_while(line):
    line.report(FIRST, "counting candidates")
    line.pass_to(QUIET_SECONDS)
    assert line.shown == [("counting candidates", 0)]
    line.activities.end(FIRST)
    assert line.shown[1:] == [("", None)]


def test_many_quick_stages_that_take_long_together_show_the_latest(line):
    for number in range(7):
        line.pass_to(number * QUIET_SECONDS / 6)
        line.report(FIRST, f"stage {number}", 0.5)
    assert line.shown == [("stage 5", 0.5)]


@pytest.mark.parametrize("late", [0.0, 0.003])
def test_a_share_is_shown_at_most_ten_times_a_second(line, late):
    for percent in range(100):
        line.pass_to(percent / 100 + late)  # the quiet time may end between two reports
        line.report(FIRST, "indexing", percent / 100)
    assert min(np.diff(line.moments)) >= INTERVAL - 1e-9
    shares = [share for _, share in line.shown]
    assert shares == sorted(shares)
    assert 1 / QUIET_SECONDS < len(shares) <= (1 - QUIET_SECONDS) / INTERVAL + 2
    assert shares[-1] >= 0.99 - INTERVAL


def test_a_new_stage_is_named_after_a_while_though_another_was_shown(line):
    line.report(FIRST, "indexing", 0.5)
    line.pass_to(QUIET_SECONDS)
    line.pass_to(1)
    line.report(FIRST, "indexing", 1)
    line.report(FIRST, "finding matches")
    line.report(FIRST, "counting candidates")
    assert line.shown[-1] == ("indexing", 1)
    line.pass_to(1 + QUIET_SECONDS)
    assert line.shown[-1] == ("counting candidates", 0)


def test_the_first_task_that_computes_is_shown(line):
    line.report(SECOND, "drawing", 0.5)
    line.pass_to(1)
    line.report(FIRST, "indexing", 0.25)
    line.pass_to(2)
    line.activities.end(FIRST)
    assert line.shown == [("drawing", 0.5), ("indexing", 0.25), ("drawing", 0.5)]


def test_what_is_no_longer_wanted_is_not_shown(line):
    line.report(FIRST, "indexing", 0.25, is_wanted=False)
    line.report(SECOND, "drawing", 0.5)
    line.pass_to(1)
    assert line.shown == [("drawing", 0.5)]
