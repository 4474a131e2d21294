"""What a model expects after each step: its own output layer at every state, or its output for every prefix."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.arrays import as_numpy
from lstmvis_widget.given.brief import brief
from lstmvis_widget.states.output_track import OutputTrack, check_target_count
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.work.progress_bar import duration

from .batch_progress import BatchProgress
from .batches import Call
from .exactness import allowed_error
from .lazy_torch import Tensor, torch
from .output_checks import check_scores, explaining_length
from .pieces import PIECE_STEPS, as_before
from .rereading import ReadSequence, batch_of, last_scores, sequences_of, side_by_side
from .run_shape import RunShape
from .score_scale import Scale
from .tape import NotOfOneStateError, StepStates, Tape
from .watching import WatchedModel, first_tensor, kept

OUTPUT_TRACK = "output"
"""Name of the track of what the model expects."""

HEAD, PREFIX = "head", "prefix"

COSTLY = 100
"""A warning is given where prefixes have more than so many times the steps of the texts."""

INSTEAD = 'outputs="prefix" lets the model read every prefix, which is exact for any model'

LENGTHS = "lengths=[…], or lengths=lambda batch: …"

Array = NDArray[Any]


@dataclass
class Outputs:
    """What a model expects after each step of a recording.

    Parameters
    ----------
    model : Module
    way : str
        ``"head"``, ``"prefix"``, or the dotted name of a module.
    classes, targets : Any
        As the user gives them.
    may_try : bool
        Whether the model may be called besides: not where the user's ``run`` calls it, which may have a state.
    """

    model: Any
    way: str
    classes: Any
    targets: Any
    may_try: bool
    scale: Scale = field(init=False)
    texts: list[ReadSequence] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.scale = Scale(self.classes)
        self._tape = Tape()
        self._of_module: list[Tensor] = []
        self._open: dict[int, ReadSequence] = {}
        self._is_checked = False
        self._function: str | None = None
        self._parameters = {id(value) for value in (*self.model.parameters(), *self.model.buffers())}

    def watch(self, undo: ExitStack) -> None:
        """Watch the named module, until ``undo`` is closed."""
        if self.way in {HEAD, PREFIX}:
            return

        def keep(_: Any, __: Any, output: Any) -> None:
            self._of_module.append(first_tensor(self.way, output))

        undo.callback(dict(self.model.named_modules())[self.way].register_forward_hook(keep).remove)

    # -------------------------------------------------------------- one run

    def run(self, run: Callable[[Any, Any], Any], batch: Any) -> tuple[Any, list[Tensor]]:
        """Run the model; returns its output, and the scores: in one tensor, or in one for each step."""
        self._tape, self._of_module = Tape(), []
        if self.way == PREFIX and self.scale.columns is not None:
            output = run(self.model, batch)
            return output, []
        with self._tape.recording():
            output = run(self.model, batch)
            if self.way in {HEAD, PREFIX}:
                check_scores(self.model, output)
                found = [first_tensor("the model", output)]
            else:
                found = self._of_module
        if not found:
            msg = f"{self.way} didn't run, so it has no outputs; let run= call it: run=lambda model, batch: …"
            raise ValueError(msg)
        return output, found

    def of_run(self, scores: list[Tensor], watched: WatchedModel, shape: RunShape) -> Tensor | None:
        """The scores of each step of a run, (T, B, C), in main memory; None for prefixes, which are read later.

        Raises
        ------
        ValueError
            The output isn't computed from the state of a step alone.
        """
        if self.way == PREFIX:
            if scores and self.scale.columns is None:
                self._function = self._tape.last_function(scores[0])
            return None
        name = "the model" if self.way == HEAD else self.way
        steps, streams = shape.steps or 0, shape.streams or 0
        sizes = {(width, streams) for width in shape.widths} | {(streams, width) for width in shape.widths}
        given = scores[0]
        by_step = len(scores) > 1 or (given.ndim == 3 and tuple(given.shape[:2]) in sizes)
        if by_step or (given.ndim == 2 and streams == 1 and len(given) in shape.widths - {1}):
            found = shape.time_first(name, scores, channels=False)
        else:
            found = self._by_head(name, given, watched, shape, sizes)
        function = self._tape.last_function(given)
        self._tape = Tape()
        if len(found) < steps:  # as a model unpacks it, without the padding of all sequences
            found = torch.cat([found, found.new_zeros(steps - len(found), *found.shape[1:])])
        found = kept(found)
        lengths = shape.lengths or []
        if self.scale.columns is None:
            self.scale.learn(torch.cat([found[:length, stream] for stream, length in enumerate(lengths)]), function)
        return found

    def _by_head(
        self, name: str, given: Tensor, watched: WatchedModel, shape: RunShape, sizes: set[tuple[int, int]]
    ) -> Tensor:
        """The scores of all steps from an output for each sequence."""
        streams, lengths = shape.streams or 0, shape.lengths or []
        values = [*watched.readings.outputs(), *self._tape.by_step(sizes)]
        first = shape.layout.batch_first
        last = [length - 1 for length in lengths]
        states = [
            StepStates(way, last)
            for each in values
            for way in (each, each.transpose(0, 1))
            if way.shape[0] in shape.widths and way.shape[1] == streams
        ]
        try:
            found = self._tape.head_of(given, states, self._parameters).of_all_steps()
        except NotOfOneStateError as error:
            if given.ndim == 2 and tuple(given.shape) in sizes and shape.steps != 1:  # a logit for each step
                is_turned = len(given) == streams and (first or len(given) not in shape.widths)
                return (given.T if is_turned else given)[:, :, None]
            what = f"{name} doesn't compute its output from the state of the last step"
            if streams > 1 and not shape.has_lengths:
                what += f" of all {shape.steps} (if the texts are padded, say how long each is: {LENGTHS})"
            raise ValueError(self._refusal(what)) from error
        rows = given.reshape(streams, -1)
        at_end = [each.to(rows) for each in StepStates(found, last).last_rows()]
        if not any(_are_close(rows, each) for each in at_end):
            what = f"{name}, applied to the states of the last steps, doesn't give what it gave for the whole text"
            raise ValueError(self._refusal(what))
        return found

    def _refusal(self, what: str) -> str:
        return f"outputs={self.way!r} applies the model's output layer to the state of each step: {what}. {INSTEAD}"

    # ------------------------------------------------------------- the texts

    def keep(self, call: Call, shape: RunShape, *, continues: bool) -> list[ReadSequence | None] | None:
        """Keep what the sequences of a run read, for prefixes; returns them."""
        if self.way != PREFIX and (self._is_checked or continues or not self.may_try):
            return None
        found = sequences_of(call, shape.lengths or [], batch_first=shape.layout.batch_first)
        if self.way != PREFIX:
            return found
        if found is None:
            msg = (
                f'outputs="prefix" needs tensors with an entry for each step, which can be cut; got '
                f"{brief(call.batch)}. Give ids, or a tuple or dict of the arguments"
            )
            raise ValueError(msg)
        for stream, each in enumerate(found):
            if each is not None:
                before = self._open.get(stream)
                self._open[stream] = each if before is None else before.then(each)
        return found

    def end(self) -> None:
        """End the sequences that were read side by side."""
        for stream in sorted(self._open):
            self.texts.append(self._open.pop(stream))

    def check_prefix(
        self, sequences: list[ReadSequence | None] | None, found: Tensor | None, run: Callable[[Any, Any], Any]
    ) -> None:
        """Compare the scores in the middle of a text with the model's output for what comes before.

        Raises
        ------
        ValueError
            They differ: the model has looked ahead.
        """
        if found is None or not sequences:
            return
        stream, text = max(
            ((stream, each) for stream, each in enumerate(sequences) if each is not None),
            key=lambda pair: pair[1].steps,
        )
        if text.steps < 2:
            return
        self._is_checked = True
        for steps in {text.steps - 1, -(-text.steps // 2)}:
            prefix = text.part(slice(0, steps))
            self._of_module = []
            try:
                with as_before(self.model):
                    output = run(self.model, batch_of([prefix]))
                    given = output if self.way == HEAD else self._of_module[-1]
                    own = last_scores(given, [prefix], self.scale.columns)[0]
            except Exception:  # noqa: BLE001, S112  (a model may need more steps; it has read the whole text)
                continue
            if not _are_close(own, found[steps - 1, stream].to(own)):
                what = (
                    f"of the first {steps} steps alone the model says something else than after {steps} steps of "
                    f"{text.steps}, so it looks ahead or at other steps than the last"
                )
                raise ValueError(self._refusal(what))

    # ------------------------------------------------------------- the result

    def of_prefixes(self, run: Callable[[Any, Any], Any], progress: Any, seconds: float) -> Array:
        """The output for each prefix of the texts, (T, C).

        Parameters
        ----------
        run : callable
        progress : bool, callable or None
            As of `record_states`; a callable is given the number of runs done, and of all.
        seconds : float
            How long it took to read the texts once.

        Warns
        -----
        UserWarning
            It takes over a hundred times as long as reading the texts once.
        """
        lengths = [text.steps for text in self.texts]
        read = sum(length * (length + 1) // 2 for length in lengths)
        times = read / max(1, sum(lengths))
        if times > COSTLY:
            msg = (
                f'outputs="prefix" reads {read:,} steps, {times:,.0f} times those of the texts: about '
                f"{duration(times * seconds)}. Where a model's output layer reads the state of the last step alone, "
                'outputs="head" gives the same in one pass'
            )
            warnings.warn(msg, UserWarning, stacklevel=3)
        total = sum(1 for _ in self._prefix_runs())
        starts = np.cumsum([0, *lengths])
        found: Array | None = None
        with BatchProgress(progress, total, "reading prefixes: run") as shown, torch.no_grad():
            for done, (steps, group) in enumerate(self._prefix_runs(), 1):
                prefixes = [text.part(slice(0, steps)) for _, text in group]
                batch = batch_of(prefixes)
                with as_before(self.model), explaining_length(steps, "outputs='prefix' needs a model that does"):
                    output = run(self.model, batch)
                rows = kept(last_scores(output, prefixes, self.scale.columns))
                if found is None:
                    self.scale.learn(rows, self._function)
                    found = np.empty((int(starts[-1]), rows.shape[1]), as_numpy(rows).dtype)
                found[starts[[number for number, _ in group]] + steps - 1] = as_numpy(rows)
                shown.update(done, sum(text.steps for text in prefixes))
        assert found is not None  # noqa: S101  (each text has a step)
        self.scale.decide(torch.from_numpy(found), self._function)
        return found

    def _prefix_runs(self) -> Iterator[tuple[int, list[tuple[int, ReadSequence]]]]:
        """For each run the number of steps, and the numbered texts whose prefixes it reads."""
        there = list(enumerate(self.texts))
        for steps in itertools.count(1):
            there = [each for each in there if each[1].steps >= steps]
            if not there:
                return
            for group in side_by_side(there, steps, PIECE_STEPS):
                yield steps, group

    def track(self, scores: Array, sequences: Sequence[int]) -> OutputTrack:
        """The track of all scores, whose targets are by sequence or step.

        Raises
        ------
        ValueError
            There are neither as many targets as sequences nor as many as steps.
        """
        track = self.scale.track(scores, self.targets)
        track.target_of_each(Sequences.of(sequences, len(track)))
        return track

    def target_codes(self, sequences: Sequence[int]) -> NDArray[np.int32] | None:
        """The targets as columns, by sequence or step, for the scores that a file has; None without targets.

        Raises
        ------
        ValueError
            There are neither as many as sequences nor as many as steps.
        """
        if self.targets is None:
            return None
        columns = self.scale.columns or 2
        targets = self.scale.track(np.full((1, columns), 1 / columns), self.targets).targets
        assert targets is not None  # noqa: S101  (they were given)
        check_target_count(len(targets), Sequences.of(sequences, sum(sequences)))
        return targets


def _are_close(one: Tensor, other: Tensor) -> bool:
    # Batches of other sizes are summed in another order. The errors of small floats are wide already.
    allowed = allowed_error(one) * (10 if one.element_size() >= 4 else 1)
    return one.numel() == other.numel() and torch.allclose(
        one.reshape(-1), other.reshape(-1), rtol=allowed, atol=allowed, equal_nan=True
    )
