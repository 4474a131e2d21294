import re
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.chromium import find_chromium
from tests.browser.jupyter import JupyterServer
from tests.browser.late import make_late
from tests.browser.needed import is_not_here
from tests.browser.notebook import Notebook

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",  # WebGL without a graphics card
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


VIEWPORT = {"width": 1400, "height": 1000}
PATIENCE_MILLISECONDS = 30_000
"""How long an expectation may take: that of a test that passes takes as long as the machine does."""


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser(request):
    path = find_chromium()
    if path is None:
        is_not_here("no Chromium here; `make test` installs one")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=path, args=FLAGS, headless=not request.config.getoption("--headed")
        )
        if late := request.config.getoption("--late"):
            make_late(started, late)
        yield started
        started.close()


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory):
    server = JupyterServer(tmp_path_factory.mktemp("jupyter"))
    server.start()
    yield server
    server.stop()


ELSEWHERE = re.compile(r"^(?!http://127\.0\.0\.1:|data:|blob:)")


@contextmanager
def only_this_machine(context, but=None):
    """What pages of this context ask of other machines is refused, and fails the test; but not if `but` is in it."""
    elsewhere = []

    def refuse(route):
        elsewhere.append(route.request.url)
        route.abort()

    context.route(ELSEWHERE, refuse)
    yield
    context.unroute(ELSEWHERE, refuse)
    asked = [url for url in elsewhere if but is None or but not in url]
    assert asked == [], "the page asked for something that is not on this machine"


@contextmanager
def watched_page(browser, is_ours=lambda _stack: True):
    """A page of its own context, in which nothing of ours may raise: `is_ours` is asked with the stack."""
    context = browser.new_context(viewport=VIEWPORT)
    opened = context.new_page()
    with nothing_raises(opened, is_ours):
        yield opened
        context.close()


@contextmanager
def nothing_raises(page, is_ours=lambda _stack: True):
    errors = []

    def note(error):
        errors.append(error.stack)

    page.on("pageerror", note)
    yield
    page.remove_listener("pageerror", note)
    assert [stack for stack in errors if is_ours(stack)] == [], "a script of the page raised"


@pytest.fixture(scope="session")
def lab(browser, jupyter):
    """JupyterLab, loaded once: that takes longer than most tests."""
    context = browser.new_context(viewport=VIEWPORT)
    page = context.new_page()
    page.goto(jupyter.address())
    page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget")
    yield page
    context.close()


@pytest.fixture(scope="session")
def used_notebooks():
    """At most one, which is as if it were new: opening another, with a kernel that imports the package, takes 3 s."""
    return []


@pytest.fixture
def notebook(request, lab, jupyter, used_notebooks):
    """A notebook without a cell, whose kernel is idle and knows no name and no widget."""
    with only_this_machine(lab.context), nothing_raises(lab):
        lab.mouse.move(0, 0)
        opened = used_notebooks.pop() if used_notebooks else Notebook(lab)
        if opened.name is None:
            opened.open(jupyter.new_notebook())
        n_failed = request.session.testsfailed
        yield opened
        is_as_new = False
        try:
            lab.context.clear_permissions()
            if lab.viewport_size != VIEWPORT:
                lab.set_viewport_size(VIEWPORT)
            if request.session.testsfailed == n_failed:
                opened.clear()
                is_as_new = True
        finally:
            if is_as_new:
                used_notebooks.append(opened)
            else:
                opened.close()
                jupyter.shut_down(opened.name)


@pytest.fixture
def notebook_alone(browser, jupyter):
    """The same in a page of its own, which may be loaded again and have other settings."""
    with watched_page(browser) as page, only_this_machine(page.context):
        name = jupyter.new_notebook()
        page.goto(jupyter.address(name))
        opened = Notebook(page)
        opened.wait_for_kernel()
        yield opened
        page.goto("about:blank")
        jupyter.shut_down(name)
        jupyter.reset_settings()
