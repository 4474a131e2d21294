"""Long batches in pieces: recording a million steps takes the memory of a few thousand.

A model is given pieces only where that changes nothing. Its first steps are recorded in one call, and again in pieces.
Where the states are the same, it remembers nothing but the states of recurrent modules, which are handed on.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from lstmvis_widget.work.memory import format_bytes, free_memory

from .batches import Batches, Call
from .exactness import allowed_error
from .layer_sources import Source
from .lazy_torch import Tensor, torch
from .predictions import OfRuns
from .run_shape import RunShape, recorded_values
from .watching import WatchedModel

PIECE_STEPS = 2**14
"""Steps of all sequences together that are read in one call where batches are cut."""

LONG_STEPS = 2 * PIECE_STEPS
"""Steps from which on a batch is cut."""

PROBED_STEPS = 64
"""Steps of a piece in which it is tried out whether pieces change the states."""

COPIES = 4
"""How often a call that isn't cut has the recorded states in memory, roughly: with the model's own, and results."""

SURE_COPIES = 2
"""The same at least."""


class Verdict(NamedTuple):
    """What trying a model out has shown.

    Parameters
    ----------
    by_steps, by_streams : bool
        Whether it can be given fewer steps, and fewer sequences, at once.
    step_bytes : int
        Bytes of all recorded values of a step.
    """

    by_steps: bool
    by_streams: bool
    step_bytes: int


@dataclass
class Pieces:
    """Cuts the calls that are long.

    Parameters
    ----------
    model : Module
    sources : dict of str to Source
        Name of a recorded layer → its source.
    watched : WatchedModel
        In use.
    run : callable
        Runs the model with a batch.
    batches : Batches
    predictions : OfRuns or None
        Whose results must be the same, too.
    streams_go_on : bool
        Whether each sequence goes on in the next batch.
    in_memory : bool
        Whether all states stay in memory.
    may_try : bool
        Whether the model may be called besides: not where the user's ``run`` calls it, which may have a state.
    """

    model: Any
    sources: Mapping[str, Source]
    watched: WatchedModel
    run: Callable[[Any, Any], Any]
    batches: Batches
    predictions: OfRuns | None
    streams_go_on: bool
    in_memory: bool
    may_try: bool
    _verdict: Verdict | None = None

    def of(self, call: Call) -> Iterator[Call]:
        """The pieces of a call; itself if it is short, or can't be cut.

        Raises
        ------
        ValueError
            It surely doesn't fit into memory.

        Warns
        -----
        UserWarning
            It may not fit.
        """
        steps, streams = call.steps, call.streams
        if steps is None or streams is None or steps * streams <= LONG_STEPS:
            return iter([call])
        verdict = self.verdict_of(call)
        together, at_once = streams, steps
        if verdict.by_streams and not self.streams_go_on:
            together = max(1, PIECE_STEPS // steps)
        if verdict.by_steps:
            at_once = max(1, PIECE_STEPS // together)
        self._check_memory(steps * streams, min(together, streams) * min(at_once, steps), verdict.step_bytes)
        return self._cut(call, together, at_once) if (together, at_once) != (streams, steps) else iter([call])

    def verdict_of(self, call: Call) -> Verdict:
        """Whether a call can be given in pieces, as trying that out has shown."""
        if not self.may_try or not self.batches.can_cut(call):
            return Verdict(by_steps=False, by_streams=False, step_bytes=self._least_step_bytes())
        if self._verdict is None:
            self._verdict = self._try_out(call)
        return self._verdict

    def _least_step_bytes(self) -> int:
        """Bytes of the recorded quantities of recurrent modules at a step."""
        modules = dict(self.model.named_modules())
        recorded = [modules[source.module] for source in self.sources.values() if source.part is not None]
        return sum(
            each.weight_hh_l0.element_size() * each.weight_hh_l0.shape[1] if hasattr(each, "weight_hh_l0") else 0
            for each in recorded
        )

    def _cut(self, call: Call, together: int, at_once: int) -> Iterator[Call]:
        for stream in range(0, call.streams or 0, together):
            for start in range(0, call.steps or 0, at_once):
                piece = self.batches.part(call, (stream, stream + together), (start, start + at_once))
                piece.continues = start > 0
                if piece.lengths is None or any(piece.lengths):
                    yield piece

    def _check_memory(self, steps: int, in_a_call: int, step_bytes: int) -> None:
        """Say so before memory is gone."""
        free = free_memory()
        results = step_bytes * steps if self.in_memory else 0
        if results > free:
            msg = (
                f"the states of {steps:,} steps take {format_bytes(results)}, and {format_bytes(free)} of memory are "
                'free: write them into a file, path="states.h5", or keep fewer layers, or dtype="float16"'
            )
            raise ValueError(msg)
        if in_a_call <= LONG_STEPS:
            return
        least, likely = (results + copies * step_bytes * in_a_call for copies in (SURE_COPIES, COPIES))
        what = f"the model reads {in_a_call:,} steps in one call, since pieces would change its states; recording takes"
        line = "give shorter texts, each a sequence: [ids[at : at + 10_000] for at in range(0, len(ids), 10_000)]"
        if least > free:
            raise ValueError(f"{what} more than {format_bytes(least)}, and {format_bytes(free)} are free: {line}")
        if likely > free // 2:
            msg = f"{what} about {format_bytes(likely)}, and {format_bytes(free)} are free: {line}"
            warnings.warn(msg, UserWarning, stacklevel=2)

    # ----------------------------------------------------------- trying it out

    def _try_out(self, call: Call) -> Verdict:
        streams, steps = min(2, call.streams or 1), min(2 * PROBED_STEPS, call.steps or 1)
        half = -(-steps // 2)
        with as_before(self.model), self.watched.aside():
            whole = self._values(self._pieces(call, streams, streams, steps, steps))
            if whole is None:
                return Verdict(by_steps=False, by_streams=False, step_bytes=self._least_step_bytes())
            by_steps = steps > 1 and _are_same(whole, self._values(self._pieces(call, streams, streams, steps, half)))
            by_streams = streams > 1 and _are_same(whole, self._values(self._pieces(call, streams, 1, steps, steps)))
        each = [values for name, values in whole.items() if name in self.sources]
        step_bytes = sum(values.element_size() * values[0, 0].numel() for values in each)
        return Verdict(by_steps, by_streams, step_bytes)

    def _pieces(self, call: Call, streams: int, together: int, steps: int, at_once: int) -> list[list[Call]]:
        """Pieces of the first steps of the first sequences: for some sequences after others, all their steps."""
        return [
            [
                self.batches.part(call, (stream, stream + together), (start, min(start + at_once, steps)), whole=True)
                for start in range(0, steps, at_once)
            ]
            for stream in range(0, streams, together)
        ]

    def _values(self, pieces: Sequence[Sequence[Call]]) -> dict[str, Tensor] | None:
        """What is recorded of these pieces, put together as (T, B, …); None where that fails."""
        try:
            rows = [[self._recorded(piece, carry=place > 0) for place, piece in enumerate(row)] for row in pieces]
            return {
                name: torch.cat([torch.cat([found[name] for found in row]) for row in rows], dim=1)
                for name in rows[0][0]
            }
        except Exception:  # noqa: BLE001  (the recording itself says what is wrong)
            return None

    def _recorded(self, piece: Call, *, carry: bool) -> dict[str, Tensor]:
        self.watched.begin(piece.batch, carry=carry)
        output = self.run(self.model, piece.batch)
        shape = RunShape(piece, self.watched, self.batches.layout)
        values = recorded_values(self.sources, self.watched, shape, output)
        best = None if self.predictions is None else self.predictions.of_run(self.watched, output, shape)
        return values if best is None else values | {"": best[0]}


def _are_same(whole: Mapping[str, Tensor], put_together: Mapping[str, Tensor] | None) -> bool:
    if put_together is None:
        return False
    pairs = [(values, put_together[name]) for name, values in whole.items()]
    return all(
        one.shape == other.shape
        and torch.allclose(one, other, rtol=allowed_error(one), atol=allowed_error(one), equal_nan=True)
        for one, other in pairs
    )


@contextmanager
def as_before(model: Any) -> Iterator[None]:
    """Undo what calls of a model change in it: attributes, buffers, hooks, and the state of the random generator.

    The models of the transformers library install hooks when they are first asked for hidden states, and note in an
    attribute that they have.
    """
    own = set(vars(torch.nn.Module()))
    modules = list(model.modules())
    attributes = [{name: value for name, value in vars(each).items() if name not in own} for each in modules]
    tensors = [
        (value, value.clone())
        for value in itertools.chain(model.buffers(), *(each.values() for each in attributes))
        if isinstance(value, torch.Tensor)
    ]
    lists = [(value, list(value)) for each in attributes for value in each.values() if isinstance(value, list)]
    mappings = [(value, dict(value)) for each in attributes for value in each.values() if isinstance(value, dict)]
    mappings += [
        (value, dict(value)) for each in modules for name, value in vars(each).items() if name.startswith("_forward_")
    ]
    devices = list({value.device for value in model.parameters() if value.device.type == "cuda"})
    try:
        with torch.random.fork_rng(devices=devices):
            yield
    finally:
        for module, before in zip(modules, attributes, strict=True):
            for name in set(vars(module)) - own - set(before):
                del vars(module)[name]
            vars(module).update(before)
        for tensor, values in tensors:
            tensor.copy_(values)
        for entries, rows in lists:
            entries[:] = rows
        for mapping, pairs in mappings:
            mapping.clear()
            mapping.update(pairs)
