import pytest

from tests.open_widgets import closed_afterwards


@pytest.fixture(autouse=True, scope="module")
def _closed_with_the_module():
    with closed_afterwards():
        yield
