"""A model that is watched while it runs: in evaluation mode, with hooks on its modules, and restored afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Self

from lstmvis_widget.given.arrays import is_small_float

from .layer_sources import Source
from .lazy_torch import Tensor, torch
from .readings import Readings
from .recurrent import Reader, check_plain, family, is_cell


class WatchedModel:
    """Keeps what the modules of a model compute while it runs, as a context manager.

    Within it the model is in evaluation mode, on the given device. At its end, also after an exception, the hooks are
    removed, and modes and device are restored.

    Parameters
    ----------
    model : Module
    sources : iterable of Source
        What to record.
    heads : mapping of str to callable
        Dotted name of a module → function of its output, whose result is kept.
    device : device, optional
        The device to run the model on; None: where it is.

    Attributes
    ----------
    values : dict of Source to list of Tensor
        Since the last `begin`, one entry for each call: quantities of recurrent modules as (T, B, D), outputs of other
        modules in their own shape.
    heads : dict of str to list
        The results of the functions ``heads``.
    lengths : dict of str to list of int
        The lengths of packed inputs of recurrent modules.
    readings : Readings
        What embeddings and recurrent modules have read.
    """

    def __init__(self, model: Any, sources: Iterable[Source], heads: Mapping[str, Any], device: Any = None) -> None:
        self.model = model
        self._device = device
        self._modules: dict[str, Any] = dict(model.named_modules())
        self._outputs = {source.module for source in sources if source.kind == "module"}
        self._heads = dict(heads)
        self._parts: dict[str, list[Source]] = defaultdict(list)
        for source in sources:
            if source.kind == "recurrent":
                self._parts[source.module].append(source)
        self._undo = ExitStack()
        self._carried: dict[str, Any] = {}
        self._reached: dict[str, Any] = {}
        self.carries = False
        self.readings = Readings(
            self._modules, self._parts, others_recorded=any(source.kind != "recurrent" for source in sources)
        )
        self.begin(None, carry=False)

    def begin(self, batch: Any, *, carry: bool) -> None:
        """Get ready for a run of the model.

        Parameters
        ----------
        batch : Any
            What it is called with.
        carry : bool
            Whether recurrent modules go on from the state they reached in the last run.
        """
        self.values: dict[Source, list[Tensor]] = defaultdict(list)
        self.heads: dict[str, list[Any]] = defaultdict(list)
        self.lengths: dict[str, list[int]] = {}
        self.readings.begin(batch)
        self._carried = dict(self._reached) if carry else {}
        self._reached = {}

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Runs in between, which hand their states on among themselves only."""
        reached, carries = self._reached, self.carries
        self._reached, self.carries = {}, True
        try:
            yield
        finally:
            self._reached, self.carries = reached, carries

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            for name in self._parts:
                check_plain(name, self._modules[name])
            undo.enter_context(evaluating(self.model, self._device))
            self.readings.watch(undo)
            for name in self._outputs | set(self._heads):
                undo.callback(self._modules[name].register_forward_hook(self._keep_output(name)).remove)
            for name, module in self._modules.items():
                if family(module):
                    self._watch_recurrent(undo, name, module)
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()
        self._carried, self._reached = {}, {}

    def _watch_recurrent(self, undo: ExitStack, name: str, module: Any) -> None:
        sources = self._parts.get(name, [])
        reader = Reader(name, module, [source.part for source in sources if source.part is not None])

        def before(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            return self._hand_over(name, args, kwargs)

        def after(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
            self.readings.keep_recurrent(name, args[0] if args else kwargs["input"], output)
            if self.carries:
                self._reached[name] = _state_reached(module, output)
            if sources:
                with torch.no_grad():
                    values, lengths = reader.read(args, kwargs, output)
                for source in sources:
                    self.values[source].append(kept(values[source.part]))  # type: ignore[index]
                if lengths is not None:
                    self.lengths[name] = lengths.tolist()

        undo.callback(module.register_forward_pre_hook(before, with_kwargs=True).remove)
        undo.callback(module.register_forward_hook(after, with_kwargs=True).remove)

    def _hand_over(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The arguments of a call with the state that the module reached in the last run; None: leave them."""
        state = self._carried.pop(name, None)
        if state is None:
            return None
        given = args[1] if len(args) > 1 else kwargs.get("hx")
        parts = given if isinstance(given, tuple) else () if given is None else (given,)
        if any(bool(part.any()) for part in parts):
            msg = (
                f"the model gives {name or 'itself'} a state of its own, so carry_state=True can't hand over another; "
                "carry it in `run`, and leave carry_state out"
            )
            raise ValueError(msg)
        inputs = args[0] if args else kwargs["input"]
        _check_streams(name, self._modules[name], inputs, state)
        rest = {key: value for key, value in kwargs.items() if key not in {"input", "hx"}}
        return (inputs, state), rest

    def _keep_output(self, name: str) -> Any:
        def keep(_: Any, __: Any, output: Any) -> None:
            if name in self._outputs:
                self.values[Source("module", name)].append(kept(first_tensor(name, output)))
            if name in self._heads:
                self.heads[name].append(self._heads[name](first_tensor(name, output)))

        return keep


def first_tensor(what: str, output: Any) -> Tensor:
    """The first tensor of the output of a module or a model.

    Raises
    ------
    TypeError
        There is no tensor in it.
    """
    if isinstance(output, torch.Tensor):
        return output.detach()
    if isinstance(output, torch.nn.utils.rnn.PackedSequence):
        return torch.nn.utils.rnn.pad_packed_sequence(output, batch_first=True)[0].detach()
    logits = output.get("logits") if isinstance(output, Mapping) else getattr(output, "logits", None)
    if logits is not None:
        return logits.detach()
    inner = output.values() if isinstance(output, Mapping) else output if isinstance(output, tuple | list) else ()
    for value in inner:
        if isinstance(value, torch.Tensor | torch.nn.utils.rnn.PackedSequence):
            return first_tensor(what, value)
    msg = f"{what} puts out no tensor, but {type(output).__name__}"
    raise TypeError(msg)


def kept(values: Tensor) -> Tensor:
    """A copy in main memory, since the model may change the tensor in place."""
    values = values.detach()
    dtype = torch.float32 if is_small_float(values.dtype) else values.dtype  # numpy has no bfloat16
    return values.to("cpu", dtype, copy=True)


def _state_reached(module: Any, output: Any) -> Any:
    state = output[1] if isinstance(module, torch.nn.RNNBase) else output
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def _check_streams(name: str, module: Any, inputs: Any, state: Any) -> None:
    first = state[0] if isinstance(state, tuple) else state
    if is_cell(module):
        streams = inputs.shape[0] if inputs.ndim == 2 else None
        before = first.shape[0] if first.ndim == 2 else None
    else:
        before = first.shape[1] if first.ndim == 3 else None
        if isinstance(inputs, torch.nn.utils.rnn.PackedSequence):
            streams = int(inputs.batch_sizes[0])
        else:
            streams = inputs.shape[0 if module.batch_first else 1] if inputs.ndim == 3 else None
    if streams != before:
        msg = (
            f"carry_state=True needs as many sequences in every batch; {name or 'the model'} has read {before}, "
            f"and is now given {streams}"
        )
        raise ValueError(msg)


@contextmanager
def evaluating(model: Any, device: Any = None) -> Iterator[None]:
    """Have a model in evaluation mode, on a device, with modules that run as they are written; then as before.

    Parameters
    ----------
    model : Module
    device : device, optional
        None: where it is.

    Raises
    ------
    ValueError
        It lies on several devices, and is to be moved.
    """
    with ExitStack() as undo:
        modes = {module: module.training for module in model.modules()}
        undo.callback(_set_modes, modes)
        if device is not None:
            undo.callback(model.to, _place_of(model))
            model.to(device)
        _set_modes(dict.fromkeys(modes, False))
        for module in modes:  # a module that was compiled in place doesn't call its hooks
            if getattr(module, "_compiled_call_impl", None) is not None:
                undo.callback(setattr, module, "_compiled_call_impl", module._compiled_call_impl)  # noqa: SLF001
                module._compiled_call_impl = None  # noqa: SLF001
        yield


def _place_of(model: Any) -> Any:
    places = {value.device for value in (*model.parameters(), *model.buffers())}
    if len(places) != 1:
        msg = f"a model can be moved to a device only from a single one; this one lies on {sorted(map(str, places))}"
        raise ValueError(msg)
    return places.pop()


def _set_modes(modes: Mapping[Any, bool]) -> None:
    # Not by `train` and `eval`, which may do more, such as merging weights.
    for module, training in modes.items():
        module.training = training
