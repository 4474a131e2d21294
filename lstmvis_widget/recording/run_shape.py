"""The shape of one run of a model, and the recorded values of that run as (T, B, D)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .batches import Call, Layout
from .hidden_states import hidden_state
from .layer_sources import Source
from .lazy_torch import Tensor, torch
from .watching import WatchedModel, kept


class RunShape:
    """The number of steps and sequences of a run, and of the steps of each sequence that aren't padding.

    Parameters
    ----------
    call : Call
    watched : WatchedModel
        After the run.
    layout : Layout

    Raises
    ------
    ValueError
        Modules, batch and lengths disagree.
    """

    def __init__(self, call: Call, watched: WatchedModel, layout: Layout) -> None:
        self.layout = layout
        self._packed = next(iter(watched.lengths.values()), None)
        ran = {source.module: _total(values) for source, values in watched.values.items() if source.part is not None}
        steps, streams = call.steps, call.streams
        if steps is None or streams is None:
            steps, streams = next(iter(ran.values()), (None, None))
        self.steps, self.streams = steps, streams
        self.lengths = self._resolve(call, watched)
        self.has_lengths = call.lengths is not None or bool(watched.lengths)
        for name, shape in ran.items():
            if shape[1] != self.streams or shape[0] not in self.widths:
                msg = (
                    f"{name or 'the model'} has read {shape[1]} × {shape[0]} (sequences × steps), while the batch has "
                    f"{self.streams} × {self.steps}. If the batch was taken the wrong way round, say "
                    f"batch_first={not layout.batch_first}; else record modules that read every step once"
                )
                raise ValueError(msg)

    def _resolve(self, call: Call, watched: WatchedModel) -> list[int] | None:
        every = [*watched.lengths.values(), *([call.lengths] if call.lengths is not None else [])]
        if any(lengths != every[0] for lengths in every):
            msg = f"the lengths of the sequences disagree: {' and '.join(map(str, every))}"
            raise ValueError(msg)
        if call.lengths is None and every and call.ids is not None:
            _check_tails(call.ids, every[0])
        if every:
            return every[0]
        return None if self.steps is None or self.streams is None else [self.steps] * self.streams

    @property
    def widths(self) -> set[int]:
        """Allowed numbers of steps of a module's values: that of the batch, or that of its longest sequence."""
        widths = {self.steps} if self.steps is not None else set()
        return widths | ({max(self._packed)} if self._packed else set())

    def learn(self, shape: tuple[int, ...]) -> None:
        """Take the numbers of steps and sequences from a module's output, if the batch doesn't show them."""
        self.steps, self.streams = self.layout.steps_and_streams(shape)
        self.lengths = [self.steps] * self.streams

    def time_first(self, name: str, calls: list[Tensor], *, channels: bool = True) -> Tensor:
        """The output of a module, as (T, B, D).

        Parameters
        ----------
        name : str
        calls : list of Tensor
            Its outputs, one for each call; at least one.
        channels : bool
            Whether it may be (B, D, T), as that of a convolution.

        Raises
        ------
        ValueError
            The output is none of (B, T, D), (T, B, D), (B, D, T) and, for a module called once a step, (B, D).
        """
        values = calls[0]
        if self.steps is None and len(calls) == 1 and values.ndim == 3:
            self.learn(tuple(values.shape))
        if len(calls) > 1 and len(calls) in self.widths and all(each.ndim <= 2 for each in calls):
            return torch.cat([each.reshape(1, -1, each.shape[-1]) for each in calls])
        if len(calls) > 1:
            msg = f"{name} ran {len(calls)} times in one pass; a module is recorded that runs once, or once a step"
            raise ValueError(msg)
        if values.ndim == 2 and self.streams in (None, 1):
            values = values[:, None]
            if self.steps is None:
                self.steps, self.streams, self.lengths = len(values), 1, [len(values)]
            fitting = [values] if len(values) in self.widths else []
        elif values.ndim == 3:
            turned = values.transpose(0, 1)
            both = (turned, values) if self.layout.batch_first else (values, turned)
            ways = (*both, values.permute(2, 0, 1)) if channels else both
            fitting = [each for each in ways if each.shape[0] in self.widths and each.shape[1] == self.streams]
        else:
            fitting = []
        if not fitting:
            msg = (
                f"{name} puts out the shape {tuple(calls[0].shape)}, which isn't (sequences, steps, cells) or "
                f"(steps, sequences, cells) with {self.streams} sequences of {self.steps} steps"
            )
            raise ValueError(msg)
        return fitting[0]


def _check_tails(ids: Tensor, lengths: list[int]) -> None:
    """Raise ValueError if the model has packed the sequences in another order than that of the batch."""
    tails = torch.cat([ids[length:, stream] for stream, length in enumerate(lengths)])
    if bool((tails != tails[:1]).any()):
        msg = (
            f"the model packs sequences of {lengths} steps, but what comes after these in the batch isn't padding. If "
            "it sorts them, let it leave the order as it is (enforce_sorted=False); if the padding varies, give lengths"
        )
        raise ValueError(msg)


def recorded_values(
    sources: Mapping[str, Source], watched: WatchedModel, shape: RunShape, output: Any
) -> dict[str, Tensor]:
    """The values of each recorded layer, (T, B, D), in main memory.

    Raises
    ------
    ValueError
        A module didn't run, or the shape of its output can't be recorded.
    """
    found: dict[str, Tensor] = {}
    for name, source in sources.items():
        if source.kind == "hidden_states":
            values = [kept(hidden_state(watched.model, output, name, source))]
        else:
            values = watched.values.get(source, [])
        if not values:
            msg = f"{source.module or 'the model'} didn't run, so {name!r} can't be recorded"
            raise ValueError(msg)
        if source.kind == "recurrent":
            found[name] = torch.cat(values)
        else:
            found[name] = shape.time_first(name, values)
    return found


def _total(calls: list[Tensor]) -> tuple[int, int]:
    return sum(len(values) for values in calls), calls[0].shape[1]
