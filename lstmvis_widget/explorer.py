"""The widget: its traits, what is allowed in them, and what is computed anew when."""

from __future__ import annotations

import contextlib
import difflib
import math
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets
from numpy.typing import ArrayLike

from . import _page
from ._computation import NO_CELLS, NO_MATCHES, Computation, Request, Results
from ._inbox import Inbox
from ._memory import free_memory
from ._traits import Awaited, CellNumbers, Count, FiniteFloat, Gestured, Names, StepRange, brief
from ._worker import LatestWinsWorker
from .index import CancelledError
from .matches import Matches
from .selection import Pattern, check_count
from .sequences import Sequences
from .sources import States, open_layers
from .tokens import Tokens
from .tracks import Tracks

STATIC = Path(__file__).parent / "static"

PROGRESS_INTERVAL = 0.1
"""Least time between two values of ``progress``, in seconds."""

REQUEST_TRAITS = (
    "layer",
    "threshold",
    "selection",
    "off_before",
    "off_after",
    "deselected_cells",
    "k",
    "min_length",
    "length_filter",
)
"""The traits that selected cells and matches depend on."""

SETTABLE_TRAITS = (*REQUEST_TRAITS, "position", "word_width", "visible_tracks")

PAGE_TRAITS = ("_visible_steps",)
"""The traits that only the page sets."""


def _page_trait(default: Any = None) -> Any:
    return traitlets.Any(default).tag(sync=True)


class StateExplorer(anywidget.AnyWidget):
    """Explore the hidden states of a sequence model: select, threshold, match.

    Parameters
    ----------
    states : array_like of shape (T, D), path, or mapping
        Row t is the state vector after reading token t: an array of any float or integer dtype, anything with
        ``shape``, ``dtype`` and row slicing (memmap, h5py dataset…), the path of an HDF5 file (``"file.h5"`` or
        ``"file.h5::group/dataset"``), or a mapping of layer name to one of these.
    tokens : sequence of T str or T int, optional
        Integers are ids that are looked up in ``vocabulary``. None shows positions.
    tracks : mapping, optional
        Name → T labels, T numbers, or a `CategoricalTrack`, `ContinuousTrack`, `TopKTrack`.
    sequences : sequence of int, optional
        Lengths of the sequences, which sum to T. No selection and no match crosses the end of one.
    vocabulary : mapping or sequence, optional
        id → string.
    transform : {None, "tanh", "abs", "split_signs"}
        Applied to the states of every layer.
    name : str, optional
        What the page calls the data set.
    memory_limit : int, optional
        Bytes that copies of states which aren't in memory may take: one byte a value, so that a threshold of the page
        needs no second read. Where they don't fit, each threshold reads the states again. By default a quarter of the
        memory that is free.
    **traits
        Initial values of traits.

    Raises
    ------
    TypeError
        An argument has a wrong type, or a keyword is unknown (the nearest right one is named).
    ValueError
        Shapes or lengths don't fit; the message says both.
    traitlets.TraitError
        A trait's value isn't allowed.
    OSError
        A file can't be opened or read.
    """

    _esm = STATIC / "widget.js"
    _css = STATIC / "widget.css"

    layer = Gestured("").tag(sync=True)
    """Name of the layer explored; the first one by default."""
    threshold = FiniteFloat().tag(sync=True)
    """A cell is on where its value is ≥ threshold.

    By default 0.3 where the states lie in [−1, 1], else the 0.9 quantile of a sample.
    """
    selection = StepRange(None, allow_none=True).tag(sync=True)
    """Half-open range (start, stop) of time steps in one sequence, or None."""
    off_before = Count(0).tag(sync=True)
    """For how many steps before the selection a selected cell has to be off."""
    off_after = Count(0).tag(sync=True)
    """For how many steps after the selection a selected cell has to be off."""
    deselected_cells = CellNumbers(()).tag(sync=True)
    """Cells taken out of the selected cells by hand; a new selection clears them."""
    position = Count(0).tag(sync=True)
    """First time step shown."""
    word_width = Count(30, least=2, most=200).tag(sync=True)
    """Width of a step on the page, in pixels."""
    k = Count(50, least=1).tag(sync=True)
    """How many matches at most."""
    min_length = Count(None, least=1, allow_none=True).tag(sync=True)
    """Shorter ranges are no matches; None: min(2, length of the selection)."""
    length_filter = Count(None, least=1, allow_none=True).tag(sync=True)
    """Keep only matches of just this length; None: all."""
    visible_tracks = Names().tag(sync=True)
    """Names of the tracks shown, from top to bottom."""
    selected_cells = Awaited(NO_CELLS, read_only=True).tag(sync=True, to_json=lambda cells, _: cells.tolist())
    """Sorted numbers of the cells that follow the pattern at the selection, less `deselected_cells` (read only)."""
    matches = Awaited(NO_MATCHES, read_only=True).tag(sync=True, to_json=lambda matches, _: _matches_to_json(matches))
    """The `Matches` of the selected cells, best first (read only)."""
    progress = traitlets.Float(None, allow_none=True, read_only=True).tag(sync=True)
    """Share done of what is being computed, 0…1; None when idle (read only)."""
    error = Awaited("", read_only=True).tag(sync=True)
    """What went wrong last, or "" (read only)."""

    _name = _page_trait("")
    _layers = _page_trait()
    _steps = _page_trait(0)
    _transform = _page_trait("")
    _value_range = _page_trait()
    _threshold_step = _page_trait(0.01)
    _tracks = _page_trait()
    _window = _page_trait()
    _match_context = _page_trait()
    _n_candidates = _page_trait()
    _selection_bounds = _page_trait()
    _note = _page_trait("")
    _activity = _page_trait("")
    _visible_steps = Count(40, least=1, most=100_000).tag(sync=True)

    def __init__(
        self,
        states: Any,
        tokens: Any = None,
        tracks: Mapping[str, Any] | None = None,
        *,
        sequences: ArrayLike | None = None,
        vocabulary: Mapping[int, str] | Sequence[str] | None = None,
        transform: str | None = None,
        name: str = "",
        memory_limit: int | None = None,
        **traits: Any,
    ) -> None:
        self._traits_lock = threading.RLock()
        self._ready = threading.Condition()
        self._here = threading.local()  # how this thread is using the explorer just now
        self._inbox = Inbox()
        self._worker = LatestWinsWorker("lstmvis-explorer")
        self._states_by_layer: dict[str, States] = {}
        try:
            _check_keywords(traits)
            self._states_by_layer = open_layers(states, transform)
            steps = len(next(iter(self._states_by_layer.values())))
            self._sequences = Sequences.of(sequences, steps)
            self._tokens = Tokens(tokens, steps, vocabulary)
            self._annotations = Tracks(tracks, steps, self._tracks_changed)
            limit = free_memory() // 4 if memory_limit is None else check_count("memory_limit", memory_limit)
            self._computation = Computation(self._tokens, self._sequences, limit)
            self._results: Results | None = None
            self._scales: dict[str, _page.Scale] = {}
            self._shown_error = ""
            self._set_up(traits, name, transform or "")
        except BaseException:
            self.close()
            raise

    def _set_up(self, values: dict[str, Any], name: str, transform: str) -> None:
        first_layer = next(iter(self._states_by_layer))
        with self._quietly():
            super().__init__(layout=values.pop("layout", None) or {})
            self.layer = values.pop("layer", first_layer)
            self._show_layer()
            self.visible_tracks = values.pop("visible_tracks", tuple(self._annotations))
            deselected = values.pop("deselected_cells", ())
            for trait, value in values.items():
                setattr(self, trait, value)
            self.deselected_cells = deselected
            self._name = str(name)
            self._steps = len(self._tokens)
            self._transform = transform
            self._layers = [{"name": key, "cells": each.shape[1]} for key, each in self._states_by_layer.items()]
            self._tracks = _page.track_list(self._annotations)
        self._refresh_window()
        self._request()
        self.on_msg(self._take_message)
        self.open()

    @contextlib.contextmanager
    def _quietly(self) -> Iterator[None]:
        """Set traits without computing, and without a comm, until the explorer is complete."""
        self._complete = False
        yield
        self._complete = True

    def open(self) -> None:
        """Open the comm to the page once the explorer is complete."""
        if self._complete:
            super().open()
            self._inbox.watch(self.comm)

    # ------------------------------------------------------------------ data

    @property
    def states(self) -> Any:
        """States of the active layer, (T, D): just what was given, or `States` where a transform is applied."""
        states = self._states
        return states if states.transform is not None else states.source

    @property
    def _states(self) -> States:
        return self._states_by_layer[self.layer]

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers."""
        return tuple(self._states_by_layer)

    @property
    def tokens(self) -> Tokens:
        """The T tokens as strings."""
        return self._tokens

    @property
    def tracks(self) -> Tracks:
        """The tracks by name: a mapping that can be changed."""
        return self._annotations

    @property
    def sequences(self) -> tuple[int, ...]:
        """Lengths of the sequences."""
        return tuple(self._sequences.lengths.tolist())

    # ------------------------------------------------------------ validation

    @traitlets.validate("layer")
    def _check_layer(self, proposal: dict[str, Any]) -> str:
        name = proposal["value"]
        if not isinstance(name, str) or name not in self._states_by_layer:
            allowed = ", ".join(map(repr, self._states_by_layer))
            msg = f"layer must be one of {allowed}; got {brief(name)}"
            raise traitlets.TraitError(msg)
        if name not in self._scales:
            try:
                self._scales[name] = _page.scale_of(self._states_by_layer[name])
            except OSError as error:
                msg = f"layer {name!r} can't be shown: {error}"
                raise traitlets.TraitError(msg) from error
        return name

    @traitlets.validate("selection")
    def _check_selection(self, proposal: dict[str, Any]) -> tuple[int, int] | None:
        if proposal["value"] is None:
            return None
        start, stop = proposal["value"]
        steps = len(self._tokens)
        if stop > steps:
            msg = f"selection must lie within the {steps} time steps; got [{start}, {stop})"
            raise traitlets.TraitError(msg)
        first, end = (int(bound[0]) for bound in self._sequences.around([start]))
        if stop > end:
            msg = f"selection must not cross a sequence's end; [{start}, {stop}) crosses that of [{first}, {end})"
            raise traitlets.TraitError(msg)
        return start, stop

    @traitlets.validate("position")
    def _check_position(self, proposal: dict[str, Any]) -> int:
        position, steps = int(proposal["value"]), len(self._tokens)
        if position >= steps:
            msg = f"position must lie in 0…{steps - 1}; got {position}"
            raise traitlets.TraitError(msg)
        return position

    @traitlets.validate("deselected_cells")
    def _check_deselected(self, proposal: dict[str, Any]) -> tuple[int, ...]:
        cells: tuple[int, ...] = proposal["value"]
        total = self._states.shape[1]
        if cells and cells[-1] >= total:
            msg = f"deselected_cells must lie in 0…{total - 1}; got {cells[-1]}"
            raise traitlets.TraitError(msg)
        return cells

    @traitlets.validate("visible_tracks")
    def _check_visible_tracks(self, proposal: dict[str, Any]) -> tuple[str, ...]:
        names: tuple[str, ...] = proposal["value"]
        for name in names:
            if name not in self._annotations:
                allowed = ", ".join(map(repr, self._annotations)) or "none, as there are no tracks"
                msg = f"visible_tracks must be among {allowed}; got {brief(name)}"
                raise traitlets.TraitError(msg)
        return names

    # ---------------------------------------------- traits from any thread

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

    def take_in_gestures(self) -> None:
        """Wait until what the page has sent is taken in, unless this thread would wait for itself."""
        if "_inbox" in self.__dict__ and not getattr(self._here, "setting", False):
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
                try:
                    self._take_in(name, value)
                except traitlets.TraitError as error:
                    refusals.append(str(error))
                    self.send_state(name)
            if refusals:
                self._show_error("; ".join(refusals))

    def _take_message(self, _: Any, content: Any, __: Any) -> None:
        """Take in what the page repeats at the end of a gesture, ahead of held back updates of traits; or cancel."""
        if not isinstance(content, dict):
            return
        if isinstance(content.get("settle"), dict):
            self.set_state(content["settle"])
        if content.get("cancel") is True:
            self.cancel()

    def cancel(self) -> None:
        """End the computation under way.

        Results that it hasn't brought yet are empty until something is changed again, and `error` says so.
        """
        with self._setting():
            results = self._results
            if self._worker.cancel() and results is not None and results.matches is None:
                results.fail("cancelled")
                self._publish(results, wait=True)

    def _take_in(self, name: str, value: Any) -> None:
        if name in SETTABLE_TRAITS or name in PAGE_TRAITS:
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
        if change["name"] not in ("selected_cells", "matches", "error"):
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

    # -------------------------------------------------- what recomputes when

    @traitlets.observe("layer")
    def _layer_changed(self, _: Any) -> None:
        if self._complete:
            with self.hold_sync():
                self._show_layer()
                self.deselected_cells = ()

    @traitlets.observe("selection")
    def _selection_changed(self, _: Any) -> None:
        if self._complete:
            self.deselected_cells = ()

    @traitlets.observe(*REQUEST_TRAITS)
    def _request_changed(self, _: Any) -> None:
        if self._complete:
            self._request()

    @traitlets.observe("layer", "position", "_visible_steps")
    def _view_changed(self, _: Any) -> None:
        if self._complete:
            self._show_error("")
            self._refresh_window()

    def _tracks_changed(self) -> None:
        with self._setting():
            added = tuple(name for name in self._annotations if name not in {track["name"] for track in self._tracks})
            kept = tuple(name for name in self.visible_tracks if name in self._annotations)
            self._tracks = _page.track_list(self._annotations)
            self.visible_tracks = (*kept, *added)
            self._refresh_window(anew=True)

    def _show_layer(self) -> None:
        scale = self._scales[self.layer]
        self._value_range = [scale.low, scale.high]
        self._threshold_step = scale.step
        if not (self._complete and scale.low <= self.threshold <= scale.high):
            self.threshold = scale.threshold

    def _refresh_window(self, *, anew: bool = False) -> None:
        """Send the states and words around the position, unless what was sent before still serves."""
        states, steps = self._states, len(self._tokens)
        visible = min(self._visible_steps, steps)
        start, stop = _page.window_range(self.position, visible, steps, states.shape[1])
        window = self._window
        if (
            not anew
            and window is not None
            and window["layer"] == self.layer
            and _page.covers(window, self.position, visible, steps, states.shape[1])
        ):
            return
        try:
            self._window = _page.window(
                states,
                start,
                stop,
                layer=self.layer,
                tokens=self._tokens,
                tracks=self._annotations,
                sequences=self._sequences,
            )
        except OSError as error:
            self._show_error(str(error))

    def _show_error(self, text: str) -> None:
        self._shown_error = text
        self.set_trait("error", text)

    # --------------------------------------------------------------- results

    def _request(self) -> None:
        """Have selected cells and matches computed for the traits as they are now."""
        with self._setting():
            request = Request(
                layer=self.layer,
                states=self._states,
                grid=self._scales[self.layer].grid,
                pattern=Pattern(self.threshold, self.off_before, self.off_after),
                selection=self.selection,
                deselected=self.deselected_cells,
                k=self.k,
                min_length=self.min_length,
                length_filter=self.length_filter,
            )
            results = Results(request, self._ready)
            with self._ready:
                self._results = results
                self._ready.notify_all()
            self._show_error("")
            bounds = None if self.selection is None else self._sequences.around(self.selection[:1])
            self._selection_bounds = bounds and [int(bound[0]) for bound in bounds]
            if not self._worker.submit(lambda check: self._compute(results, check)):
                results.fail("the explorer is closed")

    def _compute(self, results: Results, check: Callable[[], None]) -> None:
        """The worker's job."""
        try:
            self._computation.select(results)
            self._publish(results, wait=False)
            self._computation.complete(results, check, self._progress_reporter(results, check))
            self._publish(results, wait=True)
            if results.matches is not None:
                count = results.matches.counts(check).n_candidates
                self._publish(results, wait=True, n_candidates=count)
        except CancelledError:
            raise
        except Exception as error:  # noqa: BLE001  (whatever it is, it is shown, and the worker lives on)
            results.fail(str(error) or type(error).__name__)
            self._publish(results, wait=True)

    def _publish(self, results: Results, *, wait: bool, n_candidates: int | None = None) -> None:
        """Set the traits to the results so far, unless they are superseded.

        Without ``wait`` that is left for later when another thread is setting traits: it may be waiting for this one.
        """
        if not self._traits_lock.acquire(blocking=wait):
            return
        try:
            if results is not self._results:
                return
            with self.hold_sync():
                self._note = results.note
                self.set_trait("selected_cells", results.selected_cells)
                if results.matches is not None:
                    self._activity = ""
                    self.set_trait("progress", None)
                    self.set_trait("matches", results.matches)
                    self._match_context = results.match_context
                    self._n_candidates = n_candidates
                if results.error:
                    self._show_error(results.error)
        finally:
            self._traits_lock.release()

    def _progress_reporter(self, results: Results, check: Callable[[], None]) -> Callable[[float], None]:
        last = -math.inf
        activity = f"indexing {results.request.layer}"

        def report(done: float) -> None:
            nonlocal last
            check()
            now = time.monotonic()
            if now - last >= PROGRESS_INTERVAL and self._traits_lock.acquire(blocking=False):
                last = now
                try:
                    if results is self._results:
                        with self.hold_sync():
                            self._activity = activity
                            self.set_trait("progress", done)
                finally:
                    self._traits_lock.release()

        return report

    def await_result(self, name: str, value: Any) -> Any:
        """The result called ``name`` of the computation under way; ``value``, its trait's, when there is none."""
        if getattr(self._here, "as_it_is", False):
            return value
        if self._worker.on_worker():
            self._compute_here()
        results = self._newest(name)
        if results is None:
            return value
        if name == "error":
            return results.error or self._shown_error
        if results.error:
            msg = f"{name} could not be computed: {results.error}"
            warnings.warn(msg, RuntimeWarning, stacklevel=4)
        return getattr(results, name)

    def _newest(self, name: str) -> Results | None:
        """The newest results, once they have the one called ``name``; None when there are none."""
        while True:
            with self._traits_lock:  # whoever sets a trait has also asked for its results by then
                results = self._results
            with self._ready:
                self._ready.wait_for(lambda: results is not self._results or results is None or results.has(name))  # noqa: B023
                if results is self._results:
                    return results

    def _compute_here(self) -> None:
        """On the worker's own thread, where an observer asks for a result, there is nobody else to wait for."""
        results = self._results
        if results is None or results.matches is not None:
            return
        try:
            self._computation.complete(results)
        except Exception as error:  # noqa: BLE001  (as in _compute)
            results.fail(str(error) or type(error).__name__)

    def __repr__(self) -> str:
        steps, cells = self._states.shape
        name = f"{self._name}: " if self._name else ""
        return f"StateExplorer({name}{self.layer}, {steps:,} steps × {cells:,} cells, threshold {self.threshold:g})"

    # ------------------------------------------------------------------- end

    def close(self) -> None:
        """Stop the worker and close the files that were opened here; a second time does nothing."""
        self._worker.close()
        with self._ready:
            self._results = None
            self._ready.notify_all()
        for states in self._states_by_layer.values():
            states.close()
        super().close()


def _matches_to_json(matches: Matches) -> dict[str, list[int]]:
    return {name: getattr(matches, name).tolist() for name in ("start", "stop", "overlap", "union")}


def _check_keywords(traits: Mapping[str, Any]) -> None:
    allowed = (*SETTABLE_TRAITS, "layout")
    for keyword in traits:
        if keyword not in allowed:
            own = ("states", "tokens", "tracks", "sequences", "vocabulary", "transform", "name", "memory_limit")
            near = difflib.get_close_matches(keyword, (*allowed, *own), n=1, cutoff=0.0)
            msg = f"StateExplorer has no keyword {keyword!r}; did you mean {near[0]!r}?"
            raise TypeError(msg)
