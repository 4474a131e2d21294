"""The loss of a model at each step, from what it returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstmvis_widget.given.brief import brief
from lstmvis_widget.recording.batches import Layout
from lstmvis_widget.recording.layer_sources import available_sources
from lstmvis_widget.recording.lazy_torch import Tensor, torch
from lstmvis_widget.recording.output_checks import check_scores, kept_entries
from lstmvis_widget.recording.recurrent import family
from lstmvis_widget.recording.run_shape import RunShape
from lstmvis_widget.recording.score_scale import Scale
from lstmvis_widget.recording.tape import Tape
from lstmvis_widget.recording.watching import WatchedModel, first_tensor
from lstmvis_widget.states.output_track import OutputTrack, check_target_count
from lstmvis_widget.timeline.sequences import Sequences

Ints = NDArray[np.int64]

NEXT, TARGETS = "next", "targets"

NONE = -1
"""The target of a step that has none."""

WHAT_TO_GIVE = (
    "give targets=[…], the true class of each sequence or step, or loss=, a function of the model's output and the "
    "batch that returns a loss for each step"
)


@dataclass
class Losses:
    """The loss of each step of a run.

    Parameters
    ----------
    model : Module
    loss : {None, "next", "targets"} or callable
        None: "targets" where there are targets, else "next".
    head : str, callable, or None
        The source of scores: the dotted name of a module, or a function of the model's output.
    classes, targets : Any
        As the user gives them.

    Raises
    ------
    TypeError, ValueError
        There is no such loss or head, or the model returns states rather than scores.
    """

    model: Any
    loss: str | Callable[[Any, Any], Any] | None
    head: str | Callable[[Any], Any] | None
    classes: Any
    targets: Any
    columns: int | None = field(init=False, default=None)
    _scale: Scale = field(init=False)
    _one_by_step: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.classes, self.targets = kept_entries(self.classes), kept_entries(self.targets)
        self._scale = Scale(self.classes)
        if self.loss is None:
            self.loss = NEXT if self.targets is None else TARGETS
        if not callable(self.loss) and self.loss not in {NEXT, TARGETS}:
            raise ValueError(f"loss must be {NEXT!r}, {TARGETS!r}, or a function; got {brief(self.loss)}")
        if callable(self.loss) and not (self.head is None and self.targets is None and self.classes is None):
            raise TypeError("a function of its own computes the loss, so head, targets and classes say nothing")
        if self.loss == TARGETS and self.targets is None:
            raise TypeError(f"loss={TARGETS!r} needs the true classes: targets=[…], one for each sequence or step")
        if self.loss == NEXT and self.targets is not None:
            raise TypeError(f"loss={NEXT!r} is that of the next token; leave targets out, or say loss={TARGETS!r}")
        if self.loss == NEXT and self.classes is not None:
            raise TypeError("classes are the names that targets have; of the next token there are ids")
        self._check_head()

    def _check_head(self) -> None:
        if isinstance(self.head, str) and self.head not in dict(self.model.named_modules()):
            names = [name for name, each in available_sources(self.model).items() if each.kind == "module"]
            raise ValueError(f"the model has no module {self.head!r} for a head; it has {brief(names, 200)}")
        if not (self.head is None or isinstance(self.head, str) or callable(self.head)):
            raise TypeError(f"head must be the name of a module, or a function; got {brief(self.head)}")
        if self.head is None and not callable(self.loss) and family(self.model):
            raise ValueError(
                f"a {type(self.model).__name__} returns states, not scores: give the model that has an output layer, "
                "or head=, such as a decoder"
            )

    @property
    def may_cut(self) -> bool:
        """Whether the loss of a step needs no other steps of its run."""
        return not callable(self.loss)

    def heads(self) -> dict[str, Any]:
        """Dotted name of a module → what a `WatchedModel` keeps of its output."""
        return {self.head: lambda scores: scores} if isinstance(self.head, str) else {}

    # ----------------------------------------------------------------- targets

    def targets_of(self, tokens: Ints | None, sequences: Sequences) -> Ints:
        """The column of the true class at each of T steps, or `NONE`. It needs the first run to have told how many.

        Raises
        ------
        ValueError
            There is no next token, as in vectors; or the targets don't fit.
        """
        steps = int(sequences.bounds[-1])
        found = np.full(steps, NONE, np.int64)
        if callable(self.loss):
            return found
        if self.loss == NEXT:
            if tokens is None:
                raise ValueError(
                    f"the batches are vectors, so no loss of the next token can be computed: {WHAT_TO_GIVE}"
                )
            found[:-1] = tokens[1:]
            found[sequences.bounds[1:] - 1] = NONE
            self._check_ids(found)
            return found
        codes = self._codes()
        check_target_count(len(codes), sequences)
        if len(codes) == steps:
            return codes
        found[sequences.bounds[1:] - 1] = codes
        return found

    def _check_ids(self, targets: Ints) -> None:
        if self.columns is not None and targets.size and targets.max() >= self.columns:
            raise ValueError(
                f"the model has {self.columns:,} outputs at a step, and the next token may be {targets.max()}: so they "
                f"aren't scores of the next token. Say with head= where these are, or {WHAT_TO_GIVE}"
            )

    def _codes(self) -> Ints:
        count = 2 if self.columns == 1 else self.columns or 2
        classes = [str(place) for place in range(count)] if self.classes is None else self.classes
        if hasattr(classes, "__len__") and len(classes) != count:
            raise ValueError(
                f"the model has {self.columns} output{'s' * (self.columns != 1)}, so classes must have {count} names; "
                f"got {len(classes)}"
            )
        codes = OutputTrack(np.full((1, count), 1 / count), classes, self.targets).targets
        assert codes is not None  # noqa: S101  (they were given)
        return codes.astype(np.int64)

    # ----------------------------------------------------------------- of a run

    def scores(self, watched: WatchedModel, output: Any, shape: RunShape) -> tuple[Tensor, bool]:
        """The scores of each step, (T, B, C), or of each sequence, (B, C), and whether they are by step."""
        if isinstance(self.head, str):
            name, calls = self.head, watched.heads.get(self.head, [])
            if not calls:
                raise ValueError(f"{name} didn't run, so there are no scores")
        else:
            check_scores(self.model, output)
            given = first_tensor("the model", output)
            name = "the model" if self.head is None else "head"
            calls = [given if self.head is None else first_tensor(name, self.head(given))]
        given = calls[0]
        if not given.is_floating_point():
            raise TypeError(f"scores must be floats, one for each class; {name} gives {brief(given)}")
        streams = shape.streams or 0
        pairs = {(width, streams) for width in shape.widths} | {(streams, width) for width in shape.widths}
        of_one = given.ndim == 2 and streams == 1 and len(given) in shape.widths - {1}
        if self._one_by_step and len(calls) == 1 and given.ndim == 2 and tuple(given.shape) in pairs:
            scores, by_step = shape.time_first(name, [given[..., None]], channels=False), True
        elif len(calls) > 1 or of_one or (given.ndim == 3 and tuple(given.shape[:2]) in pairs):
            scores, by_step = shape.time_first(name, calls, channels=False), True
        elif given.ndim >= 1 and given.numel() and given.numel() % max(1, streams) == 0:
            scores, by_step = given.reshape(streams, -1), False
        else:
            raise ValueError(
                f"{name} must give scores for each of {streams} sequences, or for each of their {shape.steps} steps; "
                f"it gives the shape {tuple(given.shape)}"
            )
        if self.columns is not None and scores.shape[-1] != self.columns:
            raise ValueError(f"{name} gave {self.columns} scores before, and now {scores.shape[-1]}")
        return scores, by_step

    def learn(self, run: Callable[[], Any], watched: WatchedModel, shape: RunShape, sequences: Sequences) -> Any:
        """Run the model for the first time, and see how many scores there are, and whether they are probabilities."""
        # Two axes may be (B, C) or (B, T): targets tell.
        count = len(self.targets) if hasattr(self.targets, "__len__") else None
        self._one_by_step = count == sequences.bounds[-1] != len(sequences)
        if callable(self.loss):
            return run()
        tape = Tape()
        with tape.recording():
            output = run()
            scores, by_step = self.scores(watched, output, shape)
        if self.loss == NEXT and not by_step:
            raise ValueError(
                f"the model gives one output of shape {tuple(scores.shape)} for a sequence, none for each step, so no "
                f"loss of the next token can be computed: {WHAT_TO_GIVE}"
            )
        self.columns = int(scores.shape[-1])
        rows = scores.reshape(-1, self.columns)
        source = watched.heads[self.head][0] if isinstance(self.head, str) else first_tensor("the model", output)
        self._scale.decide(rows, tape.last_function(source) if self.head is None else None)
        return output

    def of_run(
        self, watched: WatchedModel, said: tuple[Any, Any], shape: RunShape, targets: Tensor, layout: Layout
    ) -> tuple[Tensor, Tensor | None]:
        """The loss of each step, and whether its target has the highest score; NaN where there is none.

        Parameters
        ----------
        watched : WatchedModel
            After the run.
        said : (output, batch)
            What the model returned, and was given.
        shape : RunShape
        targets : Tensor of int, shape (T, B)
            `NONE` where a step has none.
        layout : Layout

        Returns
        -------
        losses, correct : Tensor of float64, shape (T, B)
            ``correct`` is None of a loss that has no targets.
        """
        steps, streams = targets.shape
        output, batch = said
        if callable(self.loss):
            lengths = shape.lengths or [steps] * streams
            return _laid_out(self.loss(output, batch), steps, streams, lengths, layout), None
        scores, by_step = self.scores(watched, output, shape)
        if not by_step:
            scores = scores[None].expand(steps, *scores.shape)
        elif len(scores) < steps:  # as a model unpacks it, without the padding of all sequences
            scores = torch.cat([scores, scores.new_zeros(steps - len(scores), *scores.shape[1:])])
        targets = targets.to(scores.device)
        places = (targets >= 0).nonzero(as_tuple=True)
        rows, wanted = self._log_probabilities(scores[places]), targets[places]
        losses = torch.full((steps, streams), torch.nan, dtype=torch.float64, device="cpu")
        correct = losses.clone()
        here = tuple(each.to("cpu") for each in places)
        losses[here] = -rows.gather(1, wanted[:, None])[:, 0].to("cpu", torch.float64)
        correct[here] = (rows.argmax(dim=1) == wanted).to("cpu", torch.float64)
        return losses, correct

    def _log_probabilities(self, rows: Tensor) -> Tensor:
        rows = rows.detach().to(torch.promote_types(rows.dtype, torch.float32))
        if self.columns == 1:
            if self._scale.logits:
                return torch.cat([torch.nn.functional.logsigmoid(-rows), torch.nn.functional.logsigmoid(rows)], dim=1)
            return torch.cat([1 - rows, rows], dim=1).clamp_min(torch.finfo(rows.dtype).tiny).log()
        if self._scale.logits:
            return rows.log_softmax(dim=1)
        return rows.clamp_min(torch.finfo(rows.dtype).tiny).log()


def _laid_out(given: Any, steps: int, streams: int, lengths: list[int], layout: Layout) -> Tensor:
    """What a loss function returned, as (T, B): of shape (B, T), (T, B), flat, without the last step, or (B,)."""
    if not isinstance(given, torch.Tensor) or not given.is_floating_point() or given.ndim > 2:
        raise TypeError(f"loss must return a tensor with a loss for each step, of shape (B, T); got {brief(given)}")
    values = given.detach().to("cpu", torch.float64)
    found = torch.full((steps, streams), torch.nan, dtype=torch.float64, device="cpu")
    short = max(steps - 1, 1)
    last = torch.tensor(lengths, device="cpu") - 1, torch.arange(streams, device="cpu")
    rows = None
    for count in (steps, short):
        if values.ndim == 2 and values.shape == (streams, count) and (layout.batch_first or count != streams):
            rows = values.T
        elif values.ndim == 2 and values.shape == (count, streams):
            rows = values
        elif values.ndim == 1 and len(values) == count * streams and (steps == 1 or len(values) != streams):
            rows = values.reshape(streams, count).T if layout.batch_first else values.reshape(count, streams)
        if rows is not None:
            found[:count] = rows
            if count < steps:  # a loss of what comes next
                found[last] = torch.nan
            return found
    if values.ndim == 1 and len(values) == streams:
        found[last] = values
        return found
    wanted = f"({streams}, {steps}), ({streams}, {short}) without the last step, or ({streams},), one a sequence"
    hint = ', with reduction="none"' if values.numel() == 1 else ""
    raise ValueError(f"loss must return a loss for each step, of shape {wanted}{hint}; got {tuple(values.shape)}")
