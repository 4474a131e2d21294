"""States and gates of PyTorch's recurrent modules at every step, found from one call of a module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .equations import Pass, Weights, gru, lstm
from .exactness import allowed_error, check_agreement
from .lazy_torch import Tensor, torch

Part = tuple[int, str, str]
"""Layer, counted from 0; direction: "", "forward" or "backward"; quantity."""

QUANTITIES = {
    "LSTM": ("hidden", "cell", "input_gate", "forget_gate", "cell_gate", "output_gate"),
    "GRU": ("hidden", "reset_gate", "update_gate", "new_gate"),
    "RNN": ("hidden",),
}
"""The quantities of each family of modules, in PyTorch's words."""

EQUATIONS = {"LSTM": lstm, "GRU": gru}


def family(module: Any) -> str | None:
    """``"LSTM"``, ``"GRU"`` or ``"RNN"`` if the module computes exactly what PyTorch's own does, else None."""
    kinds = {"LSTM": ("LSTM", "LSTMCell"), "GRU": ("GRU", "GRUCell"), "RNN": ("RNN", "RNNCell")}
    for name, classes in kinds.items():
        for own in (getattr(torch.nn, each) for each in classes):
            if isinstance(module, own) and type(module).forward is own.forward:
                return name
    return None


def is_cell(module: Any) -> bool:
    """Whether a module reads one step at a time."""
    return isinstance(module, torch.nn.RNNCellBase)


def parts_of(module: Any) -> list[Part]:
    """The parts of a recurrent module that can be recorded."""
    quantities = QUANTITIES[str(family(module))]
    layers = 1 if is_cell(module) else module.num_layers
    directions = ("", "forward", "backward") if getattr(module, "bidirectional", False) else ("",)
    return [(layer, way, quantity) for layer in range(layers) for way in directions for quantity in quantities]


def check_plain(name: str, module: Any) -> None:
    """Check that a module computes from its own weights alone.

    Raises
    ------
    ValueError
        It has hooks, or its weights come from a parametrization, a weight norm or a pruning.
    """
    reason = None
    every = torch.nn.modules.module
    if torch.nn.utils.parametrize.is_parametrized(module):
        reason = "parametrizations (such as a weight norm)"
    elif any(not isinstance(module._parameters.get(each), torch.nn.Parameter) for each in _weight_names(module)):  # noqa: SLF001
        reason = "weights that aren't its parameters (such as a weight norm or pruning)"
    elif module._forward_hooks or module._forward_pre_hooks:  # noqa: SLF001
        reason = "hooks"
    elif every._global_forward_hooks or every._global_forward_pre_hooks:  # noqa: SLF001
        reason = "hooks that PyTorch runs for every module"
    if reason:
        msg = (
            f"{name or 'the model'} is a {type(module).__name__} with {reason}, which isn't supported: "
            "its states couldn't be computed from its weights. Remove them, or bake them into the weights, before"
        )
        raise ValueError(msg)


def _weight_names(module: Any) -> list[str]:
    if is_cell(module):
        return ["weight_ih", "weight_hh", *(["bias_ih", "bias_hh"] if module.bias else [])]
    return [name for names in module._all_weights for name in names]  # noqa: SLF001


class Reader:
    """Finds the wanted parts of one recurrent module from each call of it.

    Parameters
    ----------
    name : str
        Dotted name of the module.
    module : Module
        It must compute exactly what its class says (`check_plain`).
    wanted : iterable of Part
    """

    def __init__(self, name: str, module: Any, wanted: Iterable[Part]) -> None:
        self.name = name or "the model"
        self.family = str(family(module))
        self.module = module
        self.wanted = tuple(wanted)
        self.is_cell = is_cell(module)
        self.directions = 2 if getattr(module, "bidirectional", False) else 1
        self.layers = 1 if self.is_cell else module.num_layers
        last_alone = all(layer == self.layers - 1 and quantity == "hidden" for layer, _, quantity in self.wanted)
        with torch.no_grad():
            self._single = [] if last_alone or self.layers == 1 else [single(module, k) for k in range(self.layers)]

    def read(self, args: tuple[Any, ...], kwargs: Mapping[str, Any], output: Any) -> tuple[dict[Part, Tensor], Any]:
        """The wanted parts, each of shape (T, B, D), and the lengths of a packed input, else None.

        Raises
        ------
        RuntimeError
            Computed states differ from those that the module returned.
        """
        inputs = args[0] if args else kwargs["input"]
        state = args[1] if len(args) > 1 else kwargs.get("hx")
        return self._read_cell(inputs, state, output) if self.is_cell else self._read_layers(inputs, state, output)

    def _read_cell(self, inputs: Tensor, state: Any, output: Any) -> tuple[dict[Part, Tensor], None]:
        own = output if self.family == "LSTM" else (output,)
        own = [value.detach().reshape(1, -1, value.shape[-1]) for value in own]
        values = dict(zip(("hidden", "cell"), own, strict=False))
        if any(quantity not in values for _, _, quantity in self.wanted):
            last = [value[0] for value in own]
            first = _initial(state, self.family, lambda given: given.reshape(-1, given.shape[-1]), last)
            padded = inputs.reshape(1, -1, inputs.shape[-1])
            computed = self._compute(padded, own[0], first, allowed=allowed_error(own[0]))
            values = computed | values
        return {part: values[part[2]] for part in self.wanted}, None

    def _read_layers(self, inputs: Any, state: Any, output: Any) -> tuple[dict[Part, Tensor], Any]:
        inputs, lengths = self._time_major(inputs)
        own, _ = self._time_major(output[0], as_packed=False)
        last = output[1] if self.family == "LSTM" else (output[1],)
        last = [value.detach() if value.ndim == 3 else value.detach()[:, None] for value in last]
        first = _initial(state, self.family, lambda given: given if given.ndim == 3 else given[:, None], last)
        hidden = self._hidden_of_layers(inputs, None if state is None else first, own)
        padded, _ = self._time_major(inputs, as_packed=False, converted=True)
        padding = None
        if lengths is not None:
            padding = torch.arange(len(padded), device=padded.device)[:, None] >= lengths.to(padded.device)
        values: dict[Part, Tensor] = {}
        for layer in range(self.layers):
            read = padded if layer == 0 else hidden[layer - 1]
            values |= self._read_layer(layer, read, hidden[layer], first=first, last=last, padding=padding)
        return {part: values[part] for part in self.wanted}, lengths

    def _read_layer(
        self, layer: int, read: Tensor, hidden: Tensor | None, *, first: list[Tensor], last: list[Tensor], padding: Any
    ) -> dict[Part, Tensor]:
        wanted = [part for part in self.wanted if part[0] == layer]
        if not wanted or hidden is None:
            return {}
        by_way: dict[str, dict[str, Tensor]] = {}
        for direction, own in enumerate(hidden.chunk(self.directions, dim=-1)):
            row, backward = layer * self.directions + direction, direction == 1
            values = {"hidden": own}
            if any(quantity != "hidden" for _, _, quantity in wanted):
                turn = _backward if backward else _as_is
                initial = [state[row] for state in first]
                computed = self._compute(
                    turn(read),
                    turn(own),
                    initial,
                    padding=None if padding is None else turn(padding),
                    suffix=f"_l{layer}{'_reverse' if backward else ''}",
                    allowed=allowed_error(own),
                    last_cell=last[1][row] if self.family == "LSTM" else None,
                )
                values = {quantity: turn(value) for quantity, value in computed.items()} | values
            by_way["backward" if backward else "forward"] = values
        found: dict[Part, Tensor] = {}
        for part in wanted:
            ways = by_way.values() if part[1] == "" else [by_way[part[1]]]
            found[part] = torch.cat([values[part[2]] for values in ways], dim=-1)
        return found

    def _compute(
        self,
        inputs: Tensor,
        hidden: Tensor,
        first: list[Tensor],
        *,
        padding: Tensor | None = None,
        suffix: str = "",
        allowed: float,
        last_cell: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """The quantities of one layer in one direction, checked against its hidden states and its last cell state."""
        dtype = torch.promote_types(hidden.dtype, torch.float32)
        with torch.autocast(hidden.device.type, enabled=False):
            initial = [state.detach().to(dtype) for state in first]
            read = Pass(inputs.detach().to(dtype), hidden.to(dtype), initial[0], (*initial[1:], None)[0], padding)
            values = EQUATIONS[self.family](read, Weights.of(self.module, suffix).to(dtype))
            kept = slice(None) if padding is None else ~padding
            sources = read.inputs[kept], read.first_hidden
            check_agreement(self.name, values["hidden"][kept], hidden[kept], allowed, *sources)
            if last_cell is not None:
                check_agreement(self.name, values["cell"][-1], last_cell, allowed, read.inputs[kept])
        return values

    def _hidden_of_layers(self, inputs: Any, first: list[Tensor] | None, own: Tensor) -> list[Tensor | None]:
        """The hidden states of each layer, (T, B, H · directions), by running the layers one by one."""
        if not self._single:
            return [None] * (self.layers - 1) + [own]
        hidden: list[Tensor | None] = []
        read = inputs
        for number, layer in enumerate(self._single):
            rows = slice(number * self.directions, (number + 1) * self.directions)
            state = None if first is None else tuple(each[rows] for each in first)
            read, _ = layer(read, state if state is None or self.family == "LSTM" else state[0])
            hidden.append(self._time_major(read, as_packed=False, converted=True)[0])
        check_agreement(self.name, hidden[-1], own, allowed_error(own))
        hidden[-1] = own
        return hidden

    def _time_major(self, values: Any, *, as_packed: bool = True, converted: bool = False) -> tuple[Any, Any]:
        """Values as (T, B, ·), and the lengths of packed ones, which stay packed unless ``as_packed`` is False."""
        if isinstance(values, torch.nn.utils.rnn.PackedSequence):
            padded, lengths = torch.nn.utils.rnn.pad_packed_sequence(values)
            return values if as_packed else padded.detach(), lengths
        values = values.detach()
        if values.ndim == 2:
            return values[:, None], None
        return values if converted or not self.module.batch_first else values.transpose(0, 1), None


def single(module: Any, layer: int) -> Any:
    """One layer of a stacked module as a separate module, time first, with copies of the weights."""
    directions = 2 if module.bidirectional else 1
    width = getattr(module, "proj_size", 0) or module.hidden_size
    options = {"proj_size": module.proj_size} if isinstance(module, torch.nn.LSTM) else {}
    if isinstance(module, torch.nn.RNN):
        options["nonlinearity"] = module.nonlinearity
    kind = next(own for own in (torch.nn.LSTM, torch.nn.GRU, torch.nn.RNN) if isinstance(module, own))
    # On the device "meta" no random weights are drawn, so the user's random generator isn't advanced.
    alone = kind(
        module.input_size if layer == 0 else width * directions,
        module.hidden_size,
        bias=module.bias,
        bidirectional=module.bidirectional,
        device="meta",
        **options,
    )
    for name in alone._all_weights[0] + (alone._all_weights[1] if directions == 2 else []):  # noqa: SLF001
        weight = getattr(module, name.replace("_l0", f"_l{layer}"))
        setattr(alone, name, torch.nn.Parameter(weight.detach().clone(), requires_grad=False))
    alone.flatten_parameters()
    return alone.eval()


def _initial(state: Any, kind: str, shaped: Any, like: list[Tensor]) -> list[Tensor]:
    """The state that a module began with: zeros if none was given."""
    if state is None:
        return [torch.zeros_like(each) for each in like]
    return [shaped(each.detach()) for each in (state if kind == "LSTM" else (state,))]


def _as_is(values: Tensor) -> Tensor:
    return values


def _backward(values: Tensor) -> Tensor:
    return values.flip(0)
