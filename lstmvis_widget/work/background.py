"""Work beside the one who asks: the newest question is answered on a worker, and shown unless it is outdated.

A part of a widget that has something computed is a `Part`: five verbs. Everything else about working in the background
is written here, once: the newest question wins, an answer may come in stages, progress, cancelling, errors, closing,
and how a reader waits for an answer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from .cancelling import CancelledError, Check, Report
from .worker import LatestWinsWorker

Question = TypeVar("Question")
Answer = TypeVar("Answer")
Asks = TypeVar("Asks")
AnswerIn = TypeVar("AnswerIn")
Delivered_contra = TypeVar("Delivered_contra", contravariant=True)

CANCELLED = "cancelled"
"""What a part is told as the error of an answer that was cancelled."""

CLOSED = "the explorer is closed"

PATIENCE = 0.05
"""Seconds between two looks whether an answer is still wanted, while another thread sets traits."""


class Host(Protocol):
    """What a task needs of the widget that owns it."""

    def when_free(self, patience: float = -1) -> AbstractContextManager[bool]:
        """Let this thread alone set traits; False where another one goes on setting them for so many seconds."""

    def publishing(self, patience: float) -> AbstractContextManager[bool]:
        """As `when_free`; what observers raise is reported, and not raised here."""

    def settle(self) -> None:
        """Ask what follows from what this thread has set so far."""

    def report_progress(self, task: object, activity: str, share: float, is_wanted: Callable[[], bool]) -> None:
        """Show how far a task is, 0…1, as long as it is wanted; called on any thread."""

    def end_progress(self, task: object) -> None:
        """Show the progress of a task no longer."""


class Part(Protocol[Asks, AnswerIn]):
    """A part of a widget that has something computed. All but `answer` is called while nobody else sets traits."""

    def question(self) -> Asks | None:
        """All that the answer depends on, as it is now; None: nothing is to be computed."""

    def pending(self, question: Asks | None) -> None:
        """Show that a new question has been asked, or that there is none."""

    def answer(self, question: Asks, work: Work[AnswerIn], /) -> AnswerIn:
        """Compute. It runs on the worker, and sets no trait."""

    def show(self, question: Asks, answer: AnswerIn | None, error: str) -> None:
        """Set traits to the answer, also to one that is not complete yet; ``error`` says why it never will be."""

    def activity(self, question: Asks) -> str:
        """Say in a few words what is being computed."""


@dataclass(eq=False)
class Asked(Generic[Question, Answer]):
    """A question and what is known of its answer."""

    question: Question | None
    answer: Answer | None = None
    error: str = ""
    begun: bool = False
    """The worker knows of it."""
    ended: bool = False
    """Nothing more will come."""


class Deliver(Protocol[Delivered_contra]):
    """Takes a stage of an answer."""

    def __call__(self, answer: Delivered_contra, /, *, surely: bool = False) -> None:
        """Let readers have it, and show it."""


class Work(Generic[Answer]):
    """An answer under way: what its computation calls.

    Attributes
    ----------
    check : callable
        Raises `CancelledError` once a newer question was asked; to be called often.
    report : callable
        Takes the share done, 0…1.
    deliver : callable
        Takes what there is of the answer so far: readers can have it, and it is shown, by the next stage at the latest;
        with ``surely=True``, before the work goes on.
    """

    def __init__(self, asked: Asked[Question, Answer], check: Check, report: Report, deliver: Deliver[Answer]) -> None:
        self._asked = asked
        self.check, self.report, self.deliver = check, report, deliver

    @property
    def so_far(self) -> Answer | None:
        """What has been delivered."""
        return self._asked.answer


class Background(Generic[Question, Answer]):
    """Keeps one answer in step with the newest question.

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
        How many answers are kept for questions that come again; such questions can be hashed.
    """

    def __init__(
        self, host: Host, name: str, part: Part[Question, Answer], *, background: bool = True, kept: int = 0
    ) -> None:
        self._host, self._part, self._most_kept = host, part, kept
        self._worker = LatestWinsWorker(name, background=background)
        self._news = threading.Condition()
        self._asked: Asked[Question, Answer] = Asked(None, ended=True)
        self._kept: dict[Question, Answer] = {}

    @property
    def asked(self) -> Asked[Question, Answer]:
        """The newest question with what is known of its answer."""
        return self._asked

    @property
    def question(self) -> Question | None:
        """The newest question."""
        return self._asked.question

    def refresh(self) -> None:
        """Ask the question of now, unless it is under way or answered."""
        question = self._part.question()
        if question != self._asked.question:
            self._ask(question)

    def _ask(self, question: Question | None) -> None:
        asked: Asked[Question, Answer] = Asked(question, ended=question is None)
        with self._news:
            self._asked = asked
            self._news.notify_all()
        try:
            self._part.pending(question)
            self._host.end_progress(self)
            self._begin(asked)
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

    # --------------------------------------------------------- the worker's job

    def _work(self, asked: Asked[Question, Answer], question: Question, check: Check) -> None:
        answer, error = None, ""
        try:
            answer = self._part.answer(question, self._work_on(asked, question, check))
            check()
        except CancelledError:
            raise
        except BaseException as failure:
            if not isinstance(failure, Exception) and self._worker.is_inline:
                raise  # an interrupt; on a worker's thread it would be lost
            error = _text_of(failure)
        self._end(asked, answer, error)  # an observer that read the result may have ended it before; it is shown now
        while not self._publish(asked, question, PATIENCE):
            check()

    def _work_on(self, asked: Asked[Question, Answer], question: Question, check: Check) -> Work[Answer]:
        activity = self._part.activity(question)

        def report(share: float) -> None:
            check()
            if self._worker.is_inline:  # nothing is sent before all is done; and helping threads must send nothing
                return
            self._host.report_progress(self, activity, share, lambda: asked is self._asked and not asked.ended)

        def deliver(answer: Answer, *, surely: bool = False) -> None:
            check()
            with self._news:
                if asked.ended:
                    return
                asked.answer = answer
                self._news.notify_all()
            # Whoever sets traits just now may be waiting for this thread: then it is shown with the next stage.
            while not self._publish(asked, question, PATIENCE if surely else 0) and surely:
                check()

        return Work(asked, check, report, deliver)

    def _end(self, asked: Asked[Question, Answer], answer: Answer | None, error: str = "") -> bool:
        """Take in the whole answer, or why there is none; False where the question was settled before."""
        with self._news:
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
        """Show what there is, unless another question was asked; False where another thread goes on setting traits."""
        with self._host.publishing(patience) as is_free:
            if is_free and asked is self._asked:
                if asked.ended:
                    self._host.end_progress(self)
                self._part.show(question, asked.answer, asked.error)
        return is_free

    # ------------------------------------------------------------- those who ask

    def wait(self, has: Callable[[Answer], bool]) -> Asked[Question, Answer]:
        """Wait until the answer to the newest question has what is needed, or nothing more will come."""
        while True:
            with self._host.when_free():  # whoever sets a trait has also asked what follows from it by then
                self._host.settle()
                asked = self._asked
                if not asked.ended:
                    self._begin(asked)
            if self._worker.on_worker():
                self._answer_here(asked)
            with self._news:
                while asked is self._asked:
                    if asked.ended or (asked.answer is not None and has(asked.answer)):
                        return asked
                    self._news.wait()

    def _answer_here(self, asked: Asked[Question, Answer]) -> None:
        """Answer on the worker's own thread, where an observer reads a result and there is nobody to wait for."""
        question = asked.question
        if asked.ended or question is None:
            return

        def deliver(answer: Answer, *, surely: bool = False) -> None:  # noqa: ARG001  (it is shown by the job's stages)
            with self._news:
                asked.answer = answer
                self._news.notify_all()

        try:
            deliver(self._part.answer(question, Work(asked, lambda: None, lambda _: None, deliver)))
        except BaseException as failure:
            if not isinstance(failure, Exception) and self._worker.is_inline:
                raise
            self._end(asked, None, _text_of(failure))

    def show(self) -> None:
        """Show the answer again, as far as there is one: something else that it is shown with has changed."""
        asked = self._asked
        if asked.question is not None and (asked.answer is not None or asked.ended):
            with self._host.publishing(-1):
                self._part.show(asked.question, asked.answer, asked.error)

    def cancel(self) -> bool:
        """Give up what is under way; False where nothing is."""
        asked = self._asked
        question = asked.question
        if not self._worker.cancel() or question is None:
            return False
        is_cancelled = self._end(asked, None, CANCELLED)
        self._host.end_progress(self)
        self._part.show(question, asked.answer, asked.error)  # also an answer that the worker was about to show
        return is_cancelled

    def forget(self) -> None:
        """Take the newest question for one that was never asked."""
        with self._news:
            self._asked = Asked(None, ended=True)
            self._news.notify_all()

    def close(self) -> None:
        """End the thread; those who wait for an answer get none. A second time does nothing."""
        self._worker.close()
        with self._news:
            asked = self._asked
            self._asked = asked if asked.ended else Asked(asked.question, ended=True)
            self._news.notify_all()


def _text_of(failure: BaseException) -> str:
    return str(failure) or type(failure).__name__
