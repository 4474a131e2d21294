"""The widget `StateExplorer`: its arguments, its methods, and the traits that follow others."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from lstmvis_widget.files.from_paths import OpensFiles
from lstmvis_widget.given.numbers import checked_int, checked_ints
from lstmvis_widget.given.paths import as_path
from lstmvis_widget.given.texts import well_formed
from lstmvis_widget.lstmvis.project import read_project
from lstmvis_widget.sent.bundle import bundle
from lstmvis_widget.sent.fitting_widths import widths_that_fit
from lstmvis_widget.sent.tracks import comparable, described, foldable
from lstmvis_widget.synced.linking import Shared
from lstmvis_widget.synced.tags import keywords, nearest
from lstmvis_widget.synced.traits import Names
from lstmvis_widget.synced.views import Views
from lstmvis_widget.synced.widget import if_true
from lstmvis_widget.timeline.search import Ranges
from lstmvis_widget.timeline.tokens import Tokens, shortened
from lstmvis_widget.timeline.tracks import Tracks
from lstmvis_widget.work.internal import for_the_package
from lstmvis_widget.work.memory import free_memory
from lstmvis_widget.work.options import works_in_background
from lstmvis_widget.work.room import kept_bytes

from . import scenario as scenarios
from .aligning import Aligning
from .computation import Computation
from .contrasting import Contrasting
from .data import ExplorerData
from .drawing import Drawing
from .finding import Finding
from .html_file import Saving
from .keeping import Keeping
from .label_counting import LabelCounting
from .phrase_sets import stored_sets
from .picturing import Picturing
from .preparing import Preparing
from .ranking import Ranking
from .selecting import Selecting
from .switching import Switching
from .traits import OVERLAP, ExplorerTraits
from .using import UsedTable, cell_rules, checked_name, label_of, layer_name
from .viewing import Viewing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

MOST_STARTS = 2000
"""Most sequences whose starts are sent: with more, the overview couldn't show their ends apart."""

NARROW_PAGE, USUAL_PAGE = 400, 800
"""Pixels that a page has for steps, at least; the first number on any screen."""

LEAST_CONTEXT = 3
"""Least number of steps shown before a range that the view moves to, if its sequence has as many."""


class StateExplorer(ExplorerTraits):
    """Explore the hidden states of a sequence model: select, threshold, match.

    Shown in a notebook, it is a page to select words, drag the threshold and read matches. All that the page shows is
    also a value in Python, and either side follows the other. What there is, by what it is for:

    ==================== ===============================================================================================
    to                   traits, properties and methods
    ==================== ===============================================================================================
    select phrases       `selection`, `selected_ranges`, `tolerance`, `find`, `select`
    say what is on       `layer`, `threshold`, `thresholds`, `off_before`, `off_after`
    choose cells by hand `deselected_cells`, `added_cells`, `pinned_cells`, `take_cells`, `use`, `used`, `used_tables`
    read the results     `selected_cells`, `matches`, `contrast`, `progress`, `error`, `cancel`
    rank matches         `k`, `min_length`, `length_filter`
    list matches         `match_tracks`, `color_by`, `context_width`, `match_layout`, `fold_matches`
    move in the text     `position`, `sequence`, `word_width`, `find_text`, `find_match_case`
    draw                 `height`, `value_axis`, `visible_tracks`, `folded_tracks`, `dim_tracks`, `show_coverage`,
                         `min_run`
    compare with labels  `align_with`, `phrase_sets`, `contrast_with`, `show_contrast`
    look at the data     `states`, `tokens`, `tracks`, `sequences`, `layers`, `cell_names`
    go back, keep, share `undo`, `redo`, `scenario`, `replay`, `to_html`, `figure`
    follow, set together `observe`, `hold_sync`, `hold_trait_notifications`
    open and close       `open`, `from_lstmvis`, `close`
    ==================== ===============================================================================================

    Parameters
    ----------
    states : array_like of shape (T, D), path, or mapping
        Row t is the state vector after reading token t. It can be

        - an array or tensor of any real dtype, or anything with ``shape``, ``dtype`` and row slicing, such as a memmap,
          an h5py dataset or a sparse array; also (1, T, D), and (B, T, D) with ``sequences`` or nested tokens;
        - a list with an array for each sequence, or ``hidden_states`` of transformers;
        - the path of a file: HDF5 (``"file.h5"`` or ``"file.h5::group/dataset"``), ``.npy``, ``.npz``,
          ``.safetensors``, ``.parquet``, ``.arrow``, zarr; or of many files, each of which is a sequence (a list of
          paths, or ``"shards/*.npy"``);
        - a mapping of layer name to one of these.

        `lstmvis_widget.states.given.given_states` has the whole table. Masked values are NaN, and NaN is off.
    tokens : sequence of T str or T int, optional
        The words, or ids that are looked up in ``vocabulary``: a list, an array, a tensor, a column of a data frame,
        the result of a tokenizer, ``"file.h5::words"``, or files as for the states (``"ids*.npy"``,
        ``"*.parquet::tokens"``, a list of paths). `timeline.tokens.tokens_of` has the table. None shows positions.
    tracks : mapping or data frame, optional
        Annotations by name: T labels, T numbers, a `CategoricalTrack`, `ContinuousTrack`, `TopKTrack` or `OutputTrack`,
        or ``"file.h5::pos"`` and other files as for the tokens. Numbers and booleans are continuous; text, bytes and
        columns of a categorical dtype are labels; ``CategoricalTrack(numbers)`` makes labels of numbers. A missing
        entry of any library is NaN, or no label. `timeline.tracks.as_track` has the table. Each column of a data frame
        (pandas, polars, pyarrow) is a track, but a column ``token``, which must equal the tokens.
    sequences : sequence of int, optional
        Lengths of the sequences, which sum to T. No selection and no match crosses the end of one. For states
        (B, T, D): B lengths, or a mask (B, T) with 0 for padding; tokens and tracks may then have this shape too.
    vocabulary : mapping, sequence, tokenizer or path, optional
        A mapping of id to string or of string to id, a list of strings, a tokenizer of transformers or tokenizers, or a
        file that `read_vocabulary` reads. `timeline.vocabulary.as_vocabulary` has the table.
    transform : {None, "tanh", "abs", "split_signs", "standardise", "quantile"} or mapping, optional
        Applied to the states of every layer, or by the name of the layer:

        ============= ============================== ================================ ================================
        transform     a threshold is in units of     choose it for                    it fails for
        ============= ============================== ================================ ================================
        None          the states                     hidden states of an LSTM or GRU  cells of different scales
        "tanh"        tanh of the states             cell states c of an LSTM that    values beyond ±2.6, which become
                                                     stay small; 0.3, as in LSTMVis   ±1, and cells that keep their sign
        "abs"         their magnitude                cells whose sign means nothing   saturated hidden states
        "split_signs" their positive and negative    cells where "very negative"      states that are never negative,
                      parts, as two cells            means something too              such as those of a ReLU
        "standardise" standard deviations above the  cells of different scales, such  cells with few extreme values,
                      mean of the cell; 1            as those of transformers         which set their scale
        "quantile"    the share of the cell's steps  cells of any scale and shape;    cells with few different values,
                      with a lower value: at 0.9,    cell states carried over a long  such as saturated ones
                      the top tenth is on            text
        ============= ============================== ================================ ================================

        Where a sample of the states shows that the transform fails, a warning and the page say so, and which one fits.
        ``"standardise"`` and ``"quantile"`` read all steps of a layer when it is first shown, those of the first layer
        in the constructor. Standardising takes one pass over the states; quantiles take as many as `States` says, and a
        sort.
    mirror : bool or mapping, default False
        Whether every cell also counts by being low, as its mirror; or this by the name of the layer. D doubles: column
        D + c is the mirror of column c, which `cell_names` and the page call "−c". Its value is minus that of the cell
        (after the transform), so it is on where the cell is ≤ −threshold. With ``"quantile"`` it is the share of the
        cell's steps with a higher value: at 0.8 a cell is on in its top fifth, its mirror in the bottom fifth. NaN is
        on in neither. Mirrors can be selected, matched and pinned as cells can. With ``"abs"``, and where no value is
        negative enough, mirrors are off everywhere, and a warning says so.
    name : str, optional
        Name of the data set, shown in the page.
    units : str, optional
        Unit of the value axis, such as ``"mV"``; written at the axis.
    memory_limit : int, optional
        Most bytes that all explorers of this process together keep of what they can make again: compact copies of
        layers that aren't in memory, at one byte a value, and results of explorers out of view. What was used least
        recently goes first. Copies are made after the first matches, or with them where that takes no longer. With a
        copy, a new threshold from the page needs no read of the states; without room for it, each threshold reads them
        again. By default a quarter of the free memory. An explorer in view needs more than this: one bit a value of one
        layer, and columns of pixels, at most 64 MiB a layer.
    background : bool, optional
        Whether results are computed on background threads. False: at once, in the statement or message that asks, with
        the same results. By default `lstmvis_widget.options.background`; if that is None, True wherever threads can
        update the page.
    client : distributed.Client, optional
        For a Dask array: the cluster that reads, indexes and searches its chunks where they are. By default the active
        client's; without one, Dask's threads read them here. A cluster reads files only if a client is given, and its
        workers must see the files under the same paths.
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

    Warns
    -----
    UserWarning
        The transform fails for the layer that is shown first, or mirrors are off everywhere.

    Examples
    --------
    Which cells of a small language model are on all through "a little bottle", and where else are they?

    >>> from lstmvis_widget import StateExplorer
    >>> from lstmvis_widget.datasets import load_alice
    >>> explorer = StateExplorer(**load_alice(), transform="tanh")
    >>> explorer.selection = explorer.find("a little bottle")[0]
    >>> explorer.selected_cells[:5]
    array([ 6, 16, 33, 47, 49])
    >>> explorer.matches.head(3)
    3 matches of 16 selected cells
        start     stop   length  overlap    union  text
         1678     1681        3       16       16  a little bottle
        10103    10105        2       15       32  an excellent
          283      285        2       15       33  a large

    Fewer cells have higher values and are off right before:

    >>> explorer.threshold = 0.6
    >>> explorer.off_before = 1
    >>> len(explorer.selected_cells), explorer.matches["text"][:3]
    (4, ['a little bottle', 'a melancholy tone', 'an angry'])

    Any array will do, also without words:

    >>> import numpy as np
    >>> waves = np.sin(np.arange(200)[:, None] / [3, 5, 7])
    >>> StateExplorer(waves, name="waves", selection=(10, 12)).selected_cells
    array([1, 2])
    """

    open = OpensFiles()
    """``StateExplorer.open(path, **options)`` explores a file that `save_states` or `StateWriter` has written."""

    # As text: given a path, anywidget watches the file, which keeps every explorer and its states alive.
    _esm, _css = bundle("widget")

    def __init__(
        self,
        states: Any,
        tokens: Any = None,
        tracks: Any = None,
        *,
        sequences: ArrayLike | None = None,
        vocabulary: Any = None,
        transform: str | Mapping[str, str | None] | None = None,
        mirror: bool | Mapping[str, bool] = False,
        name: str = "",
        units: str = "",
        memory_limit: int | None = None,
        background: bool | None = None,
        client: Any = None,
        **traits: Any,
    ) -> None:
        _check_keywords(traits)
        self._at_the_end = contextlib.ExitStack()
        self._views = Views()
        self._gone = False  # the last view has gone, and memory isn't freed yet
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
                tracks_changed=self._when_tracks_change,
            )
        )
        try:
            layout = traits.pop("layout", None) or {}
            # What other explorers keep makes room for this one.
            room = (free_memory() + kept_bytes()) // 4
            limit = room if memory_limit is None else checked_int("memory_limit", memory_limit)
            self._set_initial_traits(traits)
            self._describe(str(name), str(units))
            self._make_parts(limit, background=works_in_background(background))
            self._follow()
            self._start()
            self._open(layout)
            if self.peek("_misfit"):
                warnings.warn(self.peek("_misfit"), UserWarning, stacklevel=2)
        except BaseException:
            self.close()
            raise

    # ----------------------------------------------------------------- setup

    def _set_initial_traits(self, values: dict[str, Any]) -> None:
        """Set the traits that were given, and those that depend on the data."""
        data = self._data
        layer = values.pop("layer", next(iter(data.layers)))
        if layer in self.layers:
            data.scale(layer)  # raises OSError for an unreadable file; the validator would make it a TraitError
        self.layer = layer
        self._show_layer()
        self.thresholds = values.pop("thresholds", {})
        self._take_threshold_of_layer()
        self.visible_tracks = values.pop("visible_tracks", tuple(data.tracks))
        fitting = widths_that_fit(data.tokens)
        self.word_width = values.pop("word_width", fitting.word_width)
        self.context_width = values.pop("context_width", fitting.context_width)
        sequence = values.pop("sequence", None)
        for trait in self._in_order(values):
            setattr(self, trait, values[trait])
        self._when_threshold_changes(None)
        if self.selected_ranges and self.selection not in self.selected_ranges:
            self.selection = self.selected_ranges[0]
        if sequence is not None:
            self.sequence = sequence
            self.position = int(data.sequences.starts[self.sequence])
        elif "position" not in values and self.selection is not None:
            self.position = self._position_before(*self.selection)
        self.sequence = data.sequences.at(self.position)

    def _describe(self, name: str, units: str) -> None:
        """Send a description of the data."""
        data = self._data
        count = len(data.sequences)
        self.publish(
            _name=name,
            _units=units,
            _steps=data.steps,
            _layers=self._listed_layers(),
            _tracks=described(data.tracks),
            _n_sequences=count,
            _sequence_starts=data.sequences.starts.tolist() if count <= MOST_STARTS else [],
        )
        self._described = data.described()

    def _make_parts(self, memory_limit: int, *, background: bool) -> None:
        """Make the parts of the widget, and its tables of tasks and messages."""
        data = self._data
        self._computation = computation = Computation(data.tokens, data.sequences, memory_limit, data.tracks)
        self._viewing = Viewing(self, data)
        self._ranking = Ranking(self, data, computation, background=background)
        self._drawing = Drawing(self, data, computation, background=background)
        self._label_counting = LabelCounting(self, data, self._ranking, background=background)
        self._aligning = Aligning(self, data, background=background)
        self._contrasting = Contrasting(self, data, background=background)
        self._finding = Finding(self, data, background=background)
        self._switching = Switching(self, data, background=background)
        self._preparing = Preparing(self, computation, self._ranking, self._drawing, background=background)
        self._keeping = Keeping(self, data, self._finding, self._ranking)
        self._selecting = Selecting(self, data, self._finding)
        self._saving = Saving(self, data, self._ranking, self._viewing, self._drawing)
        self._picturing = Picturing(self, data, self._ranking, self._viewing, self._drawing)
        # In the order in which the tasks are refreshed, and in which their progress is shown.
        parts = (
            self._switching,
            self._ranking,
            self._drawing,
            self._label_counting,
            self._aligning,
            self._contrasting,
            self._finding,
            self._preparing,
        )
        self._tasks.extend(part.task for part in parts)
        self._messages |= {
            "take_cells": self._take_cells_or_say,
            "use": self._use_or_say,
            "select": self._selecting.handle,
            "cancel": if_true(self.cancel),
            "against_chance": if_true(self._label_counting.compare_with_chance),
            "contrast_against_chance": if_true(self._contrasting.compare_with_chance),
            **self._keeping.messages,
            "view": self._when_views_change,
        }

    def _follow(self) -> None:
        """Observe the traits that others follow."""
        self._show_selection()
        self._pins = {self.peek("layer"): self.peek("pinned_cells")}
        followers = {
            "used_tables": self._when_used_tables_change,
            "layer": self._when_layer_changes,
            "pinned_cells": self._when_pins_change,
            "threshold": self._when_threshold_changes,
            "thresholds": self._take_threshold_of_layer,
            "selection": self._when_selection_changes,
            "selected_ranges": self._when_selection_changes,
            "position": self._when_position_changes,
            "sequence": self._when_sequence_changes,
            "match_tracks": self._when_match_tracks_change,
            "phrase_sets": lambda _: self._contrasting.drop_missing_pair(),
        }
        for name, follow in followers.items():
            self.observe(follow, names=name)

    @classmethod
    def from_lstmvis(cls, folder: str | PathLike[str], **options: Any) -> Self:
        r"""Explore a project folder of LSTMVis. The states stay on disk.

        Parameters
        ----------
        folder : path
            The folder, or the ``lstm.yml`` in it. `lstmvis_widget.lstmvis.read_project` says what is read, and what
            is raised.
        **options
            Any argument of `StateExplorer`; it comes before what the folder says.

        Warns
        -----
        UserWarning
            The configuration has unknown keys, or doesn't agree with the data.

        Examples
        --------
        A project of four steps, and what its second layer says over two of them:

        >>> from pathlib import Path
        >>> import h5py
        >>> from lstmvis_widget import StateExplorer
        >>> folder = Path("animals")
        >>> folder.mkdir()
        >>> with h5py.File(folder / "train.h5", "w") as file:
        ...     file["words"] = [0, 1, 0, 1]
        >>> with h5py.File(folder / "states.h5", "w") as file:
        ...     file["states2"] = [[0.1, 2.0], [0.9, 1.0], [0.8, -1.0], [0.2, 0.0]]
        >>> written = (folder / "words.dict").write_text("the 0\ncat 1\n")
        >>> written = (folder / "lstm.yml").write_text('''
        ... name: animals
        ... files: {train: train.h5, states: states.h5, words: words.dict}
        ... word_sequence: {file: train, path: words, dict_file: words}
        ... states: {file: states, types: [{type: state, layer: 2, path: states2}]}
        ... ''')
        >>> explorer = StateExplorer.from_lstmvis(folder, selection=(0, 2))
        >>> explorer
        StateExplorer(animals: state 2, 4 steps × 2 cells, threshold 0.3)
        >>> explorer.selected_cells
        array([1])
        """
        return cls(**{**read_project(folder), **options})

    # ------------------------------------------------------------------ data

    @property
    def states(self) -> Any:
        """States of the active layer, (T, D): the array that was given; of other forms, or transformed, a `States`.

        Examples
        --------
        The states follow the layer. An array that was given is not copied:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> alice = load_alice()
        >>> explorer = StateExplorer(**alice)
        >>> explorer.states is alice.states["layer 1"]
        True
        >>> explorer.layer = "layer 2"
        >>> explorer.states.shape
        (10754, 150)
        """
        return self._data.layers[self.layer].as_given

    @property
    def cell_names(self) -> tuple[str, ...] | None:
        """Names of the D cells of the active layer, such as "−12" for a mirror of cell 12; None: they are numbers.

        The page shows the names. `selected_cells`, `matches` and all others hold numbers: ``cell_names[number]`` is the
        name of one.

        Examples
        --------
        With ``mirror=True`` a cell also counts by being low, as a mirror:

        >>> import numpy as np
        >>> from lstmvis_widget import StateExplorer
        >>> states = np.array([[0.9, -0.8], [0.8, -0.9], [-0.7, 0.1]])
        >>> explorer = StateExplorer(states, ["up", "up", "down"], mirror=True, selection=(0, 2))
        >>> explorer.selected_cells
        array([0, 3])
        >>> [explorer.cell_names[cell] for cell in explorer.selected_cells]
        ['0', '−1']
        """
        return self._data.layers[self.layer].cell_names

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers: first the layers of the states, then the layers that `use` has made.

        Examples
        --------
        How many cells are on over the same two steps, in the cell states and in the hidden states of the first layer?

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_parens
        >>> explorer = StateExplorer(**load_parens(), transform="tanh", selection=(40, 42))
        >>> explorer.layers
        ('layer 1', 'layer 1 hidden', 'layer 2', 'layer 2 hidden')
        >>> for layer in explorer.layers[:2]:
        ...     explorer.layer = layer
        ...     print(layer, len(explorer.selected_cells))
        layer 1 23
        layer 1 hidden 18
        """
        return tuple(self._data.layers)

    @property
    def tokens(self) -> Tokens:
        """The T tokens as strings.

        Examples
        --------
        The words around the selection:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), transform="tanh", selection=(1678, 1681))
        >>> start, stop = explorer.selection
        >>> explorer.tokens[start - 3 : stop + 3]
        ['time', 'she', 'found', 'a', 'little', 'bottle', 'on', 'it', ',']
        """
        return self._data.tokens

    @property
    def tracks(self) -> Tracks:
        """The tracks by name, a mutable mapping: tracks can be added, replaced and removed.

        Examples
        --------
        Add a track while the explorer is shown, such as the length of each word:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), transform="tanh")
        >>> list(explorer.tracks)
        ['pos', 'chunk', 'next']
        >>> explorer.tracks["length"] = [len(token) for token in explorer.tokens]
        >>> explorer.visible_tracks
        ('pos', 'chunk', 'next', 'length')
        >>> del explorer.tracks["next"]
        """
        return self._data.tracks

    @property
    def sequences(self) -> tuple[int, ...]:
        """Lengths of the sequences, in time steps; they sum to T.

        Examples
        --------
        The four chapters of the sample text are a sequence each:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), transform="tanh")
        >>> explorer.sequences
        (2576, 2646, 2218, 3314)
        >>> sum(explorer.sequences) == len(explorer.tokens)
        True
        """
        return tuple(self._data.sequences.lengths.tolist())

    @for_the_package
    def phrase_sets_sent(self, kept: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The kept sets of phrases as the page shows them."""
        return self._keeping.described(stored_sets(kept))

    # ------------------------------------------- traits that follow others

    def _set_from_page(self, name: str, value: Any) -> None:
        is_later = name == "layer" and self._switching.has_to_read(value)
        if name == "layer":
            self._switching.want(value if is_later else None)
        if is_later:
            self.send_state("layer")  # until then the page shows the one that is there
        else:
            super()._set_from_page(name, value)

    def _has(self, name: str, value: Any) -> bool:
        if name == "layer" and self._switching.has_to_read(value):
            return bool(value == self._switching.question())  # asked for already
        return super()._has(name, value)

    def _listed_layers(self) -> list[dict[str, Any]]:
        """The layers as they are sent."""
        tables = self.peek("used_tables")
        return [
            {"name": name, "cells": states.shape[1], "mirror": states.mirror}
            | ({"of": tables[name].layer} if name in tables else {})
            for name, states in self._data.layers.items()
        ]

    def _when_used_tables_change(self, change: Any) -> None:
        """Show which layers there are now. What was chosen for one that is gone goes, too."""
        before, now, layer = change["old"], change["new"], self.peek("layer")
        gone = before.keys() - now.keys()
        with self.hold_sync():
            self.publish(_layers=self._listed_layers())
            if layer in gone:
                self.layer = before[layer].layer
            self.thresholds = {name: value for name, value in self.thresholds.chosen.items() if name not in gone}
            if layer in now and now[layer] != before.get(layer):
                self._show_layer()
                self._forget_cells()
                self._show_pins()

    def _when_layer_changes(self, change: Any) -> None:
        self._switching.want(None)
        with self.hold_sync():
            self._show_layer()
            # Notifications may have been held back: then a threshold set together with the layer is that of the layer.
            if self.threshold == self._threshold_followed and self._threshold_layer != self.peek("layer"):
                self._take_threshold_of_layer()
            else:
                self._when_threshold_changes(None)
            self._forget_cells()
            # Other pins than those of the old layer were set together with the layer.
            if self.peek("pinned_cells") == self._pins.get(change["old"], {}):
                self._show_pins()

    def _show_pins(self) -> None:
        """Show the pinned cells of the layer; a layer of its name may have had more cells."""
        pins = self._pins.get(self.peek("layer"), {})
        self.pinned_cells = {cell: color for cell, color in pins.items() if cell < self.cells_in_layer()}

    def _when_pins_change(self, _: Any) -> None:
        self._pins[self.peek("layer")] = self.peek("pinned_cells")

    def _take_threshold_of_layer(self, _: Any = None) -> None:
        self.threshold = self._threshold_followed = self.thresholds[self.peek("layer")]

    def _when_threshold_changes(self, _: Any) -> None:
        layer, threshold = self.peek("layer"), self.threshold
        self._threshold_followed = threshold
        if threshold != self.thresholds[layer]:
            self.thresholds[layer] = threshold

    def _show_layer(self) -> None:
        layer = self.peek("layer")
        scale = self._data.scale(layer)
        self.publish(
            _value_range=[scale.low, scale.high],
            _threshold_step=scale.step,
            _least_above_zero=self._data.layers[layer].least_above_zero,
            _transform=self._data.layers[layer].transform or "",
            _cell_names=self._data.layers[layer].cell_names or (),
            _misfit=self._data.misfit(layer),
        )

    def _when_selection_changes(self, change: Any) -> None:
        if self._selecting.follow(change["name"]):
            self._forget_cells()
        self._show_selection()

    def _forget_cells(self) -> None:
        self.deselected_cells = ()
        self.added_cells = ()

    def _show_selection(self) -> None:
        selection = self.peek("selection")
        bounds = None if selection is None else self._data.sequences.around(selection[:1])
        self.publish(
            _selection_bounds=bounds and [int(bound[0]) for bound in bounds],
            _n_ranges=len(self.peek("selected_ranges")),
        )

    def _when_position_changes(self, _: Any) -> None:
        self.sequence = self._data.sequences.at(self.position)

    def _when_sequence_changes(self, _: Any) -> None:
        if self._data.sequences.at(self.position) != self.sequence:
            self.position = int(self._data.sequences.starts[self.sequence])

    def _when_match_tracks_change(self, _: Any) -> None:
        name = self.peek("_label_table")
        if name is not None and not self.table_may_be_of(name):
            self._label_table = None

    def _when_tracks_change(self) -> None:
        """Tracks were added, changed or removed: show the new ones, and drop the removed ones wherever chosen."""
        with self._setting(), self.hold_sync():
            tracks = self._data.tracks
            known = {track["name"] for track in self.peek("_tracks")}
            kept = [name for name in self.visible_tracks if name in tracks]
            allowed, foldables = comparable(tracks), foldable(tracks)
            self.publish(_tracks=described(tracks))
            self.folded_tracks = [name for name in self.folded_tracks if name in foldables]
            self.match_tracks = [name for name in self.match_tracks if name in allowed]
            if self.color_by not in (None, OVERLAP, *allowed):
                self.color_by = OVERLAP
            self.visible_tracks = [*kept, *(name for name in tracks if name not in known)]
            self._when_match_tracks_change(None)
            self._aligning.drop_missing_label()
            self._changed.add("tracks")  # which is no trait: what follows is asked though all descriptions are equal

    def _settled(self, changed: frozenset[str]) -> None:
        """Send the window around the position, and refresh the tasks."""
        self._whatever_happens(self._viewing.refresh)
        super()._settled(changed)
        self._whatever_happens(self._finding.show_hits)
        self._whatever_happens(self._ranking.refresh_context)
        if not changed.isdisjoint(self._undone_names):
            kept = stored_sets(self.peek("phrase_sets")).values()
            ranges = len(self.peek("selected_ranges")) + sum(map(len, kept))
            line = "" if ranges > scenarios.MOST_IN_LINE else scenarios.line(self._scenario_now())
            self.publish(_scenario_line=line)

    # --------------------------------------------------------------- results

    @for_the_package
    def await_result(self, name: str | None, value: Any) -> Any:
        """Wait for a result and return it; ``value`` is the current value of its trait."""
        if name is None or "_ranking" not in self.__dict__ or self._turns.is_peeking:
            return value
        return self._ranking.read(name, value)

    @property
    def contrast(self) -> pd.DataFrame:
        """Which cells tell two of the `phrase_sets` apart, a table of `contrast_phrases`; reading it waits for it.

        It is about the active layer, at `threshold`, `off_before` and `off_after`. The sets are those of
        `contrast_with`, or the two kept last; without two sets it is empty. ``p`` is there once the page has asked for
        it: ``contrast_phrases(explorer, permutations=1000)`` is the same with p.

        Examples
        --------
        Which cells tell "the Mouse" from "a little"? Three of those that are on at every one of the latter and at none
        of the former:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh")
        >>> explorer.phrase_sets["the mouse"] = explorer.find("the mouse", ignore_case=True)
        >>> explorer.phrase_sets["a little"] = explorer.find("a little")
        >>> explorer.contrast[["cell", "the mouse", "a little", "difference"]].head(3).round(2)
           cell  the mouse  a little  difference
        0    31        0.0       1.0        -1.0
        1    38        0.0       1.0        -1.0
        2    47        0.0       1.0        -1.0
        """
        return self._contrasting.read()

    def cancel(self) -> None:
        """Cancel the running computation.

        Results that it hasn't delivered stay empty until the next change, and `error` says "cancelled".

        Examples
        --------
        After a computation that takes too long, the next change begins anew:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), transform="tanh", selection=(1678, 1681))
        >>> explorer.cancel()
        >>> explorer.threshold = 0.4
        >>> len(explorer.matches)
        50
        """
        with self._setting():
            for task in self._tasks:
                task.cancel()

    def select(self, ranges: Any, *, tolerance: float | None = None) -> None:
        """Select one range, or several together, at all or most of which the selected cells follow the pattern.

        ``explorer.select(explorer.find("the king"))`` selects every place where these words stand. One of the ranges is
        the `selection`: the present one if it is among them, else the first in view, else the first. `undo` takes it
        back as one change.

        Parameters
        ----------
        ranges : array_like of int, shape (n, 2), or others
            Half-open ranges (start, stop), each within one sequence, in any order; they may overlap. Also `Matches`, a
            data frame with the columns ``start`` and ``stop``, a list of matches or slices; one range, in any form that
            `selection` takes; or (track, label) for all ranges of a label, as `ranges_of` finds them. A range that is
            given more than once counts once.
        tolerance : float, optional
            The share of the ranges at which a selected cell needn't follow the pattern, 0 ≤ tolerance < 1; sets the
            trait `tolerance`. By default that stays.

        Raises
        ------
        TypeError
            These are no ranges.
        ValueError
            There is none, or one is empty or reversed; the track isn't there, or doesn't have the label.
        traitlets.TraitError
            A range lies outside the steps or crosses the end of a sequence, or the tolerance isn't allowed.

        Examples
        --------
        Which cells are on at every "said the", and which at four of five at least?

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh")
        >>> explorer.select(explorer.find("said the"))
        >>> len(explorer.selected_ranges), len(explorer.selected_cells)
        (23, 27)
        >>> explorer.select(explorer.selected_ranges, tolerance=0.2)
        >>> len(explorer.selected_cells)
        31

        No cell is on in all of 2,402 noun phrases, but ten are on in at least half of them:

        >>> explorer.select(("chunk", "NP"), tolerance=0.5)
        >>> len(explorer.selected_ranges), len(explorer.selected_cells)
        (2402, 10)
        """
        self._selecting.select(ranges, tolerance)

    def take_cells(self, cells: ArrayLike) -> None:
        """Make these the selected cells: deselects all cells that follow the pattern, and adds these.

        `undo` takes it back as one change; a new `selection` or `layer` clears it.

        Parameters
        ----------
        cells : array_like of int
            Numbers of cells of the active layer, 0…D − 1; with mirrors D counts these, too.

        Raises
        ------
        ValueError
            `selection` is None; or in this layer, which `use` made, a cell has no threshold, so that it is never on.
        traitlets.TraitError
            The layer has no such cell.

        Examples
        --------
        Look at the places where two cells of your choice switch on together:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), layer="layer 1", transform="tanh", selection=(1678, 1680))
        >>> explorer.take_cells([110, 139])
        >>> explorer.selected_cells
        array([110, 139])
        >>> explorer.matches["text"][:3]
        ['a capital one', 'the bottle was a', 'a little bottle']
        """
        if self.selection is None:
            raise ValueError("nothing is selected: take_cells needs a selection")
        taken = self.traits()["added_cells"].validate(self, cells)
        self._check_known(np.array(taken, np.int64))
        following = self._ranking.results(lambda results: results.following is not None).following
        deselected = [] if following is None else following.tolist()
        self.set_together({"deselected_cells": deselected, "added_cells": taken})

    def _check_known(self, cells: NDArray[np.int64]) -> None:
        """Raise ValueError for a cell that has no values in the active layer: it isn't in the table."""
        layer = self._data.layers[self.layer]
        without = cells[(cells < layer.shape[1]) & ~np.isin(cells, layer.known_cells)]
        if len(without):
            raise ValueError(
                f"cell {without[0]} has no threshold in the layer {self.layer!r}, which use(table) made, so it is "
                f"never on there; use(None) goes back to {self.layer_of_states()!r}, which has all cells"
            )

    @for_the_package
    def turned(self, cells: ArrayLike, low: ArrayLike) -> NDArray[np.int64]:
        """Cells without mirrors as cells of the active layer: where it has mirrors, those of ``low`` are mirrors."""
        states = self._data.layers[self.layer]
        numbers, turned = checked_ints("cells", cells), checked_ints("low", low)
        if not states.mirror:
            self._check_known(numbers)
            return numbers
        # A number that isn't one of a cell would else be one of a mirror.
        wrong = numbers[numbers >= states.plain_cells]
        if len(wrong):
            raise traitlets.TraitError(f"cells must lie in 0…{states.plain_cells - 1}; got {wrong[0]}")
        return np.where(np.isin(numbers, turned), numbers + states.plain_cells, numbers)

    def use(self, table: Any, name: str | None = None) -> None:
        """Explore cells with thresholds and signs of their own, such as the best rows of `cell_alignment`.

        This makes a layer of the active one, and shows it. The values of a cell in the table are how far it is beyond
        its own threshold: sign · (x − threshold). The layer begins with the threshold 0, at which a cell is on where x
        ≥ threshold (or, with the sign −1, where x ≤ threshold). All other cells are NaN: never on, and not drawn. Cells
        keep their numbers and their pins; the page shows cell 55 with the sign −1 as −55.

        `undo` takes it back as one change. The tables are part of `scenario`; `used` is the table of the active layer.

        Parameters
        ----------
        table : data frame, structured array, mapping of columns, or None
            With the columns ``cell``, ``threshold`` (in units of the active layer, after its transform) and, if some
            cells are on where they are low, ``sign`` (1 or −1); other columns aren't looked at. Each cell has one row.
            In a layer that `use` has made, the table is about the original layer. None goes back to the original layer.
        name : str, optional
            Name of the new layer. By default the name of the active layer, followed by the label if the table has a
            column ``label`` with one label: "lstm2 · quote". A layer that `use` has made under this name is replaced.

        Raises
        ------
        TypeError, ValueError
            It is no such table: a column is missing, a cell is there twice (as in a table of several labels), or out of
            range, a threshold is NaN or infinite, a sign is neither 1 nor −1, or there are no rows. Or the name is that
            of a layer of the states.

        Examples
        --------
        Explore the three cells that tell best where the nesting level is 4, each with its own threshold:

        >>> from lstmvis_widget import StateExplorer, cell_alignment
        >>> from lstmvis_widget.datasets import load_parens
        >>> explorer = StateExplorer(**load_parens(), layer="layer 2", transform="tanh")
        >>> best = cell_alignment(explorer, "level", labels=["4"]).nlargest(3, "f1")
        >>> best[["cell", "sign", "threshold", "f1"]].round(2)
            cell  sign  threshold   f1
        18    18     1      -0.01  1.0
        25    25     1       0.69  1.0
        28    28    -1      -0.74  1.0
        >>> explorer.use(best)
        >>> explorer.layer, explorer.threshold
        ('layer 2 · 4', 0.0)
        >>> explorer.select(("level", "4"))
        >>> explorer.selected_cells
        array([18, 25, 28])
        >>> explorer.use(None)
        >>> explorer.layer
        'layer 2'
        """
        with self._setting():
            derived = self._data.derived
            source = self.layer_of_states()
            if table is None:
                if name is not None:
                    raise TypeError("use(None) goes back, and takes no name; set used_tables to remove a layer")
                self.layer = source
                return
            if isinstance(table, UsedTable) and table.layer in derived.given:
                source = table.layer
            rules = cell_rules(table, derived.given[source].shape[1])
            named = layer_name(source, label_of(table), derived.given) if name is None else name
            checked_name(named, derived.given)
            pins = self._pins.get(named, {}) | self._pins.get(source, {})
            self.set_together(
                {
                    "used_tables": {**self.peek("used_tables"), named: UsedTable(source, rules)},
                    "thresholds": {key: value for key, value in self.thresholds.chosen.items() if key != named},
                    "layer": named,
                    "pinned_cells": {cell: color for cell, color in pins.items() if cell in rules.cell},
                }
            )

    @property
    def used(self) -> UsedTable | None:
        """The table that the active layer was made of by `use`, with its ``layer``; None for a layer of the states.

        Examples
        --------
        The table of the layer that is shown, and which layer it is about:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_parens
        >>> explorer = StateExplorer(**load_parens(), layer="layer 2 hidden")
        >>> explorer.use({"cell": [12, 40], "threshold": [0.4, -0.1]}, name="two cells")
        >>> explorer.used.layer, explorer.used["cell"]
        ('layer 2 hidden', array([12, 40]))
        >>> explorer.layer = "layer 2 hidden"
        >>> explorer.used is None
        True
        """
        table: UsedTable | None = self.used_tables.get(self.layer)
        return table

    @for_the_package
    def layer_of_states(self) -> str:
        """The layer of the states that the active layer is, or was made of by `use`, with the same numbers of cells."""
        return self._data.derived.source_of(self.layer)

    def _use_or_say(self, table: Any) -> None:
        """Use the table of a page, unless another layer is shown by now than the one that it is about."""
        if not isinstance(table, Mapping) or table.get("layer") != well_formed(self.layer):
            self.say("these thresholds are of another layer than the one that is shown")
            return
        if self.used is not None:  # its alignment has thresholds among the distances
            self.say(f"these are distances from thresholds already: go back to {self.layer_of_states()!r} first")
            return
        try:
            self.use(table)
        except (TypeError, ValueError, traitlets.TraitError) as error:
            self.say(str(error))

    def _take_cells_or_say(self, cells: Any) -> None:
        try:
            self.take_cells(cells)
        except (ValueError, traitlets.TraitError) as error:
            self.say(str(error))

    def find(self, phrase: str | Sequence[str], *, ignore_case: bool = False, regex: bool = False) -> Ranges:
        r"""Find a phrase in the text; hits that cross the end of a sequence are left out.

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
            Half-open ranges [start, stop) of time steps; each can be the `selection`, and `select` takes all of them.

        Raises
        ------
        TypeError, ValueError
            The phrase is blank or no text, or the expression is wrong or takes too long. `Tokens.find`, which has the
            details of how text is read, says when.

        Examples
        --------
        Every hit is a range of time steps, and can be selected:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), transform="tanh")
        >>> explorer.find("white rabbit", ignore_case=True)[:3]
        array([[ 118,  120],
               [1194, 1196],
               [3029, 3031]])
        >>> hits = explorer.find(r"very \w+ly", regex=True)
        >>> [" ".join(explorer.tokens[start:stop]) for start, stop in hits[:3]]
        ['very slowly', 'very likely', 'very earnestly']
        >>> explorer.selection = hits[0]
        """
        with self.awaiting():
            progress = partial(self.tell_waiting, f"finding {shortened(str(phrase))}")
            return self._finding.find(phrase, ignore_case=ignore_case, regex=regex, progress=progress)

    # ---------------------------------------------------------- what is shown

    def scenario(self) -> dict[str, Any]:
        """The current view, as a dict that JSON can hold and `replay` takes.

        Returns
        -------
        dict
            ``view``: the traits; ``layers`` (name → number of cells), ``steps`` and ``sequences`` (their numbers),
            ``transform``, ``mirror`` (if there are mirrors) and ``tokens`` (a fingerprint): the data that it is made
            with; ``version``: of the format.

        Examples
        --------
        Keep a view, and come back to it later:

        >>> import json
        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), transform="tanh", selection=(1678, 1681))
        >>> kept = json.dumps(explorer.scenario())
        >>> explorer.selection = (158, 160)
        >>> explorer.replay(json.loads(kept))
        >>> explorer.selection
        (1678, 1681)
        """
        self.wait_for_gestures()
        return self._scenario_now()

    def _scenario_now(self) -> dict[str, Any]:
        return scenarios.compose(self._described, self._values_now())

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
        A colleague's explorer shows what yours does:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_parens
        >>> mine = StateExplorer(**load_parens(), layer="layer 2", transform="tanh", threshold=0.5, selection=(40, 42))
        >>> hers = StateExplorer(**load_parens(), transform="tanh")
        >>> hers.replay(mine.scenario())
        >>> hers.layer, hers.threshold, hers.selection
        ('layer 2', 0.5, (40, 42))
        >>> hers.undo()
        True
        >>> hers.layer, hers.selection
        ('layer 1', None)
        """
        view = scenarios.view_of(scenario, self._described, self._undone_names)
        try:
            self.set_together(view)
        except traitlets.TraitError as error:
            raise ValueError(f"the scenario doesn't fit: {error}") from error

    def to_html(self, path: str | PathLike[str]) -> Path:
        """Save the current view as one HTML file, which needs no Python and no network.

        It waits for all that is being computed: matches, hits, alignment, tables of labels. A bar shows for what, in a
        notebook and on a terminal; an interrupt (Ctrl-C) ends it, and leaves no file.
        Hovering, tracks, heatmaps, and moving along the saved steps work there; controls that need Python are disabled.
        A usual view (650 cells × 120 steps) takes less than 1 MB.

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
        The file holds words, tracks and the states of the active layer for the steps around the view, and the matches
        with their context. If the values take too much room, they are rounded to 16 bits, without changing which are
        on.

        Examples
        --------
        A page to send around, of less than 2 MB:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), transform="tanh", selection=(1678, 1681))
        >>> path = explorer.to_html("bottle.html")
        >>> path.name, path.stat().st_size < 2_000_000
        ('bottle.html', True)
        """
        path = as_path(path)
        title = f"{self.peek('_name') or self.layer}: states of {self.cells_in_layer():,} cells"
        with self.awaiting():
            self._saving.save(path, title)
        return path

    def figure(
        self,
        *,
        width: str | float = "double",
        matches: int = 10,
        cells: ArrayLike = (),
        theme: str = "light",
        steps: tuple[int, int] | None = None,
        parts: Sequence[str] | None = None,
        font: str | Sequence[str] | None = None,
    ) -> Figure:
        """Draw what the page shows as a figure for a paper, with matplotlib and without a browser.

        The figure is as high as its parts. Saved with ``figure.savefig("name.pdf")``, ``.svg`` or ``.png``, it has the
        size that was asked for, and text stays text. Many lines become one picture within it. Nothing of pyplot is
        used, and no setting of matplotlib changes.

        Parameters
        ----------
        width : {"double", "single"} or float, default "double"
            Width in inches, 2…40: "single" is 3.3, a column of a paper with two; "double" is 7, both. Words are 7
            points high at any width, so a wider figure shows more of them.
        matches : int, default 10
            Most matches that are drawn, from 0; they are the first in the list of the page.
        cells : array_like of int, or of str, default ()
            Cells to draw in colours of their own and to name, by number or by name, besides the `pinned_cells`.
        theme : {"light", "dark", "print"}, default "light"
            "print" has greys only.
        steps : (int, int), optional
            Half-open range of time steps to draw. By default those from `position` on, as many as fit at `word_width`;
            where the selection isn't among them, those around it, narrower if it is long. Where steps are too narrow
            for words, they share columns, as in the page.
        parts : list of str, optional
            What to draw, of "plot", "words", "coverage", "pattern", "tracks", "cells", "matches" and "legend". By
            default all of them, "coverage" only with `show_coverage`.
        font : str or list of str, optional
            Fonts to write in: what the first lacks is written in the next. By default those of matplotlib's settings.

        Returns
        -------
        matplotlib.figure.Figure
            Its ``axes`` have labels, such as "plot" and "heatmap overlap". In those over time, x is the time step: the
            words of step t lie at t…t + 1. In "plot", y is the value. A notebook shows the figure as a picture.

        Raises
        ------
        ImportError
            matplotlib isn't installed.
        TypeError, ValueError
            An argument isn't allowed; the message says what is.
        OSError
            The states can't be read.

        Examples
        --------
        A figure that fits into one column, with two of the cells named:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), transform="tanh", selection=(1678, 1681))
        >>> figure = explorer.figure(width="single", matches=5, cells=[6, 33])
        >>> figure.savefig("bottle.pdf")
        >>> [axes.get_label() for axes in figure.axes][:4]
        ['plot', 'words', 'pattern', 'track pos']
        """
        options = {"width": width, "matches": matches, "theme": theme, "steps": steps, "parts": parts, "font": font}
        with self.awaiting():
            return self._picturing.figure(cells, **options)

    def _position_before(self, start: int, stop: int) -> int:
        """The start of the text if a range is in view there; else one that shows it, in a page of any size."""
        if stop * self.word_width <= USUAL_PAGE:
            return 0
        first, _ = self._data.sequences.around([start])
        room = int(NARROW_PAGE / self.word_width) - (stop - start)
        return max(int(first[0]), start - min(LEAST_CONTEXT, max(0, room)))

    @for_the_package
    def position_showing(self, start: int, stop: int) -> int:
        """The current position if the range is in view there, else one that shows it with some steps before it."""
        visible = int(self.peek("_visible_steps"))
        if self.first_shown() <= start and stop <= self.first_shown() + visible:
            return int(self.peek("position"))
        first, _ = self._data.sequences.around([start])
        return max(int(first[0]), start - max(visible // 3, LEAST_CONTEXT))

    def _in_view(self, values: Mapping[str, Any]) -> bool:
        if values["selection"] is None:
            return True
        first, (start, stop) = self.first_shown(values["position"]), values["selection"]
        return bool(start < first + self.peek("_visible_steps") and stop > first)

    def _still_there(self, name: str, value: Any) -> Any:
        if isinstance(self.traits()[name], Names):
            tracks = self._data.tracks
            allowed = {"folded_tracks": foldable, "match_tracks": comparable}.get(name, tuple)(tracks)
            return tuple(track for track in value if track in allowed)
        return value

    def __repr__(self) -> str:
        steps, cells = self._data.steps, self.cells_in_layer()
        plain = self._data.layers[self.peek("layer")].plain_cells
        name = f"{self.peek('_name')}: " if self.peek("_name") else ""
        above_zero = self.threshold == self.peek("_least_above_zero")
        threshold = "> 0" if above_zero else f"{self.threshold:g}"
        shown = well_formed(f"{name}{self.layer}")
        mirrors = " and their mirrors" * (plain < cells)
        return f"StateExplorer({shown}, {steps:,} steps × {plain:,} cells{mirrors}, threshold {threshold})"

    # ------------------------------------------------------------------- end

    @for_the_package
    def shared(self) -> Shared:
        """What it shares with a widget that it is linked with."""
        return Shared(
            ("position", "selection", "selected_ranges", "_hovered_step"),
            self._data.steps,
            self.sequences,
            needs_sequences=False,
        )

    @for_the_package
    def closes(self, close: Callable[[], object]) -> None:
        """Make `close` call this function, too."""
        self._at_the_end.callback(close)

    def _when_views_change(self, told: Any) -> None:
        """A page has shown one more view, or one less. Where the last one goes, what can be made again goes with it."""
        with self.when_free():
            self._views.hear(told)
            shelf = self._computation.shelf
            before, shelf.is_in_view = shelf.is_in_view, self._views.count > 0
            self._gone = not shelf.is_in_view and (before or self._gone)
            self._release_if_gone()

    def _release_if_gone(self) -> None:
        if self._gone and not self.is_computing():
            self._gone = False
            self._release()

    @for_the_package
    def end_progress(self, task: object) -> None:
        """Stop showing the progress of a task; if no view shows the widget any more, drop what can be made again."""
        super().end_progress(task)
        self._release_if_gone()

    def _release(self) -> None:
        """Drop all that can be made again."""
        for part in (self._ranking, self._label_counting, self._finding, self._computation):
            part.release()

    def close(self) -> None:
        """End the explorer; a second time does nothing.

        All computation stops, and files that the explorer has opened are closed. Memory is freed, but for the results,
        which can still be read.

        Examples
        --------
        Results stay:

        >>> from lstmvis_widget import StateExplorer
        >>> from lstmvis_widget.datasets import load_alice
        >>> explorer = StateExplorer(**load_alice(), transform="tanh", selection=(1678, 1681))
        >>> len(explorer.matches)
        50
        >>> explorer.close()
        >>> len(explorer.matches)
        50
        """
        super().close()
        if "_finding" in self.__dict__:
            self._release()
            self._drawing.release()
        if "_data" in self.__dict__:
            self._data.close()
            self._at_the_end.close()


ARGUMENTS = tuple(name for name in StateExplorer.__init__.__annotations__ if name not in ("traits", "return"))
"""Arguments of the constructor that aren't initial values of traits."""


def _check_keywords(given: Mapping[str, Any]) -> None:
    allowed = (*keywords(StateExplorer), "layout")
    for keyword in given:
        if keyword not in allowed:
            near = nearest(keyword, (*allowed, *ARGUMENTS))
            raise TypeError(f"StateExplorer has no keyword {keyword!r}; did you mean {near!r}?")
