"""What tests in a browser need, and may not find: in CI and in `make test` that is a failure, else a skip."""

import os
from typing import NoReturn

import pytest


def is_not_here(message: str) -> NoReturn:
    """End the test; the message says what installs what is missing."""
    if os.environ.get("CI") or os.environ.get("LSTMVIS_REQUIRE_BROWSER"):
        pytest.fail(message)
    pytest.skip(message)
