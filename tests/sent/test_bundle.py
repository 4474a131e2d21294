import pytest

from lstmvis_widget.sent.bundle import STATIC, bundle


@pytest.mark.parametrize("name", ["widget", "scatter"])
def test_a_page_has_a_script_and_a_style_sheet(name):
    script, style = bundle(name)
    assert script == (STATIC / f"{name}.js").read_text("utf-8")
    assert style == (STATIC / f"{name}.css").read_text("utf-8")
    assert "render" in script
    assert ".lstmvis" in style or ".lv-" in style
