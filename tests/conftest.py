import os

from hypothesis import settings

# No deadline: the time of one example varies too much on a shared machine. In CI every run has the same examples.
settings.register_profile("lstmvis", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("lstmvis")


def pytest_addoption(parser):
    parser.addoption("--headed", action="store_true", help="show the browser of the browser tests")
