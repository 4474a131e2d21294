"""Recurrent networks once more, step by step in numpy, from the equations in PyTorch's documentation.

Slow and obvious. One sequence, one layer, one direction at a time, in float64; no PyTorch but for the weights' names.
"""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def weights_of(module, layer=None, *, backward=False):
    """The weights of a layer (of a cell, if layer is None) as float64 arrays; missing ones are 0 or None."""
    suffix = "" if layer is None else f"_l{layer}{'_reverse' if backward else ''}"
    there = {name: value.detach().double().numpy() for name, value in module.named_parameters()}
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
    return [there.get(name + suffix, 0 if name.startswith("bias") else None) for name in names]


def lstm_step(x, h, c, weights):
    w_ih, w_hh, b_ih, b_hh, w_hr = weights
    i, f, g, o = np.split(w_ih @ x + b_ih + w_hh @ h + b_hh, 4)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    h = o * np.tanh(c)
    if w_hr is not None:
        h = w_hr @ h
    return {"hidden": h, "cell": c, "input_gate": i, "forget_gate": f, "cell_gate": g, "output_gate": o}


def gru_step(x, h, weights):
    w_ih, w_hh, b_ih, b_hh, _ = weights
    (r_x, z_x, n_x), (r_h, z_h, n_h) = np.split(w_ih @ x + b_ih, 3), np.split(w_hh @ h + b_hh, 3)
    r, z = sigmoid(r_x + r_h), sigmoid(z_x + z_h)
    n = np.tanh(n_x + r * n_h)
    return {"hidden": (1 - z) * n + z * h, "reset_gate": r, "update_gate": z, "new_gate": n}


def rnn_step(x, h, weights, nonlinearity):
    w_ih, w_hh, b_ih, b_hh, _ = weights
    total = w_ih @ x + b_ih + w_hh @ h + b_hh
    return {"hidden": np.tanh(total) if nonlinearity == "tanh" else np.maximum(total, 0)}


def read(kind, xs, weights, *, h, c=None, nonlinearity="tanh"):
    """All quantities of one layer in one direction: quantity → (T, ·)."""
    steps = []
    for x in xs:
        if kind == "LSTM":
            step = lstm_step(x, h, c, weights)
            c = step["cell"]
        else:
            step = gru_step(x, h, weights) if kind == "GRU" else rnn_step(x, h, weights, nonlinearity)
        h = step["hidden"]
        steps.append(step)
    return {name: np.stack([step[name] for step in steps]) for name in steps[0]}


def read_stacked(module, xs, first=None):
    """One sequence (T, F) through an nn.LSTM, nn.GRU or nn.RNN: (layer, direction, quantity) → (T, ·).

    `first` are the initial states: h, or (h, c), each (layers · directions, ·); None: zeros.
    """
    kind = "RNN" if module.mode.startswith("RNN") else module.mode
    directions = 2 if module.bidirectional else 1
    hidden_size = module.proj_size or module.hidden_size
    shape = (module.num_layers * directions,)
    h, c = (np.zeros((*shape, hidden_size)), np.zeros((*shape, module.hidden_size))) if first is None else first
    found = {}
    for layer in range(module.num_layers):
        both = []
        for direction in range(directions):
            row = layer * directions + direction
            order = slice(None, None, -1) if direction else slice(None)
            values = read(
                kind, xs[order], weights_of(module, layer, backward=bool(direction)),
                h=h[row], c=c[row], nonlinearity=getattr(module, "nonlinearity", None),
            )  # fmt: skip
            both.append({name: each[order] for name, each in values.items()})
            if directions == 2:
                way = ("forward", "backward")[direction]
                found |= {(layer, way, name): each for name, each in both[-1].items()}
        found |= {(layer, "", name): np.concatenate([each[name] for each in both], axis=1) for name in both[0]}
        xs = found[layer, "", "hidden"]
    return found
