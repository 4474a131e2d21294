"""Alignment with bins against alignment with sorted values, and how often states are read for it."""

import itertools
import threading
import warnings

import numpy as np
import pytest

from lstmvis_widget.statistics import bin_counts, binned_rows, sorted_alignment
from lstmvis_widget.statistics import cell_alignment as module
from lstmvis_widget.statistics.cell_alignment import cell_alignment

STEPS = 3000
HELD_OUT = 0.25


def labels_of(rng, steps=STEPS):
    labels = rng.choice(["a", "b", "c"], steps).astype(object)
    labels[rng.random(steps) < 0.1] = None
    return labels


def normal(rng, labels):
    values = rng.normal(size=(len(labels), 4))
    values[:, 1] += labels == "a"
    values[:, 2] = np.tanh(2 * values[:, 2] + 2 * (labels == "b"))
    return values


def with_infinities(rng, labels):
    values = normal(rng, labels)
    for special in (np.inf, -np.inf, np.nan):
        values[rng.random(values.shape) < 0.05] = special
    values[:, 3] = np.nan
    return values


def of_many_sizes(rng, labels):
    values = normal(rng, labels)
    values[:, 0] *= 10.0 ** rng.integers(-30, 30, len(values))
    values[:, 3] = 2.5
    return values


def zero_at_first(rng, labels):
    values = normal(rng, labels)
    values[: len(values) // 2] = 0
    return values


KINDS = {
    "normal": (normal, "float32"),
    "double": (normal, "float64"),
    "half": (normal, "float16"),
    "tiny": (lambda *given: normal(*given) * 1e-30, "float32"),
    "tinier": (lambda *given: normal(*given) * 1e-200, "float64"),
    "huge": (lambda *given: normal(*given) * 1e30, "float32"),
    "far from zero": (lambda *given: normal(*given) + 1000, "float32"),
    "integers": (lambda *given: np.round(normal(*given) * 30 + 500), "int64"),
    "small integers": (lambda *given: np.round(normal(*given) * 3), "int8"),
    "zeros and others": (lambda *given: np.maximum(normal(*given), 0), "float32"),
    "infinities": (with_infinities, "float32"),
    "many sizes": (of_many_sizes, "float64"),
    "zero at first": (zero_at_first, "float32"),
}


@pytest.fixture
def binned():
    """`cell_alignment` with bins and small blocks."""

    def call(*given, **options):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(module, "MOST_SORTED", 1)
            patched.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", 2000)
            patched.setattr(binned_rows, "BLOCK_BYTES", 8000)
            patched.setattr(binned_rows, "SORTED_STEPS", 1100)
            return cell_alignment(*given, **options)

    return call


def f1_of(on, has):
    return 2 * (on & has).sum() / (on.sum() + has.sum())


@pytest.mark.parametrize("kind", KINDS)
def test_f1_is_exact_at_a_threshold_that_is_as_good_as_the_best(binned, kind):
    make, dtype = KINDS[kind]
    rng = np.random.default_rng(3)
    labels = labels_of(rng)
    states = make(rng, labels).astype(dtype)
    options = {"held_out": HELD_OUT, "permutations": 9, "sequences": [1000, 1200, 800]}
    exact, found = cell_alignment(states, labels.tolist(), **options), binned(states, labels.tolist(), **options)
    assert found["f1"].to_numpy() == pytest.approx(exact["f1"].to_numpy(), abs=2e-3)
    assert found["auc"].to_numpy() == pytest.approx(exact["auc"].to_numpy(), abs=2e-3)
    assert found["p_max"].to_numpy() == pytest.approx(exact["p_max"].to_numpy(), abs=0.21)
    known, first = labels != None, np.arange(STEPS) < STEPS * (1 - HELD_OUT)  # noqa: E711  (element by element)
    for row in found.itertuples():
        values = states[:, row.cell].astype(np.float64)
        on, has = row.sign * values >= row.sign * row.threshold, labels == row.label
        assert row.threshold in values[known & first] or np.isnan([row.threshold, *values[known & first]]).all()
        assert row.f1 == pytest.approx(f1_of(on[known & first], has[known & first]))
        assert row.f1_held_out == pytest.approx(f1_of(on[known & ~first], has[known & ~first]))


@pytest.mark.parametrize("sequences", [None, [50] * 20, [300, 700]])
@pytest.mark.parametrize("of_a_sequence", [False, True])
def test_draws_are_those_of_sorted_values_where_each_value_has_a_bin(binned, sequences, of_a_sequence):
    rng = np.random.default_rng(1)
    states = rng.integers(0, 8, (1000, 3)).astype(float)
    lengths = sequences or [1000]
    labels = np.repeat(rng.choice(["x", "y"], len(lengths)), lengths) if of_a_sequence else rng.choice(["x", "y"], 1000)
    labels = labels.astype(object)
    labels[::7] = None
    options = {"sequences": sequences, "permutations": 30, "held_out": 0.3}
    exact, found = cell_alignment(states, labels.tolist(), **options), binned(states, labels.tolist(), **options)
    for column in exact.columns.drop("label"):
        assert found[column].to_numpy() == pytest.approx(exact[column].to_numpy(), nan_ok=True)


def test_with_little_memory_bins_are_wider(binned, monkeypatch):
    rng = np.random.default_rng(3)
    labels = labels_of(rng)
    states = normal(rng, labels)
    monkeypatch.setattr(bin_counts, "COUNTS_BYTES", 64 * 4 * 6 * 4)
    exact, found = cell_alignment(states, labels.tolist()), binned(states, labels.tolist())
    assert found["f1"].to_numpy() == pytest.approx(exact["f1"].to_numpy(), abs=0.05)
    assert (found["f1"] <= exact["f1"] + 1e-12).all()


class CountedRows:
    """States that aren't in memory, and count how often each row was read."""

    def __init__(self, values):
        self.values, self.shape, self.dtype, self.ndim = values, values.shape, values.dtype, 2
        self.reads = np.zeros(len(values), int)

    def __getitem__(self, key):
        self.reads[key[0] if isinstance(key, tuple) else key] += 1
        return self.values[key]


@pytest.mark.parametrize("most_sorted", [1, 100_000])
@pytest.mark.parametrize("kept", ["all", "half", "little"])
def test_each_row_is_read_at_most_twice(monkeypatch, most_sorted, kept):
    rng = np.random.default_rng(0)
    source = CountedRows(rng.normal(size=(2000, 30)).astype(np.float32))
    rows = source.values.nbytes
    monkeypatch.setattr(sorted_alignment, "KEPT_BYTES", {"all": rows, "half": rows // 2, "little": rows // 10}[kept])
    monkeypatch.setattr(module, "MOST_SORTED", most_sorted)
    monkeypatch.setattr(module, "BLOCK_VALUES", 5000)
    monkeypatch.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", 3000)
    monkeypatch.setattr(binned_rows, "BLOCK_BYTES", 9000)
    labels = labels_of(rng, 2000).tolist()
    table = cell_alignment(source, labels, held_out=0.2, permutations=3)
    assert source.reads.max() <= 2
    if most_sorted > 1 and kept != "little":
        assert table.equals(cell_alignment(source.values, labels, held_out=0.2, permutations=3))


@pytest.mark.parametrize("most_sorted", [1, 100_000])
def test_it_says_how_far_it_is_and_ends_where_it_is_told_to(monkeypatch, most_sorted):
    monkeypatch.setattr(module, "MOST_SORTED", most_sorted)
    monkeypatch.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", 1000)
    monkeypatch.setattr(binned_rows, "BLOCK_BYTES", 1000)
    states, labels = np.random.default_rng(0).normal(size=(500, 8)), ["a", "b"] * 250
    shares = []
    cell_alignment(states, labels, held_out=0.3, progress=shares.append)
    assert len(shares) > 10
    assert min(shares) == 0
    assert shares[-1] == 1
    assert all(earlier <= later + 1e-9 for earlier, later in itertools.pairwise(shares))
    before = threading.active_count()
    for calls in (1, len(shares) // 4, len(shares) // 2):
        left = iter(range(calls))

        def check(left=left):
            if next(left, None) is None:
                raise TimeoutError

        with pytest.raises(TimeoutError):
            cell_alignment(states, labels, held_out=0.3, check=check)
        assert threading.active_count() == before


def test_no_warning_is_given_for_values_of_any_size(binned):
    states = np.array([[np.finfo(np.float64).max, 5e-324, 0.0], [-np.finfo(np.float64).max, 0, -0.0]] * 20)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = binned(states, ["a", "b"] * 20, labels=["a"])
    assert table["f1"].tolist() == pytest.approx([1, 1, 2 / 3])
    assert table["threshold"].tolist() == [np.finfo(np.float64).max, 5e-324, 0]


@pytest.mark.parametrize("number", [0, 3, 40])
def test_bins_begin_where_their_edges_are_among_few_values_and_many(number):
    rng = np.random.default_rng(number)
    edges = np.sort(rng.integers(0, 12, 9)).astype(float)
    values = np.sort(rng.integers(-1, 13, number)).astype(float)
    starts = bin_counts.bin_starts(values, edges)
    bins = [sum(edge <= value for edge in edges) for value in values]
    assert np.diff(starts).tolist() == [bins.count(each) for each in range(10)]


def test_the_threshold_of_a_rare_label_is_nearly_the_best(monkeypatch):
    rng = np.random.default_rng(1)
    has = rng.random(200_000) < 0.001
    states = rng.normal(size=(len(has), 6)).astype(np.float32)
    states += has[:, None] * np.arange(6)
    found = cell_alignment(states, has, labels=["1"], progress=False)
    monkeypatch.setattr(module, "MOST_SORTED", len(has))
    exact = cell_alignment(states, has, labels=["1"], progress=False)
    assert (found["f1"] >= 0.95 * exact["f1"]).all()
    assert found["auc"].to_numpy() == pytest.approx(exact["auc"].to_numpy(), abs=1e-4)
