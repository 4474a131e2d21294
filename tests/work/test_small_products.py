"""BLAS has one thread while small products are computed, and afterwards as many as before."""

from contextlib import ExitStack

import numpy as np
import pytest
import sklearn.linear_model  # noqa: F401  (loads the BLAS of scipy, too)
from threadpoolctl import threadpool_info, threadpool_limits

from lstmvis_widget import map_phrases, probe
from lstmvis_widget.work.small_products import one_blas_thread


def blas_threads():
    return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def three_threads():
    """As on a machine of three cores, also where the environment says one."""
    with threadpool_limits(3, user_api="blas"):
        yield
        assert blas_threads() == {3}


def test_one_thread_works_within_the_context():
    with one_blas_thread("a test"):
        assert blas_threads() == {1}
    assert blas_threads() == {3}


def test_the_number_comes_back_after_an_error():
    with pytest.raises(ZeroDivisionError), one_blas_thread("a test"):
        raise ZeroDivisionError
    assert blas_threads() == {3}


def test_the_last_to_leave_puts_the_number_back_whoever_came_first():
    first, second = ExitStack(), ExitStack()
    first.enter_context(one_blas_thread("a test"))
    second.enter_context(one_blas_thread("a test"))
    first.close()
    assert blas_threads() == {1}
    second.close()
    assert blas_threads() == {3}


@pytest.fixture
def fitted_with(monkeypatch):
    """The numbers of threads that models are fitted with."""
    from sklearn.linear_model import LogisticRegression

    seen, fit = [], LogisticRegression.fit

    def noting(*given):
        seen.append(blas_threads())
        return fit(*given)

    monkeypatch.setattr(LogisticRegression, "fit", noting)
    return seen


STATES = np.random.default_rng(0).normal(size=(60, 4))


def test_models_of_a_probe_are_fitted_in_one_thread(fitted_with):
    probe(STATES, ["up", "down"] * 30, folds=2)
    assert fitted_with == [{1}] * 4  # all cells and the best cell, on two folds


def test_models_of_phrases_are_fitted_in_one_thread(fitted_with):
    phrases = {"a": [(t, t + 1) for t in range(0, 60, 4)], "b": [(t, t + 1) for t in range(2, 60, 4)]}
    map_phrases(STATES, phrases, 0.0, folds=2)
    assert len(fitted_with) == 4
    assert all(each == {1} for each in fitted_with)
