import os

from hypothesis import settings

# The time of one example says nothing on a shared machine. In CI the examples are the same on every run.
settings.register_profile("lstmvis", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("lstmvis")


def pytest_addoption(parser):
    parser.addoption("--headed", action="store_true", help="show the browser of the browser tests")
