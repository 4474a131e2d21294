"""The base of every widget: Python and the page set its traits from any thread, one thread at a time."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NoReturn

import anywidget
import ipywidgets
import traitlets

from lstmvis_widget.given.texts import all_well_formed
from lstmvis_widget.work.background import Background
from lstmvis_widget.work.internal import for_the_package
from lstmvis_widget.work.progress_bar import WaitingBar

from .activities import Activities
from .class_docs import with_members
from .equal import equal
from .inbox import Inbox
from .linking import Shared
from .observers import Guarded
from .page_null import none_for_null
from .steps import Steps
from .tags import (
    followed,
    is_ours,
    names_tagged,
    nearest,
    our_class,
    own_traits,
    public_names,
    set_by_users,
)
from .traits import Awaited
from .turns import Turns


class SyncedWidget(anywidget.AnyWidget):
    """A widget whose Python side and page always agree.

    A value from the page is set on the thread on which it arrives, while no other thread sets traits. If it is refused,
    the page gets the old value back, and `error` says why. Reading a trait on the main thread waits for the messages
    that have arrived. However many traits a change sets, the tasks are refreshed once, at its end (`_settled`). A
    subclass sets its traits, calls `_start`, and then `_open`.
    """

    _FIRST: ClassVar[tuple[str, ...]] = ()
    """Names of traits that are set before all others when several are set together."""

    _has_own_layout = False

    error: Awaited[str] = Awaited(
        "",
        read_only=True,
        help="What went wrong last, such as why a value from the page was refused or a computation failed; empty if "
        "nothing did. The next change that a user makes clears it.",
    ).tag(sync=True, shown=True, holds="a text")

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if is_ours(cls) and cls.__doc__:
            cls.__doc__ = with_members(cls.__doc__, cls)

    def __init__(self) -> None:
        # Later anywidget gives each instance a class of its own, which must not be kept in a cache.
        self._kind = our_class(type(self))
        self._turns = Turns(self._end_turn)
        self._inbox = Inbox()
        self._linked_widgets: list[SyncedWidget] = []  # their messages may set traits of this widget
        self._overtaken: dict[str, Any] = {}  # set at the end of a gesture, before their own update has arrived
        self._changed: set[str] = set()  # since the tasks were refreshed
        self._adapted: set[str] = set()  # those of them that nobody has changed: they follow the data
        self._is_settling = False
        self._echoes = True
        self._said = False  # whether this change has set `error`
        self._undoing: Steps | None = None
        self._tasks: list[Background[Any, Any]] = []
        self._activities = Activities(self._tasks, self._show_activity, self._show_progress_soon)
        self._bar: WaitingBar | None = None  # of the statement on the main thread that waits
        self._messages: dict[str, Callable[[Any], object]] = {"undo": if_true(self.undo), "redo": if_true(self.redo)}

    # ---------------------------------------------------------------- begin, end

    def _start(self) -> None:
        """Make changes undo steps from now on, and have the tasks computed for the current traits."""
        kind = self._kind
        undone, followers = names_tagged(kind, "undo", True), names_tagged(kind, "undo", "follows")  # noqa: FBT003
        for name in (*undone, *followers):
            getattr(self, name)  # traitlets makes a default when it is first read
        self._undone_names = (*undone, *followers)
        subjects = names_tagged(kind, "viewed")
        self._undoing = Steps(self._values_now, followers, subjects, self._in_view, self._is_holding)
        with self.when_free():
            self._changed.update(own_traits(kind))

    def _open(self, layout: Any) -> None:
        """Initialise the base class, which opens the comm. It comes last, as some hosts then read the state."""
        self.on_msg(self._handle_message)
        self._has_own_layout = not isinstance(layout, ipywidgets.Layout)
        with self._setting():
            super().__init__(layout=layout, _anywidget_id=self._style_id())

    def _style_id(self) -> str:
        """What anywidget calls the style sheet in the page, where one of the same name takes its place.

        Each version has a name of its own: a notebook may hold widgets that were saved with another one.
        """
        style = str(getattr(self, "_css", ""))
        version = hashlib.sha256(style.encode()).hexdigest()[:12]
        return f"{self._kind.__module__}.{self._kind.__name__}-{version}"

    def open(self) -> None:
        """Open the comm to the page, unless the host has done so."""
        super().open()
        self._inbox.watch(self.comm)

    def close(self) -> None:
        """Stop all computation and remove the views; a second time does nothing."""
        for task in self.__dict__.get("_tasks", ()):
            task.close()
        if "_activities" in self.__dict__:
            self._activities.close()
        super().close()
        if self._has_own_layout:
            self.layout.close()

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        """Refuse to be pickled, as for another process."""
        raise TypeError(self._why_no_copy("pickled"))

    def __copy__(self) -> NoReturn:
        """Refuse to be copied."""
        raise NotImplementedError(self._why_no_copy("copied"))

    def __deepcopy__(self, memo: dict[int, Any]) -> NoReturn:
        """Refuse to be copied, also as a part of something else."""
        raise NotImplementedError(self._why_no_copy("copied"))

    def _why_no_copy(self, done: str) -> str:
        return f"a {self._kind.__name__} can't be {done}, as it is tied to its page: make another one of the same data"

    # ---------------------------------------------------------- after a change

    def _settled(self, changed: frozenset[str]) -> None:  # noqa: ARG002  (for subclasses)
        """Refresh the tasks after a change; ``changed`` has the names of the traits that it set."""
        self._refresh_tasks()

    def _refresh_tasks(self) -> None:
        """Have every task ask, if its question is a new one."""
        for task in self._tasks:
            self._whatever_happens(task.refresh)

    def _whatever_happens(self, follow: Callable[[], object]) -> None:
        """Do one of the things that follow from a change; what it raises is raised when all of them are done."""
        try:
            follow()
        except Exception as error:  # noqa: BLE001  (nor may it be lost)
            self._turns.observer_raised(error)

    @for_the_package
    def settle(self) -> None:
        """Refresh the tasks now, within a change, for the traits that this thread has set so far."""
        if self._is_settling and self._turns.is_mine:  # an observer reads before all that follows has been asked
            self._refresh_tasks()
        while self._undoing and self._turns.is_mine and self._changed and not self._cross_validation_lock:
            changed, self._changed = frozenset(self._changed), set()
            by_users, self._adapted = changed - self._adapted, set()
            before, self._is_settling = self._is_settling, True
            try:
                if not self._said and self._error_is_over(by_users):
                    self.set_trait("error", "")
                self._settled(changed)
            except BaseException:
                self._changed |= changed  # an interrupt: the next statement or read does it
                raise
            finally:
                self._is_settling = before

    def _end_turn(self) -> None:
        """Settle when the lock is about to be released, unless changes are held back."""
        if not self._is_holding():
            self.settle()
            self._said = False
            self._activities.show()

    def _error_is_over(self, changed: frozenset[str]) -> bool:
        """Whether a change of these traits clears `error`: a change that a user makes does."""
        return not changed.isdisjoint(set_by_users(self._kind))

    def _is_holding(self) -> bool:
        """Whether notifications or messages are held back, so that the change isn't over."""
        return bool(self._cross_validation_lock or self._holding_sync or self._turns.is_telling_together)

    # --------------------------------------------------------- setting traits

    def __setattr__(self, name: str, value: Any) -> None:
        if "_messages" not in self.__dict__:  # not set up yet
            super().__setattr__(name, value)
        elif self.has_trait(name):
            with self._setting():
                super().__setattr__(name, value)
        elif name.startswith("_") or hasattr(type(self), name) or not is_ours(type(self)):
            super().__setattr__(name, value)
        else:
            kind = self._kind
            near = nearest(name, public_names(kind))
            raise AttributeError(f"{kind.__name__} has no attribute {name!r}; did you mean {near!r}?")

    def __dir__(self) -> list[str]:
        return [*public_names(self._kind)]

    @for_the_package
    def set_trait(self, name: str, value: Any) -> None:
        """Set a trait, also one that is read only; one that a user can set, as a statement does."""
        if "_undone_names" not in self.__dict__:
            super().set_trait(name, value)
            return
        with self._setting() if name in self._undone_names else self.when_free():
            super().set_trait(name, value)

    @contextlib.contextmanager
    def _setting(self) -> Iterator[None]:
        """Hold the lock for one statement, after the messages that have arrived."""
        self.wait_for_gestures()
        with self.when_free(), self._undoing.statement() if self._undoing else contextlib.nullcontext():
            yield

    @for_the_package
    def when_free(self, patience: float = -1) -> contextlib.AbstractContextManager[bool]:
        """Hold the lock for setting traits; gives False if another thread keeps it for ``patience`` seconds.

        A negative ``patience`` has no limit. It doesn't wait for messages of the page.
        """
        return self._turns.take(patience)

    @for_the_package
    @contextlib.contextmanager
    def publishing(self, patience: float) -> Iterator[bool]:
        """As `when_free`, but sends the traits set in here together, and reports exceptions of observers."""
        with self._turns.publishing(), self.when_free(patience) as is_free:
            if not is_free:
                yield False
                return
            with self.hold_sync():
                yield True

    @for_the_package
    def publish(self, **values: Any) -> None:
        """Set traits that only Python sets, such as results."""
        with self.when_free():
            for name, value in values.items():
                if self.peek(name) is not value:
                    self.set_trait(name, value)

    @for_the_package
    def adapt(self, name: str, value: Any, *, throughout: bool = False) -> None:
        """Set a trait that users can set, too, to what follows from the data: that is no undo step, and `error` stays.

        ``throughout``: the old value followed from the data as well, also where it stands in undo steps.
        """
        with self.when_free():
            if equal(value, self.peek(name)):
                return
            if name not in self._changed:
                self._adapted.add(name)
            super().set_trait(name, value)
            if self._undoing:
                self._undoing.adapt(name, self.peek(name), throughout=throughout)

    @for_the_package
    def is_no_step(self, name: str) -> None:
        """Say of a trait that has just been set that this alone is no undo step."""
        if self._undoing:
            self._undoing.take_over(name, self.peek(name))

    @for_the_package
    def exchange(self, name: str, value: Any) -> None:
        """Put a value that says the same in place of that of a trait, or one that nobody needs; nobody is told."""
        with self.when_free():
            self._trait_values[name] = value

    @for_the_package
    def peek(self, name: str) -> Any:
        """The current value of a trait, without waiting for a computation or for messages of the page."""
        if name in self._trait_values:
            return self._trait_values[name]
        with self._turns.peeking():
            return getattr(self, name)

    @for_the_package
    def say(self, error: str) -> None:
        """Set `error`; an empty text clears it."""
        with self.when_free():
            self._said = bool(error)
            self.set_trait("error", error)

    @for_the_package
    def set_when_free(self, values: Callable[[], Mapping[str, Any]], patience: float = -1) -> bool:
        """Set traits as part of a gesture in another widget, with the lock of this one held.

        Parameters
        ----------
        values : callable
            Returns name → value of the traits to set; called with the lock held.
        patience : float
            Seconds to wait for the lock; negative: no limit.

        Returns
        -------
        bool
            False if another thread kept the lock. If values are refused, none is set, and `error` says why.
        """
        with self.when_free(patience) as is_free:
            if not is_free:
                return False
            wanted = {name: value for name, value in values().items() if not equal(value, self.peek(name))}
            if wanted:
                with self._undoing.gesture() if self._undoing else contextlib.nullcontext():
                    try:
                        with self.hold_trait_notifications() if len(wanted) > 1 else contextlib.nullcontext():
                            self._set_all(wanted)
                    except traitlets.TraitError as error:
                        self.say(str(error))
        return True

    # ---------------------------------------------------------- linked widgets

    @for_the_package
    def shared(self) -> Shared | None:
        """What it shares with a widget that it is linked with; None: it can't be linked."""
        return None

    @for_the_package
    def when_linked(self, other: SyncedWidget) -> Callable[[], object]:  # noqa: ARG002  (for subclasses)
        """Begin to use what the linked widget ``other`` has; gives a function that ends that."""
        return lambda: None

    @for_the_package
    def add_linked(self, other: SyncedWidget) -> None:
        """Make reading a trait wait for messages to ``other`` too, since these may set traits of this widget."""
        self._linked_widgets.append(other)

    @for_the_package
    def remove_linked(self, other: SyncedWidget) -> None:
        """Undo `add_linked`."""
        self._linked_widgets.remove(other)

    @for_the_package
    def when_step_ends(self, tell: Callable[[], None], *, ever: bool = True) -> None:
        """Call ``tell`` after each undo step from now on; ``ever=False`` ends that."""
        if self._undoing:
            (self._undoing.when_one_ends.append if ever else self._undoing.when_one_ends.remove)(tell)

    @for_the_package
    def end_step(self, patience: float) -> None:
        """End the undo step of a gesture, unless another thread keeps the lock for ``patience`` seconds."""
        with self.when_free(patience) as is_free:
            if is_free and self._undoing:
                self._undoing.end()

    # ------------------------------------------------------------- observers

    def observe(self, handler: Any, names: Any = traitlets.All, type: Any = "change") -> None:  # noqa: A002  (its name)
        """Call a function at each change of some traits; an exception in it stops nothing else.

        Parameters
        ----------
        handler : callable
            Takes the change, a dict with ``name``, ``old``, ``new``, ``owner`` and ``type``.
        names : str or list of str
            Traits observed; all by default.
        type : str
            As in traitlets.

        Notes
        -----
        If an observer raises during a statement, the exception is raised at the end of the statement, after all traits
        have been set and all observers called. If it raises when a background result arrives, the exception is shown as
        a traceback, or outside IPython in the log.

        Examples
        --------
        Say how many cells are on over each phrase that is selected:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), transform="tanh", background=False)
        >>> explorer.observe(lambda change: print(len(change.new), "cells"), names="selected_cells")
        >>> explorer.selection = (1678, 1681)
        16 cells
        >>> explorer.selection = (158, 160)
        24 cells
        """
        super().observe(Guarded(handler, self, self._observer_raised), names, type)

    def _observer_raised(self, error: BaseException) -> None:
        if "_turns" not in self.__dict__:  # not set up yet
            raise error
        self._turns.observer_raised(error)

    @for_the_package
    def notify_change(self, change: Any) -> None:
        """Record the change, send it to the page, and notify observers."""
        if "_changed" in self.__dict__ and change["name"] in followed(self._kind):
            self._changed.add(change["name"])
        if not isinstance(self.traits().get(change["name"]), Awaited):
            super().notify_change(change)
            return
        # ipywidgets would read the trait here, and so wait for its own result.
        name = change["name"]
        if self.comm is not None and name in self.keys and self._should_send_property(name, change["new"]):
            self.send_state(name)
        super(ipywidgets.Widget, self).notify_change(change)

    # ------------------------------------------------------ the page's messages

    @for_the_package
    def wait_for_gestures(self) -> None:
        """Wait until the messages to this and to linked widgets are handled; not while holding the lock."""
        if "_inbox" in self.__dict__ and not self._turns.is_peeking:
            for widget in (self, *self._linked_widgets):
                widget._wait_for_inbox()  # noqa: SLF001  (of this class)

    def _wait_for_inbox(self) -> None:
        if not self._turns.is_mine:
            self._inbox.wait_until_empty()

    def _handle_msg(self, msg: Any) -> None:
        try:
            super()._handle_msg({**msg, "content": none_for_null(msg["content"])})
        finally:
            self._inbox.handled()

    @for_the_package
    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Set values from the page, one by one, as part of a gesture; one that is refused is put back, with `error`."""
        refusals = []
        self.wait_for_gestures()
        with self.when_free(), self._undoing.gesture() if self._undoing else contextlib.nullcontext():
            for name, value in sync_data.items():
                # An update that its settling has overtaken is taken in as any other while it says what is there: the
                # page expects that echo, and takes any other message for news, though it may have moved on.
                if name in self._overtaken and self._overtaken.pop(name) == value and not self._has(name, value):
                    self.send_state(name)
                    continue
                try:
                    self._set_from_page(name, value)
                except traitlets.TraitError as error:
                    refusals.append(str(error))
                    self.send_state(name)
            if refusals:
                self.say("; ".join(refusals))

    def _set_without_echo(self, values: dict[str, Any]) -> None:
        """Set values from the page without an echo, which could put an older value in place of one not yet sent."""
        self._echoes = False
        try:
            self.set_state(values)
        finally:
            self._echoes = True

    def _set_from_page(self, name: str, value: Any) -> None:
        if self._page_may_set(name):
            if self._echoes:
                before = self.peek(name)
                super().set_state({name: value})
                if equal(before, self.peek(name)):  # no change was told, and the echo may be of another form
                    self._send_unless_like(name, value)
                return
            with self._lock_property(**{name: value}), self.hold_trait_notifications():
                self.set_trait(name, self.trait_metadata(name, "from_json", self._trait_from_json)(value, self))
        elif name in self.keys and not name.startswith("_"):
            raise traitlets.TraitError(f"{name} is read only")

    def _send_unless_like(self, name: str, value: Any) -> None:
        with self._lock_property(**{name: value}):
            differs = self._should_send_property(name, self.peek(name))
        if differs:
            self.send_state(name)

    def _page_may_set(self, name: str) -> bool:
        return name in names_tagged(self._kind, "page")

    def _handle_message(self, _: Any, content: Any, __: Any) -> None:
        """Handle a message of the page: the end of a gesture, or an entry of the table of messages."""
        if not isinstance(content, dict):
            return
        if isinstance(content.get("settle"), dict):
            self._end_gesture(content["settle"])
        for name, act in self._messages.items():
            if name in content:
                act(content[name])

    def _end_gesture(self, settled: dict[str, Any]) -> None:
        """Set the values that the page repeats at the end of a gesture, as their regular updates may come later."""
        self.wait_for_gestures()
        with self.when_free():
            # Don't set a value again: its echo would replace the validated value in the page by the one it sent.
            late = {name: value for name, value in settled.items() if not self._has(name, value)}
            self._set_without_echo(late)
            # Their regular updates still come, and are ignored then: the gesture may have been undone by that time.
            self._overtaken |= {name: value for name, value in late.items() if self._page_may_set(name)}
            if self._undoing:
                self._undoing.end()

    def _has(self, name: str, value: Any) -> bool:
        """Whether a trait has this value, as validated: a pinned cell without a colour, say, gets one."""
        if not self._page_may_set(name):
            return False
        try:
            wanted = self.traits()[name]._validate(self, value)  # noqa: SLF001  (traitlets offers no other way)
        except traitlets.TraitError:
            return False
        return equal(self.peek(name), wanted)

    # ------------------------------------------------------------ undo and redo

    def _values_now(self) -> dict[str, Any]:
        return {name: self._trait_values[name] for name in self._undone_names}

    def undo(self) -> bool:
        """Undo the last change of the view: one gesture or one statement.

        Moving along time alone is no change. The last 200 changes can be undone.

        Returns
        -------
        bool
            False if there was nothing to undo.

        Examples
        --------
        Take back a threshold; then nothing is left to undo:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), transform="tanh")
        >>> explorer.threshold = 0.5
        >>> explorer.undo(), explorer.threshold
        (True, 0.3)
        >>> explorer.undo()
        False
        """
        with self._setting():
            return self._undoing is not None and self._undoing.undo(self._put)

    def redo(self) -> bool:
        """Redo the change that was undone last. After a new change there is nothing to redo.

        Returns
        -------
        bool
            False if there was nothing to redo.

        Examples
        --------
        Go back and forth between two thresholds:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), transform="tanh")
        >>> explorer.threshold = 0.5
        >>> explorer.undo(), explorer.threshold
        (True, 0.3)
        >>> explorer.redo(), explorer.threshold
        (True, 0.5)
        """
        with self._setting():
            return self._undoing is not None and self._undoing.redo(self._put)

    def _put(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Set those values of a step that are still allowed, and return all current values."""
        with self.hold_sync():
            for name in self._in_order(values):
                with contextlib.suppress(traitlets.TraitError):
                    setattr(self, name, self._still_there(name, values[name]))
        return self._values_now()

    def _in_view(self, _: Mapping[str, Any]) -> bool:
        """Whether a view with these values shows what the traits tagged ``viewed`` are about."""
        return True

    def _still_there(self, _: str, value: Any) -> Any:
        """The part of a recorded value that is still valid: tracks may have been removed since."""
        return value

    @for_the_package
    def set_together(self, values: Mapping[str, Any]) -> None:
        """Set all these traits as one step, or none if one of them is refused."""
        with self._setting():
            self._set_all(values)

    def _set_all(self, values: Mapping[str, Any]) -> None:
        before = {name: self.peek(name) for name in self.__dict__.get("_undone_names", values)}
        with self.hold_sync():
            try:
                for name in self._in_order(values):
                    setattr(self, name, values[name])
            except traitlets.TraitError:
                for name in self._in_order(before):
                    setattr(self, name, before[name])
                raise

    def _in_order(self, names: Mapping[str, Any]) -> list[str]:
        return sorted(names, key=lambda name: self._FIRST.index(name) if name in self._FIRST else len(self._FIRST))

    @contextlib.contextmanager
    def hold_sync(self) -> Iterator[None]:
        """Send the page all that is set in here together, as one undo step.

        Examples
        --------
        Two changes that one Ctrl-Z takes back:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), transform="tanh")
        >>> with explorer.hold_sync():
        ...     explorer.selection = (1678, 1681)
        ...     explorer.threshold = 0.5
        >>> explorer.undo()
        True
        >>> explorer.selection, explorer.threshold
        (None, 0.3)
        """
        held = contextlib.ExitStack()
        with self.when_free():  # a worker that publishes holds messages too: one must not end in the midst of the other
            held.enter_context(super().hold_sync())
        try:
            yield
        finally:
            with self.when_free():
                held.close()
                self._end_held()

    @contextlib.contextmanager
    def hold_trait_notifications(self) -> Iterator[None]:
        """Validate and notify all that is set in here together, as one undo step.

        Examples
        --------
        Observers hear of the changes at the end, when all values are set:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), transform="tanh")
        >>> explorer.observe(lambda change: print("at threshold", explorer.threshold), names="selection")
        >>> with explorer.hold_trait_notifications():
        ...     explorer.selection = (1678, 1681)
        ...     explorer.threshold = 0.5
        at threshold 0.5
        """
        together = self._turns.telling_together() if "_turns" in self.__dict__ else contextlib.nullcontext()
        try:
            with together, super().hold_trait_notifications():
                yield
        finally:
            self._end_held()

    def _end_held(self) -> None:
        if "_changed" in self.__dict__:
            with self.when_free():
                if self._undoing:
                    self._undoing.end_held()

    # ----------------------------------------------------------------- results

    @for_the_package
    def await_result(self, _: str | None, value: Any) -> Any:
        """Wait for a result and return it; ``value`` is the current value of its trait."""
        return value

    @for_the_package
    def is_computing(self) -> bool:
        """Whether anything is under way that somebody waits for."""
        return any(not task.asked.ended for task in self._tasks if not task.aside)

    @for_the_package
    def finish(self) -> None:
        """Wait until all that is under way has been computed, or has failed, and is in the traits."""
        self.wait_for_gestures()
        with self.awaiting():
            for task in self._tasks:  # the results of one may be what a later one asks about
                if not task.aside:
                    task.finish()

    @for_the_package
    @contextlib.contextmanager
    def awaiting(self) -> Iterator[Callable[[], None]]:
        """Show what is waited for in here by a statement on the main thread, if it takes long, as `WaitingBar` does.

        Gives a function to call now and then.
        """
        if self._bar is not None or threading.current_thread() is not threading.main_thread():
            yield self._show_what_is_waited_for
            return
        self._bar = WaitingBar()
        try:
            yield self._show_what_is_waited_for
        finally:
            bar, self._bar = self._bar, None
            bar.erase()

    def _show_what_is_waited_for(self) -> None:
        doing = self._activities.now()
        if doing is not None:
            self.tell_waiting(*doing)

    @for_the_package
    def tell_waiting(self, what: str, share: float | None = None) -> None:
        """Say what a statement on the main thread waits for, within `awaiting`."""
        if self._bar is not None and threading.current_thread() is threading.main_thread():
            self._bar.show(what, share)

    def _get_embed_state(self, *args: Any, **options: Any) -> Any:
        """The state that ipywidgets embeds in a page, which nothing can finish later."""
        self.finish()
        return super()._get_embed_state(*args, **options)

    @for_the_package
    def get_state(self, *args: Any, **kwargs: Any) -> Any:
        """The current synced state as it is sent and saved, without waiting for the running computation."""
        with self._turns.peeking():
            return all_well_formed(super().get_state(*args, **kwargs))

    @for_the_package
    def drawn_state(self) -> dict[str, Any]:
        """What the page draws, as `get_state` gives it; also of a closed widget."""
        return dict(self.get_state(names_tagged(self._kind, "sync")))

    def _send(self, msg: Any, buffers: Any = None) -> None:
        """Send a message to the page; an update has its state from `get_state`."""
        super()._send(msg if msg.get("method") == "update" else all_well_formed(msg), buffers)

    @for_the_package
    def report_progress(self, task: object, activity: str, share: float, is_wanted: Callable[[], bool]) -> None:
        """Show what a task is doing and how much of that is done, 0…1; a share of 0 may mean that it can't tell."""
        self._activities.report(task, activity, share, is_wanted)

    def _show_progress_soon(self) -> None:
        # On a thread of its own: on one that works, an observer that reads the result would wait for itself.
        with contextlib.suppress(RuntimeError):  # no thread can start
            threading.Thread(target=self._show_progress, name="lstmvis-progress", daemon=True).start()

    def _show_progress(self) -> None:
        """Show the progress; if another thread holds the lock, that does so when it releases it."""
        with self.publishing(0) as is_free:
            if is_free:
                self._activities.show()

    @for_the_package
    def end_progress(self, task: object) -> None:
        """Stop showing the progress of a task."""
        self._activities.end(task)

    def _show_activity(self, activity: str, share: float | None) -> None:
        with self._turns.publishing(), self.hold_sync():  # progress that a statement ends is none of its doing
            self.publish(_activity=activity, progress=share)


def if_true(act: Callable[[], object]) -> Callable[[Any], object]:
    """A handler of messages that calls ``act`` if the content is True."""
    return lambda given: given is True and act()
