"""Maps of states: principal axes beside scikit-learn's, t-SNE, positions that were given, and what can't be mapped."""

import sys

import h5py
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from lstmvis_widget import Projection, StateExplorer, project_states
from lstmvis_widget.projection import along_axes, moments, principal_axes, tsne
from lstmvis_widget.work.cancelling import CancelledError

RNG = np.random.default_rng(0)
WALKS = np.tanh(np.cumsum(RNG.normal(size=(120, 8)), axis=0) * 0.3).astype(np.float32)
"""Three sequences of 40 steps."""
LENGTHS = [40, 40, 40]
QUIET = {"progress": False}


@pytest.fixture(scope="module")
def settled():
    """A map by t-SNE, and the positions that it went through."""
    moved = []
    return project_states(WALKS, "tsne", sequences=LENGTHS, perplexity=10, on_move=moved.append, **QUIET), moved


@st.composite
def states(draw):
    shape = draw(st.integers(4, 60)), draw(st.integers(2, 6))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    spread = 2.0 ** -np.arange(shape[1])
    middle = draw(st.sampled_from([0.0, 1.0, 1e4]))
    scale = draw(st.sampled_from([1e-150, 1e-12, 1.0, 1e12, 1e150]))
    mixed = random.normal(size=(shape[1], shape[1]))
    made = (random.normal(size=shape) * spread @ mixed + middle) * scale
    return made.astype(np.float32) if scale == 1.0 and draw(st.booleans()) else made


@given(states=states())
@settings(max_examples=100, deadline=None)
def test_principal_axes_are_those_of_scikit_learn(states):
    scale = float(np.abs(states).max())
    expected = PCA(2, svd_solver="full")
    positions = expected.fit_transform(states.astype(np.float64) / scale) * scale
    variances = expected.explained_variance_
    third = PCA(svd_solver="full").fit(states.astype(np.float64) / scale).explained_variance_[1:3]
    assume(variances[0] > 1.05 * variances[1] > 0 and third[0] > 1.05 * third[-1] * (len(third) > 1))
    projection = project_states(states, **QUIET)
    signs = np.sign((projection.coordinates / scale * (positions / scale)).sum(axis=0))
    assert projection.coordinates / scale == pytest.approx(positions / scale * signs, abs=1e-6, rel=1e-6)
    assert projection.explained == pytest.approx(expected.explained_variance_ratio_, abs=1e-6)
    assert projection.steps.tolist() == list(range(len(states)))


@given(states=states(), data=st.data())
@settings(max_examples=30, deadline=None)
def test_the_sign_of_an_axis_depends_on_the_axis_alone(states, data):
    order = data.draw(st.permutations(range(len(states))))
    first, second = (project_states(each, **QUIET).coordinates for each in (states, states[order]))
    scale = np.abs(first).max()
    spread = first.std(axis=0) / scale
    assume(spread[1] > 1e-3 and spread[0] > 1.05 * spread[1])
    assert first[order] / scale == pytest.approx(second / scale, abs=1e-4)


def test_many_cells_have_the_same_axes_by_iteration(monkeypatch):
    states = RNG.normal(size=(300, 40)) * 0.8 ** np.arange(40)
    whole = project_states(states, **QUIET)
    monkeypatch.setattr(principal_axes, "WHOLE_CELLS", 10)
    assert project_states(states, **QUIET).coordinates == pytest.approx(whole.coordinates, abs=1e-8)


def test_axes_that_iteration_cannot_tell_apart_are_found_all_the_same(monkeypatch):
    monkeypatch.setattr(principal_axes, "WHOLE_CELLS", 10)
    monkeypatch.setattr(principal_axes, "ITERATIONS", 1)
    projection = project_states(np.repeat(np.eye(20), 2, axis=0), **QUIET)
    assert projection.explained == pytest.approx([1 / 19, 1 / 19])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_blocks_of_a_file_and_single_precision_change_little(dtype, tmp_path, monkeypatch):
    states = (WALKS + 3).astype(dtype)
    whole = project_states(states.astype(np.float64), **QUIET)
    monkeypatch.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", 100)
    monkeypatch.setattr(moments, "DOUBLE_VALUES", 0)
    with h5py.File(tmp_path / "states.h5", "w") as file:
        file["states"] = states
    shares = []
    found = project_states(str(tmp_path / "states.h5"), progress=shares.append)
    assert found.coordinates == pytest.approx(whole.coordinates, abs=1e-4)
    assert all(0 <= share <= 1 for share in shares)
    assert len(shares) > 10


def test_a_mean_far_from_zero_loses_nothing(monkeypatch):
    monkeypatch.setattr(moments, "DOUBLE_VALUES", 0)
    states = (1000 + WALKS).astype(np.float32)
    exact = PCA(2, svd_solver="full").fit_transform(states.astype(np.float64))
    found = project_states(states, **QUIET).coordinates
    assert np.abs(found) == pytest.approx(np.abs(exact), abs=1e-4)


@pytest.fixture
def few_products(monkeypatch):
    """Axes begun with a sample of 48 steps, as those of a million steps are with some thousands."""
    monkeypatch.setattr(principal_axes, "MOST_PRODUCTS", 0)
    monkeypatch.setattr(principal_axes, "SAMPLE_PRODUCTS", 50 * 8**2)
    monkeypatch.setattr(principal_axes, "PRODUCTS_A_VALUE", 0)
    monkeypatch.setattr(principal_axes, "FEWEST_STEPS", 0)
    monkeypatch.setattr(principal_axes, "GATHERED_ROWS", 20)
    monkeypatch.setattr(along_axes, "PRODUCTS_AT_ONCE", 700)
    monkeypatch.setattr(principal_axes, "WHOLE_CELLS_OF_SAMPLE", 10)
    monkeypatch.setattr("lstmvis_widget.states.sources.BLOCK_BYTES", 1600)


def correlated(steps, cells=8, dtype=np.float64):
    random = np.random.default_rng(5)
    mixed = np.linalg.qr(random.normal(size=(cells, cells)))[0] * 0.6 ** np.arange(cells)
    return (random.normal(size=(steps, cells)) @ mixed.T).astype(dtype)


@pytest.mark.usefixtures("few_products")
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("middle", [0.0, 3.0, 50.0])
@pytest.mark.parametrize("doubles", [0, 2**30])
def test_axes_of_very_many_steps_are_refined_by_all_of_them(dtype, middle, doubles, monkeypatch):
    monkeypatch.setattr(moments, "DOUBLE_VALUES", doubles)
    states = (correlated(2000) + middle).astype(dtype)
    states[7], states[1999] = np.nan, np.inf
    finite = np.isfinite(states).all(axis=1)
    exact = PCA(2, svd_solver="full").fit(states[finite].astype(float))
    found = project_states(states, **QUIET)
    assert found.axes_from == 1998
    assert found.notes[0] == "the axes come from one iteration over all steps, begun with a sample of 48"
    assert found.steps.tolist() == np.flatnonzero(finite).tolist()
    assert found.explained == pytest.approx(exact.explained_variance_ratio_, rel=0.15)
    expected = exact.transform(states[finite].astype(float))
    expected *= np.sign((expected * found.coordinates).sum(axis=0))
    small = 0.02 if dtype == "float16" else 1e-4
    assert np.abs(found.place(states[finite]) - found.coordinates).max() < small
    assert np.linalg.norm(expected - found.coordinates) < 0.1 * np.linalg.norm(expected)
    assert found.coordinates.mean(axis=0) == pytest.approx([0, 0], abs=small)
    assert np.array_equal(found.coordinates, project_states(states, **QUIET).coordinates)
    assert not np.array_equal(found.coordinates, project_states(states, seed=1, **QUIET).coordinates)


@pytest.mark.usefixtures("few_products")
def test_what_a_sample_lacks_is_found_in_all_steps(monkeypatch):
    monkeypatch.setattr(moments, "DOUBLE_VALUES", 0)
    for far, unlike in ((1.0, np.float32), (1e250, np.float64), (1e30, np.float32)):
        states = np.full((5000, 8), 0.1, unlike)
        assert not project_states(states, **QUIET).coordinates.any()
        states[[1234, 4321], 3] = far, -far
        found = project_states(states, **QUIET)
        assert found.explained == pytest.approx([1, 0], abs=1e-5)
        assert np.flatnonzero(np.abs(found.coordinates[:, 0]) > far / 2).tolist() == [1234, 4321]


def test_one_far_value_overflows_nothing():
    states = np.tile(WALKS[:60].astype(np.float64), (40, 1))
    states[1234, 3] = 1e250
    projection = project_states(states, **QUIET)
    assert np.isfinite(projection.coordinates).all()
    assert projection.explained == pytest.approx([1, 0], abs=1e-9)
    assert np.abs(projection.coordinates[:, 0]).argmax() == 1234


@pytest.mark.parametrize("method", ["pca", "tsne", "given"])
def test_steps_that_are_not_finite_are_left_out_and_said(method):
    states = WALKS.copy()
    states[[3, 50], [0, 7]] = np.nan, np.inf
    given = RNG.normal(size=(120, 2)) if method == "given" else method
    projection = project_states(states, given, **QUIET)
    assert projection.steps.tolist() == [step for step in range(120) if step not in {3, 50}]
    assert projection.left_out == 2
    assert any(note.startswith("2 steps are left out") for note in projection.notes)
    assert np.isnan(projection.place(states[[3, 4]])).any(axis=1).tolist() == [True, False]
    assert np.isfinite(projection.point_trust()).all()
    assert set(projection.neighbours(4, 200)) == set(projection.steps) - {4}
    with pytest.raises(ValueError, match="isn't finite"):
        projection.neighbours(3)


@pytest.mark.parametrize("method", ["pca", "tsne", "given"])
@pytest.mark.parametrize(
    "states",
    [np.full((50, 4), 0.1), np.ones((1, 4)), np.ones((2, 1)), np.arange(6.0)[:, None], np.full((30, 3), -1e300)],
    ids=["all equal", "one step", "two of one cell", "six of one cell", "equal and huge"],
)
def test_what_hardly_makes_a_map_makes_one(states, method):
    given = np.arange(2.0 * len(states)).reshape(-1, 2) if method == "given" else method
    projection = project_states(states, given, **QUIET)
    assert projection.coordinates.shape == (len(states), 2)
    assert np.isfinite(projection.coordinates).all()
    assert np.isfinite(projection.place(states[:1])).all()
    if (states == states[0]).all():
        assert np.isnan(projection.trust["trustworthiness"])
        if method != "given":
            assert not projection.coordinates.any()
    assert "Projection(" in repr(projection)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
@pytest.mark.parametrize("method", ["tsne", "given"])
def test_no_scale_is_too_large_or_too_small(scale, method):
    given = WALKS[:, :2] if method == "given" else method
    small, large = (project_states(WALKS.astype(float) * by, given, perplexity=5, **QUIET) for by in (1.0, scale))
    assert large.trust == pytest.approx(small.trust, abs=0.05)
    assert np.array_equal(small.neighbours(7, 9), large.neighbours(7, 9))
    assert np.isfinite(large.place(WALKS[:5].astype(float) * scale)).all()


def test_t_sne_keeps_neighbours_and_settles_before_the_eyes(settled):
    projection, moved = settled
    assert projection.trust["kept"] > projection.trust_beside["pca"]["kept"] > 0.3
    assert projection.trust_beside["shuffled"]["kept"] < 0.3
    assert {each.shape for each in moved} == {(120, 2)}
    assert len(moved) == 1 + (tsne.EARLY_ITERATIONS + tsne.ITERATIONS) // tsne.LOOK_EVERY
    axes = project_states(WALKS, **QUIET).coordinates
    assert moved[0] / moved[0].std() == pytest.approx(axes / axes.std(), rel=1e-6)
    assert np.abs(moved[-1] - moved[-1].mean(axis=0)).max() < 2 * np.abs(projection.coordinates).max()
    assert projection.perplexity == 10
    assert projection.notes == ()


def test_the_same_seed_gives_the_same_t_sne(settled):
    again = project_states(WALKS, "tsne", sequences=LENGTHS, perplexity=10, **QUIET)
    assert np.array_equal(again.coordinates, settled[0].coordinates)


def test_known_states_are_placed_where_they_are_and_each_by_itself(settled):
    projection, _ = settled
    placed = projection.place(WALKS)
    extent = np.ptp(projection.coordinates)
    assert np.median(np.linalg.norm(placed - projection.coordinates, axis=1)) < 0.05 * extent
    assert projection.place(WALKS[5:6]) == pytest.approx(placed[5:6], abs=1e-6)


def test_t_sne_ends_at_a_check():
    moved = []

    def check():
        if len(moved) == 3:
            raise CancelledError

    with pytest.raises(CancelledError):
        project_states(WALKS, "tsne", on_move=moved.append, check=check, **QUIET)
    assert len(moved) == 3


def test_a_perplexity_beyond_the_steps_is_reduced_and_said():
    projection = project_states(WALKS[:10], "tsne", **QUIET)
    assert projection.perplexity == 3
    assert projection.notes == ("perplexity 3 in place of 30, which 10 steps don't allow",)


def test_t_sne_of_many_steps_takes_whole_sequences():
    projection = project_states(WALKS, "tsne", sequences=[4] * 30, max_steps=50, perplexity=5, **QUIET)
    assert "a sample of 48 of 120 steps: 12 whole sequences" in projection.notes[0]
    assert np.array_equal(projection.steps.reshape(-1, 4) % 4, np.tile(np.arange(4), (12, 1)))
    assert np.isfinite(projection.place(WALKS)).all()
    assert not np.isnan(projection.trust["jumps"])


def test_a_sample_by_class_has_as_many_steps_of_each():
    classes = ["rare"] * 3 + ["common"] * 27
    projection = project_states(WALKS, "tsne", sequences=[4] * 30, by=classes, max_steps=50, perplexity=5, **QUIET)
    assert np.count_nonzero(projection.steps < 12) == 12
    by_step = project_states(
        WALKS, "tsne", sequences=[4] * 30, by=np.repeat(classes, 4), max_steps=50, perplexity=5, **QUIET
    )
    assert np.array_equal(by_step.steps, projection.steps)


def place_slowly(known, positions, state):
    apart = np.sqrt(((known.astype(float) - state) ** 2).sum(axis=1))
    near = sorted(range(len(known)), key=lambda at: (apart[at], at))[:3]
    if apart[near[0]] == 0:
        return positions[near[0]]
    weights = [1 / apart[at] ** 2 for at in near]
    return sum(weight * positions[at] for weight, at in zip(weights, near, strict=True)) / sum(weights)


def test_given_positions_place_states_between_the_nearest():
    positions = RNG.normal(size=(120, 2))
    projection = project_states(WALKS, positions, **QUIET)
    assert projection.method == "given"
    assert np.array_equal(projection.coordinates, positions)
    assert np.array_equal(projection.place(WALKS), positions)
    others = RNG.normal(size=(20, 8)).astype(np.float32)
    expected = [place_slowly(WALKS, positions, state) for state in others]
    assert projection.place(others) == pytest.approx(np.array(expected), abs=1e-6)


def test_a_given_step_without_a_position_is_left_out():
    positions = RNG.normal(size=(120, 2))
    positions[7] = np.nan
    assert 7 not in project_states(WALKS, positions, **QUIET).steps


@pytest.mark.parametrize("method", ["pca", "tsne", "given"])
@given(data=st.data())
@settings(max_examples=10, deadline=None)
def test_neighbours_are_those_in_the_state_space(method, data, settled):
    projection = settled[0]
    if method != "tsne":
        projection = project_states(WALKS, WALKS[:, :2] if method == "given" else method, **QUIET)
    step, k = data.draw(st.integers(0, 119)), data.draw(st.integers(1, 130))
    apart = {other: np.sqrt(((WALKS[other].astype(float) - WALKS[step]) ** 2).sum()) for other in range(120)}
    expected = sorted(set(apart) - {step}, key=lambda other: (apart[other], other))[:k]
    assert projection.neighbours(step, k).tolist() == expected


def test_an_explorer_gives_its_states_sequences_and_classes():
    explorer = StateExplorer(WALKS, tracks={"kind": ["a", "b"] * 60}, sequences=LENGTHS, background=False)
    assert np.array_equal(project_states(explorer).coordinates, project_states(WALKS).coordinates)
    assert project_states(explorer, by="kind").trust == project_states(WALKS, sequences=LENGTHS).trust
    assert project_states(explorer).place(explorer).shape == (120, 2)
    explorer.close()


def test_without_opentsne_the_line_that_installs_it_is_said_and_pca_works(monkeypatch):
    monkeypatch.setitem(sys.modules, "openTSNE", None)
    monkeypatch.setitem(sys.modules, "openTSNE.affinity", None)
    with pytest.raises(ImportError, match=r"pip install 'lstmvis-widget\[analysis\]'"):
        project_states(WALKS, "tsne")
    assert isinstance(project_states(WALKS), Projection)


@pytest.mark.parametrize(
    ("method", "options", "error", "message"),
    [
        ("t-sne", {}, ValueError, "did you mean 'tsne'"),
        ("PCA", {}, ValueError, "did you mean 'pca'"),
        ("umap", {}, ValueError, r"array of shape \(T, 2\)"),
        (None, {}, TypeError, "got None"),
        (WALKS[:100, :2], {}, ValueError, r"shape \(120, 2\), one row for each time step; got shape \(100, 2\)"),
        (WALKS[:, :3], {}, ValueError, r"got shape \(120, 3\)"),
        (np.full((120, 2), np.nan), {}, ValueError, "nothing to put on a map"),
        ("pca", {"sequences": [7]}, ValueError, "must sum to the 120 time steps"),
        ("pca", {"max_steps": 0}, ValueError, "max_steps must be at least 1"),
        ("pca", {"seed": -1}, ValueError, "seed must be at least 0"),
        ("pca", {"perplexity": 0}, ValueError, "perplexity must be at least 1"),
        ("pca", {"perplexity": "x"}, TypeError, "perplexity must be a finite number"),
        ("pca", {"on_move": 3}, TypeError, "on_move must be a callable"),
        ("pca", {"by": ["a", "b"], "sequences": LENGTHS}, ValueError, "by must be the classes of the 3 sequences"),
        ("pca", {"by": "kind"}, TypeError, "names need an explorer"),
    ],
)
def test_what_cannot_be_asked_for_is_said(method, options, error, message):
    with pytest.raises(error, match=message):
        project_states(WALKS, method, **options)


def test_states_without_cells_make_no_map():
    with pytest.raises(ValueError, match=r"at least one cell; got states of shape \(4, 0\)"):
        project_states(np.zeros((4, 0)))


def test_states_that_are_all_equal_say_so():
    assert project_states(np.ones((30, 3)), **QUIET).notes == ("all states are equal",)
    assert "all states are equal" in project_states(np.ones((30, 3)), "tsne", **QUIET).notes[0]


@pytest.mark.parametrize("states", [np.zeros((0, 3)), np.full((4, 3), np.nan)], ids=["no steps", "all NaN"])
@pytest.mark.parametrize("method", ["pca", "tsne", "given"])
def test_states_without_a_finite_step_make_no_map(states, method):
    given = np.zeros((len(states), 2)) if method == "given" else method
    with pytest.raises(ValueError, match="nothing to put on a map"):
        project_states(states, given, **QUIET)


def test_states_of_other_cells_and_unknown_steps_are_refused(settled):
    with pytest.raises(ValueError, match=r"8 cells; got states of shape \(5, 3\)"):
        settled[0].place(np.zeros((5, 3)))
    with pytest.raises(ValueError, match="step must be at most 119"):
        settled[0].neighbours(120)


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
@pytest.mark.parametrize("dtype", ["float32", "int64"])
@given(seed=st.integers(0, 99), equal=st.booleans())
@settings(max_examples=10, deadline=None)
def test_neighbours_are_exact_where_many_are_as_near(scale, dtype, seed, equal):
    random = np.random.default_rng(seed)
    states = (np.zeros((40, 3)) if equal else random.integers(-1, 2, (40, 3))) * (scale if dtype == "float32" else 1)
    states = states.astype(dtype)
    projection = project_states(states, random.normal(size=(40, 2)), **QUIET)
    apart = np.linalg.norm(states.astype(float) - states[5].astype(float), axis=1)
    expected = [other for other in np.argsort(apart, kind="stable").tolist() if other != 5][:12]
    assert projection.neighbours(5, 12).tolist() == expected
