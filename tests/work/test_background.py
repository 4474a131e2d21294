"""Background tasks: the newest question is answered, whatever happens to the others."""

import contextlib
import threading
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget.work.background import CANCELLED, CLOSED, Background
from lstmvis_widget.work.cancelling import CancelledError
from lstmvis_widget.work.worker import LatestWinsWorker
from tests.page import wait_until


class Host:
    """A host with a lock and no traits."""

    def __init__(self):
        self.lock, self.progress = threading.RLock(), {}

    @contextlib.contextmanager
    def when_free(self, patience=-1):
        if not self.lock.acquire(timeout=patience):
            yield False
            return
        try:
            yield True
        finally:
            self.lock.release()

    publishing = when_free

    def settle(self):
        pass

    def awaiting(self):
        return contextlib.nullcontext(lambda: None)

    def tell_waiting(self, what, share):
        pass

    def report_progress(self, task, activity, share, is_wanted):
        if is_wanted():
            self.progress[task] = activity, share

    def end_progress(self, task):
        self.progress.pop(task, None)


class Doubling:
    """Doubles a number, in two stages. Numbers below 0 fail; while the gate is shut, the second stage waits."""

    def __init__(self, host, **options):
        self.number, self.shown, self.pended, self.answered = None, [], [], []
        self.gate = threading.Event()
        self.gate.set()
        self.task = Background(host, "doubling", self, **options)
        self.host = host

    def ask(self, number):
        with self.host.when_free():
            self.number = number
            self.task.refresh()

    def question(self):
        return self.number

    def pending(self, question):
        self.pended.append(question)

    def answer(self, question, work):
        report = work.stage(f"halving {question}")
        report(0.5)
        work.deliver((question, None))
        work.stage(f"doubling {question}")
        while not self.gate.wait(0.002):
            work.check()
        if question < 0:
            raise ValueError(f"{question} is below 0")
        self.answered.append(question)
        return question, 2 * question

    def show(self, question, answer, error):
        self.shown.append((question, answer, error))


@pytest.fixture(params=[True, False], ids=["background", "inline"])
def doubling(request):
    doubling = Doubling(Host(), background=request.param)
    yield doubling
    doubling.gate.set()
    doubling.task.close()


def whole(answer):
    return answer[1] is not None


def test_an_answer_is_waited_for_and_shown(doubling):
    doubling.ask(4)
    asked = doubling.task.wait(whole)
    assert (asked.answer, asked.error) == ((4, 8), "")
    wait_until(lambda: doubling.shown[-1] == (4, (4, 8), ""), "the answer")
    assert doubling.pended == [4]


def test_a_stage_can_be_read_and_is_shown_before_the_rest():
    doubling = Doubling(Host())
    doubling.gate.clear()
    doubling.ask(4)
    assert doubling.task.wait(lambda answer: answer[0] == 4).answer == (4, None)
    wait_until(lambda: (4, (4, None), "") in doubling.shown, "the stage")
    doubling.gate.set()
    assert doubling.task.wait(whole).answer == (4, 8)
    doubling.task.close()


def test_a_question_asked_while_another_is_told_of_is_answered_alone(doubling, monkeypatch):
    def pending(question):
        doubling.pended.append(question)
        if question == 4:  # as an observer may
            doubling.ask(5)

    monkeypatch.setattr(doubling, "pending", pending)
    doubling.ask(4)
    assert doubling.task.question == 5
    wait_until(lambda: (5, (5, 10), "") in doubling.shown, "the answer")
    assert doubling.pended == [4, 5]
    assert [question for question, _, _ in doubling.shown if question == 4] == []
    assert doubling.answered == [5]


def test_a_stage_that_is_surely_shown_holds_up_no_reader_that_keeps_the_lock():
    doubling = Doubling(Host())
    answered = doubling.answer

    def answer(question, work):
        work.deliver((question, None), surely=True)
        return answered(question, work)

    doubling.answer = answer
    with doubling.host.when_free():  # as an observer has it
        doubling.number = 4
        doubling.task.refresh()
        reader = threading.Timer(30, doubling.task.close)  # instead of waiting forever
        reader.start()
        asked = doubling.task.wait(whole)
        reader.cancel()
    assert asked.answer == (4, 8)
    doubling.task.close()


def test_other_work_that_was_cancelled_is_an_error_and_holds_up_nobody(doubling, monkeypatch):
    def answer(*_):
        raise CancelledError("the other one was cancelled")

    monkeypatch.setattr(doubling, "answer", answer)
    doubling.ask(4)
    wait_until(lambda: doubling.shown == [(4, None, "the other one was cancelled")], "the error")
    assert doubling.task.wait(whole).error == "the other one was cancelled"


def test_an_equal_question_is_asked_once(doubling):
    for _ in range(3):
        doubling.ask(4)
        doubling.task.wait(whole)
    assert doubling.answered == [4]


def test_no_question_needs_no_answer(doubling):
    doubling.ask(4)
    doubling.ask(None)
    asked = doubling.task.wait(whole)
    assert (asked.question, asked.answer) == (None, None)
    assert doubling.pended == [4, None]


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=12))
@settings(max_examples=40)
def test_the_last_thing_shown_answers_the_last_question(numbers):
    doubling = Doubling(Host())
    for number in numbers:
        doubling.ask(number)
    asked = doubling.task.wait(whole)
    last = numbers[-1]
    assert asked.question == last
    assert asked.error == ("" if last >= 0 else f"{last} is below 0")
    expected = (last, (last, 2 * last), "") if last >= 0 else (last, (last, None), asked.error)
    wait_until(lambda: doubling.shown[-1:] == [expected], "what answers it")
    doubling.task.close()
    assert doubling.shown[-1] == expected


def test_questions_that_came_and_went_are_not_worked_through():
    doubling = Doubling(Host())
    doubling.gate.clear()
    doubling.ask(1)
    doubling.task.wait(lambda answer: answer[0] == 1)
    for number in range(2, 50):
        doubling.ask(number)
    doubling.gate.set()
    assert doubling.task.wait(whole).answer == (49, 98)
    assert set(doubling.answered) <= {1, 49}
    doubling.task.close()


def test_an_error_is_shown_and_the_next_question_answered(doubling):
    doubling.ask(-3)
    asked = doubling.task.wait(whole)
    assert (asked.answer, asked.error) == ((-3, None), "-3 is below 0")
    wait_until(lambda: doubling.shown[-1] == (-3, (-3, None), "-3 is below 0"), "the error")
    doubling.ask(3)
    assert doubling.task.wait(whole).answer == (3, 6)


def test_what_is_cancelled_says_so_and_is_not_asked_again():
    doubling = Doubling(Host())
    doubling.gate.clear()
    doubling.ask(4)
    doubling.task.wait(lambda answer: answer[0] == 4)
    with doubling.host.when_free():
        assert doubling.task.cancel()
    assert doubling.task.wait(whole).error == CANCELLED
    assert doubling.shown[-1] == (4, (4, None), CANCELLED)
    doubling.gate.set()
    doubling.ask(4)
    assert doubling.answered == []
    doubling.ask(5)
    assert doubling.task.wait(whole).answer == (5, 10)
    with doubling.host.when_free():
        wait_until(lambda: not doubling.task.cancel(), "rest")
    assert doubling.task.wait(whole).answer == (5, 10)
    doubling.task.close()


def test_progress_is_that_of_the_question_under_way():
    doubling = Doubling(Host())
    doubling.gate.clear()
    doubling.ask(4)
    wait_until(lambda: doubling.host.progress.get(doubling.task) == ("doubling 4", 0), "progress")
    doubling.ask(5)
    wait_until(lambda: doubling.host.progress.get(doubling.task) == ("doubling 5", 0), "progress")
    doubling.gate.set()
    doubling.task.wait(whole)
    wait_until(lambda: not doubling.host.progress, "the end of it")
    doubling.task.close()


def test_each_stage_says_what_it_does_and_how_far_it_is():
    doubling, said = Doubling(Host()), []
    doubling.host.report_progress = lambda _, activity, share, __: said.append((activity, share))
    doubling.ask(4)
    doubling.task.wait(whole)
    assert said == [("halving 4", 0), ("halving 4", 0.5), ("doubling 4", 0)]
    doubling.task.close()


def test_a_stage_that_begins_ends_work_that_was_superseded():
    doubling = Doubling(Host())
    begun, go_on = threading.Event(), threading.Event()

    def answer(question, work):
        begun.set()
        go_on.wait(20)
        work.stage("more")
        doubling.answered.append(question)
        return question, 2 * question

    doubling.answer = answer
    doubling.ask(4)
    assert begun.wait(20)
    doubling.ask(5)
    go_on.set()
    assert doubling.task.wait(whole).answer == (5, 10)
    assert doubling.answered == [5]
    doubling.task.close()


def test_kept_answers_are_shown_at_once():
    doubling = Doubling(Host(), kept=2)
    for number in (1, 2, 3):
        doubling.ask(number)
        doubling.task.wait(whole)
    for number in (2, 3):
        doubling.ask(number)
        assert doubling.shown[-1] == (number, (number, 2 * number), "")
    assert doubling.answered == [1, 2, 3]
    doubling.ask(1)
    doubling.task.wait(whole)
    assert doubling.answered == [1, 2, 3, 1]
    doubling.task.close()


def test_closing_lets_those_go_who_wait(doubling):
    read = []
    if doubling.task._worker.is_inline:
        doubling.ask(4)
    else:
        doubling.gate.clear()
        doubling.ask(4)
        reading = threading.Thread(target=lambda: read.append(doubling.task.wait(whole)))
        reading.start()
    doubling.task.close()
    doubling.task.close()
    if read or not doubling.task._worker.is_inline:
        reading.join(20)
        assert read[0].ended
        assert read[0].answer in (None, (4, None))  # what had been delivered by then
    doubling.ask(5)
    assert doubling.shown[-1] == (5, None, CLOSED)


def test_whoever_holds_the_lock_reads_without_waiting_for_it_to_be_shown():
    doubling = Doubling(Host())
    with doubling.host.when_free():
        doubling.ask(4)
        assert doubling.task.wait(whole).answer == (4, 8)
        assert (4, (4, 8), "") not in doubling.shown
    wait_until(lambda: (4, (4, 8), "") in doubling.shown, "the answer")
    doubling.task.close()


def test_a_worker_that_can_start_no_thread_does_its_jobs_at_once(monkeypatch):
    def refuse(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    worker, done = LatestWinsWorker("none"), []
    assert worker.submit(lambda _: done.append(threading.current_thread()))
    assert done == [threading.current_thread()]
    assert worker.is_inline
    worker.close()
    assert not worker.submit(lambda _: done.append(None))
    assert len(done) == 1


def test_an_inline_job_that_has_another_one_done_is_superseded():
    worker, done = LatestWinsWorker("none", background=False), []

    def outer(check):
        worker.submit(lambda check: (check(), done.append("inner")))
        check()
        done.append("outer")

    worker.submit(outer)
    assert done == ["inner"]
    assert not worker.on_worker()


def test_a_part_that_fails_to_show_or_to_be_asked_ends_no_worker(doubling, caplog):
    def fail(*_):
        raise RuntimeError("no page")

    show, pending = doubling.show, doubling.pending
    doubling.show = fail
    with contextlib.suppress(RuntimeError):  # raised where it is answered at once
        doubling.ask(4)
    assert doubling.task.wait(whole).answer == (4, 8) or doubling.task.wait(whole).error == "no page"
    doubling.show, doubling.pending = show, fail
    with pytest.raises(RuntimeError, match="no page"):
        doubling.ask(5)
    assert doubling.task.wait(whole).error == "no page"
    doubling.pending = pending
    doubling.ask(6)
    assert doubling.task.wait(whole).answer == (6, 12)
    assert "Traceback" in caplog.text or doubling.task._worker.is_inline


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_what_ends_a_thread_ends_no_worker(error):
    doubling = Doubling(Host())
    doubling.answer = lambda *_: (_ for _ in ()).throw(error("enough"))
    doubling.ask(4)
    assert doubling.task.wait(whole).error == "enough"
    del doubling.answer
    doubling.ask(5)
    assert doubling.task.wait(whole).answer == (5, 10)
    doubling.task.close()


@pytest.mark.parametrize("verb", ["pending", "answer", "show"])
def test_what_was_interrupted_is_asked_again(verb):
    def interrupt(*_):
        raise KeyboardInterrupt

    doubling = Doubling(Host(), background=False)
    setattr(doubling, verb, interrupt)
    with pytest.raises(KeyboardInterrupt):
        doubling.ask(4)
    delattr(doubling, verb)
    doubling.ask(4)
    assert doubling.task.wait(whole).answer == (4, 8)
    assert doubling.shown[-1] == (4, (4, 8), "")


def test_an_answer_that_is_there_is_shown_though_it_is_cancelled_before():
    doubling = Doubling(Host())
    with doubling.host.when_free():
        doubling.ask(4)
        doubling.task.wait(whole)
        assert not doubling.task.cancel()
        assert doubling.shown[-1] == (4, (4, 8), "")
    assert doubling.task.wait(whole).error == ""
    doubling.task.close()


def test_closing_does_not_wait_for_the_end_of_a_thread_that_was_answered_at_once():
    doubling, answered, ends = Doubling(Host(), background=False), threading.Event(), threading.Event()
    doubling.gate.clear()

    def ask():
        doubling.ask(4)
        answered.set()
        ends.wait(20)

    asking = threading.Thread(target=ask)
    asking.start()
    wait_until(lambda: doubling.task.asked.answer == (4, None), "the first stage")
    closing = threading.Thread(target=doubling.task.close)
    closing.start()
    closing.join(10)
    assert not closing.is_alive()
    assert answered.wait(10)  # it has noticed
    ends.set()
    asking.join()


def test_a_worker_keeps_nothing_of_a_job_that_is_done():
    class Payload:
        pass

    worker, payload, done = LatestWinsWorker("keeper"), Payload(), threading.Event()
    kept = weakref.ref(payload)
    worker.submit(lambda _, payload=payload: (payload, done.set()))
    del payload
    assert done.wait(10)
    wait_until(lambda: kept() is None, "the end of the job")
    worker.close()
