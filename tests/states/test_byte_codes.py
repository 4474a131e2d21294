"""Byte codes are exact at every threshold of their grid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_widget.states.byte_codes import ByteCodes, OnTheWay, ThresholdGrid
from lstmvis_widget.states.index import OnOffIndex
from lstmvis_widget.states.scale import scale_of
from lstmvis_widget.states.sources import States
from tests.strategies import FLOATS, sticky_states

NOT_FINITE = (np.nan, -np.nan, np.inf, -np.inf)


def decimals(first, last, step):
    """Multiples of a step, as a person would write them."""
    return [round(i * step, 10) for i in range(first, last + 1)]


# Grids as pages have them: around 0 and away from it, fine and coarse.
GRIDS = {
    "hundredths": decimals(-127, 127, 0.01),
    "of 200 steps": decimals(-100, 100, 0.01),
    "of two": [0.0, 1.0],
    "large": decimals(-100, 154, 50.0),
    "tiny": decimals(-50, 200, 2e-4),
    "off zero": decimals(1000, 1200, 0.5),
}


def grid_of(name, dtype):
    return ThresholdGrid(GRIDS[name], np.dtype(dtype))


def expected_codes(grid, values):
    """How many thresholds each value reaches, by comparing it with each of them."""
    return np.sum([values >= threshold for threshold in grid.values], axis=0)


def encoded(grid, values):
    codes = np.empty(values.shape, np.uint8)
    grid.encode(values, codes)
    return codes


@st.composite
def values_near(draw, grid, dtype):
    """Values (n, D) at thresholds, next to them, half way, anywhere, and not finite."""
    cells = draw(st.integers(1, 9))
    rows = draw(st.integers(0, 12))
    at = st.integers(0, len(grid.values) - 1).map(lambda i: grid.values[i])
    beside = st.tuples(at, st.sampled_from([-np.inf, np.inf])).map(lambda pair: np.nextafter(pair[0], dtype(pair[1])))
    width = np.dtype(dtype).itemsize * 8
    anywhere = st.floats(width=width, allow_nan=True, allow_infinity=True)
    inside = st.floats(float(grid.values[0]), float(grid.values[-1])).map(dtype)
    value = st.one_of(at, beside, inside, anywhere, st.sampled_from(NOT_FINITE))
    drawn = draw(st.lists(value, min_size=rows * cells, max_size=rows * cells))
    return np.array(drawn, dtype).reshape(rows, cells)


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@given(data=st.data())
@settings(max_examples=40)
def test_a_code_is_the_number_of_thresholds_reached(dtype, name, data):
    try:
        grid = grid_of(name, dtype)
    except ValueError:
        assert dtype == np.float16  # too fine for it
        return
    values = data.draw(values_near(grid, dtype))
    assert np.array_equal(encoded(grid, values), expected_codes(grid, values))


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_threshold_and_its_neighbours_are_told_apart(dtype, name):
    grid = grid_of(name, dtype)
    below, above = (np.nextafter(grid.values, dtype(side)) for side in (-np.inf, np.inf))
    codes = encoded(grid, np.stack([below, grid.values, above], axis=1))
    number = np.arange(len(grid.values))
    assert np.array_equal(codes, np.stack([number, number + 1, number + 1], axis=1))


@pytest.mark.parametrize("dtype", FLOATS)
def test_what_is_not_finite_or_huge_has_a_code_too(dtype):
    grid = grid_of("of 200 steps", dtype)
    most = float(np.finfo(dtype).max)
    values = np.array([[np.nan, np.inf, -np.inf, most, -most, -0.0]], dtype)
    with np.errstate(all="raise"):
        codes = encoded(grid, values)
    assert codes.tolist() == [[0, 201, 0, 201, 0, 101]]


@pytest.mark.parametrize("dtype", ["int8", "int64", "uint8", "uint16"])
def test_integers_have_codes(dtype):
    grid = ThresholdGrid(decimals(-20, 230, 0.5), np.dtype(dtype))
    values = np.arange(120).astype(dtype).reshape(-1, 4)
    assert np.array_equal(encoded(grid, values), expected_codes(grid, values))


def test_rows_of_more_values_than_are_encoded_at_once_are_right():
    grid = grid_of("hundredths", np.float32)
    values = np.random.default_rng(0).normal(0, 0.7, (5, 70_001)).astype(np.float32)
    assert np.array_equal(encoded(grid, values), expected_codes(grid, values))


def test_values_that_lie_with_gaps_in_memory_are_encoded():
    for dtype in (np.float16, np.float32, np.float64):
        grid = grid_of("hundredths", dtype)
        values = np.random.default_rng(0).normal(0, 0.7, (50, 40)).astype(dtype)
        for part in (values.T, values[:, ::2], values[::-1]):
            assert np.array_equal(encoded(grid, part), expected_codes(grid, part))


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_level_is_the_code_from_which_on_a_value_is_on(dtype):
    grid = grid_of("hundredths", dtype)
    for number, threshold in enumerate(GRIDS["hundredths"]):
        assert grid.level(threshold) == number + 1


@pytest.mark.parametrize("threshold", [0.3001, -1.28, 1.28, 1e9, -1e9, 5e-3])
def test_a_threshold_between_or_beyond_those_of_the_grid_has_no_level(threshold):
    assert grid_of("hundredths", np.float32).level(threshold) is None
    assert grid_of("hundredths", np.float64).level(threshold) is None


def test_a_threshold_that_is_the_same_in_the_precision_of_the_states_has_the_same_level():
    single, double = grid_of("hundredths", np.float32), grid_of("hundredths", np.float64)
    nearly = 0.3 + 1e-12
    assert single.level(nearly) == single.level(0.3)
    assert double.level(nearly) is None


@pytest.mark.parametrize(
    ("thresholds", "dtype"),
    [
        (decimals(10_000, 10_200, 1e-4), np.float16),  # several round to one
        (decimals(10**9, 10**9 + 50, 1.0), np.float32),
        (decimals(0, 255, 1.0), np.float64),  # one more than a byte tells apart
        ([0.3], np.float64),
        ([], np.float64),
        ([0.2, 0.1], np.float64),
        ([0.1, 0.1], np.float64),
    ],
    ids=["half", "single", "256", "one", "none", "descending", "twice"],
)
def test_a_grid_too_fine_or_out_of_order_is_refused(thresholds, dtype):
    with pytest.raises(ValueError, match="grid"):
        ThresholdGrid(thresholds, np.dtype(dtype))


@pytest.mark.parametrize("scale", [1.0, 37.0, 0.004])
@pytest.mark.parametrize("dtype", [*FLOATS, "int64"])
def test_the_index_of_the_codes_is_that_of_the_states_at_every_threshold(dtype, scale):
    values = sticky_states(150, 70, seed=3, values=np.random.default_rng(4).normal(0, 0.6, 500)) * scale
    values[::9, ::5] = np.nan if dtype in FLOATS else 0
    values[3::17, 2] = np.inf if dtype in FLOATS else 10**6
    with np.errstate(invalid="ignore"):
        states = States((values * (1000 if dtype == "int64" else 1)).astype(dtype))
    grid = scale_of(states).grid
    if grid is None:
        pytest.fail(f"states of {dtype} at this scale have no grid")
    codes = ByteCodes(states.shape, grid)
    for start, stop in states.blocks(7):
        codes.put(start, states.read(start, stop))
    for threshold in grid.values.tolist():
        of_codes = OnOffIndex.build(codes.codes, grid.level(threshold)).bits.words
        assert np.array_equal(of_codes, OnOffIndex.build(states, threshold).bits.words)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_grid_of_the_least_numbers_there_are_is_exact(dtype):
    least = float(np.finfo(dtype).smallest_subnormal)
    grid = ThresholdGrid([0.0, least, 2 * least, 3 * least], np.dtype(dtype))
    values = np.array([[-least, 0, least, 2 * least, 3 * least, 4 * least, 1, -1, np.nan, np.inf]], dtype)
    assert encoded(grid, values).tolist() == [[0, 1, 2, 3, 4, 4, 4, 0, 0, 4]]


def nans(dtype):
    """NaN with either sign and many payloads."""
    unsigned = np.dtype(f"u{np.dtype(dtype).itemsize}")
    payloads = (1 << np.arange(np.finfo(dtype).nmant, dtype=np.uint64)).astype(unsigned)
    plain = np.array([np.inf, -np.inf], dtype).view(unsigned)
    return (plain[:, None] | payloads).view(dtype)


@pytest.mark.parametrize("name", ["hundredths", "off zero"])
@pytest.mark.parametrize("dtype", FLOATS)
def test_no_nan_reaches_any_threshold(dtype, name):
    values = nans(dtype)
    assert np.isnan(values).all()
    assert not encoded(grid_of(name, dtype), values).any()


# ----------------------------------------------------------- filled by blocks


def test_codes_are_filled_in_any_order_and_encoded_once():
    class Counting(ThresholdGrid):
        rows = 0

        def encode(self, values, codes):
            self.rows += len(values)
            super().encode(values, codes)

    grid = Counting(GRIDS["hundredths"], np.dtype(np.float32))
    values = np.random.default_rng(0).normal(0, 0.6, (20, 7)).astype(np.float32)
    codes = ByteCodes(values.shape, grid)
    for start, stop in ((15, 20), (0, 5), (0, 5), (5, 10), (2, 8)):
        codes.put(start, values[start:stop])
    assert (codes.are_complete, codes.have(0, 10), codes.have(9, 11), grid.rows) == (False, True, False, 15)
    codes.put(8, values[8:16])
    assert codes.are_complete
    assert np.array_equal(codes.codes, expected_codes(grid, values))
    assert codes.nbytes == values.size


class Clock:
    """Time that passes only as a test says."""

    now = 0.0

    def __call__(self):
        return self.now


class SlowGrid(ThresholdGrid):
    """A grid that takes a second for each block."""

    def __init__(self, clock):
        super().__init__(GRIDS["of two"], np.dtype(np.float32))
        self.clock = clock

    def encode(self, values, codes):
        self.clock.now += 1
        super().encode(values, codes)


def blocks_encoded(between, *, always=False, blocks=30):
    """How many of 30 blocks are encoded, where each takes a second, and ``between(i)`` pass before block i."""
    clock = Clock()
    codes = ByteCodes((blocks, 3), SlowGrid(clock))
    on_the_way = OnTheWay(codes, always=always, clock=clock)
    for block in range(blocks):
        clock.now += between(block)
        on_the_way.put(block, np.zeros((1, 3), np.float32))
    return sum(codes.have(block, block + 1) for block in range(blocks))


@pytest.mark.parametrize(
    ("between", "encoded_blocks"),
    [
        (lambda _: 3.0, 30),
        (lambda _: 1.0, 5),
        (lambda block: 100.0 if block == 0 else 1.0, 5),  # the first block has to open the file
        (lambda block: 3.0 if block < 15 else 1.0, 21),
    ],
    ids=["reading is slow", "reading is fast", "the first is slow", "what comes later is cached"],
)
def test_codes_are_made_on_the_way_as_long_as_reading_takes_longer(between, encoded_blocks, monkeypatch):
    monkeypatch.setattr("lstmvis_widget.states.byte_codes.THREADS", 2)
    assert blocks_encoded(between) == encoded_blocks
    assert blocks_encoded(between, always=True) == 30


def test_one_thread_makes_no_codes_on_the_way(monkeypatch):
    monkeypatch.setattr("lstmvis_widget.states.byte_codes.THREADS", 1)
    assert blocks_encoded(lambda _: 9.0) == 0
    assert blocks_encoded(lambda _: 9.0, always=True) == 30
