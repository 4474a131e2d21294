"""Transforms give the results of their definitions, and every way to find what is on agrees."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lstmvis_widget import StateExplorer, count_selected, on_off_patterns
from lstmvis_widget.sent.window import window
from lstmvis_widget.states import cell_statistics, on_off
from lstmvis_widget.states.byte_codes import ByteCodes
from lstmvis_widget.states.cell_statistics import Moments, MomentsPass
from lstmvis_widget.states.given import given_states
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.states.on_off import MovedThreshold, moved_despite_rounding
from lstmvis_widget.states.scale import scale_of
from lstmvis_widget.states.sources import States
from lstmvis_widget.states.transforms import TRANSFORMS, Quantile, Standardise, Tanh
from lstmvis_widget.timeline.sequences import Sequences
from lstmvis_widget.timeline.tokens import Tokens
from lstmvis_widget.work.cancelling import CancelledError
from tests.explorer.test_explorer import STATES, is_right
from tests.states.sources import RowsOnly, hdf5_file
from tests.strategies import FLOATS, NOT_FINITE, sticky_states

NAMES = list(TRANSFORMS)
WIDTHS = {name: np.dtype(name).itemsize * 8 for name in FLOATS}
THRESHOLDS = st.one_of(
    st.sampled_from([-1.0, -0.3, 0.0, 0.1, 0.3, 0.5, 0.9, 0.95, 0.999, 1.0, 1.5, -2.0, 1e-30, 1e9]),
    st.floats(-1, 1),
    st.floats(-3, 3),
)


# ------------------------------------------------ the definitions, in plain numpy


def quantiles(array):
    """The share of lower steps of the same cell, by counting them, rounded down to thousandths."""
    result = np.full(array.shape, np.nan, np.float32)
    for cell in range(array.shape[1]):
        column = array[:, cell].astype(np.float64)
        steps = int((~np.isnan(column)).sum())
        for step, value in enumerate(column):
            if not np.isnan(value):
                lower = int((column < value).sum())
                result[step, cell] = (lower * 1000 // steps) / 1000
    return result


def standardised(array):
    """(value − mean) / standard deviation of the finite values; 0 where there is no deviation."""
    result = np.array(array, np.float64)
    for cell in range(array.shape[1]):
        finite = result[np.isfinite(result[:, cell]), cell]
        spread = finite.std() if len(finite) and finite.min() < finite.max() else 0
        same = np.isfinite(result[:, cell]) if spread == 0 else np.zeros(len(array), bool)
        result[:, cell] = np.where(same, 0, (result[:, cell] - (finite.mean() if len(finite) else 0)) / (spread or 1))
    return result


def shown_values(states):
    """The values as the page gets them, and the threshold that it compares them with."""
    sent = window(
        states, 0, len(states), layer="", tokens=Tokens(None, len(states)), tracks={},
        sequences=Sequences.of(None, len(states)),
    )  # fmt: skip
    values = np.frombuffer(sent["values"], "<f4" if sent["dtype"] == "float32" else "<f8")
    return values.reshape(states.shape), np.dtype(sent["precision"])


# ------------------------------------------------------------- on is on everywhere


@st.composite
def arrays_of_states(draw):
    dtype = draw(st.sampled_from([*FLOATS, "int8", "int64"]))
    shape = draw(st.integers(1, 30)), draw(st.integers(1, 6))
    if dtype in FLOATS:
        some = st.sampled_from([-1.0, -0.3, 0.0, -0.0, 0.1, 0.3, 1.0, *NOT_FINITE])
        moderate = st.floats(-10, 10, width=WIDTHS[dtype])
        return draw(arrays(dtype, shape, elements=st.one_of(some, moderate)))
    return draw(arrays(dtype, shape, elements=st.integers(-100, 100)))


@pytest.mark.parametrize("name", NAMES)
@given(array=arrays_of_states(), threshold=THRESHOLDS)
@settings(max_examples=150)
def test_what_is_drawn_selected_and_matched_is_on_alike(name, array, threshold):
    states = States(array, name)
    with np.errstate(invalid="ignore", over="ignore"):
        expected = states.read(0, len(states)) >= threshold
        shown, precision = shown_values(states)
        drawn = shown >= precision.type(threshold)
    single_steps = [(step, step + 1) for step in range(len(array))]
    assert np.array_equal(drawn, expected)
    assert np.array_equal(on_off_patterns(states, single_steps, threshold), expected)
    assert count_selected(states, 0, 1, [threshold]).tolist() == [expected[0].sum()]
    index = OnOffIndex.build(states, threshold, block_rows=7)
    steps = np.arange(len(array))
    matched = np.stack([index.count_on([cell], steps) for cell in range(states.shape[1])], axis=1)
    assert np.array_equal(matched, expected)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [*FLOATS, "int16"])
def test_the_codes_of_transformed_states_are_exact_too(name, dtype):
    array = (sticky_states(150, 7, seed=3, values=np.random.default_rng(4).normal(0, 2, 200)) * 10).astype(dtype)
    states = States(RowsOnly(array), name)
    grid = scale_of(states).grid
    codes = ByteCodes(states.shape, grid)
    OnOffIndex.build(states, 0.0, block_rows=11, also=codes.put)
    for threshold in grid.values.tolist()[::20]:
        of_codes = OnOffIndex.build(codes.codes, grid.level(threshold)).bits.words
        assert np.array_equal(of_codes, OnOffIndex.build(states, threshold).bits.words)


@st.composite
def fitted(draw, dtype):
    """A monotone transform that knows some states of 3 cells."""
    made = draw(st.sampled_from([Tanh, Standardise, Quantile]))
    if made is Standardise:
        mean = draw(arrays(np.float64, 3, elements=st.floats(-100, 100)))
        spread = draw(arrays(np.float64, 3, elements=st.sampled_from([0.0, 1e-3, 0.1, 1.0, 3.7])))
        return Standardise(Moments(mean, spread))
    if made is Quantile:
        seed = draw(st.integers(0, 100))
        scale = draw(st.sampled_from([1e-3, 1, 50]))
        known = (np.random.default_rng(seed).normal(0, 1, (draw(st.integers(1, 2000)), 3)) * scale).astype(dtype)
        reader = cell_statistics.StatesReader(known.shape, known.dtype, lambda start, stop: known[start:stop])
        return Quantile().fit(reader)
    return Tanh()


@pytest.mark.parametrize("dtype", FLOATS)
@given(data=st.data(), threshold=THRESHOLDS)
@settings(max_examples=150)
def test_values_next_to_a_moved_threshold_are_told_as_their_results_are(dtype, data, threshold):
    transform = data.draw(fitted(dtype))
    rule = transform.on_rule(threshold, np.dtype(dtype), 3)
    assert isinstance(rule, MovedThreshold)
    cut = np.broadcast_to(rule.cut, 3)
    values = [cut]
    for towards in (-np.inf, np.inf):
        beside = cut
        for _ in range(40):
            with np.errstate(over="ignore"):
                beside = np.nextafter(beside, np.dtype(dtype).type(towards))
            values.append(beside)
    anywhere = st.floats(width=WIDTHS[dtype])
    values += data.draw(st.lists(st.tuples(anywhere, anywhere, anywhere), max_size=20))
    values = np.array(values, dtype)
    with np.errstate(invalid="ignore", over="ignore"):
        expected = transform.apply(values) >= threshold
    assert np.array_equal(rule(values, None), expected)
    out = np.zeros((len(values), 5), bool)
    rule(values, out[:, :3])
    assert np.array_equal(out[:, :3], expected)


@pytest.mark.parametrize("name", ["tanh", "standardise", "quantile"])
@pytest.mark.parametrize("dtype", FLOATS)
def test_every_half_of_the_range_is_told_right(name, dtype):
    """All 65,536 values of half precision, in any precision, at thresholds from none to all."""
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    array = halves[np.isfinite(halves)].astype(dtype).reshape(-1, 16)
    states = States(array, name)
    results = states.read(0, len(array))
    for threshold in (-1.0, -0.999, -0.3, 0.0, 1e-5, 0.3, 0.9, 0.9999, 0.9999999, 1.0, 1.1):
        assert np.array_equal(states.on_rule(threshold)(array, None), results >= threshold)


# ------------------------------------------------------------ tanh and its rounding


@pytest.mark.parametrize("dtype", FLOATS)
@given(data=st.data())
@settings(max_examples=100)
def test_tanh_of_a_value_is_the_same_wherever_the_value_lies(dtype, data):
    values = data.draw(arrays(dtype, st.integers(1, 70), elements=st.floats(-20, 20, width=WIDTHS[dtype])))
    start, step = data.draw(st.integers(0, len(values))), data.draw(st.integers(1, 3))
    alone = np.concatenate([Tanh().apply(values[i : i + 1]) for i in range(len(values))])
    assert np.array_equal(Tanh().apply(values), alone)
    assert np.array_equal(Tanh().apply(values[start::step]), alone[start::step])


def jittery(values):
    """Tanh with rounding errors of up to three floats, up and down in turn."""
    result = np.tanh(values)
    bits = values.view(f"i{values.itemsize}")
    noise = (bits.astype(np.int64) % 1009 * 37 >> 3) % 7 - 3
    moved = (result.view(bits.dtype) + noise.astype(bits.dtype)).view(values.dtype)
    return np.where(np.isfinite(result) & (np.abs(result) > 1e-3), moved, result)


@pytest.mark.parametrize("most_checked", [2**18, 10], ids=["looked at", "too many to look at"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@given(threshold=st.floats(-0.9999, 0.9999), offset=st.integers(-3000, 3000))
@settings(max_examples=60)
def test_a_transform_that_rounds_up_and_down_by_turns_is_told_right(dtype, most_checked, threshold, offset):
    before = on_off.MOST_CHECKED
    on_off.MOST_CHECKED = most_checked
    try:
        rule = moved_despite_rounding(jittery, threshold, np.dtype(dtype), 64)
    finally:
        on_off.MOST_CHECKED = before
    number = np.dtype(f"i{np.dtype(dtype).itemsize}")
    around = np.full(1, np.arctanh(threshold), dtype).view(number) + np.arange(-300, 300, dtype=number) + offset
    values = around.astype(number).view(dtype).reshape(-1, 3)
    assert np.array_equal(rule(values, None), jittery(values) >= threshold)


def test_a_moved_threshold_is_looked_for_and_the_states_are_not_transformed(monkeypatch):
    array = np.random.default_rng(0).normal(0, 1, (5000, 200)).astype(np.float32)
    transformed, apply = [], Tanh.apply
    expected = OnOffIndex.build(np.tanh(array), 0.3).bits.words
    monkeypatch.setattr(Tanh, "apply", lambda self, values: transformed.append(values.size) or apply(self, values))
    assert np.array_equal(OnOffIndex.build(States(array, "tanh"), 0.3).bits.words, expected)
    assert sum(transformed) < 10_000


# ----------------------------------------------------------------- standardised


@given(array=arrays_of_states())
@settings(max_examples=150)
def test_standardised_values_are_those_of_the_definition(array):
    with np.errstate(invalid="ignore"):
        expected = standardised(array)
        read = States(array, "standardise").read(0, len(array))
    exact = {"float16": 2e-3, "float32": 1e-5}.get(array.dtype.name, 1e-9)
    assert read.dtype == (array.dtype if array.dtype.kind == "f" else np.float64)
    np.testing.assert_allclose(read, expected, rtol=exact, atol=exact)


@pytest.mark.parametrize("name", ["standardise", "standardize"])
def test_both_spellings_are_the_same_transform(name):
    assert States(STATES, name).transform == "standardise"


def test_the_spread_is_of_the_cell_itself_and_counted_by_hand():
    states = States(np.array([[1.0, 5.0, 7.0], [3.0, 5.0, np.nan], [5.0, 5.0, 9.0], [7.0, 5.0, np.inf]]), "standardise")
    read = states.read(0, 4)
    root = 5**0.5  # cell 0: mean 4, variance (9 + 1 + 1 + 9) / 4
    assert np.allclose(read[:, 0], [-3 / root, -1 / root, 1 / root, 3 / root])
    assert read[:, 1].tolist() == [0, 0, 0, 0]
    assert np.array_equal(read[:, 2], [-1, np.nan, 1, np.inf], equal_nan=True)


@pytest.mark.parametrize("value", [0.1, 1e-20, 12345.678, -1 / 3])
def test_a_constant_cell_is_0_exactly(value):
    states = States(np.full((1000, 2), value), "standardise")
    assert not states.read(0, 1000).any()


def test_a_spread_far_from_zero_is_found():
    array = 1e9 + np.random.default_rng(0).normal(0, 1, (5000, 3))
    read = States(array, "standardise").read(0, 5000)
    assert np.allclose(read.std(axis=0), 1, atol=1e-6)
    assert np.allclose(read.mean(axis=0), 0, atol=1e-6)


@given(array=arrays_of_states(), data=st.data())
@settings(max_examples=60)
def test_mean_and_spread_do_not_depend_on_the_portions(array, data):
    array = np.tile(array, (40, 1))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(array)), max_size=5)))
    whole, parts = MomentsPass(array.shape[1]), MomentsPass(array.shape[1])
    whole.add(array)
    for part in np.split(array, cuts):
        parts.add(part)
    assert whole.result().mean.tobytes() == (once := parts.result()).mean.tobytes()
    assert np.isfinite(once.spread).all()


def test_one_pass_reads_each_row_once_and_can_be_ended():
    source = Counted(np.random.default_rng(1).normal(0, 1, (3000, 40)))
    states = States(source, "standardise")

    def end():
        if source.reads.sum() > 0:
            raise CancelledError

    shares = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cell_statistics, "READ_VALUES", 40 * 1000)
        with pytest.raises(CancelledError):
            states.prepare(check=end)
        source.reads[:] = 0
        states.prepare(progress=shares.append)
        states.prepare()
    assert source.reads.tolist() == [1] * 3000
    assert shares == [0, 1 / 3, 2 / 3, 1]


class Counted(RowsOnly):
    """Counts how often each row is read."""

    def __init__(self, array):
        super().__init__(array)
        self.reads = np.zeros(len(array), int)

    def __getitem__(self, rows):
        self.reads[rows] += 1
        return super().__getitem__(rows)


@pytest.mark.parametrize(
    ("mean", "spread", "message"),
    [
        ([0.0], [-1.0], "0"),
        ([np.nan], [1.0], "mean of cell 0"),
        ([0.0], [1.0, 2.0], "shape"),
        ([0], [np.inf], "spread"),
    ],
)
def test_what_cannot_be_mean_and_spread_is_refused(mean, spread, message):
    with pytest.raises(ValueError, match=message):
        Moments(np.array(mean, float), np.array(spread, float))


def test_values_too_far_apart_for_a_spread_are_refused_with_their_cell():
    array = np.array([[0, -1e300], [1, 1e300]])
    with pytest.raises(ValueError, match="spread of cell 1"):
        StateExplorer(array, transform="standardise")
    explorer = StateExplorer({"good": np.eye(2), "bad": array}, transform={"bad": "standardise"})
    with pytest.raises(Exception, match="layer 'bad' can't be shown: the spread of cell 1"):
        explorer.layer = "bad"
    explorer.close()


# -------------------------------------------------------------------- quantiles


@given(array=arrays_of_states())
@settings(max_examples=150)
def test_quantiles_are_shares_of_lower_steps(array):
    read = States(array, "quantile").read(0, len(array))
    assert np.array_equal(read, quantiles(array), equal_nan=True)


@pytest.mark.parametrize("steps", [1, 9, 10, 37, 1000, 4321])
@pytest.mark.parametrize("share", [0.5, 0.1, 0.005, 0.001])
def test_a_threshold_means_the_top_share_of_each_cell(steps, share):
    random = np.random.default_rng(steps)
    array = random.permuted(np.arange(steps * 5.0).reshape(5, steps), axis=1).T * [1, 10, 0.1, -1, 1e9]
    on = States(array, "quantile").on_rule(1 - share)(array, None)
    assert on.sum(axis=0).tolist() == [int(steps * round(share * 1000)) // 1000] * 5
    for cell in range(5):
        assert array[on[:, cell], cell].min(initial=np.inf) > array[~on[:, cell], cell].max(initial=-np.inf)


def test_equal_values_are_on_or_off_together():
    column = np.array([0.0] * 85 + [1.0] * 10 + [2.0] * 5)
    states = States(column[:, None], "quantile")
    read = states.read(0, 100)[:, 0]
    assert np.array_equal(read, np.float32([0] * 85 + [0.85] * 10 + [0.95] * 5))
    assert states.on_rule(0.9)(column[:, None], None).sum() == 5


@pytest.mark.parametrize("wrap", [RowsOnly, lambda array: array], ids=["streamed", "in memory"])
def test_quantiles_of_states_that_do_not_fit_at_once_are_the_same(monkeypatch, wrap):
    array = sticky_states(300, 10, seed=1, values=np.random.default_rng(0).normal(size=100))
    expected = quantiles(array)
    for name in ("SORTED_BYTES", "SORTED_BYTES_IN_MEMORY"):
        monkeypatch.setattr(cell_statistics, name, 3 * 300 * 8)
    assert np.array_equal(States(wrap(array), "quantile").read(0, 300), expected)
    source = Counted(array)
    States(source, "quantile").prepare()
    assert source.reads.tolist() == [4] * 300  # 3 + 3 + 3 + 1 cells


# ----------------------------------------------------------------- the explorer


@pytest.fixture
def made():
    explorers = []

    def make(*arguments, **options):
        explorers.append(StateExplorer(*arguments, **options))
        return explorers[-1]

    yield make
    for explorer in explorers:
        explorer.close()


PLAIN = {
    "tanh": np.tanh,
    "abs": np.abs,
    "split_signs": lambda array: np.concatenate([np.maximum(array, 0), np.maximum(-array, 0)], axis=1),
    "standardise": lambda array: standardised(array).astype(np.float32),
    "quantile": quantiles,
}


@pytest.mark.parametrize("memory_limit", [0, 10**6], ids=["streamed", "codes"])
@pytest.mark.parametrize("kind", ["memory", "file"])
@pytest.mark.parametrize("name", NAMES)
def test_an_explorer_finds_what_the_definitions_say(made, tmp_path, name, kind, memory_limit):
    noise = np.random.default_rng(9).normal(0, 0.01, STATES.shape).astype(np.float32)
    array = STATES * 2 + noise
    source = hdf5_file(tmp_path, states=array) if kind == "file" else array
    explorer = made(source, transform=name, memory_limit=memory_limit)
    for threshold, selection in [(0.1, (10, 13)), (0.7, (58, 60)), (0.12345, (0, 2))]:
        explorer.threshold, explorer.selection = threshold, selection
        is_right(explorer, PLAIN[name](array))


def test_quantiles_have_a_scale_of_their_own(made):
    explorer = made(STATES, transform="quantile")
    assert explorer.threshold == 0.9
    assert explorer._value_range == [0, 1]
    assert explorer._threshold_step == 0.005


def test_standardised_states_begin_at_their_upper_tenth(made):
    array = np.random.default_rng(0).normal(3, 7, (2000, 5))
    explorer = made(array, transform="standardize")
    assert 1.2 < explorer.threshold < 1.4  # 1.28 for a normal distribution
    assert explorer.scenario()["transform"] == "standardise"


def test_each_layer_may_have_a_transform_of_its_own(made):
    explorer = made(
        {"first": STATES, "second": STATES, "third": STATES}, transform={"first": "tanh", "second": "quantile"}
    )
    assert explorer._transform == "tanh"
    explorer.layer = "second"
    assert explorer._transform == "quantile"
    assert explorer.threshold == 0.9
    explorer.layer = "third"
    assert explorer._transform == ""
    assert explorer.states is STATES
    scenario = explorer.scenario()
    assert scenario["transform"] == {"first": "tanh", "second": "quantile", "third": None}
    explorer.layer = "first"
    explorer.replay(scenario)
    assert explorer.layer == "third"


def test_a_transform_of_a_layer_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match=r"'second'.*'first'"):
        given_states({"first": STATES}, {"second": "tanh"})


@pytest.mark.parametrize("wrong", ["sigmoid", "", 3])
def test_an_unknown_transform_is_refused_with_all_that_are_known(wrong):
    with pytest.raises(ValueError, match=r"'tanh', 'abs', 'split_signs', 'standardise', 'quantile'"):
        States(STATES, wrong)


def test_states_that_know_their_cells_need_not_look_again():
    source = Counted(STATES)
    once = States(source, "quantile")
    once.prepare()
    source.reads[:] = 0
    again = States(once)
    again.prepare()
    assert not source.reads.any()
    assert again.transform == "quantile"
