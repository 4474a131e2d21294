import gc
import os

# Tests run in several processes. If each of them, and each kernel, starts a BLAS thread for every core, these wait for
# each other in loops: a cell of a notebook takes 20 s of processor time instead of 1. Numpy reads this on import.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

# No deadline: the time of one example varies too much on a shared machine. In CI every run has the same examples.
settings.register_profile("lstmvis", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("lstmvis")


def pytest_addoption(parser):
    parser.addoption("--headed", action="store_true", help="show the browser of the browser tests")
    parser.addoption(
        "--late",
        choices=("frames", "messages"),
        help="what comes 100 ms late in the pages of the browser tests: a test that doesn't wait for it fails",
    )
    parser.addoption(
        "--states-as",
        choices=("array", "dask", "cluster"),
        default="array",
        help="as what the tests of explorers give arrays: as they are, as Dask arrays, or as these on a cluster",
    )


def pytest_collection_modifyitems(items):
    """A process that begins a long test last would work on alone."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish():
    """Modules that were imported stay: no collection of garbage looks at them, of which tests run thousands."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def cluster():
    """One cluster of two processes for all tests that need one."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1"
    ) as cluster:
        yield cluster


@pytest.fixture
def client(cluster):
    from distributed import Client

    with Client(cluster, set_as_default=False) as client:
        yield client
