"""What is found in texts whose deciding word is known: the jump, the settled step, the contributions, occlusion."""

import numpy as np
import pytest
import torch

from lstmvis_widget import (
    OutputTrack,
    StateExplorer,
    jump_contributions,
    occlusion,
    project_states,
    record_states,
    sequence_table,
    step_distances,
)
from tests.planted import BYSTANDER, CLASSES, GOOD, LATCHES, WORDS, planted


@pytest.fixture(scope="module", params=[0, 1, 2])
def data(request):
    return planted(request.param)


@pytest.fixture(scope="module")
def output(data):
    return OutputTrack(data.logits, CLASSES, data.targets, logits=True)


class Model(torch.nn.Module):
    """The same recurrence in PyTorch; it says what it expects after the last step."""

    def __init__(self, data):
        super().__init__()
        words, cells = data.embedding.shape
        self.embedding = torch.nn.Embedding(words, cells)
        self.reader = torch.nn.RNN(cells, cells, batch_first=True)
        self.out = torch.nn.Linear(cells, len(CLASSES))
        zeros = np.zeros(cells)
        for parameter, values in (
            (self.embedding.weight, data.embedding),
            (self.reader.weight_ih_l0, np.eye(cells)),
            (self.reader.weight_hh_l0, data.recurrent),
            (self.reader.bias_ih_l0, zeros),
            (self.reader.bias_hh_l0, zeros),
            (self.out.weight, data.weights),
            (self.out.bias, data.bias),
        ):
            parameter.data[:] = torch.from_numpy(values)

    def forward(self, ids):
        return self.out(self.reader(self.embedding(ids))[0][:, -1])


def test_the_expected_class_settles_at_the_deciding_word(data, output):
    table = sequence_table(output, data.sequences)
    assert table["correct"].all()
    assert table["settled"].tolist() == data.deciding.tolist()
    # From "unclear" to a class is one change unless the first word decides, and an overruled word makes one more.
    first = np.where(data.overruled < 0, data.deciding, data.overruled)
    assert table["changes"].tolist() == ((first > table["start"]) + (data.overruled >= 0).astype(int)).tolist()
    for start, settled in zip(table["start"], first, strict=True):
        assert set(output[start:settled]) <= {"unclear"}


def test_the_largest_jump_leads_to_the_deciding_word(data, output):
    distances = step_distances(data.states, data.sequences)
    table = sequence_table(output, data.sequences, distances=distances)
    inside = table["start"].to_numpy() < data.deciding  # nothing jumps to the first word of a text
    assert inside.sum() > 20
    assert table["largest_jump_at"][inside].tolist() == (data.deciding[inside] - 1).tolist()
    fillers = np.isin(data.ids[1:], [0, 1], invert=True) & ~np.isnan(distances[:-1])
    assert table["largest_jump"][inside].min() > 2 * distances[:-1][fillers].max()


def test_jumps_are_those_of_the_map_and_of_the_angle(data):
    projection = project_states(data.states, "pca", sequences=data.sequences)
    assert projection.explained[0] > 0.8
    on_map = step_distances(projection.coordinates, data.sequences)
    angles = step_distances(data.states, data.sequences, "cosine")
    starts = np.cumsum(data.sequences) - data.sequences
    for start, length, deciding in zip(starts, data.sequences, data.deciding, strict=True):
        if start < deciding:
            assert start + np.nanargmax(on_map[start : start + length]) == deciding - 1
            assert angles[deciding - 1] > 0.5


def test_the_contributions_to_the_deciding_jump_are_of_the_cells_that_hold_the_class(data):
    starts = np.cumsum(data.sequences) - data.sequences
    for start, deciding, target in zip(starts, data.deciding, data.targets, strict=True):
        if start == deciding:
            continue
        place = CLASSES.index(target)
        table = jump_contributions(
            data.states, deciding - 1, weights=data.weights, of=target, classes=CLASSES, sequences=data.sequences
        )
        assert tuple(table["cell"][:2]) == LATCHES  # the first has four times the weight
        assert table["contribution"][:2].sum() > 0.9 * table["contribution"].abs().sum()
        change = data.logits[deciding, place] - data.logits[deciding - 1, place]
        assert table["contribution"].sum() == pytest.approx(change)
        by_cell = table.set_index("cell")
        assert by_cell["contribution"][BYSTANDER] == 0
        assert by_cell["share"][BYSTANDER] == pytest.approx(by_cell["share"][LATCHES[0]])
        moved = jump_contributions(data.states, deciding - 1, sequences=data.sequences)
        assert set(moved["cell"][:3]) == {*LATCHES, BYSTANDER}


def test_leaving_the_deciding_word_out_changes_the_output_most(data):
    model = Model(data)
    starts = np.cumsum(data.sequences) - data.sequences
    for start, text, deciding in zip(starts, data.texts(), data.deciding, strict=True):
        effect = occlusion(model, text, progress=False)
        if len(text) == 1:
            assert np.isnan(effect).all()
            continue
        assert start + effect.argmin() == deciding
        assert effect.min() < -0.5
        assert np.abs(np.delete(effect, deciding - start)).max() < 0.05


@pytest.mark.parametrize("way", ["head", "prefix"])
def test_a_recording_of_the_model_says_the_same(data, output, way):
    recording = record_states(
        Model(data), [torch.from_numpy(text) for text in data.texts()], outputs=way, classes=CLASSES,
        targets=data.targets, vocabulary=list(WORDS), progress=False,
    )  # fmt: skip
    np.testing.assert_allclose(next(iter(recording.states.values())), data.states, rtol=0, atol=1e-5)
    expected = sequence_table(output, data.sequences)
    found = sequence_table(recording.tracks["output"], recording.sequences)
    assert found.drop(columns="confidence").equals(expected.drop(columns="confidence"))


def test_matches_of_a_deciding_word_are_all_others_like_it():
    data = planted()
    tracks = {"output": OutputTrack(data.logits, CLASSES, data.targets, logits=True)}
    starts = np.cumsum(data.sequences) - data.sequences
    good = np.setdiff1d(np.flatnonzero(data.ids == GOOD), starts)  # a limit before the selection needs a step there
    explorer = StateExplorer(data.states, [WORDS[word] for word in data.ids], tracks, sequences=data.sequences)
    try:
        explorer.threshold = 0.9
        explorer.off_before = explorer.min_length = 1
        explorer.selection = (good[1], good[1] + 1)
        explorer.color_by = "output"
        assert set(explorer.selected_cells.tolist()) == {*LATCHES, BYSTANDER}
        matches = explorer.matches
        assert sorted(matches["start"][matches["overlap"] == 3].tolist()) == good.tolist()
        assert {tracks["output"][int(step)] for step in good} == {"good"}
    finally:
        explorer.close()
