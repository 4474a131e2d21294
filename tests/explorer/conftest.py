"""What tests of explorers share."""

import pytest

from lstmvis_widget import StateExplorer


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
