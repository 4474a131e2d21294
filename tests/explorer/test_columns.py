"""What an explorer sends where steps are too narrow for words."""

import threading

import numpy as np
import pytest

from lstmvis_widget import StateExplorer, TopKTrack
from tests.page import recorded_pages, wait_until

STEPS, CELLS = 3000, 12
STATES = np.tanh(np.random.default_rng(3).normal(size=(STEPS, CELLS))).astype(np.float32)
LABELS = [None if t % 7 == 0 else "abcab"[t % 5] for t in range(STEPS)]
NUMBERS = np.random.default_rng(4).normal(size=STEPS)
SPARSE = (np.arange(STEPS) == 1234).astype(int)
SCORES = np.random.default_rng(5).random((STEPS, 2))
TRACKS = {
    "label": LABELS, "number": NUMBERS, "sparse": SPARSE,
    "next": TopKTrack(np.full((STEPS, 2), "x", object), SCORES),
}  # fmt: skip


@pytest.fixture
def made():
    with recorded_pages() as page_of:
        explorers = []

        def make(states=STATES, **keywords):
            explorers.append(StateExplorer(states, **{"tracks": TRACKS, "sequences": [1000, 2000]} | keywords))
            return explorers[-1], page_of(explorers[-1])

        yield make
        for explorer in explorers:
            explorer.close()


def columns_of(explorer, stride, covering):
    start, stop = covering

    def there():
        sent = explorer._columns
        return sent and sent["stride"] == stride and sent["start"] <= start and sent["stop"] >= stop

    wait_until(there, f"columns of {stride} steps")
    return explorer._columns


def numbers(buffer, dtype, columns=1):
    return np.frombuffer(buffer, dtype).reshape(-1, columns)


def test_the_columns_hold_what_is_in_view_as_one_sees_step_by_step(made):
    explorer, page = made(selection=(500, 502), pinned_cells=[7])
    page.set(_stride=8, _visible_steps=STEPS)
    sent = columns_of(explorer, 8, (0, STEPS))
    parts = [slice(at, min(at + 8, STEPS)) for at in range(0, STEPS, 8)]
    assert numbers(sent["lowest"], "<f8")[:, 0].tolist() == [STATES[part].min() for part in parts]
    assert numbers(sent["highest"], "<f8")[:, 0].tolist() == [STATES[part].max() for part in parts]
    assert numbers(sent["sequence_starts"], "<i4")[:, 0].tolist() == [0, 1000]
    tracks = sent["tracks"]
    means = [NUMBERS[part].mean() for part in parts]
    np.testing.assert_allclose(numbers(tracks["number"]["values"], "<f4")[:, 0], means, rtol=1e-5)
    assert np.flatnonzero(numbers(tracks["sparse"]["values"], "<f4")).tolist() == [1234 // 8]
    scores = [SCORES[part, 0].mean() for part in parts]
    np.testing.assert_allclose(numbers(tracks["next"]["scores"], "<f4")[:, 0], scores, rtol=1e-5)
    by_name = {track["name"]: track for track in explorer._tracks}
    order = by_name["label"]["labels"]
    codes = numbers(tracks["label"]["codes"], "<i4")[:, 0]
    for part, code in zip(parts, codes, strict=True):
        there = [label for label in LABELS[part] if label]
        assert order[code] == max(order, key=lambda label: (there.count(label), -order.index(label)))


def test_the_columns_tell_how_the_labels_and_numbers_of_their_steps_are_spread(made):
    explorer, page = made()
    page.set(_stride=64, _visible_steps=STEPS)
    sent = columns_of(explorer, 64, (0, STEPS))
    parts = [slice(at, min(at + 64, STEPS)) for at in range(0, STEPS, 64)]
    tracks = sent["tracks"]
    order = next(track["labels"] for track in explorer._tracks if track["name"] == "label")
    counts = numbers(tracks["label"]["counts"], "<i4", len(order) + 1)
    assert counts.tolist() == [[*(LABELS[part].count(label) for label in order), 0] for part in parts]
    assert numbers(tracks["label"]["most"], "<i4")[:, 0].tolist() == counts.max(axis=1).tolist()
    shares = numbers(tracks["sparse"]["shares"], "<f4")[:, 0]
    np.testing.assert_allclose(shares, [SPARSE[part].mean() for part in parts], rtol=1e-6)
    for name, values in (("number", NUMBERS), ("next", SCORES[:, 0])):
        quantiles = numbers(tracks[name]["quantiles"], "<f4", 9)
        expected = [np.quantile(values[part].astype(np.float32), [0, 0.5, 1], method="nearest") for part in parts]
        np.testing.assert_array_equal(quantiles[:, [0, 8]], np.array(expected)[:, [0, 2]])
        assert (np.diff(quantiles, axis=1) >= 0).all()
        assert numbers(tracks[name]["known"], "<f4").tolist() == [[1.0]] * len(parts)


def test_labels_beyond_those_with_a_colour_are_counted_together(made):
    labels = [f"label {t % 40 if t % 3 else 0}" for t in range(STEPS)]
    explorer, page = made(tracks={"many": labels})
    page.set(_stride=128, _visible_steps=STEPS)
    sent = columns_of(explorer, 128, (0, STEPS))["tracks"]["many"]
    counts = numbers(sent["counts"], "<i4", 13)
    first = explorer._tracks[0]["labels"][:12]
    for part, row in zip(range(0, STEPS, 128), counts.tolist(), strict=True):
        there = labels[part : part + 128]
        assert row[:12] == [there.count(label) for label in first]
        assert row[12] == sum(label not in first for label in there)


def test_single_steps_need_no_shares(made):
    explorer, page = made()
    page.set(_stride=1, _visible_steps=300)
    tracks = columns_of(explorer, 1, (0, 300))["tracks"]
    assert {name: set(sent) for name, sent in tracks.items()} == {
        "label": {"codes"}, "number": {"values"}, "sparse": {"values"}, "next": {"scores"},
    }  # fmt: skip


def test_the_columns_say_which_sequence_they_begin_in(made):
    explorer, page = made()
    page.set(_stride=8, _visible_steps=300, position=1500)
    sent = columns_of(explorer, 8, (1500, 1800))
    assert sent["start"] >= 1000
    assert sent["sequence"] == 1
    page.set(position=200)
    assert columns_of(explorer, 8, (200, 500))["sequence"] == 0


def test_the_columns_say_whether_their_density_is_that_of_a_sample(made):
    steps = 200_000
    explorer, page = made(np.zeros((steps, 64), np.float32), tracks=None, sequences=None)
    page.set(_stride=1024, _visible_steps=steps)
    sent = columns_of(explorer, 1024, (0, steps))
    assert sent["density_every"] == 8
    density = numbers(sent["density"], "u1", len(sent["density"]) // len(range(0, steps, 1024)))
    assert (np.count_nonzero(density, axis=1) == 1).all()
    assert (density.max(axis=1) == 255).all()
    page.set(_visible_steps=500, position=1000)
    page.set(_stride=1)
    assert columns_of(explorer, 1, (1000, 1500))["density_every"] == 1


def test_the_envelopes_are_those_of_the_selected_and_pinned_cells(made):
    explorer, page = made(selection=(500, 502), pinned_cells=[7])
    page.set(_stride=4, _visible_steps=STEPS)
    selected = explorer.selected_cells.tolist()
    assert selected
    assert len(explorer.matches) > 0
    wanted = sorted({*selected, 7})
    wait_until(lambda: (sent := explorer._envelopes) and sent["on"] is not None and sent["cells"] == wanted)
    sent = explorer._envelopes
    low = numbers(sent["low"], "<f4", len(sent["cells"]))
    assert low[3].tolist() == STATES[12:16, sent["cells"]].min(axis=0).tolist()
    on = (STATES[:, selected] >= np.float32(explorer.threshold)).sum(axis=1)
    expected = [on[at : at + 4].mean() for at in range(0, STEPS, 4)]
    np.testing.assert_allclose(numbers(sent["on"], "<f4")[:, 0], expected, rtol=1e-6)
    assert sent["threshold"] == explorer.threshold
    is_on = STATES[:, sent["cells"]] >= np.float32(explorer.threshold)
    shares = [is_on[at : at + 4].mean(axis=0) * 255 for at in range(0, STEPS, 4)]
    assert np.abs(numbers(sent["shares"], "u1", len(sent["cells"])) - shares).max() <= 0.5
    explorer.threshold = 0.6
    limit = np.float32(0.6)
    now = np.flatnonzero((STATES[500:502] >= limit).all(axis=0)).tolist()
    assert explorer.selected_cells.tolist() == now
    wait_until(lambda: explorer._envelopes["cells"] == sorted({*now, 7}))


def test_single_steps_bring_their_words_and_moving_a_little_sends_nothing(made):
    explorer, page = made()
    page.set(_stride=1, _visible_steps=400)
    first = columns_of(explorer, 1, (0, 400))
    assert first["words"][:3] == ["0", "1", "2"]
    page.set(position=50)
    assert explorer._columns is first
    page.set(position=900)
    moved = columns_of(explorer, 1, (900, 1300))
    assert moved["words"][0] == str(moved["start"])


def test_no_more_steps_are_read_than_columns_fit_in_a_page(made):
    """While the page zooms in, `_visible_steps` may still be that of the old scale."""
    steps = 300_000
    explorer, page = made(np.zeros((steps, 1), np.float32), tracks=None, sequences=None)
    page.set(_stride=256, _visible_steps=steps)
    columns_of(explorer, 256, (0, steps))
    page.set(_stride=1)
    sent = columns_of(explorer, 1, (0, 1))
    assert sent["stop"] <= 3 * 8192
    page.set(_visible_steps=500)
    wait_until(lambda: explorer._columns["stop"] < 2000)


def test_words_are_sent_again_where_there_is_room_for_them(made):
    explorer, page = made()
    page.set(_stride=8, _visible_steps=STEPS, position=0)
    columns_of(explorer, 8, (0, STEPS))
    page.set(_visible_steps=30, position=2000)
    page.set(_stride=None)
    assert explorer._window["start"] <= 2000
    assert explorer._window["stop"] >= 2030


def test_a_stride_is_a_power_of_two(made):
    explorer, page = made()
    page.set(_stride=3)
    assert explorer._stride is None
    assert "power of two" in explorer.error


class Gated:
    """States whose reads wait while the gate is closed."""

    def __init__(self):
        self.gate, self.reads = threading.Event(), 0
        self.gate.set()
        self.shape, self.dtype = STATES.shape, STATES.dtype

    def __getitem__(self, rows):
        self.reads += 1
        self.gate.wait(20)
        return STATES[rows]


def test_python_goes_on_while_columns_are_computed_and_close_ends_that(made):
    states = Gated()
    explorer, page = made(states, tracks=None)
    states.gate.clear()
    page.set(_stride=8, _visible_steps=STEPS)
    assert explorer.threshold == 0.3
    assert explorer._columns is None
    states.gate.set()
    columns_of(explorer, 8, (0, STEPS))
    explorer.close()
    names = [thread.name for thread in threading.enumerate()]
    assert "lstmvis-columns" not in names


class Broken:
    """States that can't be read any more once ``broken`` is set."""

    def __init__(self):
        self.broken = False
        self.shape, self.dtype = STATES.shape, STATES.dtype

    def __getitem__(self, rows):
        if self.broken:
            msg = "the disk is gone"
            raise OSError(msg)
        return STATES[rows]


def test_what_cannot_be_read_is_shown_and_asked_for_again(made):
    states = Broken()
    explorer, page = made(states, tracks=None)
    states.broken = True
    page.set(_stride=8, _visible_steps=STEPS)
    wait_until(lambda: "the disk is gone" in explorer.error)
    states.broken = False
    page.set(position=1)
    columns_of(explorer, 8, (1, STEPS))


def test_another_layer_brings_its_own_columns(made):
    explorer, page = made({"one": STATES, "two": STATES * 0.5}, selection=(500, 502))
    page.set(_stride=8, _visible_steps=STEPS)
    columns_of(explorer, 8, (0, STEPS))
    page.set(layer="two")
    wait_until(lambda: explorer._columns["layer"] == "two")
    assert numbers(explorer._columns["highest"], "<f8").max() == (STATES * np.float32(0.5)).max()


def test_the_starts_of_few_sequences_are_known_everywhere(made):
    explorer, _ = made()
    assert explorer._sequence_starts == [0, 1000]
    many, _ = made(sequences=[1] * STEPS)
    assert many._sequence_starts == []


def test_a_page_of_columns_can_be_saved_without_the_states_of_all_steps(made, tmp_path):
    explorer, page = made()
    page.set(_stride=8, _visible_steps=STEPS, word_width=0.2)
    columns_of(explorer, 8, (0, STEPS))
    saved = explorer._saving.state(0)
    assert saved["_columns"]["stop"] == STEPS
    assert saved["_window"]["stop"] - saved["_window"]["start"] <= STEPS
    assert explorer.to_html(tmp_path / "page.html").stat().st_size < 1_000_000
