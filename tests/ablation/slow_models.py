"""Models with cells held, in plain loops: PyTorch's own modules of one step, whose state is overwritten."""

import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)  # models this small are faster so

TYPES = 9
CELLS = {"LSTM": nn.LSTMCell, "GRU": nn.GRUCell, "RNN": nn.RNNCell}


class LanguageModel(nn.Module):
    """Scores the next id after each step."""

    def __init__(self, kind=nn.LSTM, *, layers=1, batch_first=True, cells=5, seed=0, **options):
        super().__init__()
        torch.manual_seed(seed)
        self.embedding = nn.Embedding(TYPES, 4)
        self.reader = kind(4, cells, layers, batch_first=batch_first, **options)
        self.decoder = nn.Linear(cells, TYPES)
        for parameter in self.parameters():
            nn.init.normal_(parameter, std=0.7)

    def forward(self, ids):
        return self.decoder(self.reader(self.embedding(ids))[0])


def one_step_modules(module):
    """A module of one step for each layer, with the same weights."""
    found = []
    for layer in range(module.num_layers):
        options = {"nonlinearity": module.nonlinearity} if isinstance(module, nn.RNN) else {}
        name = type(module).__name__
        size = module.input_size if layer == 0 else module.hidden_size
        cell = CELLS[name](size, module.hidden_size, **options)
        for weight in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            getattr(cell, weight).data = getattr(module, f"{weight}_l{layer}").data
        found.append(cell)
    return found


def logits_of(model, ids, layer, quantity, *, held=None, steps=None):
    """The logits after each step of one sequence, with cells → values held in a layer; and the states of that layer."""
    modules = one_step_modules(model.reader)
    is_lstm = isinstance(model.reader, nn.LSTM)
    states = [[torch.zeros(model.reader.hidden_size) for _ in range(2 if is_lstm else 1)] for _ in modules]
    logits, kept = [], []
    for step, number in enumerate(ids.tolist()):
        read = model.embedding.weight[number]
        for place, module in enumerate(modules):
            if is_lstm and place == layer and quantity == "cell" and held and (steps is None or step in steps):
                state = lstm_with_cells(module, read, states[place], held)
            else:
                state = module(read, tuple(states[place]) if is_lstm else states[place][0])
                state = [each.clone() for each in (state if is_lstm else [state])]
            if place == layer and quantity == "hidden" and held and (steps is None or step in steps):
                for cell, value in held.items():
                    state[0][cell] = value
            states[place] = state
            read = state[0]
        kept.append(states[layer][1 if quantity == "cell" else 0].clone())
        logits.append(model.decoder(read))
    return torch.stack(logits), torch.stack(kept)


def lstm_with_cells(module, read, state, held):
    """One step of an LSTM whose cell state is overwritten before it makes the hidden state."""
    gates = module.weight_ih @ read + module.bias_ih + module.weight_hh @ state[0] + module.bias_hh
    _, _, _, exit_ = gates.chunk(4)
    _, cell = module(read, tuple(state))
    cell = cell.clone()
    for number, value in held.items():
        cell[number] = value
    return [torch.sigmoid(exit_) * torch.tanh(cell), cell]


def next_losses(logits, ids):
    """−log p of the next id at each step; NaN at the last."""
    losses = -logits[:-1].log_softmax(-1)[torch.arange(len(ids) - 1), ids[1:]]
    return np.append(losses.detach().double().numpy(), np.nan)
