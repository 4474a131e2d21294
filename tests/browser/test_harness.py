import pytest

from tests.browser.notebook import CellError


def test_a_cell_runs_and_its_output_is_read(notebook):
    assert notebook.run("print('said'); 1 + 1") == "said\n2"
    assert notebook.value("{'two': [1, 2]}") == {"two": [1, 2]}


def test_a_cell_that_raises_fails_at_once(notebook):
    with pytest.raises(CellError, match="ZeroDivisionError"):
        notebook.run("1 / 0")


def test_the_kernel_imports_the_package_under_test(notebook):
    import lstmvis_widget

    assert notebook.value("__import__('lstmvis_widget').__file__") == lstmvis_widget.__file__
