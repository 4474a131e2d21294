"""Background tasks: a worker answers the newest question, and the answer is shown unless a newer one was asked.

Each part of a widget that computes something implements the four methods of `Part`. `Background` does the rest for all
of them: the newest question wins, answers in stages, progress, cancelling, errors, closing, and waiting for an answer.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from .cancelling import LOOK, CancelledError, Check, Report
from .worker import LatestWinsWorker

Question = TypeVar("Question")
Answer = TypeVar("Answer")
Asks = TypeVar("Asks")
AnswerIn = TypeVar("AnswerIn")
Delivered_contra = TypeVar("Delivered_contra", contravariant=True)

CANCELLED = "cancelled"
"""The error that a part gets when its answer was cancelled."""

CLOSED = "the explorer is closed"

PATIENCE = 0.05
"""Seconds to wait for the widget's lock before checking again whether the answer is still wanted."""


class Host(Protocol):
    """The methods that a task calls on its widget."""

    def when_free(self, patience: float = -1) -> AbstractContextManager[bool]:
        """Hold the lock for setting traits; yields False if another thread keeps it for ``patience`` seconds."""

    def publishing(self, patience: float) -> AbstractContextManager[bool]:
        """As `when_free`, but exceptions of observers are reported, not raised."""

    def settle(self) -> None:
        """Refresh all tasks for the traits that this thread has set so far."""

    def awaiting(self) -> AbstractContextManager[Callable[[], None]]:
        """Show the person at the keyboard what is waited for in here; gives a function to call now and then."""

    def tell_waiting(self, what: str, share: float, /) -> None:
        """Say what is computed, within `awaiting`."""

    def report_progress(self, task: object, activity: str, share: float, is_wanted: Callable[[], bool]) -> None:
        """Show what a task is doing and how much of that is done, 0…1, while ``is_wanted()``; called on any thread.

        A new ``activity`` begins a stage; a share of 0 says nothing about how long it will take.
        """

    def end_progress(self, task: object) -> None:
        """Stop showing the progress of a task."""


class Part(Protocol[Asks, AnswerIn]):
    """A part of a widget that computes in the background.

    `question`, `pending` and `show` are called with the widget's lock held; `answer` is not.
    """

    def question(self) -> Asks | None:
        """All current values that the answer depends on; None if there is nothing to compute."""

    def pending(self, question: Asks | None) -> None:
        """Show that a new question was asked, or (None) that there is none."""

    def answer(self, question: Asks, work: Work[AnswerIn], /) -> AnswerIn:
        """Compute the answer, in stages that say what they do. It runs on the worker, and sets no traits."""

    def show(self, question: Asks, answer: AnswerIn | None, error: str) -> None:
        """Set traits to the answer, complete or not; ``error`` says why it stays incomplete."""


@dataclass(eq=False)
class Asked(Generic[Question, Answer]):
    """A question with its answer so far."""

    question: Question | None
    answer: Answer | None = None
    error: str = ""
    begun: bool = False
    """The worker knows of it."""
    ended: bool = False
    """Whether the answer or the error is final."""
    shown: bool = False
    """Whether the final answer or error has been shown."""


class Deliver(Protocol[Delivered_contra]):
    """Takes a stage of an answer."""

    def __call__(self, answer: Delivered_contra, /, *, surely: bool = False) -> None:
        """Give it to readers, and show it."""


class Work(Generic[Answer]):
    """What the computation of an answer calls.

    Attributes
    ----------
    check : callable
        Raises `CancelledError` once a newer question was asked; has to be called often.
    deliver : callable
        Takes the answer so far. Readers get it at once. It is shown at once if the widget's lock is free, else with the
        next stage; with ``surely=True`` the call waits until it is shown, unless somebody waits for the answer.
    """

    def __init__(
        self,
        asked: Asked[Question, Answer],
        check: Check,
        announce: Callable[[str, float], None],
        deliver: Deliver[Answer],
    ) -> None:
        self._asked, self._announce = asked, announce
        self.check, self.deliver = check, deliver

    def stage(self, activity: str) -> Report:
        """Begin a stage: say what is computed from now on, in a few words for the progress line.

        Returns
        -------
        callable
            Takes the share of this stage that is done, 0…1. A stage that can't tell never calls it.
        """
        self._announce(activity, 0.0)
        return lambda share: self._announce(activity, share)

    @property
    def so_far(self) -> Answer | None:
        """The stage that was delivered last."""
        return self._asked.answer


class Background(Generic[Question, Answer]):
    """Answers the newest question of one part of a widget.

    Parameters
    ----------
    host : Host
        The widget.
    name : str
        Name of the worker's thread.
    part : Part
    background : bool, default True
        False: questions are answered at once, on the thread that asks.
    kept : int, default 0
        How many answers are cached for questions asked again; the questions have to be hashable then.
    aside : bool, default False
        Whether nobody waits for the answer: it only saves time later.

    Attributes
    ----------
    aside : bool
        As given.
    """

    def __init__(
        self,
        host: Host,
        name: str,
        part: Part[Question, Answer],
        *,
        background: bool = True,
        kept: int = 0,
        aside: bool = False,
    ) -> None:
        self._host, self._part, self._most_kept, self.aside = host, part, kept, aside
        self._worker = LatestWinsWorker(name, background=background)
        self._lock = threading.RLock()
        self._news = threading.Condition(self._lock)
        self._asked: Asked[Question, Answer] = Asked(None, ended=True)
        self._kept: dict[Question, Answer] = {}
        self._waiting = 0  # readers, which may hold the widget's lock

    @property
    def asked(self) -> Asked[Question, Answer]:
        """The newest question with its answer so far."""
        return self._asked

    @property
    def question(self) -> Question | None:
        """The newest question."""
        return self._asked.question

    @property
    def is_inline(self) -> bool:
        """Whether questions are answered at once, on the thread that asks."""
        return self._worker.is_inline

    def refresh(self) -> None:
        """Ask the current question, unless it equals the newest one."""
        question = self._part.question()
        if question != self._asked.question:
            self._ask(question)

    def _ask(self, question: Question | None) -> None:
        asked: Asked[Question, Answer] = Asked(question, ended=question is None)
        with self._lock:
            self._asked = asked
            self._news.notify_all()
        try:
            self._part.pending(question)
            if asked is not self._asked:  # an observer that was told meanwhile has had a newer one asked
                return
            self._begin(asked)
            if asked.ended:  # else the progress shown stays until that of this question comes: work is under way
                self._host.end_progress(self)
        except Exception as failure:
            self._end(asked, None, _text_of(failure))
            raise
        except BaseException:  # an interrupt: whoever reads next asks again
            self.forget()
            raise

    def _begin(self, asked: Asked[Question, Answer]) -> None:
        """Have a question answered, unless an observer that was told meanwhile has done so in order to read."""
        question = asked.question
        if asked.begun:
            return
        asked.begun = True
        if question is None:
            self._worker.cancel()
        elif self._most_kept and question in self._kept:
            self._worker.cancel()
            self._end(asked, self._kept[question])
            self._part.show(question, asked.answer, "")
        elif not self._worker.submit(lambda check: self._work(asked, question, check)):
            self._end(asked, None, CLOSED)
            self._part.show(question, None, CLOSED)

    # ---------------------------------------------------------- on the worker

    def _work(self, asked: Asked[Question, Answer], question: Question, check: Check) -> None:
        answer, error = None, ""
        try:
            with self._host.awaiting() if self._worker.is_inline else contextlib.nullcontext():
                answer = self._part.answer(question, self._work_on(asked, question, check))
            check()
        except CancelledError as failure:
            check()  # raises, unless it was other work that was cancelled
            error = _text_of(failure)
        except BaseException as failure:
            if not isinstance(failure, Exception) and self._worker.is_inline:
                raise  # an interrupt; on a worker's thread it would be lost
            error = _text_of(failure)
        self._end(asked, answer, error)  # an observer that read the result may have ended it before; it is shown now
        while not self._publish(asked, question, PATIENCE):
            check()

    def _work_on(self, asked: Asked[Question, Answer], question: Question, check: Check) -> Work[Answer]:
        def announce(activity: str, share: float) -> None:
            check()
            if self._worker.is_inline:  # the page gets nothing before the end, and helper threads must not send
                self._host.tell_waiting(activity, share)
                return
            if asked is self._asked:
                self._host.report_progress(self, activity, share, lambda: not self._asked.ended)

        def deliver(answer: Answer, *, surely: bool = False) -> None:
            check()
            with self._lock:
                if asked.ended:
                    return
                asked.answer = answer
                self._news.notify_all()
            # The thread that holds the lock may be waiting for this one: the next stage shows this one, too.
            while not self._publish(asked, question, PATIENCE if surely else 0) and surely and not self._waiting:
                check()

        return Work(asked, check, announce, deliver)

    def _end(self, asked: Asked[Question, Answer], answer: Answer | None, error: str = "") -> bool:
        """Store the final answer, or the error; False if the question had ended already."""
        with self._lock:
            if asked.ended:
                return False
            asked.answer = asked.answer if answer is None else answer
            asked.error, asked.ended = error, True
            if self._most_kept and answer is not None and asked.question is not None:
                self._kept[asked.question] = answer
                while len(self._kept) > self._most_kept:
                    del self._kept[next(iter(self._kept))]
            self._news.notify_all()
            return True

    def _publish(self, asked: Asked[Question, Answer], question: Question, patience: float) -> bool:
        """Show the answer so far, unless a newer question was asked; False if another thread keeps the lock."""
        with self._host.publishing(patience) as is_free:
            if is_free and asked is self._asked:
                if asked.ended:
                    self._host.end_progress(self)
                self._part.show(question, asked.answer, asked.error)
                asked.shown = asked.ended
        return is_free

    # ----------------------------------------------------------------- readers

    def wait(self, has: Callable[[Answer], bool]) -> Asked[Question, Answer]:
        """Wait until ``has(answer)`` for the newest question, or until that has ended."""
        with self._host.awaiting() as look, self._counted():
            return self._wait(has, look)

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        """Count one who waits for an answer."""
        with self._lock:
            self._waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1

    def _wait(self, has: Callable[[Answer], bool], look: Callable[[], None]) -> Asked[Question, Answer]:
        while True:
            with self._host.when_free():  # after any change under way, and the questions that it asks
                self._host.settle()
                asked = self._asked
                if not asked.ended:
                    self._begin(asked)
            if self._worker.on_worker():
                self._answer_here(asked)
            while asked is self._asked:
                with self._lock:
                    if asked.ended or (asked.answer is not None and has(asked.answer)):
                        return asked
                    if asked is self._asked:
                        self._news.wait(LOOK)
                look()

    def _answer_here(self, asked: Asked[Question, Answer]) -> None:
        """Answer at once: an observer that reads a result on the worker would otherwise wait for its own thread."""
        question = asked.question
        if asked.ended or question is None:
            return

        def deliver(answer: Answer, *, surely: bool = False) -> None:  # noqa: ARG001  (it is shown by the job's stages)
            with self._lock:
                asked.answer = answer
                self._news.notify_all()

        try:
            deliver(self._part.answer(question, Work(asked, lambda: None, lambda *_: None, deliver)))
        except BaseException as failure:
            if not isinstance(failure, Exception) and self._worker.is_inline:
                raise
            self._end(asked, None, _text_of(failure))

    def show(self) -> None:
        """Show the answer so far again, since something that it is shown with has changed."""
        with self._host.publishing(-1):
            asked = self._asked
            if asked.question is not None and (asked.answer is not None or asked.ended):
                self._part.show(asked.question, asked.answer, asked.error)
                asked.shown = asked.ended

    def finish(self) -> None:
        """Wait until the newest question is answered for good, or has failed, and until that is shown.

        The lock of the widget may be held meanwhile, as by an observer: then this thread shows the answer.
        """
        here = self._worker.on_worker()  # within an observer: `wait` computes the whole answer then
        asked = self.wait(lambda _: here)
        if not asked.shown:
            self.show()

    def cancel(self) -> bool:
        """Cancel the computation; False if there is none."""
        asked = self._asked
        question = asked.question
        if not self._worker.cancel() or question is None:
            return False
        is_cancelled = self._end(asked, None, CANCELLED)
        self._host.end_progress(self)
        self._part.show(question, asked.answer, asked.error)  # also an answer that the worker was about to show
        return is_cancelled

    def forget(self) -> None:
        """Forget the newest question, so that `refresh` asks it again."""
        with self._lock:
            self._asked = Asked(None, ended=True)
            self._news.notify_all()

    def close(self) -> None:
        """End the thread; readers that wait get the answer so far. A second time does nothing."""
        self._worker.close()
        with self._lock:
            asked = self._asked
            self._asked = asked if asked.ended else Asked(asked.question, asked.answer, ended=True)
            self._kept.clear()
            self._news.notify_all()


def _text_of(failure: BaseException) -> str:
    return str(failure) or type(failure).__name__
