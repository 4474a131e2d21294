"""The widget `SequenceExplorer`: its arguments, its methods, and the traits that follow others."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.explorer import scenario as scenarios
from lstmvis_widget.explorer.data import ExplorerData
from lstmvis_widget.files.from_paths import OpensFiles
from lstmvis_widget.given.paths import as_path
from lstmvis_widget.given.texts import well_formed
from lstmvis_widget.sent import sequences as sent_sequences
from lstmvis_widget.sent.bundle import bundle
from lstmvis_widget.sent.tracks import comparable, described
from lstmvis_widget.synced.linking import Shared
from lstmvis_widget.synced.tags import keywords, nearest
from lstmvis_widget.synced.widget import SyncedWidget, if_true
from lstmvis_widget.timeline.search import Ranges
from lstmvis_widget.timeline.tokens import Tokens, shortened
from lstmvis_widget.timeline.tracks import Tracks
from lstmvis_widget.work.internal import for_the_package
from lstmvis_widget.work.memory import free_memory
from lstmvis_widget.work.options import works_in_background
from lstmvis_widget.work.room import Shelf, kept_bytes

from .coloring import Coloring
from .current import CurrentSequence
from .drawing import Drawing
from .filtering import Filtering
from .filters import still_allowed
from .given import HOW, ChosenOutput, checked_occlusion, checked_weights
from .html_file import Saving
from .jumping import Jumping
from .listing import Listing
from .mapping import MappingStates
from .measuring import Measuring
from .neighbouring import Neighbouring
from .partners import Partners
from .telling import Telling
from .tracing import Tracing
from .traits import SequenceTraits

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_LISTED = 10_000
"""Selected steps that the statement in the page lists, at most."""


class SequenceExplorer(SequenceTraits):
    """Explore what a model expects after each step, how its states move, and where it goes wrong.

    Shown in a notebook, it is a page with the current sequence, a map of the states, and a table of all sequences. All
    that the page shows is also a value in Python, and either side follows the other. What there is, by what it is for:

    ==================== ===============================================================================================
    to                   traits, properties and methods
    ==================== ===============================================================================================
    choose a sequence    `sequence`, `position`, `pinned_sequences`
    list sequences       `filters`, `sort_by`, `shown_sequences`, `table`, `align_at`
    select steps         `selection`, `selected_steps`, `find`
    explain a jump       `jump`, `jump_threshold`, `metric`
    make the map         `layer`, `method`, `projection`
    draw the map         `color_by`, `shown_points`, `point_size`, `point_labels`, `confidence_change`, `fade`,
                         `line_color`, `line_thickness`, `line_width`, `view`, `height`
    look at the data     `states`, `tokens`, `tracks`, `output`, `sequences`, `layers`
    follow a computation `progress`, `error`, `cancel`
    use linked explorers `take_cells`; see `link`
    go back, keep, share `undo`, `redo`, `scenario`, `replay`, `to_html`, `figure`
    follow, set together `observe`, `hold_sync`, `hold_trait_notifications`
    open and close       `open`, `close`
    ==================== ===============================================================================================

    Parameters
    ----------
    states : array_like of shape (T, D), path, or mapping
        Row t is the state vector after reading token t, in any form that `StateExplorer` takes.
    tokens : sequence of T str or T int, optional
        The words, as for `StateExplorer`.
    tracks : mapping or data frame, optional
        Annotations by name, as for `StateExplorer`.
    output : OutputTrack or str, optional
        What the model expects at each step, or the name of the track that says it. By default the first `OutputTrack`
        of ``tracks``; without one, the page shows the map, the jumps and the sequences alone.
    sequences : sequence of int, optional
        Lengths of the sequences, which sum to T, as for `StateExplorer`.
    vocabulary : mapping, sequence, tokenizer or path, optional
        What ids in ``tokens`` stand for, as for `StateExplorer`.
    transform : {None, "tanh", "abs", "split_signs", "standardise", "quantile"} or mapping, optional
        Applied to the states, as for `StateExplorer`.
    mirror : bool or mapping, default False
        Accepted so that both explorers take the same arguments, and without effect: mirrors add nothing to a map, to
        jumps, or to the numbers of cells.
    weights : array_like of float, shape (C, D), or mapping, optional
        Weights of the linear output layer, by which the effect of a jump is divided among the cells; see
        `jump_contributions`. For two classes also of shape (D,). For several layers a mapping by name.
    occlusion : array_like of float, shape (T,), or str, optional
        Results of `occlusion` for all sequences, one after another, or the name of a track of them: shown with a jump.
    name : str, optional
        Name of the data set, shown in the page.
    background : bool, optional
        Whether results are computed on background threads, as for `StateExplorer`.
    client : distributed.Client, optional
        For a Dask array: the cluster that works on it, as for `StateExplorer`.
    **traits : Any
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

    References
    ----------
    R. Garcia, T. Munz, D. Weiskopf: Visual analytics tool for the interpretation of hidden states in recurrent neural
    networks (2021).

    Examples
    --------
    Which paragraphs does a model of the eras of speeches get wrong, although it is sure?

    >>> from lstmvis_widget import SequenceExplorer
    >>> from lstmvis_widget.datasets import load_addresses
    >>> explorer = SequenceExplorer(**load_addresses(), filters={"correct": False, "confidence": (0.9, None)})
    >>> len(explorer.shown_sequences)
    9
    >>> explorer.table.loc[explorer.shown_sequences[:3], ["target", "prediction", "confidence"]].round(2)
            target prediction  confidence
    204  1890-1924  1925-1969        0.90
    209  1925-1969  1970-2026        0.94
    223  1925-1969  1970-2026        0.91

    How far can the map of its states be trusted? Of the 15 true neighbours of a state it keeps this share:

    >>> round(explorer.projection.trust["kept"], 2)
    0.41
    """

    open = OpensFiles()
    """``SequenceExplorer.open(path, **options)`` explores a file that `save_states` or `StateWriter` has written."""

    # As text: given a path, anywidget watches the file, which keeps every explorer and its states alive.
    _esm, _css = bundle("sequences")

    def __init__(
        self,
        states: Any,
        tokens: Any = None,
        tracks: Any = None,
        *,
        output: Any = None,
        sequences: ArrayLike | None = None,
        vocabulary: Any = None,
        transform: str | Mapping[str, str | None] | None = None,
        mirror: bool | Mapping[str, bool] = False,
        weights: Any = None,
        occlusion: Any = None,
        name: str = "",
        background: bool | None = None,
        client: Any = None,
        **traits: Any,
    ) -> None:
        _check_keywords(traits)
        self._at_the_end = contextlib.ExitStack()
        super().__init__(
            ExplorerData.opened(
                states,
                tokens,
                tracks,
                sequences=sequences,
                vocabulary=vocabulary,
                transform=transform,
                mirror=mirror,
                client=client,
                keeps_mirrors=False,
                tracks_changed=self._when_tracks_change,
            )
        )
        try:
            layout = traits.pop("layout", None) or {}
            self._chosen_output = ChosenOutput(output, self._data)
            self._output_name, self._output_track = self._chosen_output.now()
            self._weights = checked_weights(weights, self._data, self._output_track)
            self._occlusion = checked_occlusion(occlusion, self._data)
            has_own_threshold = "jump_threshold" in traits
            self._set_initial_traits(traits)
            self._describe(str(name))
            self._make_parts(has_own_threshold, background=works_in_background(background))
            self._follow()
            self._start()
            self._open(layout)
        except BaseException:
            self.close()
            raise

    # ----------------------------------------------------------------- setup

    def _set_initial_traits(self, values: dict[str, Any]) -> None:
        """Set the traits that were given."""
        sequences = self._data.sequences
        self.layer = values.pop("layer", next(iter(self._data.layers)))
        for trait in self._in_order(values):
            setattr(self, trait, values[trait])
        if "sequence" in values and "position" not in values:
            self.position = int(sequences.starts[self.sequence])
        self.sequence = sequences.at(self.position)

    def _describe(self, name: str) -> None:
        """Send a description of the data."""
        data = self._data
        self.publish(
            _name=name,
            _steps=data.steps,
            _layers=[{"name": key, "cells": states.shape[1]} for key, states in data.layers.items()],
        )
        self._describe_tracks()
        self._described = data.described()

    def _describe_tracks(self) -> None:
        data, output = self._data, self._output_track
        shown = comparable(data.tracks)
        self.publish(
            _tracks=[track for track in described(data.tracks) if track["name"] in shown],
            _output=None if output is None else described({self._output_name: output})[0],
            _note="" if output is not None else f"What the model expects isn't known: no track says it. {HOW}.",
        )

    def _make_parts(self, has_own_threshold: bool, *, background: bool) -> None:  # noqa: FBT001
        """Make the parts of the widget, and its tables of tasks and messages."""
        data = self._data
        self._shelf = Shelf((free_memory() + kept_bytes()) // 4)
        self._partners = Partners(self)
        self._listing = Listing(self, data, background=background)
        self._measuring = Measuring(self, data, has_own_threshold=has_own_threshold, background=background)
        self._filtering = Filtering(self, data, self._listing, self._measuring, self._partners, background=background)
        self._mapping = MappingStates(self, data, self._given_maps, self._show_points, background=background)
        self._tracing = Tracing(self, data, self._mapping, self._measuring, background=background)
        self._coloring = Coloring(self, data, self._mapping, background=background)
        self._jumping = Jumping(self, data, self._measuring, self._weights, self._occlusion, background=background)
        self._neighbouring = Neighbouring(self, data, self._mapping, background=background)
        self._telling = Telling(self, data, self._mapping, self._shelf, background=background)
        self._current = CurrentSequence(self, data, self._measuring)
        self._saving = Saving(self)
        self._drawing = Drawing(self)
        # In the order in which the tasks are refreshed, and in which their progress is shown: a task comes after those
        # whose results it asks about.
        parts = (
            self._listing,
            self._measuring,
            self._filtering,
            self._mapping,
            self._tracing,
            self._coloring,
            self._jumping,
            self._neighbouring,
            self._telling,
        )
        self._tasks.extend(part.task for part in parts)
        self._messages |= {
            "take_cells": self._take_cells_or_say,
            "cancel": if_true(self.cancel),
        }

    def _follow(self) -> None:
        """Observe the traits that others follow."""
        followers = {
            "position": self._when_position_changes,
            "sequence": self._when_sequence_changes,
            "layer": self._when_map_changes,
            "method": self._when_map_changes,
        }
        for name, follow in followers.items():
            self.observe(follow, names=name)

    # ------------------------------------------------------------------ data

    @property
    def states(self) -> Any:
        """States of the active layer, (T, D): the array that was given; of other forms, or transformed, a `States`.

        Examples
        --------
        The states of the steps that are selected on the map:

        >>> from lstmvis_widget import SequenceExplorer
        >>> from lstmvis_widget.datasets import load_addresses
        >>> explorer = SequenceExplorer(**load_addresses(), selected_steps=[10, 11, 12])
        >>> explorer.states[explorer.selected_steps].shape
        (3, 32)
        """
        return self._data.layers[self.layer].as_given

    @property
    def tokens(self) -> Tokens:
        """The T tokens as strings.

        Examples
        --------
        How the current sequence begins:

        >>> from lstmvis_widget import SequenceExplorer
        >>> from lstmvis_widget.datasets import load_addresses
        >>> explorer = SequenceExplorer(**load_addresses(), sequence=223)
        >>> explorer.tokens[explorer.position : explorer.position + 6]
        ['The', 'United', 'States', 'Government', 'has', 'issued']
        """
        return self._data.tokens

    @property
    def tracks(self) -> Tracks:
        """The tracks by name, a mutable mapping: tracks can be added, replaced and removed.

        Examples
        --------
        Colour the map by a track of your own:

        >>> from lstmvis_widget import SequenceExplorer
        >>> from lstmvis_widget.datasets import load_addresses
        >>> explorer = SequenceExplorer(**load_addresses())
        >>> explorer.tracks["length"] = [len(token) for token in explorer.tokens]
        >>> explorer.color_by = "length"
        """
        return self._data.tracks

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers.

        Examples
        --------
        Hidden and cell states of the same LSTM; the map and the jumps follow the layer:

        >>> from lstmvis_widget import SequenceExplorer
        >>> from lstmvis_widget.datasets import load_addresses
        >>> explorer = SequenceExplorer(**load_addresses())
        >>> explorer.layers
        ('hidden', 'cell')
        >>> explorer.layer = "cell"
        """
        return tuple(self._data.layers)

    @property
    def sequences(self) -> tuple[int, ...]:
        """Lengths of the sequences, in time steps; they sum to T.

        Examples
        --------
        Paragraphs of 40 to 195 tokens:

        >>> from lstmvis_widget import SequenceExplorer
        >>> from lstmvis_widget.datasets import load_addresses
        >>> explorer = SequenceExplorer(**load_addresses())
        >>> len(explorer.sequences), min(explorer.sequences), max(explorer.sequences)
        (400, 40, 195)
        """
        return tuple(self._data.sequences.lengths.tolist())

    # ------------------------------------------- traits that follow others

    def _when_position_changes(self, _: Any) -> None:
        self.sequence = self._data.sequences.at(self.position)

    def _when_sequence_changes(self, _: Any) -> None:
        if self._data.sequences.at(self.position) != self.sequence:
            self.position = int(self._data.sequences.starts[self.sequence])

    def _when_map_changes(self, _: Any) -> None:
        self.view = None  # in units of the other map

    def _when_tracks_change(self) -> None:
        """Tracks were added, changed or removed: drop what refers to what is no more."""
        with self._setting(), self.hold_sync():
            self._output_name, self._output_track = self._chosen_output.now()
            self._describe_tracks()
            self.filters = still_allowed(self.peek("filters"), self._output_track)
            if self.peek("color_by") not in self._colorings():
                self.color_by = "expected"
            self._changed.add("tracks")  # which is no trait: what follows is asked though all descriptions are equal

    def _settled(self, changed: frozenset[str]) -> None:
        """Refresh the tasks, and send what follows from the position and the points."""
        super()._settled(changed)
        self._whatever_happens(self._current.refresh)
        self._whatever_happens(self._show_points)
        if not changed.isdisjoint({"sequences", "jumps"}):
            self._whatever_happens(self._show_sequences)
        if not changed.isdisjoint(self._undone_names):
            self.publish(_scenario_line=self._line_now())

    def _show_points(self) -> None:
        """Send what is drawn with the points of the map."""
        self._tracing.refresh()
        self._coloring.task.refresh()

    def _show_sequences(self) -> None:
        listed, measures = self._listing.now(), self._measuring.now()
        if listed is not None:
            largest = None if measures is None else measures.largest
            self.publish(
                _sequences=sent_sequences.columns_of(
                    listed.texts, listed.output, listed.facts, largest, self._data.sequences
                )
            )

    # --------------------------------------------------------------- results

    @for_the_package
    def await_result(self, name: str | None, value: Any) -> Any:
        """Wait for a result and return it; ``value`` is the current value of its trait."""
        if "_saving" not in self.__dict__ or self._turns.is_peeking:
            return value
        if name == "jump_threshold":
            return value if self._undoing is None else self._measuring.threshold()
        if name == "table":
            return self._awaited_table()
        if name == "projection":
            return self._awaited_projection()
        if name == "error":
            tasks = (self._listing.task, self._measuring.task, self._mapping.task)
            failed = [asked.error for asked in (task.wait(lambda _: True) for task in tasks) if asked.answer is None]
            return next(filter(None, failed), "") or self.peek("error")
        return value

    def _awaited_table(self) -> Any:
        asked = self._measuring.task.wait(lambda measures: measures.has_ended)
        measures = asked.answer
        if measures is None or measures.table is None:
            failed = asked.error or (measures.no_table if measures else "")
            warnings.warn(f"table could not be computed: {failed}", RuntimeWarning, stacklevel=4)
            return None
        return measures.table.copy()  # whoever changes it changes a copy

    def _awaited_projection(self) -> Any:
        mapping = self._mapping.task
        asked = mapping.wait(lambda found: found.settled)
        if asked.error and not (asked.answer and asked.answer.settled):
            mapping.finish()  # principal axes take its place
            asked = mapping.wait(lambda found: found.settled)
        if asked.answer is None:
            warnings.warn(f"projection could not be computed: {asked.error}", RuntimeWarning, stacklevel=4)
            return None
        return asked.answer.projection

    @property
    def shown_sequences(self) -> NDArray[np.int64]:
        """Numbers of the sequences that pass `filters`, in the order of `sort_by`; it waits for the computation.

        Examples
        --------
        The three paragraphs on which the model changed its mind most often:

        >>> from lstmvis_widget import SequenceExplorer
        >>> from lstmvis_widget.datasets import load_addresses
        >>> explorer = SequenceExplorer(**load_addresses(), sort_by="-changes")
        >>> most = explorer.shown_sequences[:3]
        >>> most, explorer.table.loc[most, "changes"].tolist()
        (array([215, 208,   3]), [24, 20, 19])
        """
        self.wait_for_gestures()
        with self.awaiting():
            if "matches" in self.filters:
                self._partners.wait()
            for task in self._filtering.waits_for():
                task.finish()
            asked = self._filtering.task.wait(lambda _: True)
        if asked.answer is None:
            warnings.warn(f"shown_sequences could not be computed: {asked.error}", RuntimeWarning, stacklevel=2)
            return np.zeros(0, np.int64)
        return asked.answer.copy()

    @for_the_package
    def finish(self) -> None:
        """Wait until all that is under way has been computed, in linked explorers too, and is in the traits."""
        self._partners.wait()
        super().finish()

    def cancel(self) -> None:
        """Cancel the running computation.

        Results that it hasn't delivered stay empty until the next change, and `error` says "cancelled". Where t-SNE is
        cancelled, the map along principal axes takes its place.

        Examples
        --------
        A map that would take long can be given up; that along principal axes takes its place:

        >>> from lstmvis_widget import SequenceExplorer
        >>> from lstmvis_widget.datasets import load_addresses
        >>> explorer = SequenceExplorer(**load_addresses(), method="tsne")
        >>> explorer.cancel()
        >>> explorer.projection.method
        'pca'
        """
        with self._setting():
            for task in self._tasks:
                task.cancel()

    def find(self, phrase: str | Sequence[str], *, ignore_case: bool = False, regex: bool = False) -> Ranges:
        """Find a phrase in the text; hits that cross the end of a sequence are left out.

        Parameters
        ----------
        phrase : str or sequence of str
            Text is found as it reads: ``"the White Rabbit"`` in words, characters or pieces of words. A sequence of
            strings finds these tokens in a row.
        ignore_case : bool, default False
            Whether upper and lower case are the same.
        regex : bool, default False
            Whether the phrase is a regular expression of Python's ``re``.

        Returns
        -------
        int64 array of shape (n, 2)
            Half-open ranges [start, stop) of time steps; each can be the `selection`.

        Raises
        ------
        TypeError, ValueError
            The phrase is blank or no text, or the expression is wrong or takes too long. `Tokens.find`, which has the
            details of how text is read, says when.

        Examples
        --------
        Go to the first paragraph about taxes on income:

        >>> from lstmvis_widget import SequenceExplorer
        >>> from lstmvis_widget.datasets import load_addresses
        >>> explorer = SequenceExplorer(**load_addresses())
        >>> hits = explorer.find("income tax", ignore_case=True)
        >>> len(hits)
        2
        >>> explorer.position = hits[0, 0]
        >>> explorer.sequence
        213
        """
        with self.awaiting():
            progress = partial(self.tell_waiting, f"finding {shortened(str(phrase))}")
            return self._filtering.find(phrase, ignore_case=ignore_case, regex=regex, progress=progress)

    # ----------------------------------------------------------- linked explorers

    @for_the_package
    def shared(self) -> Shared:
        """What it shares with a widget that it is linked with."""
        return Shared(
            ("position", "selection", "_hovered_step"), self._data.steps, self.sequences, needs_sequences=True
        )

    @for_the_package
    def when_linked(self, other: SyncedWidget) -> Callable[[], object]:
        """Show the matches of a linked `StateExplorer`."""
        return self._partners.add(other)

    def take_cells(self, cells: ArrayLike, *, low: ArrayLike = ()) -> None:
        """Make these the selected cells of the linked explorers, as their `take_cells` does.

        Parameters
        ----------
        cells : array_like of int
            Numbers of cells of the active layer, 0…D − 1.
        low : array_like of int, optional
            Those of ``cells`` that tell by being low. An explorer that has mirrors takes theirs in place of them.

        Raises
        ------
        ValueError
            No `StateExplorer` is linked, it shows another layer, or its `selection` is None.
        traitlets.TraitError
            The layer has no such cell.

        Examples
        --------
        Two explorers of the same speeches are linked. Where are the cells that moved most in a jump on together?

        >>> from lstmvis_widget import SequenceExplorer, StateExplorer, jump_contributions, link
        >>> from lstmvis_widget.datasets import load_addresses
        >>> addresses = load_addresses()
        >>> sequences = SequenceExplorer(**addresses, jump=21787, selection=(21787, 21789))
        >>> explorer = StateExplorer(**addresses)
        >>> linked = link(sequences, explorer)
        >>> moved = jump_contributions(sequences, 21787)["cell"].head(2)
        >>> sequences.take_cells(moved)
        >>> explorer.selected_cells
        array([ 3, 25])
        >>> explorer.matches.n_candidates
        889
        """
        self._partners.take_cells(cells, self.layer, low)

    def _take_cells_or_say(self, asked: Any) -> None:
        asked = asked if isinstance(asked, Mapping) else {"cells": asked}
        try:
            self.take_cells(asked.get("cells", ()), low=asked.get("low", ()))
        except (ValueError, traitlets.TraitError) as error:
            self.say(str(error))

    # ---------------------------------------------------------- what is shown

    def scenario(self) -> dict[str, Any]:
        """The current view, as a dict that JSON can hold and `replay` takes.

        Returns
        -------
        dict
            As for `StateExplorer.scenario`. Positions that were given aren't in it: where `method` is "given", give
            them again before you replay it.

        Examples
        --------
        A view goes through JSON, and can be kept beside the notebook:

        >>> import json
        >>> from lstmvis_widget import SequenceExplorer
        >>> from lstmvis_widget.datasets import load_addresses
        >>> explorer = SequenceExplorer(**load_addresses(), sequence=223, sort_by="settled")
        >>> scenario = json.loads(json.dumps(explorer.scenario()))
        >>> scenario["view"]["sort_by"], scenario["steps"]
        ('settled', 36720)
        """
        # It may have to follow the data yet: reading it waits, which a look at all values doesn't.
        return scenarios.compose(self._described, self._values_now() | {"jump_threshold": self.jump_threshold})

    def _line_now(self) -> str:
        view = self._values_now()
        selected = len(view["selected_steps"])
        is_short = selected <= MOST_LISTED
        shown = view if is_short else view | {"selected_steps": ()}
        line = scenarios.line(scenarios.compose(self._described, shown), "sequences")
        more = f"  # without the {selected:,} selected steps, which sequences.scenario() has"
        return line if is_short else line + more

    def replay(self, scenario: Mapping[str, Any]) -> None:
        """Show the view of a scenario. `undo` takes it back as one change.

        Parameters
        ----------
        scenario : mapping
            A result of `scenario`, from this or another explorer of the same data, possibly converted to JSON and back.

        Raises
        ------
        ValueError
            It isn't a scenario, or doesn't fit these data; the message names what differs. Nothing is changed.

        Examples
        --------
        Show what another explorer shows:

        >>> from lstmvis_widget import SequenceExplorer
        >>> from lstmvis_widget.datasets import load_addresses
        >>> explorer = SequenceExplorer(**load_addresses())
        >>> wrong = SequenceExplorer(**load_addresses(), filters={"correct": False}, sort_by="-confidence").scenario()
        >>> explorer.replay(wrong)
        >>> explorer.filters, explorer.sort_by, len(explorer.shown_sequences)
        ({'correct': False}, '-confidence', 77)
        """
        view = scenarios.view_of(scenario, self._described, self._undone_names)
        try:
            self.set_together(view)
        except traitlets.TraitError as error:
            raise ValueError(f"the scenario doesn't fit: {error}") from error

    def to_html(self, path: str | PathLike[str]) -> Path:
        """Save the current view as one HTML file, which needs no Python and no network.

        It waits for all that is being computed. Hovering, zooming and how things are drawn work there; controls that
        need Python are disabled.

        Parameters
        ----------
        path : str or path
            Name of the file; an existing file is replaced.

        Returns
        -------
        Path
            ``path``.

        Raises
        ------
        OSError
            The file can't be written, or the states can't be read.

        Notes
        -----
        The file holds the map, the current and the pinned sequences, and the list of all. If the map has more than
        100,000 points, a sample of them is saved, and the page says so.

        Examples
        --------
        A page to send around:

        >>> from lstmvis_widget import SequenceExplorer
        >>> states = [[0.0, 0.1], [0.2, 0.9], [0.9, 0.8], [0.1, 0.7]]
        >>> explorer = SequenceExplorer(states, ["we", "know", "they", "know"], sequences=[2, 2])
        >>> explorer.to_html("map.html").name
        'map.html'
        """
        path = as_path(path)
        title = f"{self.peek('_name') or self.layer}: {len(self._data.sequences):,} sequences"
        with self.awaiting():
            self._saving.save(path, title)
        return path

    def figure(
        self,
        *,
        width: str | float = "double",
        lines: int = 10,
        sequences: int = 8,
        theme: str = "light",
        parts: Sequence[str] | None = None,
        font: str | Sequence[str] | None = None,
    ) -> Figure:
        """Draw what the page shows as a figure for a paper, with matplotlib and without a browser.

        It waits for all that is being computed. The figure is as high as its parts. Saved with
        ``figure.savefig("name.pdf")``, ``.svg`` or ``.png``, it has the size that was asked for, and text stays text.
        The points of the map become one picture within it. Nothing of pyplot is used, and no setting of matplotlib
        changes.

        Parameters
        ----------
        width : {"double", "single"} or float, default "double"
            Width in inches, 2…40: "single" is 3.3, a column of a paper with two; "double" is 7, both. From 4.7 on, the
            map stands beside the current sequence.
        lines : int, default 10
            Most lines of words that are drawn, from 1: of a longer sequence those around the selection, or else the
            jump that is explained, or else the position.
        sequences : int, default 8
            Most sequences that are listed, from 0; they are the first in the list of the page.
        theme : {"light", "dark", "print"}, default "light"
            "print" has greys only, and a shape of points for each class.
        parts : list of str, optional
            What to draw, of "words" (the current sequence, with the class that is expected after each word),
            "expected" (how probable each class is after each), "jumps", "cause" (which cells made the jump that is
            explained), "pinned" (the pinned sequences beside the current one), "map" (the states, and the paths of
            these sequences), "classes" (sequences counted by their true class and the one that was said) and
            "sequences" (the list). By default all that there is something of.
        font : str or list of str, optional
            Fonts to write in: what the first lacks is written in the next. By default those of matplotlib's settings.

        Returns
        -------
        matplotlib.figure.Figure
            Its ``axes`` have labels, such as "words" and "map". In "map", x and y are those of the projection. A
            notebook shows the figure as a picture.

        Raises
        ------
        ImportError
            matplotlib isn't installed.
        TypeError, ValueError
            An argument isn't allowed, or there is nothing of a part that was asked for; the message says what is.
        OSError
            The states can't be read.

        Examples
        --------
        A paragraph that the model takes for a later one, as a figure across both columns:

        >>> from lstmvis_widget import SequenceExplorer
        >>> from lstmvis_widget.datasets import load_addresses
        >>> explorer = SequenceExplorer(**load_addresses(), sequence=223, filters={"correct": False})
        >>> figure = explorer.figure()
        >>> figure.savefig("speeches.pdf")

        Only its path over the map, with the words at large jumps, in one column:

        >>> explorer.point_labels = "jumps"
        >>> figure = explorer.figure(width="single", parts=["map"])
        >>> [axes.get_label() for axes in figure.axes]
        ['map heading', 'legend', 'map', 'map notes']
        """
        with self.awaiting():
            return self._drawing.figure(
                width=width, lines=lines, sequences=sequences, theme=theme, parts=parts, font=font
            )

    def _still_there(self, name: str, value: Any) -> Any:
        return still_allowed(value, self._output_track) if name == "filters" else value

    def __repr__(self) -> str:
        name = f"{self.peek('_name')}: " if self.peek("_name") else ""
        count, steps = len(self._data.sequences), self._data.steps
        output = self._output_track
        classes = "no output track" if output is None else f"{len(output.classes):,} classes"
        shown = well_formed(f"{name}{self.layer}")
        return f"SequenceExplorer({shown}, {count:,} sequences, {steps:,} steps × {self._cells():,} cells, {classes})"

    def _cells(self) -> int:
        return int(self._data.layers[self.peek("layer")].shape[1])

    # ------------------------------------------------------------------- end

    @for_the_package
    def closes(self, close: Callable[[], object]) -> None:
        """Make `close` call this function, too."""
        self._at_the_end.callback(close)

    def close(self) -> None:
        """End the explorer; a second time does nothing.

        All computation stops, and files that the explorer has opened are closed. The results can still be read.

        Examples
        --------
        The table can still be read:

        >>> from lstmvis_widget import SequenceExplorer
        >>> from lstmvis_widget.datasets import load_addresses
        >>> explorer = SequenceExplorer(**load_addresses())
        >>> table = explorer.table
        >>> explorer.close()
        >>> len(explorer.table) == len(table)
        True
        """
        super().close()
        if "_filtering" in self.__dict__:
            self._filtering.release()
            self._shelf.clear()
        if "_data" in self.__dict__:
            self._data.close()
            self._at_the_end.close()


ARGUMENTS = tuple(name for name in SequenceExplorer.__init__.__annotations__ if name not in ("traits", "return"))
"""Arguments of the constructor that aren't initial values of traits."""


def _check_keywords(given: Mapping[str, Any]) -> None:
    allowed = (*keywords(SequenceExplorer), "layout")
    for keyword in given:
        if keyword not in allowed:
            near = nearest(keyword, (*allowed, *ARGUMENTS))
            raise TypeError(f"SequenceExplorer has no keyword {keyword!r}; did you mean {near!r}?")
