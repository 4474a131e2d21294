import pytest


@pytest.fixture(autouse=True)
def _closed(widgets_are_closed):
    """Tests of figures draw explorers that nothing else holds."""
