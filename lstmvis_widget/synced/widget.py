"""A widget whose traits are set from any thread, by the page as by Python, one at a time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import anywidget
import ipywidgets
import traitlets

from .inbox import Inbox
from .traits import Awaited


class PageWidget(anywidget.AnyWidget):
    """What any widget needs whose page and whose Python must never disagree.

    A value that the page sends is taken in on whatever thread it arrives, while no other thread sets a trait; one that
    is refused is put back, and the reason shown. Reading a trait on the thread of the cells first takes in what has
    arrived before.
    """

    SETTABLE: frozenset[str] = frozenset()
    """Names of the traits that the page may set."""

    error: Any
    _has_own_layout = False

    def __init__(self) -> None:
        self._traits_lock = threading.RLock()
        self._here = threading.local()  # how this thread is using the widget just now
        self._inbox = Inbox()
        self._goes_with: list[PageWidget] = []  # what arrives for one of these may set traits of this one
        self._overtaken: dict[str, Any] = {}
        self._complete = True

    def _begin(self, layout: Any) -> None:
        """Set up the widget's base, which opens the comm, once all else is complete: some hosts read the state here."""
        self.on_msg(self._take_message)
        self._has_own_layout = not isinstance(layout, ipywidgets.Layout)
        with self._setting():
            super().__init__(layout=layout)

    @contextlib.contextmanager
    def _quietly(self) -> Iterator[None]:
        """Set traits without computing until the widget is complete."""
        self._complete = False
        yield
        self._complete = True

    def open(self) -> None:
        """Open the comm to the page, unless the host has done so."""
        super().open()
        self._inbox.watch(self.comm)

    def close(self) -> None:
        """Close the comm, and that of the layout unless it was given."""
        super().close()
        if self._has_own_layout:
            self.layout.close()

    def _show_error(self, text: str) -> None:
        raise NotImplementedError

    def __setattr__(self, name: str, value: Any) -> None:
        if "_inbox" not in self.__dict__ or not self.has_trait(name):
            super().__setattr__(name, value)
            return
        with self._setting():
            super().__setattr__(name, value)

    @contextlib.contextmanager
    def _setting(self) -> Iterator[None]:
        """Let one thread at a time set traits, after what has arrived from the page before."""
        self.take_in_gestures()
        with self._traits_lock:
            before = getattr(self._here, "setting", False)
            self._here.setting = True
            try:
                yield
            finally:
                self._here.setting = before

    @contextlib.contextmanager
    def _setting_within(self, patience: float) -> Iterator[bool]:
        """As `_setting`, with what has arrived left for later; False where other threads take longer than this."""
        if not self._traits_lock.acquire(timeout=patience):
            yield False
            return
        before = getattr(self._here, "setting", False)
        self._here.setting = True
        try:
            yield True
        finally:
            self._here.setting = before
            self._traits_lock.release()

    def take_in_gestures(self) -> None:
        """Wait until what the pages have sent is taken in, unless this thread would wait for itself."""
        if "_inbox" in self.__dict__:
            self._take_in_own()
            for widget in tuple(self._goes_with):
                widget._take_in_own()  # noqa: SLF001  (of this class)

    def _take_in_own(self) -> None:
        if not getattr(self._here, "setting", False):
            self._inbox.wait_until_empty()

    def _handle_msg(self, msg: Any) -> None:
        try:
            super()._handle_msg(msg)
        finally:
            self._inbox.taken()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take in values that the page set, one by one; a refused one is put back and shown as `error`."""
        refusals = []
        with self._setting():
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
                self._show_error("; ".join(refusals))

    def _take_message(self, _: Any, content: Any, __: Any) -> None:
        """Take in what the page repeats at the end of a gesture, ahead of updates of traits that are held back."""
        if isinstance(content, dict) and isinstance(content.get("settle"), dict):
            settled = content["settle"]
            with self._setting():
                late = {name: value for name, value in settled.items() if not self._has(name, value)}
                # What is there is not set again: its echo would put what was sent in place of what became of it.
                self.set_state(late)
                # Its update is still on its way: when it comes, what it says may long be undone.
                self._overtaken |= {name: value for name, value in late.items() if name in self.SETTABLE}

    def _has(self, name: str, value: Any) -> bool:
        """Whether a trait has this value, or the one that it becomes: a colour, say, that was left to be chosen."""
        if name not in self.SETTABLE:
            return False
        try:
            wanted = self.traits()[name]._validate(self, value)  # noqa: SLF001  (traitlets offers no other way)
        except traitlets.TraitError:
            return False
        return bool(self._trait_values.get(name) == wanted)

    def _take_in(self, name: str, value: Any) -> None:
        if name in self.SETTABLE:
            super().set_state({name: value})
        elif name in self.keys and not name.startswith("_"):
            msg = f"{name} is read only"
            raise traitlets.TraitError(msg)

    def get_state(self, *args: Any, **kwargs: Any) -> Any:
        """The synced state as it is, without waiting for the computation under way."""
        with self._without_waiting():
            return super().get_state(*args, **kwargs)

    def notify_change(self, change: Any) -> None:
        """Send a result to the page as it is; Widget would read it first, and so wait for itself."""
        if not isinstance(self.traits().get(change["name"]), Awaited):
            super().notify_change(change)
            return
        if self.comm is not None and self._should_send_property(change["name"], change["new"]):
            self.send_state(change["name"])
        super(ipywidgets.Widget, self).notify_change(change)

    @contextlib.contextmanager
    def _without_waiting(self) -> Iterator[None]:
        before = getattr(self._here, "as_it_is", False)
        self._here.as_it_is = True
        try:
            yield
        finally:
            self._here.as_it_is = before
