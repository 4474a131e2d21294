"""What tests of explorers share."""

from contextlib import ExitStack

import pytest

from lstmvis_widget import StateExplorer
from tests.explorer.states_as import SOME, give_as_dask, reason_to_skip


def pytest_generate_tests(metafunc):
    """Run some tests with arrays and with Dask arrays."""
    name = metafunc.definition.nodeid.rpartition("/")[2]
    if metafunc.config.option.states_as == "array" and name.startswith(SOME):
        metafunc.parametrize("states_as", ["array", "dask"], indirect=True)


@pytest.fixture(autouse=True)
def states_as(request, monkeypatch):
    """As what states are given: as arrays, as Dask arrays in this process, or as these on a cluster."""
    given = getattr(request, "param", request.config.option.states_as)
    if given == "array":
        return
    reason = reason_to_skip(request.node.nodeid.rpartition("/")[2], given)
    if reason is not None:
        pytest.skip(reason)
    give_as_dask(monkeypatch)
    if given == "cluster":
        # Threads of Dask draw random numbers while Hypothesis watches for those of the test.
        ignored = "ignore::hypothesis.errors.HypothesisDeprecationWarning"
        request.node.add_marker(pytest.mark.filterwarnings(ignored))
        client = request.getfixturevalue("client")
        request.getfixturevalue("active").enter_context(client.as_current())


@pytest.fixture
def active():
    """What ends with the test."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def made():
    """Makes explorers with little memory, which are closed at the end."""
    explorers = []

    def make(states, **options):
        explorers.append(StateExplorer(states, **{"threshold": 0.1, "memory_limit": 10**6} | options))
        return explorers[-1]

    yield make
    for explorer in explorers:
        explorer.close()
