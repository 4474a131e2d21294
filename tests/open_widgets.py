"""Widgets that have no name by which a test could close them: one that is drawn once, or takes the place of another."""

from contextlib import contextmanager

from ipywidgets.widgets.widget import _instances

from lstmvis_widget.synced.widget import SyncedWidget


@contextmanager
def closed_afterwards():
    """Close the widgets that are made meanwhile."""
    before = set(_instances)
    try:
        yield
    finally:
        for name, widget in list(_instances.items()):
            if name not in before and isinstance(widget, SyncedWidget):
                widget.close()
