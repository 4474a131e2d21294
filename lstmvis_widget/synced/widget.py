"""The base of every widget: its traits are set from any thread, by the page as by Python, one at a time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

import anywidget
import ipywidgets
import traitlets

from lstmvis_widget.work.background import Background

from .activities import Activities
from .inbox import Inbox
from .observers import Guarded
from .steps import Steps
from .tags import (
    documented,
    for_the_package,
    is_ours,
    names_tagged,
    nearest,
    only_shown,
    our_class,
    own_traits,
    public_names,
    set_by_users,
)
from .traits import Awaited
from .turns import Turns


class SyncedWidget(anywidget.AnyWidget):
    """What any widget needs whose page and whose Python must never disagree.

    A value that the page sends is taken in on whatever thread it arrives, while no other thread sets a trait; one that
    is refused is put back, and the reason shown. Reading a trait on the thread of the cells first takes in what has
    arrived before. However many traits a change sets, what follows from it is asked for once, when it is over
    (`_settled`). A subclass sets its traits, calls `_start`, and then `_open`.
    """

    _FIRST: ClassVar[tuple[str, ...]] = ()
    """Names of traits that are set before all others where several are set together."""

    _has_own_layout = False

    error: Awaited[str] = Awaited("", read_only=True, help="What went wrong last; empty when all is well.").tag(
        sync=True, shown=True, holds="a text"
    )

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if is_ours(cls) and cls.__doc__:
            cls.__doc__ = f"{cls.__doc__.rstrip()}\n\n{_indented(documented(cls))}\n    "

    def __init__(self) -> None:
        # Later anywidget gives each instance a class of its own, which must not be kept in a cache.
        self._kind = our_class(type(self))
        self._turns = Turns(self._end_turn)
        self._inbox = Inbox()
        self._goes_with: list[SyncedWidget] = []  # what arrives for one of these may set traits of this one
        self._overtaken: dict[str, Any] = {}
        self._changed: set[str] = set()
        self._said = self._is_settling = False
        self._undoing: Steps | None = None
        self._tasks: list[Background[Any, Any]] = []
        self._activities = Activities(self._tasks, self._show_activity)
        self._messages: dict[str, Callable[[Any], object]] = {"undo": if_true(self.undo), "redo": if_true(self.redo)}

    # ---------------------------------------------------------------- begin, end

    def _start(self) -> None:
        """Remember what is set from now on, and ask for what follows from the traits as they are."""
        kind = self._kind
        undone, followers = names_tagged(kind, "undo", True), names_tagged(kind, "undo", "follows")  # noqa: FBT003
        for name in (*undone, *followers):
            getattr(self, name)  # a default comes into being when it is read
        self._undone_names = (*undone, *followers)
        self._undoing = Steps(self._values_now, followers, self._is_holding)
        with self.when_free():
            self._changed.update(own_traits(kind))

    def _open(self, layout: Any) -> None:
        """Set up the base, which opens the comm, once all else is there: some hosts read the state here."""
        self.on_msg(self._take_message)
        self._has_own_layout = not isinstance(layout, ipywidgets.Layout)
        with self._setting():
            super().__init__(layout=layout)

    def open(self) -> None:
        """Open the comm to the page, unless the host has done so."""
        super().open()
        self._inbox.watch(self.comm)

    def close(self) -> None:
        """End what is under way and take the views away; a second time does nothing."""
        for task in self.__dict__.get("_tasks", ()):
            task.close()
        super().close()
        if self._has_own_layout:
            self.layout.close()

    # ------------------------------------------------------------ what follows

    def _settled(self, changed: frozenset[str]) -> None:  # noqa: ARG002  (for subclasses)
        """Do what follows from a change that is over; ``changed`` has the names of the traits that it set."""
        self._refresh_tasks()

    def _refresh_tasks(self) -> None:
        for task in self._tasks:
            self._whatever_happens(task.refresh)

    def _whatever_happens(self, follow: Callable[[], object]) -> None:
        """Do one of the things that follow from a change; what it raises is raised when all of them are done."""
        try:
            follow()
        except Exception as error:  # noqa: BLE001  (nor may it be lost)
            self._turns.take_in(error)

    @for_the_package
    def settle(self) -> None:
        """Ask now for what follows from what this thread has set so far, where it is in the midst of a change."""
        if self._is_settling and self._turns.is_mine:  # an observer reads before all that follows has been asked
            self._refresh_tasks()
        while self._undoing and self._turns.is_mine and self._changed and not self._cross_validation_lock:
            changed, self._changed = frozenset(self._changed), set()
            before, self._is_settling = self._is_settling, True
            try:
                if not self._said and self._error_is_over(changed):
                    self.set_trait("error", "")
                self._settled(changed)
            except BaseException:
                self._changed |= changed  # an interrupt: the next statement or read does it
                raise
            finally:
                self._is_settling = before

    def _end_turn(self) -> None:
        """Settle at the end of a change, unless more of it is to come."""
        if not self._is_holding():
            self.settle()
            self._said = False
            self._activities.show()

    def _error_is_over(self, changed: frozenset[str]) -> bool:
        """Whether a change of these traits lets go of the last error: one that a user has made does."""
        return not changed.isdisjoint(set_by_users(self._kind))

    def _is_holding(self) -> bool:
        """Whether notifications or messages are held back, so that more of a change is to come."""
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
        """Let one thread at a time set traits, after what has arrived from the page before; it is one statement."""
        self.take_in_gestures()
        with self.when_free(), self._undoing.statement() if self._undoing else contextlib.nullcontext():
            yield

    @for_the_package
    def when_free(self, patience: float = -1) -> contextlib.AbstractContextManager[bool]:
        """Let this thread alone set traits; False where another one goes on setting them for so many seconds.

        What has arrived from the page is left for later.
        """
        return self._turns.take(patience)

    @for_the_package
    @contextlib.contextmanager
    def publishing(self, patience: float) -> Iterator[bool]:
        """As `when_free`, with all traits that are set sent at once; what observers raise is reported here."""
        with self._turns.publishing(), self.when_free(patience) as is_free:
            if not is_free:
                yield False
                return
            with self.hold_sync():
                yield True

    @for_the_package
    def publish(self, **values: Any) -> None:
        """Set traits that hold what Python has to show."""
        with self.when_free():
            for name, value in values.items():
                if self.peek(name) is not value:
                    self.set_trait(name, value)

    @for_the_package
    def peek(self, name: str) -> Any:
        """The value of a trait as it is, without waiting for a computation or for the page."""
        if name in self._trait_values:
            return self._trait_values[name]
        with self._turns.peeking():
            return getattr(self, name)

    @for_the_package
    def say(self, error: str) -> None:
        """Show what went wrong, or with an empty text that all is well."""
        with self.when_free():
            self._said = bool(error)
            self.set_trait("error", error)

    @for_the_package
    def set_when_free(self, values: Callable[[], Mapping[str, Any]], patience: float = -1) -> bool:
        """Set traits as part of a gesture that goes on elsewhere, once no other thread sets any.

        Parameters
        ----------
        values : callable
            Gives name → value of what is to be set; it is asked while this thread alone sets traits.
        patience : float
            Seconds to wait for another thread; negative: as long as it takes.

        Returns
        -------
        bool
            False where another thread goes on setting traits. What is refused is shown as `error`.
        """
        with self.when_free(patience) as is_free:
            if not is_free:
                return False
            wanted = {name: value for name, value in values().items() if value != self.peek(name)}
            if wanted:
                with self._undoing.gesture() if self._undoing else contextlib.nullcontext():
                    try:
                        self._set_all(wanted)
                    except traitlets.TraitError as error:
                        self.say(str(error))
        return True

    # ------------------------------------------------- what goes with a widget

    @for_the_package
    def goes_with(self, other: SyncedWidget) -> None:
        """Take in what has arrived for ``other`` too before a trait is read: it may set traits of this one."""
        self._goes_with.append(other)

    @for_the_package
    def goes_alone(self, other: SyncedWidget) -> None:
        """Undo `goes_with`."""
        self._goes_with.remove(other)

    @for_the_package
    def when_step_ends(self, tell: Callable[[], None], *, ever: bool = True) -> None:
        """Have ``tell`` called after each step that can be undone; with ``ever`` false no longer."""
        if self._undoing:
            (self._undoing.when_one_ends.append if ever else self._undoing.when_one_ends.remove)(tell)

    @for_the_package
    def end_step(self, patience: float) -> None:
        """Make a step of what was set as part of a gesture, unless another thread goes on setting traits."""
        with self.when_free(patience) as is_free:
            if is_free and self._undoing:
                self._undoing.end()

    # ------------------------------------------------------------- observers

    def observe(self, handler: Any, names: Any = traitlets.All, type: Any = "change") -> None:  # noqa: A002  (its name)
        """Call ``handler`` with each change of these traits; one that raises ends nothing else.

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
        What an observer raises in a statement is raised at the statement's end, once all has been set and told; what it
        raises when a result comes from the background is shown as a traceback, or in the log outside of IPython.
        """
        super().observe(Guarded(handler, self, self._observer_raised), names, type)

    def _observer_raised(self, error: BaseException) -> None:
        if "_turns" not in self.__dict__:  # not set up yet
            raise error
        self._turns.take_in(error)

    @for_the_package
    def notify_change(self, change: Any) -> None:
        """Remember what has changed, send it to the page, and tell observers."""
        if "_changed" in self.__dict__ and change["name"] not in only_shown(self._kind):
            self._changed.add(change["name"])
        if not isinstance(self.traits().get(change["name"]), Awaited):
            super().notify_change(change)
            return
        # Widget would read the result first, and so wait for itself.
        if self.comm is not None and self._should_send_property(change["name"], change["new"]):
            self.send_state(change["name"])
        super(ipywidgets.Widget, self).notify_change(change)

    # ------------------------------------------------------ the page's messages

    @for_the_package
    def take_in_gestures(self) -> None:
        """Wait until what the pages have sent is taken in, unless this thread would wait for itself."""
        if "_inbox" in self.__dict__ and not self._turns.is_peeking:
            for widget in (self, *self._goes_with):
                widget._take_in_own()  # noqa: SLF001  (of this class)

    def _take_in_own(self) -> None:
        if not self._turns.is_mine:
            self._inbox.wait_until_empty()

    def _handle_msg(self, msg: Any) -> None:
        try:
            super()._handle_msg(msg)
        finally:
            self._inbox.taken()

    @for_the_package
    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take in values that the page set, one by one, as part of a gesture; a refused one is put back and shown."""
        refusals = []
        self.take_in_gestures()
        with self.when_free(), self._undoing.gesture() if self._undoing else contextlib.nullcontext():
            for name, value in sync_data.items():
                if name in self._overtaken and self._overtaken.pop(name) == value:
                    self.send_state(name)
                    continue
                try:
                    self._take_in(name, value)
                except traitlets.TraitError as error:
                    refusals.append(str(error))
                    self.send_state(name)
            if refusals:
                self.say("; ".join(refusals))

    def _take_in(self, name: str, value: Any) -> None:
        if self._page_may_set(name):
            super().set_state({name: value})
        elif name in self.keys and not name.startswith("_"):
            raise traitlets.TraitError(f"{name} is read only")

    def _page_may_set(self, name: str) -> bool:
        return name in names_tagged(self._kind, "page")

    def _take_message(self, _: Any, content: Any, __: Any) -> None:
        """Take in a message of the page: the end of a gesture, or an entry of the table of messages."""
        if not isinstance(content, dict):
            return
        if isinstance(content.get("settle"), dict):
            self._end_gesture(content["settle"])
        for name, act in self._messages.items():
            if name in content:
                act(content[name])

    def _end_gesture(self, settled: dict[str, Any]) -> None:
        """Take in what the page repeats at the end of a gesture, ahead of updates of traits that are held back."""
        self.take_in_gestures()
        with self.when_free():
            late = {name: value for name, value in settled.items() if not self._has(name, value)}
            # What is there is not set again: its echo would put what was sent in place of what became of it.
            self.set_state(late)
            # Its update is still on its way: when it comes, what it says may long be undone.
            self._overtaken |= {name: value for name, value in late.items() if self._page_may_set(name)}
            if self._undoing:
                self._undoing.end()

    def _has(self, name: str, value: Any) -> bool:
        """Whether a trait has this value, or the one that it becomes: a colour, say, that was left to be chosen."""
        if not self._page_may_set(name):
            return False
        try:
            wanted = self.traits()[name]._validate(self, value)  # noqa: SLF001  (traitlets offers no other way)
        except traitlets.TraitError:
            return False
        same = self.peek(name) == wanted
        return same if isinstance(same, bool) else bool(same.all())

    # ------------------------------------------------------------ undo and redo

    def _values_now(self) -> dict[str, Any]:
        return {name: self._trait_values[name] for name in self._undone_names}

    def undo(self) -> bool:
        """Take back the last change of what is shown, one gesture or one statement at a time.

        Moving along time is no change of its own. The last 200 changes can be taken back.

        Returns
        -------
        bool
            False if there is nothing to undo.
        """
        with self._setting():
            return self._undoing is not None and self._undoing.undo(self._put)

    def redo(self) -> bool:
        """Make the change again that was undone last; a new change drops those that were undone.

        Returns
        -------
        bool
            False if there is nothing to redo.
        """
        with self._setting():
            return self._undoing is not None and self._undoing.redo(self._put)

    def _put(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Set what is still allowed of the values of a step, and give all as they are then."""
        with self.hold_sync():
            for name in self._in_order(values):
                with contextlib.suppress(traitlets.TraitError):
                    setattr(self, name, self._still_there(name, values[name]))
        return self._values_now()

    def _still_there(self, _: str, value: Any) -> Any:
        """What is left of a remembered value: tracks may have been removed since."""
        return value

    @for_the_package
    def set_together(self, values: Mapping[str, Any]) -> None:
        """Set all these traits as one step, or none where one of them is refused."""
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
        """Send the page what is set in here at once, as one step."""
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
        """Check and notify what is set in here together, as one step."""
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
        """The result of that name once it is there; ``value`` is what its trait has now."""
        return value

    @for_the_package
    def get_state(self, *args: Any, **kwargs: Any) -> Any:
        """The synced state as it is, without waiting for the computation under way."""
        with self._turns.peeking():
            return super().get_state(*args, **kwargs)

    @for_the_package
    def report_progress(self, task: object, activity: str, share: float, is_wanted: Callable[[], bool]) -> None:
        """Show how far a task is, 0…1; where another thread sets traits, that one shows it when it is through."""
        if self._activities.report(task, activity, share, is_wanted):
            # On a thread of its own: on one that works, an observer that reads the result would wait for itself.
            with contextlib.suppress(RuntimeError):  # no thread can start
                threading.Thread(target=self._show_progress, name="lstmvis-progress", daemon=True).start()

    def _show_progress(self) -> None:
        with self.publishing(0) as is_free:
            if is_free:
                self._activities.show()

    @for_the_package
    def end_progress(self, task: object) -> None:
        """Show the progress of a task no longer."""
        self._activities.end(task)

    def _show_activity(self, activity: str, share: float | None) -> None:
        with self._turns.publishing(), self.hold_sync():  # progress that a statement ends is none of its doing
            self.publish(_activity=activity, progress=share)


def if_true(act: Callable[[], object]) -> Callable[[Any], object]:
    """What takes in a message that asks for something, with True."""
    return lambda given: given is True and act()


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
