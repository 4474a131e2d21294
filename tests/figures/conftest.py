import pytest
from ipywidgets.widgets.widget import _instances

from lstmvis_widget.synced.widget import SyncedWidget


@pytest.fixture(autouse=True, scope="module")
def _closed_with_the_module():
    """A widget that is drawn once has no name by which a test could close it."""
    before = set(_instances)
    yield
    for name, widget in list(_instances.items()):
        if name not in before and isinstance(widget, SyncedWidget):
            widget.close()
