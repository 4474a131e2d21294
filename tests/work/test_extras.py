"""Optional packages: imported as a stage of the work that needs them, which says so."""

import sys

import pytest

from lstmvis_widget.work.extras import load_extras


@pytest.fixture
def packages(tmp_path, monkeypatch):
    for name in ("slow_one", "slow_two"):
        (tmp_path / f"{name}.py").write_text("value = 1\n", "utf-8")
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in ("slow_one", "slow_two"):
        sys.modules.pop(name, None)


@pytest.mark.usefixtures("packages")
def test_only_what_is_not_imported_yet_is_said_to_be_loaded():
    stages = []
    load_extras(("slow_one", "slow_two", "json"), "analysis", "the table", stages.append)
    assert set(stages) == {"loading slow_one and slow_two"}
    stages.clear()
    load_extras(("slow_one", "slow_two"), "analysis", "the table", stages.append)
    assert stages == []


def test_what_is_not_installed_is_said_with_what_to_type():
    with pytest.raises(ImportError, match=r"the table needs no_such_package: pip install 'lstmvis-widget\[analysis\]'"):
        load_extras(("no_such_package.part",), "analysis", "the table", lambda _: None)
